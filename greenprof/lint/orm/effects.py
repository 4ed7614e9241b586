"""What code does to a database, as it is seen while the code is gone through."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from greenprof.lint.orm.values import NEVER, Born, Row, Source
from greenprof.model import Step


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is; the line counts from 1, the column from 0, in bytes."""

    path: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Effect:
    """A statement that is sent, or a part of a row that is fetched.

    ``kind`` is ``relation`` (of ``row``, by ``name``), ``query``, ``write``, ``column`` or ``key``. ``born`` are the
    loops in each round of which it happens; None: whichever is around. ``never`` are those that it leaves. ``depends``
    are the loops that its arguments change with. ``steps`` lead from the call to the statement, ``place`` is where it
    is seen in the function that is looked at. ``perhaps``: what is called does it under a condition only; ``for_some``
    are the loops for some of whose rounds such a condition holds, since it asks what differs from round to round.
    """

    kind: str
    name: str
    place: Place
    born: Born | None
    model: Any = None
    relation: Any = None
    row: Row | None = None
    source: Source | None = None
    depends: Born = NEVER
    steps: tuple[Step, ...] = ()
    sure: int = 2
    never: Born = NEVER
    discards: bool = False
    method: str = ""
    through: str = ""
    perhaps: bool = False
    for_some: Born = NEVER
    sent_at: Place | None = None

    @property
    def at(self) -> Place:
        """Where the statement is sent."""
        return self.sent_at or self.place

    def called(self, place: Place, name: str) -> Effect:
        """The same as seen by the caller."""
        steps = (Step(path=place.path, line=place.line, message=f"{name} is called here"), *self.steps)
        through = name
        return replace(self, place=place, steps=steps[:8], through=through, sent_at=self.at)


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop that is being gone through: its number, where it is, and what it goes through.

    ``of_one`` says that its rows belong to one row of another model: ``for line in order.lines.all()``. ``searches``:
    it ends at the first that fits; ``sends``: a round sends a mail or a request, or starts a task or a program;
    ``is_one_line``: a round is one expression, for all or for some.
    """

    token: int
    place: Place
    source: Source | None = None
    sure: int = 2
    kind: str = "loop"
    words: str = "once a round of this loop"
    of_one: bool = False
    searches: bool = False
    sends: bool = False
    is_one_line: bool = False

    @property
    def shows(self) -> bool:
        """Whether the rows are shown: by a template, or by what a framework does with them."""
        return self.by_framework or not self.place.path.endswith(".py")

    @property
    def by_framework(self) -> bool:
        """Whether a framework goes through the rows, and no line of the project says so."""
        return self.token < 0


@dataclass(frozen=True, slots=True)
class Found:
    """An effect that happens once a round of a loop; ``writes`` says that rows are written in its rounds as well."""

    effect: Effect
    loop: Loop
    function: Any = None
    writes: bool = False
