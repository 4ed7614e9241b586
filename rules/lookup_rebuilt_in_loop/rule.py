"""A set, dict or list that is built anew in each round of a loop, only to look something up in it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from greenprof.lint import Hit, Repair, Rule, Screen
from greenprof.lint.bounds import is_few
from greenprof.lint.calls import builtin, keys_of, last_name, shown
from greenprof.lint.hoist import hoisted, moved, start_of, stays_the_same
from greenprof.lint.length import LONG, SHORT, length_of, rounds_of
from greenprof.lint.loops import CalledInLoop
from greenprof.lint.often import is_called_in_loop, loop_or_calls
from greenprof.lint.plain import is_hashable, plain_items
from greenprof.lint.steady import may_be_steady, only_reads, steadiness
from greenprof.lint.tree import all_nodes
from greenprof.lint.uses import assigned_name, is_only_read

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.loops import Loop
    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.site import Site

_MAKERS = frozenset({"set", "frozenset", "dict", "list", "sorted", "tuple"})
_NAMES = _MAKERS | {"Counter"}
_BUILT = (ast.ListComp, ast.SetComp, ast.DictComp)
_LOOKUPS = frozenset({"get", "index", "count", "issubset", "issuperset", "isdisjoint", "intersection", "difference"})
_BISECTS = frozenset({"bisect.bisect", "bisect.bisect_left", "bisect.bisect_right"})
_PICKS = frozenset({"random.choice", "random.sample", "random.choices"})

_AS_IT_IS = "build it once before the loop"

_LOOK = (ast.Compare, ast.Subscript, ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.Attribute, ast.Call)


class LookupRebuiltInLoop(Rule):
    """What is searched in each round is made once, before the loop."""

    name = "lookup-rebuilt-in-loop"
    group = "data-structures"
    surest = "medium"
    message = "builds the same collection in each round of this loop to look something up in it"
    hidden_loops = 1
    fix = "build it once before the loop, as a set or a dict"
    needs_many = True
    screen = Screen(words=_NAMES | {"for"})

    def worth_reading(self, piece: Piece) -> bool:
        """Whether a collection is built from nothing that its loop binds."""
        built = [one for one in piece.of(*_BUILT, ast.GeneratorExp, ast.Call) if _may_be_built(one)]
        if not built:
            return False
        kept = _looked_up_in(all_nodes(piece.node))
        used = {id(one) for node in piece.of(*_LOOK, ast.BinOp) for one in _used_by(node, kept)}
        if may_be_steady(
            piece, lambda one: id(one) in used and (_is_built(one, piece) or isinstance(one, ast.GeneratorExp))
        ):
            return True
        looked_up = (
            one for node in piece.of(ast.Compare, ast.Subscript, ast.Attribute) for one in _used_by(node, kept)
        )
        return any(isinstance(one, _BUILT) for one in looked_up) and is_called_in_loop(piece.scope)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``item in set(known)`` and ``dict(pairs)[key]``."""
        return _hit(node, here) if here.method(node) in _NAMES else None

    def visit_ListComp(self, node: cst.ListComp, here: Place) -> Hit | None:
        """``item in [row.id for row in rows]``."""
        return _hit(node, here)

    def visit_SetComp(self, node: cst.SetComp, here: Place) -> Hit | None:
        """``item in {row.id for row in rows}``."""
        return _hit(node, here)

    def visit_GeneratorExp(self, node: cst.GeneratorExp, here: Place) -> Hit | None:
        """``item in (row.id for row in rows)``."""
        return _hit(node, here) if type(here.parent).__name__ == "ComparisonTarget" else None

    def visit_DictComp(self, node: cst.DictComp, here: Place) -> Hit | None:
        """``{row.id: row for row in rows}[key]``."""
        return _hit(node, here)

    def repair(self, site: Site) -> Repair | None:
        """Built before the loop, as a set where items are only looked for: safe if it surely can be."""
        node, asked = site.node, site.parent(site.node)
        if not isinstance(node, ast.expr):
            return None
        if not isinstance(asked, ast.Compare):
            edits = moved(site, node) or hoisted(site, node, "lookup")
            return None if isinstance(node, ast.GeneratorExp) else Repair(edits, safe=False)
        source = node.args[0] if isinstance(node, ast.Call) else None
        made = builtin(node, site)
        keeps = made in ("set", "frozenset") or is_hashable(asked.left, site)
        safe = keeps and isinstance(source, ast.Name) and plain_items(source, site) is not None and made != "sorted"
        safe = safe and stays_the_same(site, node, start_of(site, node))
        name = f"{source.id}_set" if isinstance(source, ast.Name) else "known"
        return Repair(hoisted(site, node, name, _as_set(node, made, site)), safe=safe)


def _hit(node: cst.BaseExpression, here: Place) -> Hit | None:
    code = here.read(node)
    loop = here.many(node) if _is_built(code, here) or isinstance(code, ast.GeneratorExp) else None
    if loop is None and isinstance(code, _BUILT) and assigned_name(node, here) is None:
        loop = loop_or_calls(node, here)
    if loop is None or not only_reads(code, here):
        return None
    use = _use(node, here, loop)
    if type(here.parent).__name__ == "ComparisonTarget" and _is_copy_of_hashed(code, here):
        return None  # that is membership-in-copy
    sure = steadiness(code, loop) if use is not None else None
    length = length_of(code, here)
    words = f"{shown(code)} is built anew in each round of this loop"
    if sure is None or _is_of_an_error(here):
        return None
    if length == SHORT:
        return Hit(node, confidence="low" if is_few(code, here) else "medium", worth="low", message=words, loop=loop)
    again = _goes_through_the_same(code, loop)
    if type(here.parent).__name__ == "BinaryOperation" and not again:
        sure = "medium"  # of two sets that are put together anyway, one is spared
    if (use == "kept" and not again) or (here.is_conditional() and not again) or isinstance(loop, CalledInLoop):
        sure = "medium"
    fix = None if _is_better_as_a_set(code, node, here, loop) else _AS_IT_IS
    # A set that is made to be asked once takes longer than the search that it is to spare.
    always = type(here.parent).__name__ == "ComparisonTarget" and builtin(code, here) in ("set", "frozenset")
    if always and length != LONG and not again and rounds_of(loop) != LONG:
        sure = "medium"
    always = (always and not here.is_conditional()) or again
    return Hit(node, confidence=sure, message=words, fix=fix, loop=loop, items=code, always=always)


