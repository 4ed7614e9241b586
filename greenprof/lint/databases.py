"""Which calls send a statement to a database, and what is known of the statement."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from greenprof.lint.kinds import DRIVERS, words
from greenprof.lint.tree import all_nodes, numbered, own_nodes

if TYPE_CHECKING:
    from greenprof.lint.loops import Loop
    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.scope import Scope

# The words of a file without which no database is at work in it, as far as it tells.
MENTIONS = words(
    """
    sqlalchemy sqlmodel flask_sqlalchemy django objects _default_manager sqlite3 aiosqlite psycopg psycopg2
    asyncpg pg8000 MySQLdb pymysql aiomysql mysql mariadb oracledb cx_Oracle pyodbc pymssql duckdb snowflake
    peewee clickhouse_driver cursor cur conn connection session db db_session database
    SELECT INSERT UPDATE DELETE select insert
    """
)
EXECUTE = words(
    """
    execute scalars scalar fetch fetchrow fetchval stream stream_scalars exec
    """
)
QUERY_ENDS = words(
    """
    all first one one_or_none scalar scalar_one count get get_or_404 get_or_none get_by_id
    """
)
MANAGER_READS = words(
    """
    get first last count exists aggregate latest earliest in_bulk aget afirst alast acount aexists aaggregate
    iterator dates datetimes
    """
)
LAZY = words(
    """
    query filter filter_by join outerjoin options limit offset group_by having exclude all values values_list
    order_by select_related prefetch_related annotate distinct only defer none using reverse
    """
)
MANAGER_WRITES = words(
    """
    create get_or_create update_or_create update delete acreate aget_or_create aupdate_or_create
    """
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
    r"(?:^|[._])(?:session|cursor|cur|curs|con|conn|connection|db|database|engine)(?:\(\))?$", re.IGNORECASE
)
_SESSION_NAME = re.compile(r"(?:^|[._])session(?:\(\))?$", re.IGNORECASE)
_LIBRARY = re.compile(
    rf"(?:{DRIVERS}|sqlalchemy|sqlmodel|flask_sqlalchemy|django\.db|peewee|psycopg_pool)(?:\.|$)|(?:.*\.)?models\.[A-Z]\w*$",
    re.VERBOSE,
)
_EXPRESSION = re.compile(
    r"(?:sqlalchemy|sqlmodel)(?:\.\w+)*\.(?:Table\(\)\.)?(select|insert|update|delete|text|exists|func)\b"
)
_PEEWEE = re.compile(r"peewee(?:\.|$)")
_KNOWN = {"session", "connection", "driver-connection", "cursor", "engine"}
_SESSION_QUERY = re.compile(r"(?i:session)(?:\(\))?\.query\(\)(?:\.\w+\(\))*$")
_MODEL_QUERY = re.compile(r"(?:^|[.:?])[A-Z]\w*\.query(?:\.\w+\(\))*$")
_PEEWEE_MODEL = re.compile(r"(?:^|[.:])[A-Z]\w*$")
_PEEWEE_QUERY = re.compile(r"(?:^|[.:])[A-Z]\w*\.select\(\)(?:\.\w+\(\))*$")
_PEEWEE_READS = frozenset({"get", "get_or_none", "get_by_id"})
_PEEWEE_WRITES = frozenset({"create", "get_or_create"})
_MANAGER = re.compile(
    r"(?:^|[.:?])(?:[A-Z]\w*|get_(?:user_)?model\(\))\.(?:objects|_default_manager|_base_manager)(?:\.\w+\(\))*$"
)
# What gives an object, or a number, rather than a query to go on from.
_GIVES_ONE = re.compile(
    r"\.(?:a?(?:get|first|last|earliest|latest|create|get_or_create|update_or_create|aggregate|count|in_bulk)"
    r"|get_(?!queryset)\w+)\(\)$"
)
_READERS = {"list", "tuple", "set", "frozenset", "sorted", "len", "bool", "sum", "any", "all", "dict", "min", "max"}
_ANY_TABLE = re.compile(r"\b(?:from|join|into|update|table)\s+[`\"'\[]?(?:%s|%\(|\{|\?)", re.IGNORECASE)
# The names and kinds of tables and columns, of which there are few.
_CATALOGUE = re.compile(
    r"\b(?:sqlite_(?:master|schema|sequence)|information_schema|pg_\w+|pragma_\w+|all_tab\w*)\b", re.IGNORECASE
)
_ORDER = ("high", "medium", "low")


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that a call sends to a database.

    ``verb`` is its first word in lower case (a read is at least known to be ``select``), None if
    the file does not tell it. ``confidence`` is that there is a database at the other end. With
    ``lazy`` the call only builds a query, to be sent when something reads its rows.
    """

    verb: str | None
    confidence: str
    lazy: bool = False

    @property
    def writes(self) -> bool:
        """Whether it changes rows."""
        return self.verb in WRITE_VERBS

    @property
    def reads(self) -> bool:
        """Whether it asks for rows, or may do so."""
        return self.verb is None or self.verb in READ_VERBS

    def confidence_in(self, loop: Loop, call: ast.Call | None) -> str:
        """How sure it is that `loop` sends one per item by `call`.

        A ``while`` is rarely about items, and a loop over databases sends one to each.
        """
        if loop.is_endless or (call is not None and loop.changes(_root(call))):
            return "low"
        return weakest(self.confidence, "medium" if loop.is_while else "high")


