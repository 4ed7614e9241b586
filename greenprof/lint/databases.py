"""Which calls send a statement to a database, and what is known of the statement."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from greenprof.lint.kinds import DRIVERS

if TYPE_CHECKING:
    from libcst import Call

    from greenprof.lint.loops import Loop
    from greenprof.lint.place import Place
    from greenprof.lint.scope import Scope

# The words of a file without which no database is at work in it, as far as it tells.
MENTIONS = frozenset(
    """sqlalchemy sqlmodel flask_sqlalchemy django objects _default_manager sqlite3 aiosqlite psycopg psycopg2 asyncpg
    pg8000 MySQLdb pymysql aiomysql mysql mariadb oracledb cx_Oracle pyodbc pymssql duckdb snowflake clickhouse_driver
    cursor cur conn connection session db database SELECT INSERT UPDATE DELETE select insert""".split()
)
EXECUTE = frozenset(
    {"execute", "scalars", "scalar", "fetch", "fetchrow", "fetchval", "stream", "stream_scalars", "exec"}
)
QUERY_ENDS = frozenset({"all", "first", "one", "one_or_none", "scalar", "scalar_one", "count", "get", "get_or_404"})
MANAGER_READS = frozenset(
    """get first last count exists aggregate latest earliest in_bulk
    aget afirst alast acount aexists aaggregate iterator dates datetimes""".split()
)
LAZY = frozenset(
    """query filter filter_by join outerjoin options limit offset group_by having exclude all values values_list order_by select_related prefetch_related annotate distinct only defer none
    using reverse""".split()
)
MANAGER_WRITES = frozenset(
    """create get_or_create update_or_create update delete acreate aget_or_create aupdate_or_create""".split()
)
READS = EXECUTE | QUERY_ENDS | MANAGER_READS | LAZY
READ_VERBS = frozenset({"select", "with", "values"})
WRITE_VERBS = frozenset({"insert", "replace", "update", "delete", "merge", "upsert"})

_VERB = re.compile(r"\s*(?:--[^\n]*\n\s*)*\(?\s*([a-zA-Z]+)\b")
_SQL = re.compile(
    r"\s*\(?\s*(?:select\s.*\sfrom\s|insert\s+(?:or\s+\w+\s+|ignore\s+)?into\s|replace\s+into\s|update\s.*\sset\s|delete\s+from\s|with\s.*\sas\s|merge\s+into)",
    re.IGNORECASE | re.DOTALL,
)
_RECEIVER = re.compile(
    r"(?:^|[._])(?:session|cursor|cur|curs|conn|connection|db|database|engine)(?:\(\))?$", re.IGNORECASE
)
_SESSION_NAME = re.compile(r"(?:^|[._])session(?:\(\))?$", re.IGNORECASE)
_LIBRARY = re.compile(rf"(?:{DRIVERS}|sqlalchemy|sqlmodel|flask_sqlalchemy|django\.db)(?:\.|$)", re.VERBOSE)
_EXPRESSION = re.compile(r"(?:sqlalchemy|sqlmodel)(?:\.\w+)*\.(select|insert|update|delete|text|exists|func)\b")
_KNOWN = {"session", "connection", "driver-connection", "cursor", "engine"}
_SESSION_QUERY = re.compile(r"(?i:session)(?:\(\))?\.query\(\)(?:\.\w+\(\))*$")
_MODEL_QUERY = re.compile(r"(?:^|[.:?])[A-Z]\w*\.query(?:\.\w+\(\))*$")
_MANAGER = re.compile(r"(?:^|[.:?])[A-Z]\w*\.(?:objects|_default_manager|_base_manager)(?:\.\w+\(\))*$")
_READERS = {"list", "tuple", "set", "frozenset", "sorted", "len", "bool", "sum", "any", "all", "dict", "min", "max"}
_ORDER = ("high", "medium", "low")


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that a call sends to a database.

    ``verb`` is its first word in lower case (a read is at least known to be ``select``), None if
    the file does not tell it. ``confidence`` is that there is a database at the other end.
    """

    verb: str | None
    confidence: str

    @property
    def writes(self) -> bool:
        """Whether it changes rows."""
        return self.verb in WRITE_VERBS

    @property
    def reads(self) -> bool:
        """Whether it asks for rows, or may do so."""
        return self.verb is None or self.verb in READ_VERBS

    def confidence_in(self, loop: Loop) -> str:
        """How sure it is that `loop` sends one per item: a ``while`` is rarely about items."""
        if loop.is_endless:
            return "low"
        return weakest(self.confidence, "medium" if loop.is_while else "high")


def weakest(*confidences: str) -> str:
    """The lowest of some confidences."""
    return max(confidences, key=_ORDER.index)


def statement_sent(call: Call, here: Place) -> Statement | None:
    """The statement that `call` sends, None if it sends none as far as the file tells."""
    method = here.method(call)
    if method is None or method not in READS | MANAGER_WRITES:
        return None
    code = here.read(call)
    if not isinstance(code, ast.Call) or not isinstance(code.func, ast.Attribute):
        return None
    if method in EXECUTE and code.args:
        found = _executed(code, code.func.value, here)
        if found is not None:
            return found
    if method == "get" and len(code.args) >= 2:
        found = _got(code, code.func.value, here)
        if found is not None:
            return found
    return _queried(method, code.func.value, here) or _managed(method, code.func.value, here)


