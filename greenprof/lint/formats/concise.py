"""A line a finding and nothing below it, for a first look at many; then one line that sums up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.lint.formats.text import first_line, sum_line

if TYPE_CHECKING:
    from greenprof.lint.formats import Shown

SPOKEN = True


def render(shown: Shown) -> str:
    """The findings for people in a hurry, and for tools that read lines as compilers write them."""
    lines = [first_line(one, shown) for one in shown.result.findings]
    return "\n".join([*lines, sum_line(shown.result)]) + "\n"