def _root(expr: ast.expr) -> ast.expr:
    """``a`` of ``a.b(c)[d].e()``."""
    while not isinstance(expr, ast.Name):
        inner = getattr(expr, "func", None) or getattr(expr, "value", None)
        if not isinstance(inner, ast.expr):
            break
        expr = inner
    return expr


def weakest(*confidences: str) -> str:
    """The lowest of some confidences."""
    return max(confidences, key=_ORDER.index)


def statement_sent(call: ast.Call, piece: Piece) -> Statement | None:
    """The statement that `call` sends, None if it sends none as far as the file tells."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in READS | MANAGER_WRITES:
        return None
    method, receiver = call.func.attr, call.func.value
    found = None
    if method in EXECUTE and call.args:
        found = _executed(call, receiver, piece)
    elif method == "get" and len(call.args) >= 2:
        found = _got(call, receiver, piece)
    return (
        found
        or _queried(method, receiver, piece)
        or _managed(method, receiver, piece)
        or _of_peewee(method, receiver, piece)
    )


def sql_of(expr: ast.expr, piece: Piece, before: int | None = None) -> str | None:
    """The SQL text that `expr` is or begins with, through ``text(…)``, f-strings and names; None if unknown."""
    return _sql(expr, piece.scope, piece.lines.stop if before is None else before)


def _sql(expr: ast.expr | None, scope: Scope, before: int) -> str | None:
    """A name stands for what was last assigned to it ``before`` that line, so that ``sql = sql + "…"`` ends."""
    for _ in range(20):
        match expr:
            case ast.Constant(value=str() as text):
                return text
            case ast.JoinedStr(values=values):
                return "".join(str(one.value) if isinstance(one, ast.Constant) else "?" for one in values)
            case (
                ast.BinOp(left=inner)
                | ast.Call(func=ast.Attribute(value=inner, attr="format" | "strip" | "params" | "bindparams"))
            ):
                expr = inner
            case ast.Call(func=ast.Name(id="text" | "SQL") | ast.Attribute(attr="text" | "SQL"), args=[first, *_]):
                expr = first
            case ast.Name(id=name):
                expr = scope.value(name, before)
                before = expr.lineno if expr is not None else before
            case _:
                break
    return None


def sql_before(receiver: ast.expr, piece: Piece) -> str | None:
    """The SQL that was last given to ``receiver.execute`` before this piece ends; None if that is not sure."""
    name = ast.unparse(receiver)
    calls = [
        one
        for one in own_nodes(piece.scope.node)
        if isinstance(one, ast.Call)
        and isinstance(one.func, ast.Attribute)
        and one.func.attr == "execute"
        and one.args
        and one.lineno < piece.lines.stop
        and ast.unparse(one.func.value) == name
    ]
    if not calls or sum(one.lineno in piece.lines for one in calls) > 1:
        return None
    last = max(calls, key=lambda one: one.lineno)
    return _sql(last.args[0], piece.scope, last.lineno)


def verb_of(expr: ast.expr, piece: Piece) -> tuple[str | None, bool]:
    """The verb of the statement `expr`, and whether it is a database statement beyond doubt."""
    sql = sql_of(expr, piece)
    if sql is not None:
        match = _VERB.match(sql)
        return (match[1].lower() if match else None), _SQL.match(sql) is not None
    last = piece.scope.value(expr.id, expr.lineno) if isinstance(expr, ast.Name) else None  # a name is used again
    for origin in sorted(piece.origins(last if last is not None else expr)):
        built = _EXPRESSION.match(origin)
        if built is not None and built[1] == "text":
            return None, False  # a text that is not known
        if built is not None:
            return (built[1] if built[1] not in ("func", "exists") else "select"), True
    return None, False


def receives_statements(receiver: ast.expr, piece: Piece) -> str | None:
    """How sure it is that `receiver` is a session, connection or cursor; None if it is something else."""
    kind = piece.kind(receiver)
    if kind is not None:
        return "high" if kind in _KNOWN else None
    if _RECEIVER.search(ast.unparse(receiver)) is None:
        return None
    return "medium" if uses_database(piece.scope) else "low"


def is_session_query(expr: ast.expr, piece: Piece) -> bool:
    """Whether `expr` is ``session.query(…)`` and what is called on it, by its name at least."""
    return piece.kind(expr) == "query" or any(_SESSION_QUERY.search(one) for one in piece.origins(expr))


def is_manager_query(expr: ast.expr, piece: Piece) -> bool:
    """Whether `expr` is Django's ``Model.objects`` and what is called on it."""
    return any(_MANAGER.search(origin) for origin in piece.origins(expr))


