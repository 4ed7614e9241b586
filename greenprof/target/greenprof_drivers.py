"""Inside the profiled Python: which methods of which database drivers send a statement.

Each is replaced by a function that does the same and then counts. It is no part of tracebacks, and warnings pass
over it. Classes of C are changed in place, so that ``type(connection)`` stays what it is. An ORM only tells which
driver it uses, where that is none of those named here.
"""

import sys
import time

TYPE_CHECKING = False  # typing would be imported
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, ModuleType
    from typing import Any

_UNSEEN = "<frozen importlib._bootstrap greenprof>"  # a file of this name is passed over by warnings
_MOST_CURSORS = 10_000
_MOST_KEPT = 100
_UNKNOWN_ROWS = 1 << 62  # unbuffered cursors of MySQL tell the largest number that there is
_hooked: "set[type]" = set()
_counting: "Any" = None
_servers: "dict[int, int]" = {}


def begin(counting: "dict[str, Any]") -> None:
    """Count by way of the functions in `counting`, the globals of `greenprof_queries`."""
    global _counting
    _counting = counting


def hook(module: "ModuleType") -> None:
    """Hook what is to be hooked in a module that has just been imported."""
    hooks: dict[str, Callable[[ModuleType], object]] = {
        "sqlite3": _hook_sqlite,
        "psycopg2": _hook_psycopg2,
        "psycopg": _hook_psycopg,
        "MySQLdb.cursors": lambda module: hook_cursor(module.BaseCursor),
        "pymysql.cursors": lambda module: hook_cursor(module.Cursor),
        "mysql.connector.cursor": _hook_mysql_connector,
        "mysql.connector.cursor_cext": _hook_mysql_connector,
        "mysql.connector.aio.cursor": _hook_mysql_connector,
        "aiosqlite": _hook_aiosqlite,
        "aiomysql": _hook_aiomysql,
        "asyncpg": _hook_asyncpg,
        "sqlalchemy": _hook_sqlalchemy,
        "django.db": _hook_django,
        "django.core.signals": lambda module: module.request_started.connect(_counting["begin_round"]),
        "django.template.base": _hook_template,
        "asgiref.sync": _hook_asgiref,
        "flask": lambda module: module.request_started.connect(_counting["begin_round"]),
    }
    hooks[module.__name__](module)


def hook_cursor(cursor: type, *methods: str, server: "Callable[[Any], int] | None" = None) -> None:
    """Count what goes through ``execute`` of a class of cursors, or through these methods."""
    if cursor not in _hooked:
        _hooked.add(cursor)
        for name in methods or ("execute",):
            native = cursor.__dict__.get(name)
            if native is not None:
                _put(cursor, name, _counted(native, server))


def text_of(statement: "Any") -> str:
    """The text of a statement that is no text, such as psycopg's ``sql.Composed``."""
    try:
        return str(statement.as_string(None))
    except Exception:
        return f"<{type(statement).__name__}>"


def _put(owner: type, name: str, mine: "Any") -> None:
    """Put a function in the place of a method, also of a class that is written in C and says that it cannot change."""
    native = owner.__dict__[name]
    mine.__code__ = mine.__code__.replace(co_filename=_UNSEEN)
    for word in ("__module__", "__name__", "__qualname__", "__doc__"):
        setattr(mine, word, getattr(native, word, None))
    mine.__module__ = owner.__module__
    try:
        setattr(owner, name, mine)
    except TypeError:
        known = "gc" in sys.modules
        import gc

        if not known:
            del sys.modules["gc"]
        # Nothing has used the class yet, so nobody remembers the method that was there.
        (methods,) = (each for each in gc.get_referents(owner.__dict__) if type(each) is dict)
        methods[name] = mine
        sys._clear_type_cache()


