from agenda.models import Event


async def agenda() -> list[str]:
    lines = []
    for event in await Event.all().order_by("id"):
        organiser = await event.organiser  # n+1: tortoise
        lines.append(f"{event.title} by {organiser.name}")
    return lines


async def addresses() -> dict[str, list[str]]:
    result = {}
    async for event in Event.filter(title__startswith="E"):
        await event.fetch_related("visitors")  # n+1: tortoise
        result[event.title] = sorted([visitor.email for visitor in event.visitors])
    return result
