from django.shortcuts import get_object_or_404

from watch.models import Film


class Watchlist:
    """What a visitor wants to see; the session keeps ids only."""

    def __init__(self, session):
        self.ids = session.setdefault("watchlist", [])

    def __iter__(self):
        for pk in self.ids:
            yield Film.objects.get(pk=pk)  # n+1: in-bulk

    def minutes(self):
        return sum(get_object_or_404(Film, id=pk).minutes for pk in self.ids)  # n+1: in-bulk
