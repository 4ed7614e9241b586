from django.db import transaction

from draw.models import Match, Team, Tournament


@transaction.atomic
def enrol(tournament, names):
    """Make the teams and enter them."""
    tournament.teams.add(*Team.objects.bulk_create([Team(name=name) for name in names]))


@transaction.atomic
def draw(tournament: Tournament) -> None:
    teams = list(tournament.teams.order_by("pk"))
    pairs = zip(teams, teams[1:] + teams[:1])
    Match.objects.bulk_create(
        Match(tournament=tournament, home=home, away=away, number=number)
        for number, (home, away) in enumerate(pairs, start=1)
    )
