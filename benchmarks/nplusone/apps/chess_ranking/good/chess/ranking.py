from .models import Player


def club_key(player):
    return (player.club.name, -player.rating)


class Ranking:
    def __init__(self, minimum=0):
        self.players = Player.objects.filter(rating__gte=minimum)
        self.players = self.players.select_related("club")

    def by_club(self):
        ordered = sorted(self.players, key=club_key)
        return [player.nick for player in ordered]


def player_of_the_oldest_club():
    players = Player.objects.order_by("pk")
    players = players.select_related("club")
    return min(players, key=lambda p: p.club.founded).nick
