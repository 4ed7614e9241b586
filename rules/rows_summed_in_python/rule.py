"""Rows fetched to be added up."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.calls import meant_name
from greenprof.lint.databases import weakest
from greenprof.lint.kinds import words
from greenprof.lint.row_numbers import are_groups, is_of_one, is_one_value
from greenprof.lint.row_uses import (
    columns_asked,
    columns_confidence,
    columns_read,
    is_reduced,
    mapped,
    plain_loop,
    with_row,
)
from greenprof.lint.rows import ROW_MENTIONS, may_be_rows, rows_of

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_AGGREGATES = words("sum min max mean fmean median Counter")
_ALL_OF_ONE = "*"  # rows of one column
_ARITHMETIC = (ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.BinOp, ast.operator, ast.Load)
_FIXES = {
    "min": "let the database find it: min(…), .aggregate(Min(…))",
    "max": "let the database find it: max(…), .aggregate(Max(…))",
    "Counter": "let the database count each value: GROUP BY, .values(…).annotate(Count(…))",
    "mean": "let the database average: avg(…), .aggregate(Avg(…))",
    "fmean": "let the database average: avg(…), .aggregate(Avg(…))",
}


class RowsSummedInPython(Rule):
    """The database sends one number in place of every row."""

    name = "rows-summed-in-python"
    group = "database"
    cost = "row"
    message = "fetches all rows for one number"
    hidden_loops = 1
    fix = "let the database add up: sum(…), .aggregate(Sum(…))"
    screen = Screen(words=_AGGREGATES | {"+=", "get"}, mentions=ROW_MENTIONS, loop=False)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether something that may be rows is added up."""
        nodes = piece.of(ast.For, ast.AsyncFor, ast.Call)
        return any(rows_of(found[0], piece) for one in nodes if (found := _aggregated(one, piece)))

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``sum(row.price for row in rows)``."""
        call = here.read_call(node)
        name = meant_name(call, here)
        if name not in _AGGREGATES:
            return None
        judged = _judge(call, here)
        return Hit(node, judged.confidence, worth=judged.worth, fix=_FIXES.get(name)) if judged else None

    def visit_For(self, node: cst.For, here: Place) -> Hit | None:
        """``for row in rows: total += row.price``."""
        judged = _judge(here.read_statement(node), here)
        return Hit(node.iter, judged.confidence, worth=judged.worth, whole=node) if judged else None


@dataclass(frozen=True, slots=True)
class _Judged:
    """How sure it is that rows are added up, and that a change pays: those of one thing are few as a rule."""

    confidence: str
    worth: str


def _judge(code: ast.AST, here: Place) -> _Judged | None:
    found = _aggregated(code, here)
    rows = rows_of(found[0], here.piece) if found is not None else None
    if (
        found is None
        or rows is None
        or are_groups(rows)
        or not (isinstance(code, ast.For) or is_reduced(found[0], here.piece))
    ):
        return None
    sure: str | None = rows.confidence
    if _ALL_OF_ONE not in found[1]:
        sure = columns_confidence(found[1], rows, here.piece)
    elif rows.entity is not None:
        return None
    if sure is None:
        return None
    of_one = is_of_one(rows.query) if rows.sql is None else is_one_value(rows.sql)
    return _Judged(weakest(rows.confidence, sure), "medium" if of_one else "high")


def _aggregated(code: ast.AST, known: Piece | Place) -> tuple[ast.expr, frozenset[str]] | None:
    """What is gone through, and the columns of which one number, or one for each value of a column, is made."""
    code = plain_loop(code)
    match code:
        case ast.Call(args=[given, *_]) if meant_name(code, known) in _AGGREGATES:
            given = mapped(given) or given
            match given:
                case ast.GeneratorExp(generators=[clause]) | ast.ListComp(generators=[clause]):
                    row, iterable, tests, used = clause.target, clause.iter, clause.ifs, [given.elt]
                case ast.Name() | ast.Call() | ast.Await() if may_be_rows(given, known.scope):
                    return given, frozenset({_ALL_OF_ONE})
                case _:
                    return None
        case ast.For(target=row, iter=iterable, body=[statement], orelse=[]):
            tests = []
            if isinstance(statement, ast.If) and len(statement.body) == 1 and not statement.orelse:
                tests, statement = [statement.test], statement.body[0]
            used = _added(statement)
        case _:
            return None
    named = with_row(row, [*tests, *used]) if used else None
    if named is None:
        return None
    name, expressions = named
    asked = [columns_asked(test, name) for test in expressions[: len(tests)]]
    summed = [_summed(one, name) for one in expressions[len(tests) :]]
    if None in asked or None in summed:
        return None
    return iterable, frozenset().union(*(one for one in (*asked, *summed) if one is not None))


def _added(statement: ast.stmt) -> list[ast.expr]:
    """What ``total += row.price`` adds; ``totals[row.city] += row.price`` groups by the city too."""
    match statement:
        case ast.AugAssign(target=ast.Name() | ast.Attribute(), op=ast.Add(), value=value):
            return [value] if not isinstance(value, ast.Constant) else []
        case ast.AugAssign(
            target=ast.Subscript(value=ast.Name(), slice=key), op=ast.Add(), value=ast.Constant(value=1)
        ):
            return [key]
        case ast.AugAssign(target=ast.Subscript(value=ast.Name(), slice=key), op=ast.Add(), value=value):
            return [key, value]
        case ast.Assign(
            targets=[ast.Subscript(value=ast.Name(id=table), slice=key)],
            value=ast.BinOp(
                left=ast.Call(
                    func=ast.Attribute(value=ast.Name(id=read), attr="get"), args=[asked, ast.Constant(value=0)]
                ),
                op=ast.Add(),
                right=value,
            ),
        ) if table == read and ast.dump(key) == ast.dump(asked):
            return [key] if isinstance(value, ast.Constant) else [key, value]
    return []


def _summed(value: ast.expr, row: str) -> frozenset[str] | None:
    """The columns of a sum, product or difference; None if there is anything else in it, or none."""
    if not all(isinstance(one, _ARITHMETIC) for one in ast.walk(value)) or isinstance(value, ast.Constant):
        return None
    return columns_read(row, [value]) or None
