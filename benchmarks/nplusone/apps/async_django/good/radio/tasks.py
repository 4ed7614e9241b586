from django.db.models import Count

from radio.models import Station


async def song_counts():
    counts = {}
    async for station in Station.objects.annotate(songs_played=Count("songs")).order_by("pk"):
        counts[station.name] = station.songs_played
    return counts


async def add_listeners(new: dict[str, int]):
    stations = {station.name: station async for station in Station.objects.filter(name__in=new)}
    for name, more in new.items():
        stations[name].listeners += more
    await Station.objects.abulk_update(stations.values(), ["listeners"])
