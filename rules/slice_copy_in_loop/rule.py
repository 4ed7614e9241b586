"""Taking items off a sequence by copying all that is left."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.calls import last_name
from greenprof.lint.length import LONG, SHORT, length_of
from greenprof.lint.steady import starts_in

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.loops import Loop
    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_COPIED = re.compile(
    r"""(?:
    (?P<list>builtins\.(?:list|sorted)\(\))
    | (?P<bytes>builtins\.bytes\(\)(?:\.join\(\))? | .*\.(?:encode|recv|read_bytes|tobytes|to_bytes)\(\))
    | (?P<text>builtins\.(?:str|tuple)\(\)(?:\.join\(\))? | .*\.(?:read|read_text|decode|strip)\(\))
    )(?:\[:\] | \.(?:partition|split)\(\)\[\] | \.removeprefix\(\))*""",
    re.VERBOSE,
)
_SHORT_TEXT = re.compile(r"line|word|token|path|name|key|url|prefix|suffix|digits?$|^[sn]$", re.IGNORECASE)


_SPLITS = frozenset({"partition", "split"})
_FORMS = ("Subscript", "Tuple", "Name", "Call")


class SliceCopyInLoop(Rule):
    """``items = items[1:]`` copies all but one, in each round."""

    name = "slice-copy-in-loop"
    group = "memory"
    surest = "medium"
    message = "copies all that is left of the sequence in each round of this loop"
    hidden_loops = 1
    fix = "keep the sequence and count a position; for bytes, slice a memoryview; for a queue, a deque"
    needs_many = True
    screen = Screen(words=frozenset({"while", "for"}))

    def worth_reading(self, piece: Piece) -> bool:
        """Whether a name gets a slice of itself."""
        return any(any(_shortened(one)) for one in piece.of(ast.Assign))

    def visit_Assign(self, node: cst.Assign, here: Place) -> Hit | None:
        """``items = items[1:]``, ``head, items = items[0], items[1:]`` and ``head, *items = items``."""
        loop = here.many(node) if type(node.value).__name__ in _FORMS else None
        statement = here.read_statement(node) if loop is not None else None
        if loop is None or not isinstance(statement, ast.Assign):
            return None
        for items in _shortened(statement):
            if not starts_in(items, loop):
                sure = _certainty(items, here)
                if sure is not None:
                    return Hit(node, confidence=sure, items=items, worth="low" if _by_chunks(items, loop) else "high")
        return None


def _shortened(statement: ast.Assign) -> list[ast.expr]:
    """The names that get a slice of themselves which is one to the end, or all but the last."""
    if len(statement.targets) != 1:
        return []
    target, value = statement.targets[0], statement.value
    match target, value:
        case ast.Tuple(elts=targets), ast.Tuple(elts=values) if len(targets) == len(values):
            pairs = list(zip(targets, values, strict=True))
        case ast.Tuple(elts=[*_, ast.Starred(value=rest)]), ast.Name() if ast.unparse(rest) == ast.unparse(value):
            return [value]
        case ast.Tuple(elts=[*_, rest]), ast.Call(func=ast.Attribute(value=text, attr=attr)) if attr in _SPLITS:
            once = attr == "partition" or len(value.args) == 2
            return [text] if once and ast.unparse(rest) == ast.unparse(text) else []
        case _, ast.Call(func=ast.Attribute(value=text, attr="removeprefix" | "removesuffix"), args=[_]):
            return [text] if ast.unparse(target) == ast.unparse(text) else []
        case _, ast.Call(func=ast.Name(id="list"), args=[ast.Call(args=[items, start, end]) as part]):
            rest_of = last_name(part) == "islice" and ast.unparse(end) == "None" and ast.unparse(start) != "0"
            return [items] if rest_of and ast.unparse(target) == ast.unparse(items) else []
        case _:
            pairs = [(target, value)]
    return [one for one, other in pairs if _is_rest(one, other)]


def _is_rest(target: ast.expr, value: ast.expr) -> bool:
    match value:
        case ast.Subscript(
            value=ast.Name() | ast.Attribute() as items, slice=ast.Slice(lower=lower, upper=upper, step=None)
        ):
            return ast.unparse(items) == ast.unparse(target) and (lower is None) != (upper is None)
    return False


def _by_chunks(items: ast.expr, loop: Loop) -> bool:
    """Whether each round takes a chunk off the front, ``items[:size]`` beside ``items[size:]``: rounds are few then."""
    name = ast.unparse(items)
    slices = [
        one.slice
        for one in ast.walk(loop.code)
        if isinstance(one, ast.Subscript) and isinstance(one.slice, ast.Slice) and ast.unparse(one.value) == name
    ]
    taken = {ast.unparse(one.upper) for one in slices if one.lower is None and one.upper is not None}
    left = {ast.unparse(one.lower) for one in slices if one.upper is None and one.lower is not None}
    return bool(taken & left - {"1"})


def _certainty(items: ast.expr, here: Place) -> str | None:
    """All are copied for certain; most texts and lists that are taken apart like this are short: tokens, arguments."""
    kinds = {match.lastgroup if (match := _COPIED.fullmatch(one)) else None for one in here.origins(items)}
    kind = kinds.pop() if len(kinds) == 1 else None
    name = ast.unparse(items).rpartition(".")[2]
    if kind is None:
        return "low"
    if kind == "text":
        return "medium" if length_of(items, here) == LONG and not _SHORT_TEXT.search(name) else "low"
    if length_of(items, here) == SHORT:
        return "low"
    return "high"