def _counted(native: "Any", server: "Callable[[Any], int] | None" = None) -> "Callable[..., Any]":
    """The method `native` of a cursor of DB-API 2, counted."""
    note, answered, clock, untimed = (_counting[name] for name in ("note", "answered", "clock", "UNTIMED"))
    add_rows, weight = _counting["add_rows"], _counting["WEIGHT"]

    def execute(*arguments: "Any", **named: "Any") -> "Any":
        record = note(arguments[1] if len(arguments) > 1 else _statement_in(named))
        begun_ns = 0
        if record[untimed]:
            record[untimed] -= 1
        else:
            if server is not None and record[weight] > 1:  # what came before is not of this one
                _unless_it_fails(server, arguments[0])
            begun_ns = clock()
        try:
            return native(*arguments, **named)
        except BaseException as error:
            error.__traceback__ = error.__traceback__ and error.__traceback__.tb_next
            raise
        finally:
            try:
                cursor = arguments[0]
                rows = cursor.rowcount
                rows = rows if type(rows) is int and rows < _UNKNOWN_ROWS else -1
                if begun_ns:
                    answered(record, begun_ns, rows, server(cursor) if server is not None else -1)
                elif rows >= 0:
                    add_rows(record, rows)
            except Exception:  # what cannot be told is not known
                pass

    return execute


def _statement_in(named: "dict[str, Any]") -> "Any":
    """A statement that was given by name."""
    return next((named[name] for name in ("query", "operation", "sql") if name in named), "")


# sqlite3


_sent: dict[int, list[int]] = {}  # the record of the last statement of a cursor of sqlite3
_native_of: "dict[Any, Any]" = {}  # the methods of sqlite3 that were replaced


def _hook_sqlite(module: "ModuleType") -> None:
    its: Any = module
    if its.Cursor in _hooked:
        return
    _hooked.add(its.Cursor)
    for kind in (its.Cursor, its.Connection):
        for name in ("execute", "executemany", "executescript"):
            native = kind.__dict__[name]
            mine = _counted_sqlite(native)
            _native_of[mine] = native
            _put(kind, name, mine)
    for name in ("fetchmany", "fetchall"):
        _put(its.Cursor, name, _fetched_sqlite(its.Cursor.__dict__[name]))


def _counted_sqlite(native: "Any") -> "Callable[..., Any]":
    """The method `native` of sqlite3, counted. Written for speed: a query to memory takes two microseconds."""
    note, answered, clock, untimed = (_counting[name] for name in ("note", "answered", "clock", "UNTIMED"))
    add_rows, changes_rows, counted = _counting["add_rows"], _counting["CHANGES_ROWS"], _counting["COUNTED"]
    time_each, sent = _counting["time_each"], _sent
    latest, getframe = _counting["latest"], _counting["getframe"]

    def execute(self: "Any", sql: "Any", parameters: "Any" = (), /) -> "Any":
        try:
            up, instruction, mark, record, table, place = latest[sql]
            frame = getframe(up)
            if frame.f_trace is mark and frame.f_lasti == instruction:
                record[counted] = table[place] = record[counted] + 1
            else:
                record = note(sql)
        except Exception:
            record = note(sql)
        if record[untimed]:
            record[untimed] -= 1
            begun_ns = 0
        else:
            begun_ns = clock()
        try:
            cursor = native(self, sql, parameters)
        except BaseException as error:
            if begun_ns:
                answered(record, begun_ns)
            error.__traceback__ = error.__traceback__ and error.__traceback__.tb_next
            raise
        if begun_ns:
            answered(record, begun_ns)
            if len(sent) > _MOST_CURSORS:
                sent.clear()
        if record[changes_rows] and cursor.rowcount >= 0:
            add_rows(record, cursor.rowcount)
        sent[id(cursor)] = record
        return cursor

    def execute_many(self: "Any", sql: "Any", /, *parameters: "Any") -> "Any":
        record, begun_ns = note(sql), clock()
        time_each(record)
        try:
            cursor = native(self, sql, *parameters)
        except BaseException as error:
            answered(record, begun_ns)
            error.__traceback__ = error.__traceback__ and error.__traceback__.tb_next
            raise
        answered(record, begun_ns, cursor.rowcount)
        sent[id(cursor)] = record
        return cursor

    return execute if native.__name__ == "execute" else execute_many


