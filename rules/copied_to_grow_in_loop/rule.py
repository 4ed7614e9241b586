"""A collection that grows by being copied."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Repair, Rule, Screen
from greenprof.lint.calls import last_name
from greenprof.lint.growth import comes_again, is_value_of
from greenprof.lint.length import LONG, SHORT, length_of, rounds_of
from greenprof.lint.local import is_inside, is_parameter, stored_value, uses_of
from greenprof.lint.plain import is_surely
from greenprof.lint.steady import starts_in

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.loops import Loop
    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.site import Site

_FIXES = {
    "list": "append or extend changes the list in place",
    "tuple": "append to a list, and make a tuple of it after the loop",
    "dict": "assign the key, or update the dict in place",
    "set": "add or update changes the set in place",
}
_KINDS = {"builtins.list()": "list", "builtins.tuple()": "tuple", "builtins.dict()": "dict", "builtins.set()": "set"}
_KINDS["builtins.frozenset()"] = "set"


_COPIES = (ast.BinOp, ast.List, ast.Tuple, ast.Set, ast.Dict, ast.Call)


class CopiedToGrowInLoop(Rule):
    """``items = items + [item]`` copies all items to add one."""

    name = "copied-to-grow-in-loop"
    group = "data-structures"
    surest = "medium"
    message = "copies the whole collection to add to it, in each round of this loop"
    hidden_loops = 1
    fix = "change it in place: append, extend, update"
    needs_many = True
    screen = Screen(words=frozenset({"for", "while", "reduce"}))

    def worth_reading(self, piece: Piece) -> bool:
        """Whether some name gets a grown copy of itself."""
        return any(
            isinstance(one.op, ast.Add)
            and _grown(one.target, ast.BinOp(one.target, one.op, one.value), piece) == "tuple"
            if isinstance(one, ast.AugAssign)
            else len(one.targets) == 1 and _grown(one.targets[0], one.value, piece) is not None
            for one in piece.of(ast.Assign, ast.AugAssign)
        ) or any(_is_reduced(call) for call in piece.calls)

    def visit_Assign(self, node: cst.Assign, here: Place) -> Hit | None:
        """``items = items + [item]``, ``items = [*items, item]``, ``table = {**table, key: value}``."""
        if len(node.targets) != 1:
            return None
        return _hit(node, here.read(node.targets[0].target), here.read(node.value), here)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``reduce(lambda table, row: {**table, row.key: row}, rows, {})``."""
        if here.method(node) != "reduce" or not _is_reduced(here.read_call(node)):
            return None
        return Hit(node, confidence="medium", message="copies the whole collection to add to it, for each item")

    def visit_AugAssign(self, node: cst.AugAssign, here: Place) -> Hit | None:
        """``items += (item,)`` of a tuple, which cannot grow in place as a list does."""
        if type(node.operator).__name__ != "AddAssign":
            return None
        target = here.read(node.target)
        value = ast.BinOp(target, ast.Add(), here.read(node.value))
        return _hit(node, target, value, here) if _grown(target, value, here) == "tuple" else None

    def repair(self, site: Site) -> Repair | None:
        """Added to in place: safe if nobody else has the collection, and nothing goes through it meanwhile."""
        match site.node:
            case ast.Assign(targets=[ast.Name(id=name) as target], value=value) if not _has_others(name, site):
                better = _in_place(target, value, site)
            case _:
                return None
        safe = _is_own(name, site) and not (isinstance(value, ast.Dict) and _is_busy(value))
        return Repair((site.replace(site.node, better),), safe=safe) if better else None


