from watch.models import Film


class Watchlist:
    """What a visitor wants to see; the session keeps ids only."""

    def __init__(self, session):
        self.ids = session.setdefault("watchlist", [])

    def __iter__(self):
        films = Film.objects.in_bulk(self.ids)
        for pk in self.ids:
            yield films[pk]

    def minutes(self):
        return sum(film.minutes for film in Film.objects.in_bulk(self.ids).values())
