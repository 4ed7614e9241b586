"""Text or bytes built piece by piece in a way that copies all of it each time."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Repair, Rule, Screen
from greenprof.lint.calls import last_name
from greenprof.lint.growth import is_value_of, loop_that_grows
from greenprof.lint.hoist import is_forgotten
from greenprof.lint.joins import joined_after_loop

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.loops import Loop
    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.site import Site

_TEXT = {"str", "bytes"}
_FORMS = ("BinaryOperation", "FormattedString", "Call")


class StringConcatInLoop(Rule):
    """A string that grows in a loop is copied in each round, except where CPython can grow it in place."""

    name = "string-concat-in-loop"
    group = "loops"
    surest = "medium"
    message = "copies all of the text built so far in each round of this loop"
    hidden_loops = 1
    fix = "append the parts to a list and join them after the loop"
    needs_many = True
    screen = Screen(words=frozenset({"+=", "+", "for", "while", "reduce"}))

    def worth_reading(self, piece: Piece) -> bool:
        """Whether one of the variables that grow is text."""
        return any(
            _grown_kind(one, piece) in _TEXT
            and not (isinstance(one, ast.AugAssign) and _is_cheap(one.target, piece))
            and not _starts_inside(one.target if isinstance(one, ast.AugAssign) else one.targets[0], piece)
            for one in piece.of(ast.Assign, ast.AugAssign)
        ) or any(_is_added_up(call) for call in piece.calls)

    def visit_AugAssign(self, node: cst.AugAssign, here: Place) -> Hit | None:
        """``target += text``."""
        if type(node.operator).__name__ != "AddAssign":
            return None
        target = here.read(node.target)
        return None if _is_cheap(target, here) else _hit(node, target, here, "medium")

    def visit_Assign(self, node: cst.Assign, here: Place) -> Hit | None:
        """``s = s + a + b`` and ``s = a + s``; CPython does grow ``s = s + a`` in place."""
        if len(node.targets) != 1 or type(node.value).__name__ not in _FORMS:
            return None
        target, value = here.read(node.targets[0].target), here.read(node.value)
        if _is_put_together(target, value):
            return _hit(node, target, here, "medium", in_for="medium")  # mostly a command's few options
        name = ast.unparse(target)
        terms = _terms(value)
        if _is_added_to_default(target, terms):
            return _hit(node, target, here, "medium", known=True)
        if [ast.unparse(one) for one in terms].count(name) != 1:
            return None
        simple = len(terms) == 2 and ast.unparse(terms[0]) == name
        if simple and _is_cheap(target, here):
            return None
        return _hit(node, target, here, "medium" if ast.unparse(terms[0]) == name else "low")

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``reduce(lambda text, part: text + part + ",", parts, "")``."""
        if here.method(node) != "reduce" or not _is_added_up(here.read(node)):
            return None
        return Hit(node, confidence="medium", message="copies all of the text built so far for each part")

    def repair(self, site: Site) -> Repair | None:
        """The parts go to a list that is joined after the loop, if the text is looked at before and after it only."""
        match site.node:
            case ast.AugAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
                return joined_after_loop(name, site)
            case ast.AugAssign(target=ast.Attribute() as target, value=value):
                return _joined_at_once(target, value, site)
        return None


def _grown_kind(node: ast.AST, piece: Piece) -> str | None:
    match node:
        case ast.AugAssign(target=target, op=ast.Add()) | ast.Assign(targets=[target], value=ast.BinOp(op=ast.Add())):
            if isinstance(node, ast.Assign) and _is_added_to_default(target, _terms(node.value)):
                return "str"
            return piece.scope.kind(target, piece.lines)
        case ast.Assign(targets=[target], value=value) if _is_put_together(target, value):
            return piece.scope.kind(target, piece.lines)
    return None


def _is_put_together(target: ast.expr, value: ast.expr) -> bool:
    """``s = f"{s}{part}"``, ``"{}{}".format(s, part)``, ``"%s%s" % (s, part)`` and ``"".join([s, part])``."""
    match value:
        case ast.JoinedStr(values=parts):
            given = [one.value for one in parts if isinstance(one, ast.FormattedValue)]
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str() | bytes()), attr="format"), args=given):
            pass
        case ast.Call(
            func=ast.Attribute(value=ast.Constant(value=str() | bytes()), attr="join"),
            args=[ast.List(elts=given) | ast.Tuple(elts=given)],
        ):
            pass
        case ast.BinOp(left=ast.Constant(value=str() | bytes()), op=ast.Mod(), right=ast.Tuple(elts=given)):
            pass
        case _:
            return False
    return len(given) > 1 and ast.unparse(target) in map(ast.unparse, given)


