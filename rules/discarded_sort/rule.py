"""Sorting for something that does not look at the order."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from greenprof.lint import Hit, Repair, Rule, Screen
from greenprof.lint.bounds import is_few
from greenprof.lint.calls import builtin, last_name, shown
from greenprof.lint.plain import ORDERED, plain_items
from greenprof.lint.steady import only_reads
from greenprof.lint.tree import own_nodes
from greenprof.lint.uses import around, assigned_name, read_once, sole_use

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.site import Site

_ORDERLESS = frozenset({"set", "frozenset", "len", "min", "max", "any", "all", "sorted"})


class DiscardedSort(Rule):
    """``set(sorted(items))`` has no order: the sorting was for nothing."""

    name = "discarded-sort"
    group = "data-structures"
    message = "sorts, and throws the order away"
    hidden_loops = 1
    fix = "leave sorted(…) out"
    needs_many = True
    screen = Screen(words=frozenset({"sorted", "unique"}), loop=False)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether a sorted list goes into something without an order, or gets a name."""
        return any(_may_be_thrown_away(one, piece) for one in piece.of(ast.Call, ast.SetComp, ast.Assign))

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``set(sorted(items))``, ``max(sorted(items))``, ``len(sorted(items))``."""
        if not node.args:
            return None
        call = here.read_call(node)
        if _is_sorting(call, here) and not is_few(call.args[0], here) and (by := _thrown_away_by(node, here)):
            # Of what is drawn by lot after a seed, others would be drawn: then the order matters.
            worth = "low" if by == "shuffle" else "high"
            return Hit(node, message=f"sorts, and {by} throws the order away", always=True, worth=worth)
        inner = _sorted_in(call, here)
        if inner is None or is_few(inner.args[0], here):
            return None
        better = ast.Call(call.func, [inner.args[0], *call.args[1:]], call.keywords)
        words = f"sorts, and {shown(call.func)} throws the order away"
        worth = "low" if _is_listed(here) else "high"
        return Hit(node, message=words, fix=shown(better), always=True, worth=worth)

    def repair(self, site: Site) -> Repair | None:
        """Without sorting, which may be an error where items cannot be compared."""
        call = site.node
        inner = _sorted_in(call, site.piece) if isinstance(call, ast.Call) else None
        if inner is None or not isinstance(call, ast.Call):
            return None
        items, name = inner.args[0], builtin(call, site)
        if name == "len" and site.kind(items) not in ("list", "set", "dict"):
            return None
        keyed = any(word.arg != "reverse" or not isinstance(word.value, ast.Constant) for word in inner.keywords)
        safe = name is not None and not keyed and plain_items(items, site) in ORDERED
        return Repair((site.replace(inner, site.text(items)),), safe=safe)


def _is_listed(here: Place) -> bool:
    """``list(set(sorted(items)))``: the order of a set hangs on that in which its items came, where hashes collide."""
    above: Any = here.trail[-2] if type(here.parent).__name__ == "Arg" else None
    return type(above).__name__ == "Call" and here.method(above) in ("list", "tuple", "iter", "enumerate", "hash")


def _is_sorting(call: ast.Call, known: Piece | Place) -> bool:
    """``sorted(items)`` and ``np.sort(items)``."""
    return bool(call.args) and (builtin(call, known) == "sorted" or known.origins(call.func) == {"numpy.sort"})


def _may_be_thrown_away(node: ast.AST, piece: Piece) -> bool:
    """A quick look: whether `node` has a sorted list in it, or gives it a name that is read once, or shuffled."""
    match node:
        case ast.Call(args=[first, *_]) if last_name(node) not in ("join", "list", "tuple", "dict", "iter", "print"):
            inner: ast.AST = first.generators[0].iter if isinstance(first, ast.GeneratorExp) else first
            while (
                isinstance(inner, ast.Call) and last_name(inner) in ("list", "tuple", "reversed", "iter") and inner.args
            ):
                inner = inner.args[0]
        case ast.SetComp(generators=[part, *_]):
            inner = part.iter
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            sorts = isinstance(value, ast.Call) and last_name(value) in ("sorted", "sort")
            return sorts and (_is_looked_at(name, piece) or _is_shuffled_next(name, piece))
        case _:
            return False
    return isinstance(inner, ast.Call) and last_name(inner) in ("sorted", "sort")


def _is_looked_at(name: str, piece: Piece) -> bool:
    """Whether the one use of a name is the argument of a function that does not look at the order."""
    read = read_once(name, piece.scope)
    call = around(read, piece.scope)[1:2] if read is not None else []
    return bool(call) and isinstance(call[0], ast.Call) and last_name(call[0]) in _ORDERLESS


def _thrown_away_by(node: cst.Call, here: Place) -> str | None:  # noqa: PLR0911  (one return per form)
    """What takes the sorted items without looking at their order, other than a plain call right around; else None."""
    use = sole_use(node, here)
    name = assigned_name(node, here)
    if name is not None and _is_shuffled_next(name, here.piece):
        return "shuffle"
    if use:
        call = use[1] if len(use) > 1 else None
        name = builtin(call, here) if isinstance(call, ast.Call) and len(call.args) == 1 and not call.keywords else None
        return name if name in _ORDERLESS - {"sorted"} else None
    path: list[Any] = [*here.trail, node]
    wrapped = False
    for depth in range(len(path) - 2, -1, -1):
        above, below = path[depth], path[depth + 1]
        kind = type(above).__name__
        if kind == "CompFor" and above.iter is below and above.asynchronous is None:
            if not only_reads(here.read(path[depth - 1]), here):
                return None  # what it calls may see the order
            if type(path[depth - 1]).__name__ == "SetComp":
                return "a set"
            if type(path[depth - 1]).__name__ != "GeneratorExp":
                return None
            wrapped = True
        elif kind == "Call" and len(above.args) == 1 and above.args[0] is below:
            call = here.read_call(above)
            name = builtin(call, here)
            if name in ("list", "tuple", "reversed", "iter"):
                wrapped = True
            elif call.keywords:
                return None
            else:
                return _orderless_name(call, name, wrapped, here)
        elif kind not in ("Arg", "GeneratorExp"):
            return None
    return None


def _is_shuffled_next(name: str, piece: Piece) -> bool:
    """Whether the statement right behind ``cards = sorted(cards)`` is ``random.shuffle(cards)``."""
    for statement in own_nodes(piece.scope.node):
        if isinstance(statement, ast.Expr) and statement.lineno == piece.lines.stop:
            match statement.value:
                case ast.Call(func=function, args=[ast.Name(id=given)]) if given == name:
                    return piece.origins(function) == {"random.shuffle"}
    return False


def _orderless_name(call: ast.Call, name: str | None, wrapped: bool, here: Place) -> str | None:
    if wrapped and name in _ORDERLESS - {"sorted"}:
        return name
    if here.origins(call.func) in ({"collections.Counter"}, {"numpy.unique"}):
        return shown(call.func) if wrapped or isinstance(call.func, ast.Attribute) else None
    match call.func:
        case ast.Attribute(value=receiver, attr="update" | "union" | "intersection" | "difference"):
            return "a set" if here.kind(receiver) == "set" else None
    return None


def _sorted_in(call: ast.Call, known: Piece | Place) -> ast.Call | None:
    """The ``sorted(…)`` whose order `call` does not look at."""
    match call:
        case ast.Call(func=ast.Name(), args=[ast.Call(args=[ast.expr()]) as inner, *others]):
            pass
        case _:
            return None
    if builtin(inner, known) != "sorted" or (name := builtin(call, known)) not in (*_ORDERLESS, None):
        return None
    if name is None:
        return inner if known.origins(call.func) == {"collections.Counter"} and not others else None
    if name == "sorted":  # with a key, the first order stays among equals
        return None if any(word.arg == "key" for word in (*call.keywords, *inner.keywords)) else inner
    if name in ("min", "max"):  # with a key, the first of equals is taken
        return None if others or any(word.arg == "key" for word in (*call.keywords, *inner.keywords)) else inner
    return inner
