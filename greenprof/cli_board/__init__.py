"""``greenprof board``: the hackathon board on the command line.

`judging` is for who has a solution or a challenge, `taking_part` for a team, `operating` for who runs a board.
"""

from __future__ import annotations

import click

from greenprof.cli_board import judging, operating, taking_part


def register(cli: click.Group) -> None:
    """Add the group ``board`` with its commands."""
    cli.add_command(board)


@click.group()
def board() -> None:
    """A hackathon's board: try a solution on a challenge, hand in, judge, and show the ranking."""


for _part in (judging, taking_part, operating):
    _part.register(board)
