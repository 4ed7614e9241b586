from django.db import transaction

from draw.models import Match, Team, Tournament


@transaction.atomic
def enrol(tournament, names):
    """Make the teams and enter them."""
    for name in names:
        team = Team.objects.create(name=name)  # n+1: create-per-row
        tournament.teams.add(team)  # n+1: create-per-row


@transaction.atomic
def draw(tournament: Tournament) -> None:
    teams = list(tournament.teams.order_by("pk"))
    pairs = zip(teams, teams[1:] + teams[:1])
    for number, (home, away) in enumerate(pairs, start=1):
        match = Match(tournament=tournament, home=home, away=away, number=number)
        match.save()  # n+1: write-per-row