def _fetched_sqlite(native: "Any") -> "Callable[..., Any]":
    add_rows, sent, counting = _counting["add_rows"], _sent, _counting
    place, told_rows, rows_at = (_counting[name] for name in ("PLACE", "TOLD_ROWS", "ROWS"))

    def fetch(self: "Any", *arguments: "Any", **named: "Any") -> "Any":
        try:
            rows = native(self, *arguments, **named)
        except BaseException as error:
            error.__traceback__ = error.__traceback__ and error.__traceback__.tb_next
            raise
        record = sent.get(id(self))
        if record is not None and (rows or not record[told_rows]):
            add_rows(record, len(rows))
        return rows

    def fetch_all(self: "Any", /) -> "Any":
        try:
            rows = native(self)
        except BaseException as error:
            error.__traceback__ = error.__traceback__ and error.__traceback__.tb_next
            raise
        record = sent.get(id(self))
        if record is not None:
            if record[told_rows]:  # as add_rows does, without a call
                told = record[told_rows] = record[told_rows] + len(rows)
                counting["_table"][record[place] + rows_at] = told
            else:
                add_rows(record, len(rows))
        return rows

    return fetch if native.__name__ == "fetchmany" else fetch_all


def _hook_aiosqlite(module: "ModuleType") -> None:
    """Statements run in a thread of their own: they are counted for the line that asks for them."""
    kind: Any = module
    kind = kind.Connection
    native = kind._execute

    def _execute(self: "Any", function: "Any", *arguments: "Any", **named: "Any") -> "Any":
        replaced = _native_of.get(getattr(function, "__func__", None))
        if replaced is None or not arguments:
            return native(self, function, *arguments, **named)
        plain = replaced.__get__(function.__self__)
        record = _counting["note"](arguments[0])
        _counting["time_each"](record)
        return _answered(native(self, plain, *arguments, **named), record, _rows_of_sqlite)

    _put(kind, "_execute", _execute)

    def _rows_of_sqlite(cursor: "Any", record: list[int]) -> int:
        _sent[id(cursor)] = record
        return int(cursor.rowcount)


async def _answered(
    waiting: "Any",
    record: list[int],
    rows_of: "Callable[[Any, list[int]], int]",
    server: "Callable[[], int] | None" = None,
) -> "Any":
    """What is awaited, with the time until it comes added to the statement that is counted in `record`."""
    rows, begun_ns = -1, _counting["clock"]()
    try:
        answer = await waiting
        rows = rows_of(answer, record)
        return answer
    except BaseException as error:
        error.__traceback__ = error.__traceback__ and error.__traceback__.tb_next
        raise
    finally:
        _counting["answered"](record, begun_ns, rows, server() if server is not None else -1)


# PostgreSQL


def _hook_psycopg2(module: "ModuleType") -> None:
    hook_cursor(module.extensions.cursor, "execute", "executemany", "callproc", server=_psycopg2_server_ns)


def _psycopg2_server_ns(cursor: "Any") -> int:
    connection = cursor.connection
    return _server_ns(connection.get_backend_pid(), connection)


def _hook_psycopg(module: "ModuleType") -> None:
    its: Any = module
    for kind in (its.Cursor, its.ServerCursor):
        hook_cursor(kind, "execute", "executemany", server=_psycopg_server_ns)
    for kind in (its.AsyncCursor, its.AsyncServerCursor):
        for name in ("execute", "executemany"):
            if name in kind.__dict__:
                _put(kind, name, _awaited(kind.__dict__[name], server=_psycopg_server_ns))


def _awaited(
    native: "Any",
    server: "Callable[[Any], int] | None" = None,
    rows_of: "Callable[[Any, list[int]], int] | None" = None,
) -> "Callable[..., Any]":
    """The coroutine function `native` of a cursor or connection, counted when it is called."""

    def execute(*arguments: "Any", **named: "Any") -> "Any":
        waiting = native(*arguments, **named)
        try:
            statement = arguments[1] if len(arguments) > 1 else _statement_in(named)
            record = _counting["note"](statement)
            _counting["time_each"](record)
        except Exception:
            return waiting
        return _answered(
            waiting,
            record,
            rows_of or _rows_of_answer,
            None if server is None else lambda: _unless_it_fails(server, arguments[0]),
        )

    return execute


