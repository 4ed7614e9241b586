"""What is raced, and what each way to measure a pair of it gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from greenprof.pairs.pieces import Piece


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One test of a suite: the same work, `key`, on both sides.

    Matches with the same two sides are measured in the same processes, one after the other.
    """

    base: Piece
    head: Piece
    key: str = ""

    @property
    def sides(self) -> tuple[int, int]:
        """What two matches that share their processes have in common."""
        return id(self.base), id(self.head)

    @property
    def repeats(self) -> bool:
        """Whether both sides can do their work several times in one process."""
        return self.base.repeats and self.head.repeats

    @property
    def name(self) -> str:
        """What messages call it."""
        return self.key or "the work"


@dataclass(frozen=True, slots=True)
class Size:
    """How a pair is measured: calls in a batch, batches, and whether one batch goes before them that does not count."""

    calls: int
    batches: int
    warm_up: bool


@dataclass(frozen=True, slots=True)
class Measured:
    """A pair: the costs of one call on both sides, and the CPU time that all of it took."""

    costs: tuple[float, float]
    spent_s: float


class Way(Protocol):
    """A way to measure pairs. `quantity` is what it measures, `pinned` whether both sides share one core."""

    @property
    def quantity(self) -> str: ...  # noqa: D102
    @property
    def pinned(self) -> bool: ...  # noqa: D102
    @property
    def notes(self) -> tuple[str, ...]: ...  # noqa: D102

    def size(self, match: Match) -> tuple[Size, float]:
        """How to measure the pairs of a match, and the CPU time that finding it out took."""
        ...

    def pair(self, match: Match, size: Size, first: int) -> Measured:
        """One pair; `first` says which side begins, 0 or 1. Raises `GreenprofError` for what cannot be measured."""
        ...
