"""Where a rule stands in a piece: the loops around the node that it looks at, and what names mean there."""

from __future__ import annotations

import ast
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

from greenprof.lint.applied import applied_in
from greenprof.lint.loops import COMPREHENSIONS, Loop, loops_around
from greenprof.lint.tree import all_nodes

if TYPE_CHECKING:
    from libcst import BaseExpression, Call, CSTNode

    from greenprof.lint.pieces import Piece


class Place:
    """What a visit method is told besides its node; see `greenprof.lint.rule.Rule`."""

    def __init__(self, piece: Piece, trail: list[CSTNode]) -> None:
        self.piece = piece
        self.scope = piece.scope
        self.trail = trail
        self._read: dict[int, tuple[CSTNode, ast.expr]] = {}
        self._statements: dict[int, tuple[CSTNode, ast.stmt]] = {}
        self._loops: dict[tuple[int, int], tuple[CSTNode, list[Loop]]] = {}

    @property
    def parent(self) -> CSTNode | None:
        """The node right above."""
        return self.trail[-1] if self.trail else None

    @property
    def comprehension(self) -> Any:
        """The innermost comprehension or generator above; None where there is none."""
        return next((one for one in reversed(self.trail) if type(one).__name__ in COMPREHENSIONS), None)

    def loops(self, node: CSTNode) -> list[Loop]:
        """The loops that run `node` again and again, innermost first; see `greenprof.lint.loops`."""
        known = self._loops.get((id(self.parent), id(node)))
        if known is None:  # the node is kept with it: its number is its own as long as it is there
            known = self._loops[id(self.parent), id(node)] = (node, loops_around(self, node))
        return known[1]

    def many(self, node: CSTNode) -> Loop | None:
        """The innermost loop that runs `node` more than a few times, None if there is none.

        Left out are loops over a constant few items, loops that take a batch at a time, and loops
        that end once `node` has run, such as a retry.
        """
        return next((loop for loop in self.loops(node) if loop.is_long), None)

    def method(self, call: CSTNode) -> str | None:
        """The last name of what is called: ``get`` of ``a.b.get(…)``, ``print`` of ``print(…)``."""
        func = getattr(call, "func", None)
        name = getattr(getattr(func, "attr", func), "value", None)
        return name if isinstance(name, str) else None

    def read(self, expr: BaseExpression) -> ast.expr:
        """`expr` as ``ast``: all that is known about values is worked out there."""
        known = self._read.get(id(expr))
        if known is None:
            known = self._read[id(expr)] = (expr, _as_ast(_code(expr)))
        return known[1]

    def read_statement(self, statement: CSTNode) -> ast.stmt:
        """A whole statement as ``ast``; its line numbers are its own."""
        known = self._statements.get(id(statement))
        if known is None:
            known = self._statements[id(statement)] = (statement, ast.parse(_code(statement)).body[0])
        return known[1]

    def read_call(self, call: Call) -> ast.Call:
        """A call as ``ast``."""
        code = self.read(call)
        assert isinstance(code, ast.Call)
        return code

    def applied_to(self, function: CSTNode) -> ast.expr | None:
        """The items that `function`, handed to ``map`` or as a ``key``, is called for; None if it is not."""
        call: Any = self.trail[-2] if len(self.trail) > 1 and type(self.parent).__name__ == "Arg" else None
        applied = applied_in(self.read_call(call)) if type(call).__name__ == "Call" else None
        if applied is None or ast.unparse(applied[0]) != ast.unparse(self.read(cast("BaseExpression", function))):
            return None
        return applied[1]

    def receiver(self, call: Call) -> ast.expr | None:
        """``x`` of ``x.method(…)``, as ``ast``."""
        func = self.read(call.func)
        return func.value if isinstance(func, ast.Attribute) else None

    def is_iterated(self, node: CSTNode) -> bool:
        """Whether `node` is what a loop goes through, or is inside of that: ``for i, x in enumerate(node)``."""
        path: list[Any] = [*self.trail, node]
        return any(
            type(above).__name__ in ("For", "CompFor") and below is above.iter for above, below in pairwise(path)
        )

    def is_conditional(self) -> bool:
        """Whether an ``if`` stands between the node looked at and the innermost loop, which is not its condition."""
        below: Any = None
        for above in reversed(cast("list[Any]", self.trail)):
            kind = type(above).__name__
            if kind in ("For", "While", "CompFor", "Lambda") or kind in COMPREHENSIONS:
                return False
            if kind == "If" and above is cast("Any", self.trail[0]) and type(above.test).__name__ == "Integer":
                return False  # what an indented piece is put under, see `Piece.text`
            if kind == "ExceptHandler" or (kind == "IfExp" and below is not above.test):
                return True
            if kind == "If" and below is not None and below is not above.test:
                return True
            below = above
        return False

    def is_invariant(self, expr: BaseExpression) -> bool:
        """Whether `expr` calls nothing, and no name in it gets a value inside the outermost loop."""
        nodes = list(all_nodes(self.read(expr)))
        names = [one.id for one in nodes if isinstance(one, ast.Name)]
        bound = [one for name in names for one in self.scope.find(name) if one.scope is self.scope]
        calls = any(isinstance(one, ast.Call) for one in nodes)
        grown = {
            one.target.id
            for one in self.piece.nodes
            if isinstance(one, ast.AugAssign) and isinstance(one.target, ast.Name)
        }
        return not calls and grown.isdisjoint(names) and not any(one.line in self.piece.lines for one in bound)

    def origin(self, expr: BaseExpression | ast.expr) -> str | None:
        """The one place where the value of `expr` comes from; None if there may be several."""
        origins = self.origins(expr)
        return next(iter(origins)) if len(origins) == 1 else None

    def origins(self, expr: BaseExpression | ast.expr) -> frozenset[str]:
        """Where the value of `expr` may come from; see `greenprof.lint.scope`."""
        return self.piece.origins(expr if isinstance(expr, ast.expr) else self.read(expr))

    def kind(self, expr: BaseExpression | ast.expr) -> str | None:
        """The kind of value, a word of `greenprof.lint.kinds`; None if it is unknown or may be several."""
        return self.piece.kind(expr if isinstance(expr, ast.expr) else self.read(expr))


def _code(node: CSTNode) -> str:
    import libcst

    return libcst.Module([]).code_for_node(node)


@lru_cache(maxsize=4096)
def _as_ast(code: str) -> ast.expr:
    return ast.parse(f"({code}\n)", mode="eval").body
