"""The linter's commands: ``greenprof lint``, ``greenprof merge``, ``greenprof lsp``, ``greenprof rules``."""

from __future__ import annotations

import click

from greenprof.cli_lint.lint import lint
from greenprof.cli_lint.lsp import lsp
from greenprof.cli_lint.merge import merge
from greenprof.cli_lint.rules import rules


def register(group: click.Group) -> None:
    """Make the linter's commands part of the command line."""
    group.add_command(lint)
    group.add_command(merge)
    group.add_command(lsp)
    group.add_command(rules)
