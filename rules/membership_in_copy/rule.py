"""A copy of a collection, made to look for one item in it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Repair, Rule, Screen
from greenprof.lint.bounds import is_few
from greenprof.lint.calls import builtin, keys_of, shown
from greenprof.lint.local import asks_itself
from greenprof.lint.plain import ORDERED, is_hashable, is_surely, plain_items
from greenprof.lint.steady import steadiness

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.site import Site

_COPIES = frozenset({"list", "tuple", "sorted", "set", "frozenset"})
_HASHED = frozenset({"dict", "set"})


class MembershipInCopy(Rule):
    """``key in list(table)``: the table itself answers, without copying all its keys."""

    name = "membership-in-copy"
    group = "data-structures"
    message = "copies the whole collection to look for one item in it"
    hidden_loops = 1
    fix = "ask the collection itself: key in table"
    needs_many = True
    screen = Screen(words=frozenset({"in"}), loop=False)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether the right side of some ``in`` is a copy."""
        return any(_copied(one, piece) is not None for one in piece.of(ast.Compare))

    def visit_Comparison(self, node: cst.Comparison, here: Place) -> Hit | None:
        """``key in list(table.keys())``."""
        if len(node.comparisons) != 1 or type(node.comparisons[0].operator).__name__ not in ("In", "NotIn"):
            return None
        code = here.read(node)
        source = _copied(code, here)
        if source is None or not isinstance(code, ast.Compare):
            return None
        sure = _certainty(source, code.comparators[0], here)
        loop = here.many(node)
        rebuilt = isinstance(code.comparators[0], ast.Call) and builtin(code.comparators[0], here) is not None
        if sure is None or (sure != "high" and rebuilt and loop is not None and steadiness(source, loop) is not None):
            return None  # the latter is lookup-rebuilt-in-loop
        asked = keys_of(source) or source
        fix = f"ask the collection itself: {shown(code.left)} in {shown(asked)}"
        words = f"copies all of {shown(asked)} to look for one item in it"
        # Where the collection has a hash, asking it is shorter as well: no matter how few there are.
        return Hit(node, confidence=sure, message=words, fix=fix, items=asked, always=sure == "high")

    def repair(self, site: Site) -> Repair | None:
        """The collection itself is asked; a dict or set only takes questions about what has a hash."""
        source = _copied(site.node, site.piece)
        if source is None or not isinstance(site.node, ast.Compare):
            return None
        copy, asked = site.node.comparators[0], keys_of(source) or source
        if asks_itself(asked, ("__contains__",), site.node, site.code) or site.kind(asked) in ("str", "bytes"):
            return None  # text finds its parts too, where the copy has single characters
        compared = builtin(copy, site) == "sorted" and plain_items(source, site) not in ORDERED
        hashed = is_surely(asked, "dict", site) or is_surely(asked, "set", site)
        safe = is_surely(asked, "list", site) or (hashed and is_hashable(site.node.left, site))
        return Repair((site.replace(copy, site.text(asked)),), safe=safe and not compared)


def _copied(node: ast.AST, known: Piece | Place) -> ast.expr | None:  # noqa: PLR0911  (one return per form)
    """``xs`` of ``x in list(xs)``, ``x in [*xs]`` and ``x in [y for y in xs]``."""
    if not isinstance(node, ast.Compare) or len(node.ops) != 1 or not isinstance(node.ops[0], ast.In | ast.NotIn):
        return None
    match node.comparators[0]:
        case ast.Call(func=ast.Name(), args=[ast.expr() as source]) as call if builtin(call, known) in _COPIES:
            return None if isinstance(source, ast.Starred | ast.GeneratorExp) else source
        case ast.Subscript(value=source, slice=ast.Slice(lower=None, upper=None, step=None)):
            return source
        case ast.Call(func=ast.Attribute(value=source, attr="copy"), args=[], keywords=[]):
            return source
        case ast.List(elts=[ast.Starred(value=source)]) | ast.Tuple(elts=[ast.Starred(value=source)]):
            return source
        case ast.ListComp(
            elt=ast.Name(id=one), generators=[ast.comprehension(target=ast.Name(id=two), ifs=[]) as part]
        ):
            return part.iter if one == two and not part.is_async else None
    return None


def _certainty(source: ast.expr, copy: ast.expr, here: Place) -> str | None:
    kind = here.kind(source)
    if is_few(source, here):
        return "low"
    if keys_of(source) is not None or kind in _HASHED:
        return "high"
    if kind == "generator" or (isinstance(copy, ast.Call) and builtin(copy, here) in ("set", "frozenset")):
        return None  # a set made once for many questions is another matter, and one question hardly pays for it
    return "medium"
