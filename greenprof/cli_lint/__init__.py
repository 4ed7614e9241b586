"""The linter's commands: ``greenprof lint``."""

from __future__ import annotations

import click

from greenprof.cli_lint.lint import lint


def register(group: click.Group) -> None:
    """Make the linter's commands part of the command line."""
    group.add_command(lint)
