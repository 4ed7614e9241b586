from desk.models import Ticket

TABS = (("new", "To look at"), ("open", "In work"), ("done", "Finished"))


def tabs():
    return [(title, Ticket.objects.filter(state=state).count()) for state, title in TABS]


def seed_states():
    made = 0
    for state in ("new", "open", "done"):
        _, created = Ticket.objects.get_or_create(state=state, weekday=9)
        made += created
    return made


def first_of_each_day():
    found = {}
    for day in range(7):
        ticket = Ticket.objects.filter(weekday=day).order_by("pk").first()
        found[day] = ticket.pk if ticket else None
    return found
