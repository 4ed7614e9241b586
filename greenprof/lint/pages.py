"""The page of a rule: its text, and the figures that were measured for it."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from greenprof.lint.rule import Rule

_FIGURE = re.compile(
    r"\*\*([\d.,e+]+) times\*\*(.*?)\bn = ([\d,]+).*?between ([\d.,e+]+) and ([\d.,e+]+?)\.\s", re.DOTALL
)


_RECKONED = re.compile(r"^## Saving\n\nSaving: (.+?), ((?:by|published|read) .+?)\.(?:\s|$)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoned:
    """What the page of a rule about manifests says is saved, in words, and how that is known: nothing was measured."""

    figure: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """How often more the bad program used than the good one, of ``n`` items: the median, and the middle half."""

    ratio: float
    low: float
    high: float
    n: int


def folder_of(rule: Rule) -> Path | None:
    """The folder that `rule` was loaded from; None for one that no file is known of."""
    file = getattr(sys.modules.get(type(rule).__module__), "__file__", None)
    return Path(file).parent if file else None


def page_of(rule: Rule) -> str | None:
    """The text of the rule's page; None for a rule without one, as packages of others may have."""
    folder = folder_of(rule)
    try:
        return (folder / "README.md").read_text(encoding="utf-8") if folder else None
    except OSError:
        return None


def saving_of(page: str) -> Saving | None:
    """What the page says was measured; None where it says nothing of the kind."""
    found = _FIGURE.search(page)
    if found is None:
        return None
    ratio, low, high = (float(found[place].replace(",", "")) for place in (1, 4, 5))
    return Saving(ratio=ratio, low=low, high=high, n=int(found[3].replace(",", "")))


def reckoned_of(page: str) -> Reckoned | None:
    """What the page says is saved without having measured it; None where it says nothing of the kind."""
    found = _RECKONED.search(page)
    return None if found is None else Reckoned(figure=" ".join(found[1].split()), basis=" ".join(found[2].split()))
