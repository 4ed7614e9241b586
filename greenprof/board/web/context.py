"""The open board that every page and every answer is made from, with what is remembered of it between two of them."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from greenprof.board import event, submissions
from greenprof.board.standing import Standing, standing

if TYPE_CHECKING:
    from greenprof.board.model import Challenge, Result
    from greenprof.board.store import Store

_REMEMBERED = 500  # results


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a board is served. ``secure`` is for one that is reached by https, as a public one must be."""

    title: str = "Green code board"
    secure: bool = False
    allowance: submissions.Allowance = field(default_factory=submissions.Allowance)
    viewers: int = 1000  # at one time, with live updates
    archived: bool = False  # pages that nobody can hand in on


class Board:
    """The store, the challenges, and standings that are made once for each state of the board."""

    def __init__(self, store: Store, challenges: Mapping[str, Challenge], settings: Settings) -> None:
        self.store, self.challenges, self.settings = store, dict(challenges), settings
        self._lock = threading.Lock()
        self._standings: dict[tuple[str, bool], tuple[str, Standing]] = {}
        self._results: dict[int, Result] = {}

    def standing(self, challenge: str, *, everything: bool) -> Standing:
        """The standing of a challenge now; with `everything` also what a freeze holds back."""
        state = event.state_of(self.store)
        with self._lock:
            known = self._standings.get((challenge, everything))
            if known is not None and known[0] == state:
                return known[1]
            planned, now = event.event_of(self.store)
            entries = submissions.entries(self.store, challenge=challenge)
            made = standing(challenge, entries, self._whole, planned, now, everything=everything)
            self._standings[challenge, everything] = (state, made)
            return made

    def _whole(self, numbers: Sequence[int]) -> Mapping[int, Result]:
        missing = [number for number in numbers if number not in self._results]
        if len(self._results) + len(missing) > _REMEMBERED:
            self._results.clear()
            missing = list(numbers)
        self._results |= submissions.results_of(self.store, missing)
        return self._results
