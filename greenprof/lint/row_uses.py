"""What a program does with rows that it has fetched: is a number, a truth or a part all that it wants of them?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from greenprof.lint.kinds import words
from greenprof.lint.place import Place
from greenprof.lint.rows import PARTS_OF_ROWS, Rows, bare
from greenprof.lint.tree import all_nodes

if TYPE_CHECKING:
    from libcst import CSTNode

    from greenprof.lint.pieces import Piece

ROW = "row"  # a row whose columns have names of their own
_REDUCERS = words(
    """
    len bool sum any all min max sorted set frozenset Counter mean median fmean next nlargest nsmallest
    """
)
_QUERIES = words("count exists aggregate update delete")
_TEXT_METHODS = words("startswith endswith lower upper strip casefold")
_RELATIONS = words("relationship Relationship ForeignKey OneToOneField ManyToManyField GenericForeignKey")
_COMPUTED = re.compile(r"^_|^(?:get|is|has|can|should|num|n)_|(?:_display|url|full_name|display_name|label|count)$")


def is_reduced(expr: ast.expr, piece: Piece) -> bool:
    """Whether nothing but numbers, truths and parts are wanted of the rows `expr`, as far as their name is used.

    ``len(rows)``, ``if rows`` and ``sum(row.x for row in rows)`` reduce them; returning, printing or going
    through them does not.
    """
    return all(_is_reduction(load, above) for load, above in _uses(expr, piece))


def is_only_tested(expr: ast.expr, piece: Piece) -> bool:
    """Whether the name `expr` is read only to see whether there are rows: ``if rows``, ``len(rows) > 0``."""
    return all(is_test(load, above) for load, above in _uses(expr, piece))


def is_asked_before(expr: ast.expr, piece: Piece) -> bool:
    """Whether the name `expr` was asked for its truth before: ``if rows: print(len(rows))``. That has fetched them."""
    loads = [(load, above) for load, above in _uses(expr, piece) if load.lineno < piece.lines.start]
    return any(is_test(load, above) and not _is_measured(above.get(load)) for load, above in loads)


def is_gone_through_before(expr: ast.expr, piece: Piece) -> bool:
    """Whether the rows of the name `expr` were all asked for before: ``", ".join(names)``, ``for name in names``."""
    return any(_is_gone_through(load, above) for load, above in _uses(expr, piece) if load.lineno < piece.lines.start)


def _is_gone_through(load: ast.Name, above: dict[ast.AST, ast.AST]) -> bool:
    match above.get(load):
        case ast.For(iter=rows) | ast.comprehension(iter=rows):
            return rows is load
        case ast.Call(func=ast.Name(id="list" | "tuple" | "set" | "sorted") | ast.Attribute(attr="join"), args=args):
            return load in args
    return False


def _is_measured(call: ast.AST | None) -> bool:
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "len"


def is_used_once(expr: ast.expr, piece: Piece) -> bool:
    """Whether `expr` is no name, or one that is read in one place only."""
    return sum(not _is_sending(load, above) for load, above in _uses(expr, piece)) <= 1


def _is_sending(load: ast.Name, above: dict[ast.AST, ast.AST]) -> bool:
    """``cursor.execute(…)``."""
    parent = above.get(load)
    return isinstance(parent, ast.Attribute) and parent.attr == "execute"


def is_truth_test(node: CSTNode, here: Place) -> bool:  # noqa: PLR0911  (one return per form)
    """Whether only the truth of `node` is asked for: ``if node``, ``while not node``, ``bool(node)``."""
    path: list[Any] = [*here.trail, node]
    for depth in range(len(path) - 1, 0, -1):
        above, below = path[depth - 1], path[depth]
        kind = type(above).__name__
        if kind in ("If", "While", "IfExp", "CompIf", "Assert"):
            return above.test is below
        if kind == "UnaryOperation" and type(above.operator).__name__ == "Not":
            return True
        if kind == "Arg":
            return here.method(path[depth - 2]) in ("bool", "any")
        if kind == "Expr":
            node_above = parents(here.scope.node).get(here.piece.node)
            return isinstance(node_above, ast.If) and node_above.test is here.piece.node
        if kind == "Comparison" and above.left is below:
            return is_empty_asked(here.read(above))
        if kind not in ("BooleanOperation", "Await"):
            return False
    return False


def is_empty_asked(test: ast.expr) -> bool:
    """``rows == []``, ``rows != []``."""
    match test:
        case ast.Compare(ops=[ast.Eq() | ast.NotEq()], comparators=[ast.List(elts=[])]):
            return True
    return False


def tested_in(piece: Piece) -> Iterator[ast.expr]:
    """What a piece may ask for its truth, or its number: all for which `is_truth_test` may hold."""
    if isinstance(piece.node, ast.expr):
        yield piece.node
    for node in piece.nodes:
        match node:
            case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) | ast.Assert(test=test):
                yield test
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                yield operand
            case ast.BoolOp(values=values) | ast.comprehension(ifs=values):
                yield from values
            case ast.Compare(left=left) if is_empty_asked(node):
                yield left
            case ast.Call(func=ast.Name(id="len" | "bool" | "any"), args=[first, *_]):
                yield first


def is_compared_to_none(node: CSTNode, here: Place) -> bool:
    """Whether the number `node` is only compared with none: ``node > 0``, ``node == 0``, ``node >= 1``."""
    parent: Any = here.parent
    if type(parent).__name__ != "Comparison" or parent.left is not node or len(parent.comparisons) != 1:
        return False
    return is_none_asked(here.read(parent))


def is_none_asked(test: ast.expr) -> bool:
    """Whether `test` compares something with none: ``… > 0``, ``… == 0``, ``… >= 1``."""
    match test:
        case ast.Compare(ops=[ast.Gt() | ast.Eq() | ast.NotEq() | ast.LtE()], comparators=[ast.Constant(value=0)]):
            return True
        case ast.Compare(ops=[ast.GtE() | ast.Lt()], comparators=[ast.Constant(value=1)]):
            return True
    return False


def is_only_asked_for_none(node: CSTNode, here: Place) -> bool:
    """Whether the number `node` is only asked whether it is none, at once or by way of a name: ``n = f(); n > 0``."""
    parent: Any = here.parent
    if is_truth_test(node, here) or is_compared_to_none(node, here):
        return True
    kind = type(parent).__name__
    if kind == "Await":
        return is_only_asked_for_none(parent, Place(here.piece, here.trail[:-1]))
    if kind == "NamedExpr":
        outside = Place(here.piece, here.trail[:-1])
        return _reads(parent.target.value, here) == [] and is_only_asked_for_none(parent, outside)
    if kind != "Assign" or len(parent.targets) != 1:
        return False
    match here.read(parent.targets[0].target):
        case ast.Name(id=name) | ast.Tuple(elts=[ast.Name(id=name)]):
            reads = _reads(name, here)
            return bool(reads) and all(_asks_for_none(one, parents(here.scope.node)) for one in reads)
    return False


def _reads(name: str, here: Place) -> list[ast.Name]:
    nodes = parents(here.scope.node)
    return [one for one in nodes if isinstance(one, ast.Name) and one.id == name and isinstance(one.ctx, ast.Load)]


def _asks_for_none(load: ast.Name, above: dict[ast.AST, ast.AST]) -> bool:
    parent = above.get(load)
    if isinstance(parent, ast.Compare) and parent.left is load:
        return is_none_asked(parent)
    return not isinstance(parent, ast.Call) and is_test(load, above)


def given_to(here: Place) -> str | None:
    """The name of what is called with the node looked at as its first argument; None if that is nothing."""
    trail: list[Any] = here.trail
    if len(trail) > 1 and type(trail[-1]).__name__ == "Arg" and type(trail[-2]).__name__ == "Call":
        return here.method(trail[-2]) if trail[-2].args[0] is trail[-1] else None
    return None


def columns_read(name: str, nodes: Sequence[ast.AST]) -> frozenset[str] | None:
    """The columns that `nodes` read of the row `name`; None if they use the row, or a column of it, in another way.

    ``row.price``, ``row["price"]`` and ``row[2]`` read a column; ``row.total()``, ``row.author.name`` and
    ``send(row)`` may need the object itself, or another table.
    """
    found: set[str] = set()
    allowed: set[int] = set()
    below = [one for node in nodes for one in all_nodes(node)]
    for node in below:
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=owner))) if owner == name:
                return None
            case ast.Attribute(value=ast.Attribute(value=ast.Name(id=owner)), attr=attr) if owner == name:
                if attr not in _TEXT_METHODS:
                    return None
            case ast.Attribute(value=ast.Name(id=owner) as row, attr=attr, ctx=ast.Load()) if owner == name:
                found.add(attr)
                allowed.add(id(row))
            case ast.Subscript(value=ast.Name(id=owner) as row, slice=ast.Constant(value=key), ctx=ast.Load()):
                if owner == name:
                    found.add(str(key))
                    allowed.add(id(row))
    uses = [one for one in below if isinstance(one, ast.Name) and one.id == name]
    return frozenset(found) if all(id(one) in allowed for one in uses) else None


def columns_asked(test: ast.expr, row: str) -> frozenset[str] | None:
    """The columns of `row` that a condition compares, None if it is none that a database could work out."""
    match test:
        case ast.BoolOp(values=values):
            asked = [columns_asked(one, row) for one in values]
            return None if None in asked else frozenset().union(*(one for one in asked if one is not None))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return columns_asked(operand, row)
        case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[held]) if columns_read(row, [held]):
            return None  # a column that holds several values
        case ast.Compare(left=left, comparators=others) if all(_is_plain(one, row) for one in (left, *others)):
            return columns_read(row, [left, *others]) or None
        case ast.Attribute() | ast.Subscript() | ast.Call() if _is_plain(test, row):
            return columns_read(row, [test]) or None
    return None


def plain_loop(code: ast.AST) -> ast.AST:
    """A ``for`` without ``async``, and without ``enumerate`` around what it goes through; anything else as it is."""
    if isinstance(code, ast.AsyncFor):
        code = ast.For(target=code.target, iter=code.iter, body=code.body, orelse=code.orelse)
    match code:
        case ast.For(
            target=ast.Tuple(elts=[ast.Name(), target]),
            iter=ast.Call(func=ast.Name(id="enumerate"), args=[iterable, *_]),
            body=body,
            orelse=orelse,
        ):
            return ast.For(target=target, iter=iterable, body=body, orelse=orelse)
    return code


def mapped(code: ast.AST) -> ast.GeneratorExp | None:
    """``(f(row) for row in rows)`` of ``map(lambda row: f(row), rows)``; with ``filter``, the condition."""
    match code:
        case ast.Call(
            func=ast.Name(id="map" | "filter" as name),
            args=[ast.Lambda(args=ast.arguments(args=[ast.arg(arg=row)]), body=body), iterable],
        ):
            loaded, stored = ast.Name(row, ast.Load()), ast.Name(row, ast.Store())
            tests, made = ([], body) if name == "map" else ([body], loaded)
            return ast.GeneratorExp(made, [ast.comprehension(stored, iterable, tests, 0)])
    return None


def with_row(target: ast.expr, nodes: Sequence[ast.expr]) -> tuple[str, list[ast.expr]] | None:
    """The name of a row, and `nodes` that read its columns by it, also where ``for a, b in rows`` names them apart."""
    match target:
        case ast.Name(id=name):
            return name, [*nodes]
        case ast.Tuple(elts=parts) if all(isinstance(one, ast.Name) for one in parts):
            columns = _Columns([one.id for one in parts if isinstance(one, ast.Name)])
            return ROW, [columns.visit(deepcopy(one)) for one in nodes]
    return None


class _Columns(ast.NodeTransformer):
    """Puts ``row.a`` for the ``a`` of ``for a, b in rows``."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """The column that a name stands for."""
        return ast.Attribute(ast.Name(ROW, ast.Load()), node.id, node.ctx) if node.id in self.names else node


def columns_used(code: ast.AST, *, even_if_chosen: bool = False) -> tuple[ast.expr, frozenset[str]] | None:
    """What a loop or comprehension goes through, and the columns of each row that are all that it reads.

    None for a loop that adds up rows, or (without ``even_if_chosen``) leaves some out by their columns: there is
    more to say of it.
    """
    code = plain_loop(mapped(code) or code)
    match code:
        case ast.For(body=[ast.AugAssign()]) | ast.For(body=[ast.If(body=[ast.AugAssign()], orelse=[])]):
            return None
        case ast.For(target=ast.Name(id=row), body=[ast.If(test=test, orelse=[])]):
            tests, used, iterable = [test], list[ast.AST](code.body), code.iter
        case ast.For(target=ast.Name(id=row), body=[ast.If(test=test, body=[ast.Continue()], orelse=[]), *_]):
            tests, used, iterable = [test], list[ast.AST](code.body), code.iter
        case ast.For(target=ast.Name(id=row), iter=iterable, body=body):
            tests, used = [], list[ast.AST](body)
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            first, *others = code.generators
            if not isinstance(first.target, ast.Name):
                return None
            row, iterable, tests = first.target.id, first.iter, first.ifs
            made = [code.key, code.value] if isinstance(code, ast.DictComp) else [code.elt]
            used = [*made, *tests, *others]
        case _:
            return None
    if tests and not even_if_chosen and columns_asked(ast.BoolOp(op=ast.And(), values=tests), row) is not None:
        return None
    columns = columns_read(row, used)
    return (iterable, columns) if columns else None


def condition_confidence(test: ast.expr, rows: Rows, piece: Piece) -> str:
    """How sure it is that a database could work out a condition: objects have truths of their own, sets may be long."""
    for one in all_nodes(test):
        match one:
            case ast.Compare(ops=[ast.NotIn()], comparators=[ast.Name() | ast.Attribute() | ast.Call()]):
                return "low"
    tested = list(_truths(test))
    sure = [columns_confidence(frozenset({one.attr}), rows, piece) for one in tested if isinstance(one, ast.Attribute)]
    return "high" if all(one == "high" for one in sure) else "low"


def _truths(test: ast.expr) -> Iterator[ast.expr]:
    """What is tested without being compared."""
    match test:
        case ast.BoolOp(values=values):
            for one in values:
                yield from _truths(one)
        case ast.UnaryOp(operand=operand):
            yield from _truths(operand)
        case ast.Attribute():
            yield test


def columns_confidence(columns: frozenset[str], rows: Rows, piece: Piece) -> str | None:
    """How sure it is that `columns` are columns of the table: attributes of an object may be computed. None: one is."""
    if rows.sql is not None or rows.query.methods & PARTS_OF_ROWS:
        return "high"
    classes = [one for one in piece.scope.module.node.body if isinstance(one, ast.ClassDef)]
    model = next((one for one in classes if one.name == rows.entity), None)
    declared = dict(_declared(model)) if model is not None else {}
    if any(not declared.get(one, True) for one in columns):
        return None
    other = columns - declared.keys() - {"pk", "id"}
    if any(_COMPUTED.search(one) for one in other):
        return "low"
    return "medium" if other else "high"


@lru_cache(maxsize=4)
def parents(scope: ast.AST) -> dict[ast.AST, ast.AST]:
    """Each node below a scope, those of inner functions too, and the node above it."""
    return {below: node for node in all_nodes(scope) for below in ast.iter_child_nodes(node)}


def _uses(expr: ast.expr, piece: Piece) -> Iterator[tuple[ast.Name, dict[ast.AST, ast.AST]]]:
    """Where the name `expr` is read, but for ``qs = qs.filter(…)``; nothing for what is no name."""
    expr = bare(expr)
    if isinstance(expr, ast.Name):
        above = parents(piece.scope.node)
        names = [one for one in above if isinstance(one, ast.Name) and one.id == expr.id]
        yield from ((one, above) for one in names if isinstance(one.ctx, ast.Load) and not _is_rebound(one, above))


def _is_rebound(load: ast.Name, above: dict[ast.AST, ast.AST]) -> bool:
    """Whether `load` only makes another query of the same name."""
    node: ast.AST = load
    while isinstance(parent := above.get(node), ast.Attribute | ast.Call):
        if isinstance(parent, ast.Call) and parent.func is not node:
            return False
        node = parent
    match above.get(node):
        case ast.Assign(targets=[ast.Name(id=target)]):
            return target == load.id and node is not load
    return False


def _is_reduction(load: ast.AST, above: dict[ast.AST, ast.AST]) -> bool:  # noqa: PLR0911  (one return per form)
    """Whether a number, a truth or a part is made of what `load` reads."""
    parent = above.get(load)
    match parent:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if load in parent.args:
            return name in _REDUCERS or (name in ("map", "filter") and _is_reduction(parent, above))
        case ast.UnaryOp(op=ast.Not()):
            return True
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) | ast.Assert(test=test):
            return test is load
        case ast.BoolOp():
            return _is_reduction(parent, above)
        case ast.comprehension(iter=iterable) if iterable is load:
            made = above.get(parent)
            match above.get(made) if made is not None else None:
                case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                    return name in _REDUCERS
        case ast.Attribute(attr=attr):
            return attr in _QUERIES and isinstance(above.get(parent), ast.Call)
    return False


def is_test(load: ast.AST, above: dict[ast.AST, ast.AST]) -> bool:
    """Whether only the truth, or the number, of what `load` reads is asked for."""
    parent = above.get(load)
    if isinstance(parent, ast.Call):
        return isinstance(parent.func, ast.Name) and parent.func.id in ("len", "bool", "any")
    if isinstance(parent, ast.Compare):
        return parent.left is load and is_empty_asked(parent)
    return not isinstance(parent, ast.comprehension) and _is_reduction(load, above)


def _is_plain(expr: ast.expr, row: str) -> bool:
    """Whether `expr` is a column of `row`, text methods of one, sums of such, or does not depend on the row."""
    match expr:
        case ast.Attribute(value=ast.Name(id=name)) | ast.Subscript(value=ast.Name(id=name), slice=ast.Constant()):
            if name == row:
                return True
        case ast.Call(func=ast.Attribute(value=value, attr=attr), args=args) if attr in _TEXT_METHODS:
            return _is_plain(value, row) and all(_is_plain(one, row) for one in args)
        case ast.BinOp(left=left, right=right):
            return _is_plain(left, row) and _is_plain(right, row)
    return not any(isinstance(one, ast.Name) and one.id == row for one in all_nodes(expr))


def _declared(model: ast.ClassDef) -> Iterator[tuple[str, bool]]:
    """Each name that a class declares in its body, and whether it is a column: no relation, no method."""
    for statement in model.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call):
                yield name, _maker(call) not in _RELATIONS
            case ast.AnnAssign(target=ast.Name(id=name), value=value):
                yield name, not (isinstance(value, ast.Call) and _maker(value) in _RELATIONS)
            case ast.FunctionDef(name=name):
                yield name, False


def _maker(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
