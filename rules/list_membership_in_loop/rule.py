"""Looking for items in a list, again and again."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Repair, Rule, Screen
from greenprof.lint.bounds import is_few
from greenprof.lint.sets import as_set
from greenprof.lint.tree import own_nodes

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.bindings import Binding
    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.scope import Scope
    from greenprof.lint.site import Site

_UNHASHABLE = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)


class ListMembershipInLoop(Rule):
    """``x in xs`` walks through a list; a set answers at once."""

    name = "list-membership-in-loop"
    group = "data-structures"
    message = "searches through a list in each round of this loop"
    hidden_loops = 1
    fix = "keep the items in a set (beside the list, where their order matters)"
    needs_many = True
    screen = Screen(words=frozenset({"in", "contains"}))

    def worth_reading(self, piece: Piece) -> bool:
        """Whether the right side of some ``in`` is a list that stands before the loop."""
        return "contains" in piece.words or any(
            _is_list_before(one, piece.scope, piece.lines) for one in piece.of(ast.Compare)
        )

    def visit_Comparison(self, node: cst.Comparison, here: Place) -> Hit | None:
        """``item in items`` and ``item not in items``."""
        if len(node.comparisons) != 1 or type(node.comparisons[0].operator).__name__ not in ("In", "NotIn"):
            return None
        return self._hit(node, here.read(node), node.left, here)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``operator.contains(items, item)``."""
        if here.method(node) != "contains" or len(node.args) != 2 or here.origin(node.func) != "operator.contains":
            return None
        given = here.read_call(node).args
        if len(given) != 2:
            return None
        items, item = given
        return self._hit(node, ast.Compare(item, [ast.In()], [items]), node.args[1].value, here)

    def _hit(self, node: cst.BaseExpression, code: ast.expr, item: cst.BaseExpression, here: Place) -> Hit | None:
        if not _is_list_before(code, here.scope, here.piece.lines):
            return None
        loop = here.many(node)
        items = code.comparators[0] if isinstance(code, ast.Compare) else None
        if loop is None or items is None or here.is_invariant(item):
            return None
        if is_few(items, here) or _holds_unhashable(items, here.scope):
            return None
        grows = any(ast.unparse(call.func) == f"{ast.unparse(items)}.append" for call in here.piece.calls)
        searched = grows and any(one.is_while for one in here.loops(node))  # a search through a graph
        return Hit(node, confidence="high" if searched else "medium", searched=items)  # others may well stay short

    def repair(self, site: Site) -> Repair | None:
        """The list becomes a set, if the function only puts items into it and looks for some."""
        match site.node:
            case ast.Compare(comparators=[ast.Name(id=name)]):
                edits, safe = as_set(name, site)
                return Repair(edits, safe=safe)
        return None


def _is_list_before(node: ast.AST, scope: Scope, lines: range) -> bool:
    """Whether `node` is ``x in xs`` with a list ``xs`` that is not made anew inside the outermost loop."""
    match node:
        case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[ast.Name(id=name) as items]):
            inside = [one for one in scope.find(name) if one.scope is scope and one.line in lines]
            return not inside and (scope.kind(items, lines) == "list" or _is_made_tuple(scope.find(name)))
        case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[ast.Attribute(value=ast.Name(id="self")) as items]):
            return scope.kind(items, lines) == "list"
    return False


def _is_made_tuple(bindings: list[Binding]) -> bool:
    """Whether a name only stands for ``tuple(…)``; a tuple that is written out is short."""
    values = [one.value for one in bindings]
    return bool(values) and all(isinstance(one, ast.Call) and ast.unparse(one.func) == "tuple" for one in values)


def _holds_unhashable(items: ast.expr, scope: Scope) -> bool:
    """Whether lists or dicts are put into the list: they cannot be in a set."""
    name = ast.unparse(items)
    for node in own_nodes(scope.node):
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr="append"), args=[ast.expr() as item]):
                if ast.unparse(owner) == name and isinstance(item, _UNHASHABLE):
                    return True
    return False