def is_model_query(expr: ast.expr, piece: Piece) -> bool:
    """Whether `expr` is Flask-SQLAlchemy's ``Model.query`` or Peewee's ``Model.select()``, and what is called on it."""
    origins = piece.origins(expr)
    if any(map(_MODEL_QUERY.search, origins)):
        return True
    return any(map(_PEEWEE_QUERY.search, origins)) and imports_peewee(piece.scope)


def is_model(name: str | None, scope: Scope) -> bool:
    """Whether the file has a class `name` that is a Django model, directly or through classes of the file."""
    classes = {node.name: node for node in scope.module.node.body if isinstance(node, ast.ClassDef)}
    for _ in range(10):
        node = classes.get(name or "")
        bases = [ast.unparse(base) for base in node.bases] if node is not None else []
        if any(base.endswith("models.Model") for base in bases):
            return True
        name = next((base for base in bases if base in classes), None)
    return False


def uses_database(scope: Scope) -> bool:
    """Whether the file imports a database library, or the classes of its models, or sends SQL to something."""
    return imports_any(_LIBRARY, scope) or _sends_sql(scope.module.node)


def imports_peewee(scope: Scope) -> bool:
    """Whether the file imports Peewee."""
    return imports_any(_PEEWEE, scope)


def imports_any(origin: re.Pattern[str], scope: Scope) -> bool:
    """Whether the origin of an import at the top of the file begins as told."""
    bindings = scope.module.bindings.values()
    return any(one.origin is not None and origin.match(one.origin) for several in bindings for one in several)


@lru_cache(maxsize=1)
def _sends_sql(tree: ast.AST) -> bool:
    """Whether a file calls ``….execute("SELECT …")`` or the like."""
    for one in numbered(tree).of(ast.Call):
        match one:
            case ast.Call(func=ast.Attribute(attr="execute"), args=[ast.Constant(value=str() as text), *_]):
                pass
            case ast.Call(
                func=ast.Attribute(attr="execute"),
                args=[ast.JoinedStr(values=[ast.Constant(value=str() as text), *_]), *_],
            ):
                pass
            case _:
                continue
        if _SQL.match(text):
            return True
    return False


def _executed(code: ast.Call, receiver: ast.expr, piece: Piece) -> Statement | None:
    """``cursor.execute(sql)``, ``session.scalars(select(…))`` and the like."""
    verb, certain = verb_of(code.args[0], piece)
    confidence = receives_statements(receiver, piece)
    if confidence is None and (not certain or piece.kind(receiver) is not None):
        return None
    text = sql_of(code.args[0], piece)
    script = (
        (_ANY_TABLE.search(text) and _varies(code.args[0], piece)) or _CATALOGUE.search(text)
        if text is not None
        else not certain
        and (len(code.args) == 1 or _is_made_here(code.args[0], piece) or _is_script(code.args[0], piece))
    )
    return Statement(verb, "low" if script else "high" if certain else confidence or "low")


def _is_made_here(sql: ast.expr, piece: Piece) -> bool:
    """Whether a statement is put together in the piece, anew for each round, and not once before."""
    if not isinstance(sql, ast.Name):
        return not isinstance(sql, ast.Attribute)
    return any(one.line in piece.lines for one in piece.scope.find(sql.id))


def _is_script(sql: ast.expr, piece: Piece) -> bool:
    """Whether each round sends another statement, ``for sql in statements: cursor.execute(sql)``."""
    names = [one.id for one in all_nodes(_template(sql, piece)) if isinstance(one, ast.Name)]
    return any(one.element for name in names for one in piece.scope.find(name))


def _varies(sql: ast.expr, piece: Piece) -> bool:
    """Whether `sql` is put together from names of which one is set in the piece, or not known to stay the same."""
    if isinstance(sql, ast.Name):
        sql = piece.scope.value(sql.id, piece.lines.stop) or sql
    names = [one.id for one in ast.walk(sql) if isinstance(one, ast.Name)]
    bindings = [piece.scope.find(name) for name in names]
    return any(not several or any(one.element or one.line in piece.lines for one in several) for several in bindings)


def _template(sql: ast.expr, piece: Piece) -> ast.expr:
    """``t`` of ``t % values`` and ``t.format(values)``, through one name."""
    if isinstance(sql, ast.Name):
        sql = piece.scope.value(sql.id, piece.lines.stop) or sql
    match sql:
        case ast.BinOp(left=left, op=ast.Mod()):
            return left
        case ast.Call(func=ast.Attribute(value=value, attr="format")):
            return value
    return sql


