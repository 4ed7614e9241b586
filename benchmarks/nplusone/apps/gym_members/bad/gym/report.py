from gym.models import Member


def sleepers(since):
    """Members who did not come since a day, with a mark for those who owe us."""
    found = []
    for member in Member.objects.filter(active=True).order_by("name"):
        last = member.last_visit()  # n+1: method-queries
        if last is None or last < since:
            found.append((member.name, member.has_debts()))  # n+1: method-queries
    return found
