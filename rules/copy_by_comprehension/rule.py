"""A comprehension that copies a collection as it is."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Repair, Rule, Screen
from greenprof.lint.bindings import COMPREHENSIONS
from greenprof.lint.calls import shown
from greenprof.lint.length import LONG, SHORT, length_of
from greenprof.lint.plain import is_surely, plain_items

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
    screen = Screen(words=frozenset({"for"}))

    def worth_reading(self, piece: Piece) -> bool:
        """Whether a comprehension only copies."""
        return any(_copied(one) is not None for one in piece.of(*COMPREHENSIONS))

    def visit_ListComp(self, node: cst.ListComp, here: Place) -> Hit | None:
        """``[x for x in xs]``."""
        return _hit(node, here)

    def visit_DictComp(self, node: cst.DictComp, here: Place) -> Hit | None:
        """``{k: v for k, v in d.items()}``."""
        return _hit(node, here)

    def repair(self, site: Site) -> Repair | None:
        """``list(xs)``, ``dict(table)``. Both ask for a length first, and ``dict`` for keys: safe for what is known."""
        node, items = site.node, _copied(site.node)
        if not isinstance(node, ast.ListComp | ast.DictComp) or items is None:
            return None
        kind = site.kind(items)
        if isinstance(node, ast.ListComp):
            name, safe = "list", kind in _ITERABLES or plain_items(items, site) is not None
        else:
            pairs = items is node.generators[0].iter
            name, safe = "dict", kind in _PAIRS if pairs else is_surely(items, "dict", site)
        if site.scope.find(name):
            return None
        return Repair((site.replace(node, f"{name}({site.argument(items)})"),), safe=safe)


def _hit(node: cst.ListComp | cst.DictComp, here: Place) -> Hit | None:
    code = here.read(node)
    items = _copied(code)
    if items is None:
        return None
    name = "list" if isinstance(code, ast.ListComp) else "dict"
    length = length_of(items, here)
    many = length == LONG or here.many(node) is not None
    sure = "low" if length == SHORT else "high" if many else "medium"
    return Hit(node, confidence=sure, fix=f"{name}({shown(items)})")


def _copied(code: ast.AST) -> ast.expr | None:
    """``xs`` of ``[x for x in xs]``, ``d`` of ``{k: v for k, v in d.items()}``."""
    match code:
        case ast.ListComp(
            elt=item, generators=[ast.comprehension(target=ast.Name() as target, ifs=[], is_async=0) as part]
        ):
            return part.iter if ast.unparse(item) == ast.unparse(target) else None
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
_ITERABLES = frozenset({"list", "set", "dict", "str", "bytes", "deque", "generator"})
