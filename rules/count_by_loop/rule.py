"""Counting equal items one by one."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Repair, Rule, Screen
from greenprof.lint.bounds import is_few
from greenprof.lint.calls import builtin, last_name, shown
from greenprof.lint.hoist import is_forgotten
from greenprof.lint.plain import plain_items, plain_type

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.site import Site

_COUNTED = frozenset({"str", "bytes", "list"})


class CountByLoop(Rule):
    """``sum(1 for c in text if c == "x")`` is ``text.count("x")``."""

    name = "count-by-loop"
    group = "loops"
    message = "counts equal items one by one"
    fix = "items.count(item)"
    needs_many = True
    screen = Screen(words=frozenset({"for", "map", "filter"}))

    def worth_reading(self, piece: Piece) -> bool:
        """Whether equal items are counted in text, bytes or a list."""
        return any(
            (found := _counted(one, piece)) is not None and _is_countable(found[0], piece)
            for one in piece.of(ast.Call, ast.For)
        )

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``sum(1 for c in text if c == "x")``, ``sum(c == "x" for c in text)``, ``len([… if c == "x"])``."""
        return _hit(node, here.read_call(node), here) if here.method(node) in ("sum", "len") and node.args else None

    def visit_For(self, node: cst.For, here: Place) -> Hit | None:
        """``for c in text: if c == "x": n += 1``."""
        return None if node.asynchronous is not None else _hit(node, here.read_statement(node), here)

    def repair(self, site: Site) -> Repair | None:
        """``items.count(item)``: surely the same for one character of a text, and for plain items of a list."""
        found = _counted(site.node, site.piece)
        if found is None:
            return None
        items, item = found
        better = f"{site.receiver(items)}.count({site.text(item)})"
        safe = _counts_alike(items, item, site)
        if not isinstance(site.node, ast.For):
            return Repair((site.replace(site.node, better),), safe=safe) if isinstance(site.node, ast.Call) else None
        match site.node:
            case ast.For(target=ast.Name(id=name), body=[ast.If(body=[ast.AugAssign(target=number)])]):
                if is_forgotten(name, site.node, site):
                    edits = site.replace_block(site.node, f"{site.text(number)} += {better}")
                    return Repair(edits, safe=safe and plain_type(number, site) == "int")
        return None


def _hit(node: cst.CSTNode, code: ast.AST, here: Place) -> Hit | None:
    found = _counted(code, here)
    if found is None or not _is_countable(found[0], here) or is_few(found[0], here):
        return None
    items, item = found
    return Hit(node, fix=f"{shown(items)}.count({shown(item)})")


def _is_countable(items: ast.expr, known: Piece | Place) -> bool:
    """Whether it is text, bytes or a list; what is read from a file is one of the first two."""
    origins = known.origins(items)
    read = bool(origins) and all(one.endswith((".read()", ".read_text()", ".read_bytes()")) for one in origins)
    return read or known.kind(items) in _COUNTED


def _counted(node: ast.AST, known: Piece | Place) -> tuple[ast.expr, ast.expr] | None:  # noqa: PLR0911  (one return per form)
    """The items that are gone through, and the one that is counted."""
    match node:
        case ast.Call(args=[ast.GeneratorExp() | ast.ListComp() as made], keywords=[]) if last_name(node) in (
            "sum",
            "len",
        ):
            pass
        case ast.For(
            body=[ast.If(test=test, body=[ast.AugAssign(op=ast.Add(), value=ast.Constant(value=1))], orelse=[])]
        ):
            return None if node.orelse else _equal(node.target, node.iter, test)
        case ast.For(body=[ast.If(test=test, body=[one], orelse=[])], orelse=[]) if _adds_one(one):
            return _equal(node.target, node.iter, test)
        case ast.For(body=[ast.If(test=ast.Compare(ops=[ast.NotEq()]) as test, body=[ast.Continue()], orelse=[]), one]):
            equal = ast.Compare(test.left, [ast.Eq()], test.comparators)
            return _equal(node.target, node.iter, equal) if _adds_one(one) and not node.orelse else None
        case ast.Call(func=ast.Name(id="sum" | "len"), args=[ast.Call() as inner], keywords=[]):
            return _counted_by_call(node, inner, known)
        case _:
            return None
    if len(made.generators) != 1 or made.generators[0].is_async:
        return None
    part = made.generators[0]
    name = builtin(node, known)
    if name == "sum" and isinstance(made.elt, ast.Constant) and made.elt.value == 1 and len(part.ifs) == 1:
        return _equal(part.target, part.iter, part.ifs[0])
    if name == "sum" and not part.ifs:
        return _equal(part.target, part.iter, _as_test(made.elt))
    if name == "len" and isinstance(made, ast.ListComp) and len(part.ifs) == 1:
        return _equal(part.target, part.iter, part.ifs[0])
    return None


