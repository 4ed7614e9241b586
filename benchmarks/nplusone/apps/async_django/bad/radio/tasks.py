from radio.models import Station


async def song_counts():
    counts = {}
    async for station in Station.objects.order_by("pk"):
        counts[station.name] = await station.songs.acount()  # n+1: lazy-reverse
    return counts


async def add_listeners(new: dict[str, int]):
    for name, more in new.items():
        station = await Station.objects.aget(name=name)  # n+1: get-per-row
        station.listeners += more
        await station.asave()  # n+1: write-per-row