def _hit(node: cst.CSTNode, target: ast.expr, value: ast.expr, here: Place) -> Hit | None:
    kind = _grown(target, value, here)
    loop = here.many(node) if kind is not None else None
    if kind is None or loop is None or (starts_in(target, loop) and not comes_again(target, loop)):
        return None
    if rounds_of(loop) == SHORT:  # the loop around it may go on with the same collection
        around = [one for one in here.loops(node) if one.is_long and not starts_in(target, one)]
        loop = next((one for one in around if rounds_of(one) != SHORT), loop)
    on_purpose = kind == "tuple" and not isinstance(target, ast.Name)  # an attribute that nobody may change in place
    if rounds_of(loop) == SHORT or on_purpose:
        return Hit(node, confidence="low", fix=_FIXES[kind])
    unsure = loop.is_while or here.is_conditional() or isinstance(target, ast.Subscript)
    # Tuples are mostly meant to stay short, and so is what is named as arguments, options or columns.
    sure = "medium" if unsure or kind == "tuple" or length_of(target, here) == SHORT else "high"
    if kind != "tuple" and _is_shorter_in_place(target, value, loop):
        return Hit(node, confidence=sure if rounds_of(loop) == LONG else "medium", fix=_FIXES[kind], always=True)
    return Hit(node, confidence=sure, fix=_FIXES[kind])


def _is_shorter_in_place(target: ast.expr, value: ast.expr, loop: Loop) -> bool:
    """Whether ``items.append(item)`` can stand there: more is put at the end of what this function alone has made."""
    scope = loop.place.scope
    if not isinstance(target, ast.Name) or not scope.is_fast_local(target.id) or is_parameter(target.id, scope):
        return False
    grown = ast.unparse(value)
    made = [one.value for one in scope.find(target.id) if one.value is None or ast.unparse(one.value) != grown]
    fresh = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp, ast.Call)
    if not all(isinstance(one, fresh) for one in made):
        return False
    kept = _reads(target.id, loop.code) > _reads(target.id, value)  # somebody else may get what it is by then
    return not kept and ast.unparse(_first_part(value)) == target.id


def _reads(name: str, code: ast.AST) -> int:
    nodes = (one for one in ast.walk(code) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load))
    return sum(one.id == name for one in nodes)


def _first_part(value: ast.expr) -> ast.expr:
    """``items`` of ``items + [item]``, ``[*items, item]``, ``{**items, key: value}`` and ``items.union(others)``."""
    match value:
        case ast.BinOp(left=left):
            return _first_part(left)
        case ast.List(elts=[ast.Starred(value=first), *_]) | ast.Set(elts=[ast.Starred(value=first), *_]):
            return first
        case ast.Dict(keys=[None, *_], values=[first, *_]) | ast.Call(func=ast.Name(), args=[first, *_]):
            return first
        case ast.Call(func=ast.Attribute(value=first)):
            return first
    return value


def _grown(target: ast.expr, value: ast.expr, known: Piece | Place) -> str | None:  # noqa: PLR0911  (one return per form)
    """The kind of collection, if `value` is that of `target` with more in it; None if it is anything else."""
    if not isinstance(value, _COPIES) or not isinstance(target, ast.Name | ast.Attribute | ast.Subscript):
        return None
    name = ast.unparse(target)
    match value:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            terms = [*_terms(left), right]
            if not any(is_value_of(target, one) for one in terms):
                return None
            kinds = {_kind(one, known) for one in terms} - {None}
            return kinds.pop() if len(kinds) == 1 and kinds <= {"list", "tuple"} else None
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            kinds = {_kind(left, known), _kind(right, known)} - {None}
            known_kind = kinds.pop() if len(kinds) == 1 else None
            return known_kind if ast.unparse(left) == name and known_kind in ("dict", "set") else None
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            starred = [ast.unparse(one.value) for one in items if isinstance(one, ast.Starred)]
            return type(value).__name__.lower() if name in starred and len(items) > 1 else None
        case ast.Dict(keys=keys, values=values):
            spread = [ast.unparse(one) for key, one in zip(keys, values, strict=True) if key is None]
            return "dict" if name in spread and len(keys) > 1 else None
        case ast.Call(func=ast.Name(id="dict"), args=[first], keywords=[_, *_]):
            return "dict" if ast.unparse(first) == name else None
        case ast.Call(func=ast.Attribute(value=owner, attr="union"), args=[_, *_]):
            return "set" if ast.unparse(owner) == name and _kind(owner, known) == "set" else None
    return None


