"""A comprehension that copies a collection as it is."""

from __future__ import annotations

import ast
from collections.abc import Container
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Repair, Rule, Screen
from greenprof.lint.bindings import COMPREHENSIONS
from greenprof.lint.calls import builtin, last_name, shown
from greenprof.lint.length import SHORT, length_of
from greenprof.lint.local import asks_itself
from greenprof.lint.plain import is_iterable, is_surely

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.site import Site


class CopyByComprehension(Rule):
    """``[x for x in xs]`` is ``list(xs)``, without a step of the interpreter for each item."""

    name = "copy-by-comprehension"
    group = "loops"
    message = "copies item by item what one call copies at once"
    fix = "list(items), set(items), dict(table)"
    needs_many = True
    screen = Screen(words=frozenset({"for", "map"}))

    def worth_reading(self, piece: Piece) -> bool:
        """Whether a comprehension only copies."""
        return any(_copied(one) is not None for one in piece.of(*COMPREHENSIONS)) or any(
            _copied_otherwise(one, piece) is not None for one in piece.of(ast.ListComp, ast.Call)
        )

    def visit_ListComp(self, node: cst.ListComp, here: Place) -> Hit | None:
        """``[x for x in xs]``."""
        return _hit(node, here)

    def visit_DictComp(self, node: cst.DictComp, here: Place) -> Hit | None:
        """``{k: v for k, v in d.items()}``."""
        return _hit(node, here)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``list(x for x in xs)``, ``tuple(x for x in xs)`` and ``list(map(lambda x: x, xs))``."""
        return _hit(node, here) if here.method(node) in ("list", "tuple") and len(node.args) == 1 else None

    def repair(self, site: Site) -> Repair | None:
        """``list(xs)``, ``dict(table)``. Both ask for a length first, and ``dict`` for keys: safe for what is known."""
        node, items = site.node, _copied(site.node)
        if not isinstance(node, ast.ListComp | ast.DictComp) or items is None:
            return None
        if asks_itself(items, ("__len__", "__length_hint__"), node, site.code):
            return None
        if isinstance(node, ast.ListComp):
            if builtin(items, site) == "sorted":
                return Repair((site.replace(node, site.text(items)),), safe=True)
            name, safe = "list", is_iterable(items, site)
        elif items is node.generators[0].iter:
            name, safe = "dict", site.kind(items) in _PAIRS
            if not safe and not (_is_call_of(items, _GIVE_PAIRS) or builtin(items, site) in _NO_KEYS):
                return None  # the result of a query, for one, has keys for which dict would ask first
        else:
            own = isinstance(items, ast.Attribute) and items.attr == "__dict__"
            name, safe = "dict", own or is_surely(items, "dict", site)
            if not safe:  # a dict of lists may give other values by its items than as a dict
                items = node.generators[0].iter
        if site.scope.find(name):
            return None
        return Repair((site.replace(node, f"{name}({site.argument(items)})"),), safe=safe)


def _hit(node: cst.ListComp | cst.DictComp | cst.Call, here: Place) -> Hit | None:
    code = here.read(node)
    items = _copied(code) or _copied_otherwise(code, here)
    if items is None or (_is_by_key(code) and _is_table(items, here)):
        return None
    in_pairs = isinstance(code, ast.DictComp) and items is code.generators[0].iter
    if in_pairs and (here.kind(items) == "dict" or _is_call_of(items, ("execute",))):
        return None  # its keys are pairs; rows, for whose columns dict would ask first
    name = last_name(code) if isinstance(code, ast.Call) else "list" if isinstance(code, ast.ListComp) else "dict"
    sure = "low" if length_of(items, here) == SHORT else "medium"  # it saves a little of each item
    return Hit(node, confidence=sure, fix=f"{name}({shown(items)})", items=items)


def _is_call_of(items: ast.expr, names: Container[str]) -> bool:
    return isinstance(items, ast.Call) and last_name(items) in names


def _is_by_key(code: ast.expr) -> bool:
    return isinstance(code, ast.ListComp) and isinstance(code.elt, ast.Subscript)


def _is_table(items: ast.expr, here: Place) -> bool:
    """Whether ``items[i]`` asks a dict: its values may stand in another order than its numbers."""
    origins = here.origins(items)
    return here.kind(items) == "dict" or any(one.startswith(("collections.", "builtins.dict")) for one in origins)


def _copied_otherwise(code: ast.AST, known: Piece | Place) -> ast.expr | None:
    """``xs`` of ``list(x for x in xs)``, ``[xs[i] for i in range(len(xs))]`` and the like."""
    match code:
        case ast.Call(args=[ast.GeneratorExp(elt=elt, generators=generators)], keywords=[]):
            if last_name(code) not in ("list", "tuple"):
                return None
            same = _copied(ast.ListComp(elt, generators))
            return same if same is not None and builtin(code, known) in ("list", "tuple") else None
        case ast.Call(
            args=[ast.Call(args=[ast.Lambda(args=ast.arguments(args=[one]), body=ast.Name(id=two)), items]) as inner],
            keywords=[],
        ):
            mapped = builtin(inner, known) == "map" and builtin(code, known) in ("list", "tuple")
            return items if mapped and one.arg == two else None
        case ast.ListComp(
            elt=ast.Subscript(value=items, slice=ast.Name(id=one)),
            generators=[ast.comprehension(target=ast.Name(id=two), iter=counted, ifs=[], is_async=0)],
        ):
            return items if one == two and ast.unparse(counted) == f"range(len({ast.unparse(items)}))" else None
        case ast.ListComp(
            elt=ast.Tuple() as pair,
            generators=[ast.comprehension(target=ast.Tuple() as target, iter=ast.Call() as pairs, ifs=[], is_async=0)],
        ):
            made = last_name(pairs) in ("items", "enumerate", "zip", "most_common")
            return pairs if made and ast.unparse(pair) == ast.unparse(target) else None
    return None


def _copied(code: ast.AST) -> ast.expr | None:
    """``xs`` of ``[x for x in xs]``, ``d`` of ``{k: v for k, v in d.items()}``."""
    match code:
        case ast.ListComp(
            elt=ast.Name(id=item), generators=[ast.comprehension(target=ast.Name(id=name), ifs=[], is_async=0) as part]
        ):
            return part.iter if item == name else None
        case ast.DictComp(
            key=ast.Name(id=key),
            value=ast.Name(id=value),
            generators=[
                ast.comprehension(
                    target=ast.Tuple(elts=[ast.Name(id=one), ast.Name(id=two)]), ifs=[], is_async=0
                ) as part
            ],
        ):
            if (key, value) != (one, two) or one == two:
                return None
            match part.iter:
                case ast.Call(func=ast.Attribute(value=table, attr="items"), args=[], keywords=[]):
                    return table
            return part.iter
    return None


_PAIRS = frozenset({"list", "generator"})
_NO_KEYS = frozenset({"zip", "enumerate", "map", "filter", "sorted", "reversed", "list", "tuple"})
_GIVE_PAIRS = frozenset({"values", "most_common", "findall", "fetchall"})