def sql_of(expr: ast.expr, here: Place) -> str | None:
    """The SQL text that `expr` is or begins with, through ``text(…)``, f-strings and names; None if unknown."""
    return _sql(expr, here.scope, here.piece.lines.stop)


def _sql(expr: ast.expr | None, scope: Scope, before: int) -> str | None:
    """A name stands for what was last assigned to it ``before`` that line, so that ``sql = sql + "…"`` ends."""
    for _ in range(20):
        match expr:
            case ast.Constant(value=str() as text):
                return text
            case ast.JoinedStr(values=[ast.Constant(value=str()), *_] as values):
                return "".join(str(one.value) if isinstance(one, ast.Constant) else "?" for one in values)
            case ast.BinOp(left=inner) | ast.Call(func=ast.Attribute(value=inner, attr="format" | "strip")):
                expr = inner
            case ast.Call(func=ast.Name(id="text" | "SQL") | ast.Attribute(attr="text" | "SQL"), args=[first, *_]):
                expr = first
            case ast.Name(id=name):
                expr = scope.value(name, before)
                before = expr.lineno if expr is not None else before
            case _:
                break
    return None


def verb_of(expr: ast.expr, here: Place) -> tuple[str | None, bool]:
    """The verb of the statement `expr`, and whether it is a database statement beyond doubt."""
    sql = sql_of(expr, here)
    if sql is not None:
        match = _VERB.match(sql)
        return (match[1].lower() if match else None), _SQL.match(sql) is not None
    for origin in here.origins(expr):
        built = _EXPRESSION.match(origin)
        if built is not None:
            return (built[1] if built[1] not in ("text", "func", "exists") else "select"), True
    return None, False


def uses_database(here: Place) -> bool:
    """Whether the file imports a database library."""
    return any(
        one.origin is not None and _LIBRARY.match(one.origin)
        for bindings in here.scope.module.bindings.values()
        for one in bindings
    )


def _executed(code: ast.Call, receiver: ast.expr, here: Place) -> Statement | None:
    """``cursor.execute(sql)``, ``session.scalars(select(…))`` and the like."""
    verb, certain = verb_of(code.args[0], here)
    kind = here.kind(receiver)
    if kind in _KNOWN:
        return Statement(verb, "low" if _is_script(code, here) else "high")
    if kind is not None:
        return None
    if certain:
        return Statement(verb, "high")
    if _RECEIVER.search(ast.unparse(receiver)) is None:
        return None
    return Statement(verb, "medium" if uses_database(here) and not _is_script(code, here) else "low")


def _is_script(code: ast.Call, here: Place) -> bool:
    """``for sql in statements: cursor.execute(sql)`` runs different statements, which no one query replaces."""
    words = {one.id for one in ast.walk(code.args[0]) if isinstance(one, ast.Name)}
    bindings = [one for word in words for one in here.scope.find(word)]
    return sql_of(code.args[0], here) is None and any(one.element for one in bindings)


def _got(code: ast.Call, receiver: ast.expr, here: Place) -> Statement | None:
    """``session.get(Model, key)``."""
    entity = ast.unparse(code.args[0]).rpartition(".")[2]
    if here.kind(receiver) == "session":
        return Statement("select", "high")
    if here.kind(receiver) is None and _SESSION_NAME.search(ast.unparse(receiver)) and entity[:1].isupper():
        return Statement("select", "medium" if uses_database(here) else "low")
    return None


def _queried(method: str, receiver: ast.expr, here: Place) -> Statement | None:
    """``session.query(Model)…first()`` and Flask-SQLAlchemy's ``Model.query…first()``."""
    if method in QUERY_ENDS:
        use = "high"
    elif method in LAZY:
        use = _use_of_query(here)
    else:
        return None
    if use is None:
        return None
    if here.kind(receiver) == "query" or (method == "query" and here.kind(receiver) == "session"):
        return Statement("select", use)
    for origin in here.origins(receiver):
        if _SESSION_QUERY.search(f"{origin}.query()" if method == "query" else origin):
            return Statement("select", weakest(use, "medium" if uses_database(here) else "low"))
        if _MODEL_QUERY.search(origin):
            return Statement("select", weakest(use, "medium"))
    return None


def _managed(method: str, receiver: ast.expr, here: Place) -> Statement | None:
    """Django's ``Model.objects…get(…)``. Calls that only build a query count where something reads it."""
    if not any(_MANAGER.search(origin) for origin in here.origins(receiver)):
        return None
    if method in MANAGER_WRITES:
        return Statement("update" if method in ("update", "delete") else "insert", "high")
    use = _use_of_query(here) if method in LAZY else "high"
    return None if use is None else Statement("select", use)


def _use_of_query(here: Place) -> str | None:
    """How sure it is that a query that is only built by a call is sent right there; None if the call is built upon."""
    parent = here.parent
    kind = type(parent).__name__
    if kind in ("Attribute", "Await"):
        return None
    if kind in ("For", "CompFor", "If", "While", "UnaryOperation", "BooleanOperation", "Subscript"):
        return "high"
    if kind == "Arg":
        return "high" if here.method(here.trail[-2]) in _READERS else "low"
    return "medium" if kind in ("Assign", "AnnAssign", "NamedExpr") else "low"
