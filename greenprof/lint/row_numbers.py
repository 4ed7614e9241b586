"""How many rows a query gives: as many as a table holds, or those that belong to one thing."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint.calls import last_name
from greenprof.lint.kinds import words
from greenprof.lint.rows import rows_of
from greenprof.lint.tree import all_nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.lint.pieces import Piece
    from greenprof.lint.queries import Query
    from greenprof.lint.rows import Rows

_CHOOSERS = frozenset({"filter", "filter_by", "where", "get"})
_MANAGERS = frozenset({"objects", "_default_manager", "_base_manager", "query"})
_GROUPS = frozenset({"distinct", "group_by", "annotate", "dates", "datetimes"})
_COLUMNS = frozenset({"values", "values_list"})
_GROUP_BY = re.compile(r"\bgroup\s+by\b", re.IGNORECASE)
# Django's comparisons other than the one for equality, after ``__``.
_LOOKUPS = words(
    """
    contains icontains in gt gte lt lte startswith istartswith endswith iendswith range isnull regex iregex search
    date year month day week week_day quarter hour minute second time
    """
)
# What a person sets up by hand, and data do not make more of.
_FEW = re.compile(
    r"(?:Settings?|Config\w*|Options?|Status|State|Type|Kind|Category|Role|Permission|Provider|Currency|Language|Locale"
    r"|Genre|Choice|Plan|Backend|Plugin|Size|Level|Priority|Severity|Unit|Country|Menu"
    r"|(?:Action|Menu|Option|Setting|Permission|Feature|Field|Attribute|Property|Shipping|Tax|Price)Group"
    r"|(?:OAuth2?|OIDC|OpenID|SSO|API)(?:Client|App|Application))$"
)
_SIGN_ON = re.compile(r"(?:^|\.)(?:oauth2?|oidc|openid|sso|saml|idp)(?:_|\.|$)|oauth2?_provider|oauth2?_server")
# ``WHERE owner = ?``: of one owner, whoever that is.
_OF_ONE = re.compile(r"\b(?:where|and)\s+[\w.\"`\[\]]+\s*=\s*['\"]?(?:\?|%|:\w|\$\d|\{|@)", re.IGNORECASE)


def are_many_rows(expr: ast.expr, piece: Piece) -> bool | None:
    """Whether `expr` is all rows of a table, or of a kind; False if of one thing; None if it is not known as rows."""
    rows = rows_of(expr, piece)
    if rows is None:
        return False if _is_relation(expr) else None
    return may_be_many(rows) and not rows.query.methods & _GROUPS


def may_be_many(rows: Rows) -> bool:
    """Whether `rows` are not those of one thing, neither of an object's relation nor chosen by one value, nor a few."""
    if rows.sql is not None:
        return not is_one_value(rows.sql)
    entity = rows.query.entity
    return entity is not None and not is_small_table(entity) and not is_of_one(rows.query)


def is_small_table(model: str) -> bool:
    """Whether the name of a model says that there are few of it: ``OrderStatus``, ``ShopSetting``."""
    return _FEW.search(model) is not None


def is_small_table_of(model: str, module: str) -> bool:
    """As `is_small_table`, where the module says more: a ``Client`` of single sign-on is set up by hand."""
    signs_on = model in ("Client", "App", "Application") and _SIGN_ON.search(module) is not None
    return signs_on or is_small_table(model)


def are_groups(rows: Rows) -> bool:
    """Whether there is one row for each value already: ``GROUP BY``, ``.values("city").annotate(Count("id"))``.

    So it is with ``.distinct("city")``, which Django does not add up.
    """
    if rows.sql is not None:
        return _GROUP_BY.search(rows.sql) is not None
    methods = [call.func.attr for call in rows.query.calls if isinstance(call.func, ast.Attribute)]  # last first
    if any(last_name(call) == "distinct" and call.args for call in rows.query.calls):
        return True
    grouped = "annotate" in methods and not _COLUMNS.isdisjoint(methods[methods.index("annotate") :])
    return grouped or "group_by" in methods


def is_of_one(query: Query) -> bool:
    """Whether it asks for the rows that have one value which the program knows, such as those of one user."""
    return any(map(_is_equality, _conditions(query)))


def is_one_value(sql: str) -> bool:
    """As `is_of_one`, of a statement that is written as SQL."""
    return _OF_ONE.search(sql) is not None


def is_column(value: ast.expr) -> bool:
    """``Order.id`` and ``orders.c.id``: a column rather than a value."""
    match value:
        case ast.Attribute(value=ast.Attribute(attr="c" | "columns")):
            return True
        case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=name):
            return owner[:1].isupper() and not name.isupper()
    return False


def _conditions(query: Query) -> Iterator[ast.AST]:
    for call in query.calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr in _CHOOSERS:
            yield from call.keywords
            for one in call.args:
                yield from all_nodes(one)


def _is_equality(condition: ast.AST) -> bool:
    """``owner=owner``, ``Order.owner_id == owner.id``; not ``status="paid"``, nor a column that is another's."""
    match condition:
        case ast.keyword(arg=str() as name, value=value):
            _, _, lookup = name.rpartition("__")
            return ("__" not in name or lookup not in _LOOKUPS) and not _is_fixed(value)
        case ast.Compare(left=ast.Attribute(), ops=[ast.Eq()], comparators=[value]):
            return not _is_fixed(value)
    return False


def _is_fixed(value: ast.expr) -> bool:
    """A constant, also by its name as in ``Order.PAID``, or a column, as in ``Order.id`` and ``orders.c.id``."""
    match value:
        case ast.Constant():
            return True
        case ast.Name(id=name):
            return name.isupper()
        case ast.Call(func=ast.Attribute(attr="null" | "true" | "false")):
            return True
        case ast.Attribute(attr=name) if name.isupper():
            return True
    return is_column(value)


def _is_relation(expr: ast.expr) -> bool:
    """``order.lines.all()``."""
    match expr:
        case ast.Call(func=ast.Attribute(value=ast.Attribute(attr=attr), attr="all"), args=[]):
            return attr not in _MANAGERS
    return False