def _got(code: ast.Call, receiver: ast.expr, piece: Piece) -> Statement | None:
    """``session.get(Model, key)``."""
    entity = ast.unparse(code.args[0]).rpartition(".")[2]
    if piece.kind(receiver) == "session":
        return Statement("select", "high")
    if entity[:1].isupper() and _SESSION_NAME.search(ast.unparse(receiver)):
        confidence = receives_statements(receiver, piece)
        return None if confidence is None else Statement("select", confidence)
    return None


def _queried(method: str, receiver: ast.expr, piece: Piece) -> Statement | None:
    """``session.query(Model)…first()`` and Flask-SQLAlchemy's ``Model.query…first()``."""
    if method not in QUERY_ENDS | LAZY:
        return None
    if _is_kept(receiver, piece):
        return None
    lazy = method not in QUERY_ENDS
    kind = piece.kind(receiver)
    if kind == "query" or (method == "query" and kind == "session"):
        return Statement("select", "high", lazy)
    if method == "query":
        by_name = _SESSION_NAME.search(ast.unparse(receiver)) is not None
    else:
        by_name = is_session_query(receiver, piece)
    if by_name and kind is None:
        return Statement("select", "medium" if uses_database(piece.scope) else "low", lazy)
    if is_model_query(receiver, piece):
        return Statement("select", "medium", lazy)
    return None


def _is_kept(receiver: ast.expr, piece: Piece) -> bool:
    """Whether it is a collection of rows that were asked for before: ``names.get(key)``."""
    return isinstance(receiver, ast.Name) and _is_collection(piece.scope.value(receiver.id, piece.lines.stop))


def _is_collection(value: ast.expr | None) -> bool:
    match value:
        case ast.Call(func=ast.Name(id="dict" | "list" | "set" | "defaultdict") | ast.Attribute(attr="in_bulk")):
            return True
    return isinstance(value, ast.Dict | ast.DictComp | ast.List | ast.ListComp | ast.Set | ast.SetComp)


def _managed(method: str, receiver: ast.expr, piece: Piece) -> Statement | None:
    """Django's ``Model.objects…get(…)``. Calls that only build a query count where something reads it."""
    if not is_manager_query(receiver, piece) or _is_kept(receiver, piece):
        return None
    if all(map(_GIVES_ONE.search, piece.origins(receiver))):
        return None
    if method in MANAGER_WRITES:
        return Statement("update" if method in ("update", "delete") else "insert", "high")
    return Statement("select", "high", lazy=method in LAZY)


def _of_peewee(method: str, receiver: ast.expr, piece: Piece) -> Statement | None:
    """Peewee's ``Model.get_or_none(…)``, ``Model.create(…)`` and ``Model.select().where(…).first()``."""
    if method in _PEEWEE_READS | _PEEWEE_WRITES and imports_peewee(piece.scope):
        origins = piece.origins(receiver)
        if origins and all(map(_PEEWEE_MODEL.search, origins)):
            return Statement("insert" if method in _PEEWEE_WRITES else "select", "medium")
    return None


def use_of_query(here: Place) -> str | None:
    """How sure it is that a query that is only built by a call is sent right there; None if the call is built upon."""
    parent = here.parent
    kind = type(parent).__name__
    if kind in ("Attribute", "Await"):
        return None
    if kind in ("For", "CompFor", "If", "While", "UnaryOperation", "BooleanOperation", "Subscript"):
        return "high"
    if kind == "Arg":
        return "high" if here.method(here.trail[-2]) in _READERS else "low"
    if kind in ("Assign", "AnnAssign", "NamedExpr"):
        return "medium" if _is_read_by_name(parent, here) else "low"
    return "low"


def _is_read_by_name(assignment: Any, here: Place) -> bool:
    """Whether a query is read where its name is gone through, tested, counted or indexed; not if it is built upon."""
    targets = getattr(assignment, "targets", None)
    target = targets[0].target if targets else assignment.target
    name = getattr(target, "value", None)
    for node in all_nodes(here.scope.node):
        match node:
            case ast.For(iter=ast.Name(id=read)) | ast.comprehension(iter=ast.Name(id=read)) if read == name:
                return True
            case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
                tested = [*test.values] if isinstance(test, ast.BoolOp) else [test]
                bare = [one.operand if isinstance(one, ast.UnaryOp) else one for one in tested]
                if any(isinstance(one, ast.Name) and one.id == name for one in bare):
                    return True
            case ast.Call(func=ast.Name(id=reader), args=[ast.Name(id=read), *_]) if read == name:
                if reader in _READERS:
                    return True
            case ast.Subscript(value=ast.Name(id=read)) if read == name:
                return True
    return False
