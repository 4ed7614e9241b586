"""The stacks as lines of text, ``main (shop.py:90);shop.py:97 1200``: what flame graph tools read.

The format of Brendan Gregg's FlameGraph (``stackcollapse-*.pl`` to ``flamegraph.pl``): frames, outermost first, with
semicolons between them, a space, a whole number. It has no place for a unit, so the outermost frame names it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.reporters import _stacks

if TYPE_CHECKING:
    from greenprof.model import Report
    from greenprof.reporters._stacks import Place

SUFFIXES = (".collapsed", ".folded")


def render(report: Report) -> str:
    """One line for each stack: µJ, or ns of CPU time where joules are unknown. Nothing where nothing was used."""
    root = _frame(f"{_stacks.title(report)} ({_stacks.unit(report)})")
    return "".join(
        f"{';'.join([root, *(_frame(_name(place)) for place in stack.places)])} {weight}\n"
        for stack, weight in _stacks.weighed(report)
    )


def _name(place: Place) -> str:
    """With the file, and the line where a function begins, so that two of one name are not taken for one."""
    if place.path is None:
        return place.name
    if place.is_native:
        return f"{place.name} ({place.path})"
    lines = place.name.rpartition(":")[2]
    return f"{place.path}:{lines}" if place.is_line else f"{place.name} ({place.path}:{place.line})"


def _frame(name: str) -> str:
    """`name` without what separates frames in this format."""
    return name.replace(";", ",")
