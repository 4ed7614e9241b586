"""The tables of a cluster, for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.reporters import _cluster as cluster
from greenprof.reporters._text import neutral

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import RenderableType

    from greenprof.model import Report


def cluster_tables(report: Report, most: int, names: tuple[str, ...] = ()) -> Iterable[RenderableType]:
    """Each table under its title, with at most so many rows; only those with `names`, if any are given."""
    from rich.table import Table
    from rich.text import Text

    for told in cluster.tables(report, most):
        if names and told.name not in names:
            continue
        table = Table.grid(padding=(0, 2, 0, 0))
        for side in told.sides:
            table.add_column(justify="right" if side == "r" else "left", no_wrap=side == "r", overflow="fold")
        table.add_row(
            *(Text(f"  {title}" if not place else title) for place, title in enumerate(told.header)), style="dim"
        )
        for row in told.rows:
            table.add_row(*(Text(neutral(f"  {cell}" if not place else cell)) for place, cell in enumerate(row)))
        yield Text(f"\n{told.title}", style="bold")
        yield table
        if told.rest:
            yield Text(f"    {told.rest}")
