"""The sum of the products of two sequences, item by item."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Pythons, Repair, Rule, Screen
from greenprof.lint.arrays import is_array, is_column
from greenprof.lint.bounds import is_few
from greenprof.lint.calls import builtin, shown
from greenprof.lint.imports import imported
from greenprof.lint.length import LONG, SHORT, length_of

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.site import Site


class ProductsSummedInPython(Rule):
    """``math.sumprod`` goes through both sequences in C, and adds floats more exactly."""

    name = "products-summed-in-python"
    group = "loops"
    message = "multiplies and adds item by item what one call multiplies and adds"
    fix = "math.sumprod(a, b)"
    pythons = Pythons(since=(3, 12))
    needs_many = True
    screen = Screen(words=frozenset({"sum", "fsum"}))

    def worth_reading(self, piece: Piece) -> bool:
        """Whether it adds products."""
        return any(_factors(call, piece) is not None for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``sum(x * y for x, y in zip(a, b))``."""
        if here.method(node) not in self.screen.words:
            return None
        factors = _factors(here.read_call(node), here)
        if factors is None or any(is_few(one, here) or is_array(one, here) or is_column(one, here) for one in factors):
            return None
        lengths = {length_of(one, here) for one in factors}
        if SHORT in lengths:
            return None
        sure = "high" if LONG in lengths else "medium"
        return Hit(node, confidence=sure, fix=f"math.sumprod({shown(factors[0])}, {shown(factors[1])})")

    def repair(self, site: Site) -> Repair | None:
        """Floats are added more exactly, and sequences of two lengths are an error."""
        call = site.node
        factors = _factors(call, site) if isinstance(call, ast.Call) else None
        if factors is None:
            return None
        name, edits = imported(site, "math", "sumprod")
        texts = ", ".join(site.text(one) for one in factors)
        return Repair((*edits, site.replace(call, f"{name}({texts})")), safe=False)


def _factors(call: ast.Call, known: Piece | Place | Site) -> tuple[ast.expr, ast.expr] | None:
    """The two sequences whose products `call` adds."""
    if builtin(call, known) != "sum" and known.origins(call.func) != {"math.fsum"}:
        return None
    match call:
        case ast.Call(
            args=[
                ast.GeneratorExp(elt=ast.BinOp() as product, generators=[each])
                | ast.ListComp(elt=ast.BinOp() as product, generators=[each])
            ],
            keywords=[],
        ) if not each.ifs and not each.is_async:
            pass
        case ast.Call(args=[ast.Call(args=[function, left, right], keywords=[]) as mapped], keywords=[]):
            is_mul = builtin(mapped, known) == "map" and known.origins(function) == {"operator.mul"}
            return (left, right) if is_mul and not isinstance(right, ast.Starred) else None
        case _:
            return None
    one, other = (product.left, product.right)
    if isinstance(product.op, ast.Pow):  # a square
        other = one if isinstance(other, ast.Constant) and other.value == 2 else other
        if other is not one:
            return None
    elif not isinstance(product.op, ast.Mult):
        return None
    return _items(one, other, each, known)


def _items(
    one: ast.expr, other: ast.expr, each: ast.comprehension, known: Piece | Place | Site
) -> tuple[ast.expr, ast.expr] | None:
    """What `one` and `other`, which are multiplied, are items of, where `each` goes through both."""
    multiplied = [one.id if isinstance(one, ast.Name) else "" for one in (one, other)]
    match each:
        case ast.comprehension(
            target=ast.Tuple(elts=[ast.Name(id=first), ast.Name(id=second)]),
            iter=ast.Call(func=ast.Name(id="zip"), args=[left, right], keywords=words),
        ) if first != second and sorted(multiplied) == sorted((first, second)):
            plain = not any(isinstance(item, ast.Starred) for item in (left, right))
            return (left, right) if plain and all(word.arg == "strict" for word in words) else None
        case ast.comprehension(target=ast.Name(id=first), iter=ast.Name() as items) if multiplied == [first, first]:
            return (items, items) if known.kind(items) in ("list", "tuple") else None
        case ast.comprehension(
            target=ast.Name(id=place),
            iter=ast.Call(
                func=ast.Name(id="range"), args=[ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=through)])]
            ),
        ):
            return _by_place(one, other, place, through)
    return None


def _by_place(one: ast.expr, other: ast.expr, place: str, through: str) -> tuple[ast.expr, ast.expr] | None:
    """``u`` and ``v`` of ``u[i] * v[i]``, where ``i`` goes through the places of one of them."""
    match one, other:
        case (
            ast.Subscript(value=ast.Name() as left, slice=ast.Name(id=here)),
            ast.Subscript(value=ast.Name() as right, slice=ast.Name(id=there)),
        ) if here == there == place and through in (left.id, right.id):
            return left, right
    return None
