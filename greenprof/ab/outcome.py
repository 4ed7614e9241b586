"""What is said of each test, and of the comparison as a whole. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Said = Literal["dearer", "cheaper", "same", "inconclusive", "new", "gone", "failed", "skipped", "broken"]
JUDGED = ("dearer", "cheaper", "same", "inconclusive")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One test. Costs are those of one call, None where it was not measured: CPU seconds of its body, or joules.

    ``ratio`` is head over base, with the interval that holds it at 95 %. ``limit`` is the growth that must be found,
    relative. ``breach``: it is certain that head is dearer, and the interval reaches the limit. ``smallest_detectable``
    is the least change, relative, that so many pairs of this spread show. ``reason`` says why it was not judged.
    """

    node: str
    said: Said
    limit: float
    base_s: float | None = None
    head_s: float | None = None
    base_j: float | None = None
    head_j: float | None = None
    ratio: float | None = None
    interval: tuple[float, float] | None = None
    p_value: float | None = None
    pairs: int = 0
    smallest_detectable: float | None = None
    breach: bool = False
    reason: str = ""
    notes: tuple[str, ...] = ()

    @property
    def judged(self) -> bool:
        """Whether it was measured on both sides."""
        return self.said in JUDGED


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """Where the code of one side came from: the commit, its checkout, and from where its modules were imported.

    ``modules`` is how many were imported from there; ``sha`` is None for the working tree as it is.
    """

    name: str
    sha: str | None
    how: str
    python: str
    code: tuple[str, ...]
    modules: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Base and head beside each other. ``spent_s`` is the CPU time of all calls that were measured.

    ``meter`` is the one whose joules are compared, None where it is CPU time.
    """

    base: Stand
    head: Stand
    command: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    strict: bool
    host: str
    spent_s: float = 0.0
    notes: tuple[str, ...] = ()
    meter: str | None = None

    @property
    def breaches(self) -> tuple[Outcome, ...]:
        """The tests that got dearer by more than they may."""
        return tuple(one for one in self.outcomes if one.breach)

    def count(self, said: Said) -> int:
        """How many tests that is said of."""
        return sum(one.said == said for one in self.outcomes)

    @property
    def failed(self) -> bool:
        """Whether the comparison fails: a breach, or, where that is asked for, anything that could not be told."""
        unsure = any(one.said in {"inconclusive", "failed", "broken"} for one in self.outcomes)
        return bool(self.breaches) or (self.strict and unsure)
