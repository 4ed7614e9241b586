"""A class that is made anew in each round of a loop."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.calls import meant_name
from greenprof.lint.often import loop_or_calls
from greenprof.lint.steady import paths_in, steadiness

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.loops import Loop
    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_MAKERS = re.compile(
    r"collections\.namedtuple|typing\.(?:NamedTuple|TypedDict)|dataclasses\.make_dataclass|enum\.(?:Int|Str)?(?:Enum|Flag)"
    r"|pydantic\.create_model|attrs?\.make_class|ctypes\.CFUNCTYPE"
)

_NAMES = frozenset({"namedtuple", "NamedTuple", "TypedDict", "make_dataclass", "create_model", "make_class", "type"})
_NAMES |= {"Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "CFUNCTYPE"}


class ClassCreatedInLoop(Rule):
    """Making a class costs hundreds of times as much as making an object of it."""

    name = "class-created-in-loop"
    group = "loops"
    message = "makes the same class again in each round of this loop"
    fix = "make the class once, at the top of the module"
    needs_many = True
    screen = Screen(words=frozenset({"for", "while"}) | _NAMES - {"type"}, called=_NAMES - {"type"})

    def worth_reading(self, piece: Piece) -> bool:
        """Whether a class is made in it, in a loop or in a function that runs in one."""
        return any(
            isinstance(one, ast.ClassDef) or (isinstance(one, ast.Call) and _makes_a_class(one, piece))
            for one in piece.nodes
        )

    def visit_ClassDef(self, node: cst.ClassDef, here: Place) -> Hit | None:
        """``class Point: …`` in the body of a loop."""
        loop = here.many(node)
        code = here.read_statement(node) if loop is not None else None
        if loop is None or not isinstance(code, ast.ClassDef) or not _is_the_same(code, loop):
            return None
        return Hit(node.name, whole=node)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``namedtuple("Point", "x y")`` in a loop."""
        if not node.args:
            return None
        call = here.read_call(node)
        loop = _loop(node, here) if _makes_a_class(call, here) else None
        sure = steadiness(call, loop) if loop is not None else None
        dear = (
            here.method(node) != "type"
        )  # the others write code and compile it, or make many objects: not microseconds
        return Hit(node, confidence="medium" if dear else sure, always=dear) if sure is not None else None


def _loop(node: cst.Call, here: Place) -> Loop | None:
    """The loop around, also by way of a function for what has a name that is looked for there."""
    return here.many(node) if here.method(node) == "type" else loop_or_calls(node, here)


def _makes_a_class(call: ast.Call, known: Piece | Place) -> bool:
    if len(call.args) + len(call.keywords) < 2 or meant_name(call, known) not in _NAMES:
        return False
    origins = known.origins(call.func)
    if origins == {"builtins.type"}:
        return len(call.args) == 3 and not _has_fresh_state(call.args[2])
    return bool(origins) and all(map(_MAKERS.fullmatch, origins))


def _has_fresh_state(namespace: ast.expr) -> bool:
    """Whether each class that is made gets a collection of its own, to be filled: ``{"operations": []}``."""
    values = namespace.values if isinstance(namespace, ast.Dict) else []
    return any(isinstance(one, ast.List | ast.Dict | ast.Set) for one in values)


def _is_the_same(code: ast.ClassDef, loop: Loop) -> bool:
    """Whether the class reads nothing that changes in the loop."""
    own = {code.name, "self", "cls"}
    bound = {one.id for one in ast.walk(code) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    bound |= {one.arg for one in ast.walk(code) if isinstance(one, ast.arg)}
    bound |= {one.name for one in ast.walk(code) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}
    names = {path.partition(".")[0] for statement in (*code.body, *code.bases) for path in paths_in(statement)}
    free = [ast.Name(name, ast.Load()) for name in names - own - bound]
    return all(steadiness(name, loop) is not None for name in free)