def _adds_one(statement: ast.stmt) -> bool:
    """``n += 1`` and ``n = n + 1``."""
    match statement:
        case ast.AugAssign(op=ast.Add(), value=ast.Constant(value=1)):
            return True
        case ast.Assign(targets=[target], value=ast.BinOp(left=left, op=ast.Add(), right=ast.Constant(value=1))):
            return ast.unparse(target) == ast.unparse(left)
    return False


def _as_test(counted: ast.expr) -> ast.expr:
    """``c == x`` of ``int(c == x)`` and of ``1 if c == x else 0``."""
    match counted:
        case ast.Call(func=ast.Name(id="int" | "bool"), args=[test]):
            return test
        case ast.IfExp(test=test, body=ast.Constant(value=1), orelse=ast.Constant(value=0)):
            return test
    return counted


def _counted_by_call(call: ast.Call, inner: ast.Call, known: Piece | Place) -> tuple[ast.expr, ast.expr] | None:
    """``sum(map(lambda c: c == x, text))`` and ``len(list(filter(lambda c: c == x, text)))``."""
    name = builtin(call, known)
    if name == "len" and builtin(inner, known) in ("list", "tuple") and len(inner.args) == 1:
        inner = inner.args[0] if isinstance(inner.args[0], ast.Call) else inner
    wanted = {"sum": "map", "len": "filter"}.get(name or "")
    match inner:
        case ast.Call(args=[ast.Lambda(args=ast.arguments(args=[ast.arg(arg=one)]), body=test), items]):
            return _equal(ast.Name(one), items, _as_test(test)) if builtin(inner, known) == wanted else None
    return None


def _equal(target: ast.expr, items: ast.expr, test: ast.expr) -> tuple[ast.expr, ast.expr] | None:
    """``items`` and ``item`` where the test is ``x == item``, and ``item`` is the same for all."""
    match test:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="operator"), attr="eq"), args=[left, right]):
            test = ast.Compare(left, [ast.Eq()], [right])
        case ast.Compare(left=ast.Subscript(value=text, slice=ast.Name(id=index)), ops=[ast.Eq()], comparators=[right]):
            counted = isinstance(target, ast.Name) and target.id == index
            if not counted or ast.unparse(items) != f"range(len({ast.unparse(text)}))":
                return None
            test = ast.Compare(target, [ast.Eq()], [right])
    match target, test:
        case ast.Name(id=one), ast.Compare(left=ast.Name(id=two), ops=[ast.Eq()], comparators=[item]) if one == two:
            pass
        case ast.Name(id=one), ast.Compare(left=item, ops=[ast.Eq()], comparators=[ast.Name(id=two)]) if one == two:
            pass
        case _:
            return None
    match items:  # ``for i in range(len(text))`` with ``text[i]`` in the test
        case ast.Call(func=ast.Name(id="range"), args=[ast.Call(func=ast.Name(id="len"), args=[real])]):
            return None if isinstance(item, ast.Subscript) else (real, item)
    fixed = not any(isinstance(below, ast.Call) or getattr(below, "id", None) == one for below in ast.walk(item))
    return (items, item) if fixed else None


def _counts_alike(items: ast.expr, item: ast.expr, site: Site) -> bool:
    if plain_type(items, site) == "str":
        return isinstance(item, ast.Constant) and isinstance(item.value, str) and len(item.value) == 1
    return site.kind(items) == "list" and plain_items(items, site) is not None and plain_type(item, site) is not None
