"""Whether a query asks by a key, so that it gives one row at most."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from greenprof.lint.calls import last_name
from greenprof.lint.row_numbers import is_column

if TYPE_CHECKING:
    from greenprof.lint.queries import Query
    from greenprof.lint.scope import Scope

# What is a key of its table wherever it is found.
_KEYS = frozenset({"pk", "id", "uuid", "guid", "username"})
_CHOOSERS = frozenset({"filter", "filter_by", "where"})
_JOINS = frozenset({"join", "outerjoin", "select_from"})
_EXACT = re.compile(r"__i?exact$")
_KEY_IN_SQL = re.compile(
    r"\bwhere\s+(?:.*\band\s+)?[\"`\[]?(?:id|uuid|guid|username)[\"`\]]?\s*=(?!\s*\w+\.)", re.I | re.S
)
_MORE_IN_SQL = re.compile(r"\b(?:or|join|union)\b|\bfrom\s+[\w.\"`\[\]]+(?:\s+\w+)?\s*,", re.I)
# What a database tells of its tables: as many rows as somebody has declared.
_CATALOGUE = re.compile(
    r"\bfrom\s+[\"`\[]?(?:sqlite_\w+|information_schema\b|pg_(?!\w*stat)\w+|sys\.\w+|pragma_\w+)", re.I
)


def is_by_key(query: Query, scope: Scope) -> bool:
    """Whether `query` gives the one value of a key: ``pk``, a column that is ``unique``, all columns of the key."""
    asked = set(_columns_with_one_value(query))
    return not asked.isdisjoint(_KEYS) or any(key <= asked for key in _declared_keys(query, scope))


def has_one_row_in_sql(sql: str) -> bool:
    """As `is_by_key`, of a statement of SQL; and whether it only asks which tables there are."""
    if _CATALOGUE.search(sql):
        return True
    return _KEY_IN_SQL.search(sql) is not None and _MORE_IN_SQL.search(sql) is None


def _columns_with_one_value(query: Query) -> Iterator[str]:
    """The columns of the counted model that must have a given value: ``filter(pk=key)``, ``where(Order.id == key)``."""
    models = _models(query)
    for call in query.calls:
        if last_name(call) not in _CHOOSERS:
            continue
        for condition in _all_of([*call.args, *call.keywords]):
            match condition:
                case ast.keyword(arg=str() as name, value=value) if not is_column(value):
                    yield _EXACT.sub("", name)
                case ast.Compare(left=ast.Attribute(value=owner, attr=name), ops=[ast.Eq()], comparators=[value]):
                    if not is_column(value) and ast.unparse(owner) in models:
                        yield name


def _all_of(conditions: list[ast.expr | ast.keyword]) -> Iterator[ast.expr | ast.keyword]:
    """The conditions that must all hold: through ``and_(…)``, ``a & b`` and ``Q(…)``."""
    for one in conditions:
        match one:
            case ast.Call(func=ast.Name(id="and_" | "Q") | ast.Attribute(attr="and_" | "Q")):
                yield from _all_of([*one.args, *one.keywords])
            case ast.BinOp(left=left, op=ast.BitAnd(), right=right):
                yield from _all_of([left, right])
            case _:
                yield one


def _models(query: Query) -> set[str]:
    """The model whose rows are asked for, as code, with ``.c`` for the columns of a table; none where it is joined."""
    given = [one for call in query.calls if last_name(call) in _JOINS for one in call.args]
    entity = _read(query.entity) if query.entity is not None else []
    if query.entity is not None and "count(" not in query.entity:
        given = [*entity, *given]
    elif not given:  # ``select(func.count(Order.id))``
        parts = [part for one in entity for part in ast.walk(one)]
        given = [one.value for one in parts if isinstance(one, ast.Attribute) and is_column(one)]
    names = {ast.unparse(one) for one in given}
    return {name + end for name in names for end in ("", ".c")} if len(names) == 1 else set()


def _read(entity: str) -> list[ast.expr]:
    """What a query names, as arguments: ``*entities`` is an expression only there."""
    call = ast.parse(f"f({entity})", mode="eval").body
    return call.args if isinstance(call, ast.Call) else []


def _declared_keys(query: Query, scope: Scope) -> list[frozenset[str]]:
    """What the model declares as a key, if it stands in the same file: each a column, or several together."""
    models = _models(query)
    classes = [one for one in scope.module.node.body if isinstance(one, ast.ClassDef) and one.name in models]
    keys: list[frozenset[str]] = []
    for model in classes:
        columns = list(_columns(model))
        keys += [frozenset({name}) for name, column in columns if _says(column, "unique")]
        primary = frozenset(name for name, column in columns if _says(column, "primary_key"))
        keys += [primary] if primary else []
    return keys


def _columns(model: ast.ClassDef) -> Iterator[tuple[str, ast.Call]]:
    for statement in model.body:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as column)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.Call() as column)
            ):
                yield name, column


def _says(column: ast.Call, word: str) -> bool:
    """``CharField(unique=True)``."""
    return any(
        one.arg == word and isinstance(one.value, ast.Constant) and one.value.value is True for one in column.keywords
    )