def _rows_of_answer(answer: "Any", _record: list[int]) -> int:
    """The rows that an awaited answer tells of: psycopg gives the cursor, asyncpg the rows."""
    rows = len(answer) if isinstance(answer, list) else getattr(answer, "rowcount", -1)
    return rows if type(rows) is int else -1


def _unless_it_fails(server: "Callable[[Any], int]", cursor: "Any") -> int:
    try:
        return server(cursor)
    except Exception:
        return -1


def _psycopg_server_ns(cursor: "Any") -> int:
    connection = cursor.connection
    return _server_ns(connection.pgconn.backend_pid, connection)


def _server_ns(pid: int, connection: "Any") -> int:
    """CPU time of a PostgreSQL backend on this machine since this was last asked; -1 where it is not known.

    Between two statements a backend does nothing: what it has used in the meantime belongs to the later one.
    """
    before_ns = _servers.get(pid)
    if before_ns == -1:
        return -1
    if before_ns is None and not _is_here(pid, connection.info.host):
        _servers[pid] = -1
        return -1
    try:
        now_ns = time.clock_gettime_ns((~pid << 3) | 2)
    except OSError:
        return -1
    _servers[pid] = now_ns
    return now_ns - before_ns if before_ns is not None else -1


def _is_here(pid: int, host: str) -> bool:
    """Whether this is a process of PostgreSQL on this machine."""
    if not (host.startswith("/") or host in ("", "localhost", "127.0.0.1", "::1")):
        return False
    try:
        with open(f"/proc/{pid}/comm", "rb") as file:  # noqa: PTH123
            return file.read().startswith(b"postgres")
    except OSError:
        return False


def _hook_mysql_connector(module: "ModuleType") -> None:
    """Its cursors that send by themselves: the plain one, and the one that prepares."""
    for name in ("MySQLCursor", "MySQLCursorPrepared", "CMySQLCursor", "CMySQLCursorPrepared"):
        cursor = getattr(module, name, None)
        if cursor is None or cursor.__module__ != module.__name__ or "execute" not in cursor.__dict__:
            continue
        if module.__name__ == "mysql.connector.aio.cursor":
            _put(cursor, "execute", _awaited(cursor.__dict__["execute"], rows_of=lambda _answer, _record: -1))
        else:
            hook_cursor(cursor)


def _hook_aiomysql(module: "ModuleType") -> None:
    its: Any = module
    _put(its.Cursor, "execute", _awaited(its.Cursor.__dict__["execute"], rows_of=lambda rows, _record: rows))


def _hook_asyncpg(module: "ModuleType") -> None:
    its: Any = module
    for name in ("execute", "executemany", "fetch", "fetchval", "fetchrow"):
        _put(its.connection.Connection, name, _awaited(its.connection.Connection.__dict__[name]))
    for name in ("fetch", "fetchval", "fetchrow", "executemany"):
        native = its.prepared_stmt.PreparedStatement.__dict__[name]
        _put(its.prepared_stmt.PreparedStatement, name, _awaited_prepared(native))
    for name in ("_bind_exec", "_bind"):  # a cursor sends its statement with the first row that it is asked for
        _put(its.cursor.BaseCursor, name, _awaited_cursor(its.cursor.BaseCursor.__dict__[name]))


def _awaited_prepared(native: "Any") -> "Callable[..., Any]":
    """The same for a statement that was prepared, which knows its own text."""
    return _awaited_with_text(native, lambda prepared: prepared.get_query())


def _awaited_cursor(native: "Any") -> "Callable[..., Any]":
    """The same for a cursor of asyncpg."""
    return _awaited_with_text(native, lambda cursor: cursor._query or cursor._state.query)


def _awaited_with_text(native: "Any", text: "Callable[[Any], Any]") -> "Callable[..., Any]":
    def fetch(self: "Any", *arguments: "Any", **named: "Any") -> "Any":
        waiting = native(self, *arguments, **named)
        try:
            record = _counting["note"](text(self))
            _counting["time_each"](record)
        except Exception:
            return waiting
        return _answered(waiting, record, _rows_of_answer)

    return fetch


