"""Where the evaluator is: a function, a template or a class that is being gone through, and the names in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from greenprof.lint.orm.effects import Effect, Loop, Place
from greenprof.lint.orm.program import Node, names_in
from greenprof.lint.orm.project import ClassInfo, Module
from greenprof.lint.orm.values import NEVER, Born, Code, Value


@dataclass(frozen=True, slots=True)
class Condition:
    """What has to hold for a branch: the loops in which it differs from round to round, what is asked, how many loops
    are around, and whether a cache was asked, or what shows the rows. ``born`` is None for what may fail in any round.
    """

    born: Born | None
    test: Node | None
    around: int
    is_cached: bool = False
    is_of_page: bool = False
    _names: list[frozenset[str]] = field(default_factory=list, init=False, compare=False, repr=False)

    @property
    def names(self) -> frozenset[str]:
        """The names and attributes in it, looked for once."""
        if not self._names:
            self._names.append(frozenset(names_in(self.test)))
        return self._names[0]


class Names:
    """The names of a function, and those of what surrounds it."""

    __slots__ = ("outer", "table")

    def __init__(self, table: dict[str, Value], outer: Names | None) -> None:
        self.table, self.outer = table, outer

    def get(self, name: str) -> Value | None:
        """What a name stands for here."""
        scope: Names | None = self
        while scope is not None:
            if name in scope.table:
                return scope.table[name]
            scope = scope.outer
        return None


class Frame:
    """A function that is being gone through."""

    __slots__ = (
        "blocks",
        "code",
        "conditions",
        "depth",
        "doubts",
        "effects",
        "guards",
        "leaving",
        "loops",
        "maybe",
        "module",
        "names",
        "once",
        "owner",
        "results",
        "yields",
    )

    def __init__(self, module: Module, names: Names, code: Code | None = None, owner: ClassInfo | None = None) -> None:
        self.module, self.names, self.code, self.owner = module, names, code, owner
        self.loops: list[Loop] = []
        self.effects: list[Effect] = []
        self.results: list[Value] = []
        self.yields: list[Value] = []
        self.leaving: Born = NEVER
        self.maybe = 0  # conditions that are around, or that some calls have left at
        self.doubts = 0  # how many frameworks' steps around are perhaps not taken: a field that may be left out
        self.conditions: list[Condition] = []  # under which the branches around are taken
        self.guards: list[int] = []  # how many loops were around each question for what is remembered
        self.blocks: dict[str, tuple[Module, list[Node]]] = {}
        self.depth = 0
        self.once = 0

    def beside(self, module: Module, names: Names | None = None) -> Frame:
        """A frame elsewhere, with names of its own, while the same loops are gone through."""
        other = Frame(module, names or Names({}, None), self.code)
        other.loops, other.effects, other.leaving = self.loops, self.effects, self.leaving
        other.maybe, other.guards, other.conditions = self.maybe, self.guards, self.conditions
        other.doubts = self.doubts
        return other

    def place(self, node: Node) -> Place:
        """Where an expression is."""
        return Place(self.module.path, node[1], node[2])

    @property
    def rounds(self) -> Born:
        """The loops that are being gone through."""
        return frozenset(loop.token for loop in self.loops) if self.loops else NEVER
