"""``greenprof lsp``."""

from __future__ import annotations

from importlib.util import find_spec

import click

from greenprof.errors import EXIT_USAGE, GreenprofError


@click.command()
def lsp() -> None:
    """Serve an editor on standard input and output: findings while you type, rule pages, fixes."""
    if find_spec("pygls") is None:
        raise GreenprofError("greenprof lsp needs a package more: pip install 'greenprof[lsp]'", EXIT_USAGE)
    from greenprof.lsp.server import make_server

    make_server().start_io()
