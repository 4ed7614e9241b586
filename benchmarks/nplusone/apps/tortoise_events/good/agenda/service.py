from agenda.models import Event


async def agenda() -> list[str]:
    lines = []
    for event in await Event.all().select_related("organiser").order_by("id"):
        lines.append(f"{event.title} by {event.organiser.name}")
    return lines


async def addresses() -> dict[str, list[str]]:
    result = {}
    async for event in Event.filter(title__startswith="E").prefetch_related("visitors"):
        result[event.title] = sorted([visitor.email for visitor in event.visitors])
    return result