def _is_added_to_default(target: ast.expr, terms: list[ast.expr]) -> bool:
    """``texts[key] = texts.get(key, "") + part``."""
    match terms:
        case [ast.Call(args=[_, ast.Constant(value=str() | bytes())]) as first, _, *_]:
            return isinstance(target, ast.Subscript) and is_value_of(target, first)
    return False


def _is_added_up(node: ast.AST) -> bool:
    """Whether `node` is ``reduce`` of a lambda that adds to text, from a text on."""
    match node:
        case ast.Call(
            args=[ast.Lambda(args=ast.arguments(args=[first, _]), body=body), _, ast.Constant(value=str() | bytes())]
        ):
            terms = _terms(body)
            return last_name(node) == "reduce" and len(terms) > 1 and ast.unparse(terms[0]) == first.arg
    return False


def _hit(
    node: cst.AugAssign | cst.Assign,
    target: ast.expr,
    here: Place,
    in_while: str,
    *,
    known: bool = False,
    in_for: str = "high",
) -> Hit | None:
    """A ``while`` often goes over a few digits or path segments; ``in_while`` and ``in_for`` are how sure to be."""
    if (not known and here.kind(target) not in _TEXT) or _starts_inside(target, here.piece):
        return None
    loop = loop_that_grows(node, here)
    if loop is not None and isinstance(target, ast.Name) and target.id in loop.own_names:
        return None
    if loop is None:
        return None
    if here.kind(target) == "bytes" and isinstance(target, ast.Name) and not _is_waited_for(target, loop):
        return Hit(
            node, confidence="medium", loop=loop, always=True
        )  # no bytes grow in place: what is read or received is copied
    return Hit(node, confidence=in_while if loop.is_while else in_for, loop=loop)


def _is_waited_for(target: ast.Name, loop: Loop) -> bool:
    """Whether the loop goes on until the text is of some length, or ends in a mark: so long it becomes, and no more."""
    return loop.test is not None and any(
        isinstance(one, ast.Name) and one.id == target.id for one in ast.walk(loop.test)
    )


def _terms(value: ast.expr) -> list[ast.expr]:
    """``a``, ``b`` and ``c`` of ``a + b + c``, but ``a`` and ``b + c`` of ``a + (b + c)``: as it is computed."""
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
        return [*_terms(value.left), value.right]
    return [value]


def _is_cheap(target: ast.expr, known: Piece | Place) -> bool:
    """Whether `target` is a plain local variable: CPython reallocates its string if nothing else refers to it."""
    return isinstance(target, ast.Name) and known.kind(target) == "str" and known.scope.is_fast_local(target.id)


def _starts_inside(target: ast.expr, piece: Piece) -> bool:
    """Whether the text starts anew, or is cut, inside the outermost loop, so that it may well stay short."""
    if not isinstance(target, ast.Name):
        return False
    starts = [one for one in piece.scope.find(target.id) if _is_cut(one.value) or not _refers(one.value, target.id)]
    return any(one.scope is piece.scope and one.line in piece.lines for one in starts)


def _is_cut(value: ast.expr | None) -> bool:
    """``buffer = buffer[end:]``: what was looked at is taken away."""
    return isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Slice)


def _refers(value: ast.expr | None, name: str) -> bool:
    return value is not None and any(isinstance(one, ast.Name) and one.id == name for one in ast.walk(value))


def _joined_at_once(target: ast.Attribute, value: ast.expr, site: Site) -> Repair | None:
    """``self.text += "".join(…)`` in the place of the loop; whoever looks at it meanwhile sees another text."""
    loop, kind = site.parent(site.node), site.kind(target)
    match loop:
        case ast.For(target=item, iter=items, body=[_], orelse=[]) if kind in _TEXT:
            names = [one.id for one in ast.walk(item) if isinstance(one, ast.Name)]
            if not all(is_forgotten(name, loop, site) for name in names):
                return None
            joint = 'b""' if kind == "bytes" else '""'
            parts = f"{site.text(value)} for {site.text(item)} in {site.text(items)}"
            edits = site.replace_block(loop, f"{site.text(target)} += {joint}.join({parts})")
            return Repair(edits, safe=False)
    return None