def _is_reduced(call: ast.Call) -> bool:
    """Whether `call` is ``reduce`` of a lambda that makes a copy of its first argument with something more in it."""
    match call:
        case ast.Call(args=[ast.Lambda(args=ast.arguments(args=[first, _]), body=body), *_]) if (
            last_name(call) == "reduce"
        ):
            match body:
                case ast.Dict(keys=[None, _, *_], values=[ast.Name(id=name), *_]):
                    return name == first.arg
                case (
                    ast.List(elts=[ast.Starred(value=ast.Name(id=name)), item])
                    | ast.Set(elts=[ast.Starred(value=ast.Name(id=name)), item])
                ):
                    return name == first.arg and not isinstance(item, ast.Starred)
    return False


def _terms(value: ast.expr) -> list[ast.expr]:
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
        return [*_terms(value.left), value.right]
    return [value]


def _kind(expr: ast.expr, known: Piece | Place) -> str | None:
    if isinstance(expr, ast.Subscript) and isinstance(expr.slice, ast.Slice):
        return None
    match expr:
        case ast.Call(func=ast.Attribute(attr="get"), args=[_, default]):
            expr = default
    kinds = {_KINDS.get(origin.removesuffix(".union()")) for origin in known.origins(expr)}
    return kinds.pop() if len(kinds) == 1 else None


_QUIET = frozenset({"stored", "item", "slice", "sought", "tested", "iterated", "argument", "returned", "item stored"})


_LAZY = frozenset({"iter", "enumerate", "zip", "reversed", "map", "filter"})


def _in_place(target: ast.Name, value: ast.expr, site: Site) -> str | None:
    """The statement that adds to the collection itself."""
    name, kind = target.id, _grown(target, value, site.piece)
    match value:
        case ast.BinOp(left=ast.Name(id=left), op=ast.Add(), right=right) if left == name and kind == "list":
            single = isinstance(right, ast.List) and len(right.elts) == 1 and not isinstance(right.elts[0], ast.Starred)
            if isinstance(right, ast.List) and single:
                return f"{name}.append({site.text(right.elts[0])})"
            return f"{name} += {site.text(right)}" if is_surely(right, "list", site) else None
        case ast.List(elts=[ast.Starred(value=ast.Name(id=first)), item]) if first == name and kind == "list":
            return None if isinstance(item, ast.Starred) else f"{name}.append({site.text(item)})"
        case ast.Set(elts=[ast.Starred(value=ast.Name(id=first)), item]) if first == name and kind == "set":
            return None if isinstance(item, ast.Starred) else f"{name}.add({site.text(item)})"
        case ast.Dict(keys=[None, ast.expr() as key], values=[ast.Name(id=first), item]) if first == name:
            return f"{name}[{site.text(key)}] = {site.text(item)}"
    return None


def _is_own(name: str, site: Site) -> bool:
    """Whether the collection is made here, stays here until it is returned, and no loop over it holds this line."""
    uses = uses_of(name, site.scope, site.code)
    if uses is None or is_parameter(name, site.scope):
        return False
    made = [stored_value(use) for use in uses if use.how == "stored" and use.whole is not site.node]
    others = [use for use in uses if not is_inside(use.name, site.node, site.code)]
    through = [site.statement(use.whole) for use in others if use.how == "iterated"]
    return (
        all(isinstance(one, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp) for one in made)
        and all(use.how in {*_QUIET, "method"} and use.word not in _LAZY for use in others)
        and not any(is_inside(site.node, one, site.code) for one in through)
    )


def _has_others(name: str, site: Site) -> bool:
    """Whether somebody else may have the collection: who calls, another name, or what each round hands it to."""
    uses = uses_of(name, site.scope, site.code)
    if uses is None or is_parameter(name, site.scope):
        return True
    made = [stored_value(use) for use in uses if use.how == "stored" and use.whole is not site.node]
    loop = site.loops[0] if site.loops else site.node
    others = [use for use in uses if use.how == "other" and not is_inside(use.name, site.node, site.code)]
    given = [use for use in others if is_inside(use.name, loop, site.code)]
    return any(isinstance(one, ast.Name | ast.Attribute | None) for one in made) or bool(given)


def _is_busy(value: ast.expr) -> bool:
    """Whether the order matters in which its parts are computed."""
    return any(isinstance(one, ast.Call | ast.Await | ast.Yield | ast.NamedExpr) for one in ast.walk(value))