# ORMs


def _hook_sqlalchemy(module: "ModuleType") -> None:
    its: Any = module
    its.event.listen(its.pool.Pool, "connect", lambda connection, _record: _hook_connection(connection))
    for where in ("sqlalchemy.util.concurrency", "sqlalchemy.util._concurrency_py3k"):
        spawn = getattr(sys.modules.get(where), "greenlet_spawn", None)
        if spawn is not None:
            _counting["special"][spawn.__code__] = _stack_inside


def _stack_inside(frame: "FrameType") -> "FrameType | None":
    """The stack that SQLAlchemy has put aside while it awaits what was asked for on it."""
    frames: FrameType | None = getattr(frame.f_locals.get("context"), "gr_frame", None)
    return frames


class _Kept:
    """What counting asks of a frame, without the values that a frame keeps alive."""

    __slots__ = ("f_back", "f_code", "f_globals", "f_lasti", "f_locals")

    def __init__(self, frame: "FrameType", f_back: "_Kept | None") -> None:
        self.f_code, self.f_lasti, self.f_globals = frame.f_code, frame.f_lasti, frame.f_globals
        self.f_back, self.f_locals = f_back, dict[str, object]()


def _kept(frame: "FrameType | None") -> "_Kept | None":
    """The stack from `frame` on, as it is now."""
    frames: list[FrameType] = []
    while frame is not None and len(frames) < _MOST_KEPT:
        frames.append(frame)
        frame = frame.f_back
    kept: _Kept | None = None
    for one in reversed(frames):
        kept = _Kept(one, kept)
    return kept


def _hook_asgiref(module: "ModuleType") -> None:
    """What is awaited may run in another thread, as all that Django's async methods ask for: who awaits it sends it."""
    its: Any = module
    kind = its.SyncToAsync
    native, waiting = kind.__dict__["__call__"], its.contextvars.ContextVar("waiting", default=None)

    async def __call__(self: "Any", *arguments: "Any", **named: "Any") -> "Any":
        waiting.set(_kept(sys._getframe(1)))
        try:
            return await native(self, *arguments, **named)
        except BaseException as error:
            error.__traceback__ = error.__traceback__ and error.__traceback__.tb_next
            raise
        finally:
            waiting.set(None)

    _put(kind, "__call__", __call__)
    _counting["special"][kind.thread_handler.__code__] = lambda _frame: waiting.get()


def _hook_django(module: "ModuleType") -> None:
    signals = sys.modules["django.db.backends.signals"]
    signals.connection_created.connect(_hook_django_connection)


def _hook_django_connection(connection: "Any" = None, **_: "Any") -> None:
    _hook_connection(connection.connection)


def _hook_connection(connection: "Any") -> None:
    """Hook the cursors of a driver that is not known here by name."""
    try:
        kinds = type(connection).__mro__
        names = {kind.__module__.partition(".")[0] for kind in kinds}
        names |= {kind.__name__.split("_")[1] for kind in kinds if kind.__name__.startswith("AsyncAdapt_")}
        if names & _KNOWN_DRIVERS:
            return
        cursor = connection.cursor()
        kind = next((kind for kind in type(cursor).__mro__ if "execute" in kind.__dict__), None)
        cursor.close()
        if kind is not None:
            hook_cursor(kind)
    except Exception:
        pass


_KNOWN_DRIVERS = frozenset(
    {"sqlite3", "_sqlite3", "psycopg2", "psycopg", "MySQLdb", "pymysql", "mysql", "aiosqlite", "aiomysql", "asyncpg"}
)


def _hook_template(module: "ModuleType") -> None:
    """A line of a Django template stands in no frame: the node that is rendered knows it."""

    def place_of(frame: "FrameType") -> "tuple[str, int] | None":
        node = frame.f_locals.get("self")
        token, origin = getattr(node, "token", None), getattr(node, "origin", None)
        if token is None or origin is None or not getattr(origin, "name", None):
            return None
        return origin.name, token.lineno

    _counting["special"][module.Node.render_annotated.__code__] = place_of
