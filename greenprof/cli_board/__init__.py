"""The hackathon board on the command line: ``greenprof board``."""

from __future__ import annotations

import click

from greenprof.cli_board import judging


def register(cli: click.Group) -> None:
    """Add the group ``board`` with its commands."""
    cli.add_command(board)


@click.group()
def board() -> None:
    """A hackathon's board: try a solution on a challenge, and rank what teams hand in."""


judging.register(board)
