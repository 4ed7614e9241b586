from django.db.models import Exists, Max, OuterRef

from gym.models import Invoice, Member


def sleepers(since):
    """Members who did not come since a day, with a mark for those who owe us."""
    found = []
    unpaid = Invoice.objects.filter(member=OuterRef("pk"), paid=False)
    members = Member.objects.filter(active=True).annotate(last=Max("visits__day"), owes=Exists(unpaid))
    for member in members.order_by("name"):
        if member.last is None or member.last < since:
            found.append((member.name, member.owes))
    return found