def _goes_through_the_same(code: ast.expr, loop: Loop) -> bool:
    """Whether what is built in each round is built of all that the loop goes through."""
    match code:
        case ast.ListComp(generators=[one]) | ast.SetComp(generators=[one]) | ast.DictComp(generators=[one]):
            return loop.iterable is not None and ast.unparse(one.iter) == ast.unparse(loop.iterable)
    return False


def _is_better_as_a_set(code: ast.expr, node: cst.BaseExpression, here: Place, loop: Loop) -> bool:
    """Whether a list is only asked whether something is in it, which a set or a dict answers at once."""
    listed = isinstance(code, ast.ListComp | ast.GeneratorExp) or builtin(code, here) in ("list", "sorted", "tuple")
    if not listed or type(here.parent).__name__ == "ComparisonTarget":
        return listed
    name = assigned_name(node, here)
    return name is not None and any(
        isinstance(one, ast.Compare) and name in map(ast.unparse, one.comparators) for one in ast.walk(loop.code)
    )


def _is_copy_of_hashed(code: ast.expr, here: Place) -> bool:
    source = code.args[0] if isinstance(code, ast.Call) else None
    return source is not None and (keys_of(source) is not None or here.kind(source) in ("dict", "set"))


def _may_be_built(node: ast.expr) -> bool:
    return not isinstance(node, ast.Call) or (bool(node.args) and last_name(node) in _NAMES)


def _is_built(node: ast.AST, known: Piece | Place) -> bool:
    if isinstance(node, _BUILT):
        return True
    if not isinstance(node, ast.Call) or not _may_be_built(node):
        return False
    return builtin(node, known) in _MAKERS or known.origins(node.func) == {"collections.Counter"}


def _used_by(node: ast.AST, kept: set[str]) -> Iterator[ast.expr]:
    """The expressions that `node` may look something up in, or give one of the names `kept`."""
    match node:
        case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[items]) | ast.Subscript(value=items):
            yield items
        case (
            ast.Assign(targets=[ast.Name(id=name)], value=items)
            | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as items)
            | ast.NamedExpr(target=ast.Name(id=name), value=items)
        ):
            if name in kept:
                yield items
        case ast.BinOp(left=left, op=ast.Sub() | ast.BitAnd(), right=right):
            yield from (left, right)
        case ast.Attribute(value=items, attr=attr) if attr in _LOOKUPS:
            yield items
        case ast.Call(args=[items, *_]):
            yield items


def _use(node: cst.BaseExpression, here: Place, loop: Loop) -> str | None:  # noqa: PLR0911  (one return per form)
    """``looked up`` where it stands, ``kept`` in a name that is only read in this round; None for anything else."""
    name = assigned_name(node, here)
    if name is not None:
        return "kept" if is_only_read(node, here, loop) and name in _looked_up_in(ast.walk(loop.code)) else None
    parent: Any = here.parent
    kind = type(parent).__name__
    if kind == "ComparisonTarget":
        return "looked up" if type(parent.operator).__name__ in ("In", "NotIn") else None
    if kind == "Subscript":
        sliced = any(type(one.slice).__name__ == "Slice" for one in parent.slice)
        return "looked up" if parent.value is node and not sliced else None
    if kind == "BinaryOperation":
        operator = type(parent.operator).__name__
        return "looked up" if operator in ("Subtract", "BitAnd") and here.kind(here.read(node)) == "set" else None
    if kind == "Attribute":
        call: Any = here.trail[-2]
        return "looked up" if type(call).__name__ == "Call" and parent.attr.value in _LOOKUPS else None
    if kind == "Arg":
        call = here.trail[-2]
        return "looked up" if here.origin(call.func) in _PICKS | _BISECTS and call.args[0] is parent else None
    return None


def _looked_up_in(nodes: Iterable[ast.AST]) -> set[str]:
    """The names of the collections in which something is looked up."""
    found = set[str]()
    for node in nodes:
        match node:
            case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[ast.Name(id=name)]):
                found.add(name)
            case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[ast.NamedExpr(target=ast.Name(id=name))]):
                found.add(name)
            case ast.Subscript(value=ast.Name(id=name), slice=index):
                if not isinstance(index, ast.Slice | ast.Constant):
                    found.add(name)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)) if attr in _LOOKUPS:
                found.add(name)
    return found


def _is_of_an_error(here: Place) -> bool:
    """Whether it stands in the message of an ``assert`` or a ``raise``, which nobody sees as a rule."""
    return any(type(one).__name__ in ("Raise", "Assert") for one in here.trail)


def _as_set(node: ast.expr, made: str | None, site: Site) -> str:
    """The code that builds the same items as a set."""
    if isinstance(node, ast.ListComp | ast.GeneratorExp):
        return f"{{{site.text(node)[1:-1]}}}"
    if isinstance(node, ast.Call) and made in ("list", "tuple", "sorted"):
        return f"set({site.argument(node.args[0])})"
    return site.text(node)
