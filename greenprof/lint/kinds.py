"""What kind of thing an origin is: the engine's knowledge of libraries, in one table."""

from __future__ import annotations

import re
from functools import lru_cache

DRIVERS = (
    "sqlite3|aiosqlite|psycopg2?|asyncpg|pg8000|MySQLdb|pymysql|aiomysql|mysql\\.connector|mariadb|oracledb|cx_Oracle|pyodbc"
    "|pymssql|duckdb|snowflake\\.connector|clickhouse_driver"
)
_CONNECT = rf"(?:{DRIVERS})(?:\.dbapi2)?\.[cC]onnect(?:ion\.connect)?\(\)|(?:{DRIVERS})\.(?:AsyncConnection\.connect|Connection)\(\)"
_SESSION = (
    r"(?:sqlalchemy\.orm(?:\.session)?|sqlmodel|sqlalchemy\.ext\.asyncio(?:\.session)?|sqlmodel\.ext\.asyncio\.session)"
    r"\.(?:Async)?(?:(?:scoped_session|async_scoped_session|Session)\(\)|(?:async_)?sessionmaker\(\)(?:\(\)|\.begin\(\)))"
    r"|sqlalchemy\.orm\.scoped_session\(\)\(\)|flask_sqlalchemy\.SQLAlchemy\(\)\.session|django\.never"
)
_ENGINE = r"sqlalchemy(?:\.engine|\.ext\.asyncio)?\.(?:create_(?:async_)?engine\(\)|(?:Async)?Engine\(\))"

_KINDS = {
    "list": r"builtins\.(?:list|sorted)\(\)(?:\[:\])?|.*\.(?:split|rsplit|splitlines|readlines|fetchall|to_list|tolist)\(\)",
    "set": r"builtins\.(?:set|frozenset)\(\)",
    "dict": r"builtins\.dict\(\)|collections\.(?:defaultdict|OrderedDict|Counter)\(\)|.*\.__dict__",
    "str": r"builtins\.str\(\)(?:\[:?\])?",
    "session": _SESSION,
    "engine": _ENGINE,
    "connection": rf"(?:{_ENGINE})\.(?:connect|begin)\(\)|sqlalchemy(?:\.engine|\.ext\.asyncio)?\.(?:Async)?Connection\(\)"
    rf"|(?:{_SESSION})\.connection\(\)",
    "dbapi-connection": _CONNECT,
    "cursor": rf"(?:{_CONNECT}|(?:{_ENGINE})\.raw_connection\(\))\.cursor\(\)|django\.db\.connections?(?:\[\])?\.cursor\(\)"
    rf"|(?:{DRIVERS})(?:\.cursors|\.extensions)?\.\w*Cursor\(\)",
}
_TABLE = re.compile("|".join(f"(?P<{kind.replace('-', '_')}>{pattern})" for kind, pattern in _KINDS.items()))


def kind_of(origins: frozenset[str]) -> str | None:
    """The kind that all of `origins` are; None if one is unknown or they are of several kinds."""
    kinds = {_kind(origin) for origin in origins}
    return kinds.pop() if len(kinds) == 1 else None


@lru_cache(maxsize=4096)
def _kind(origin: str) -> str | None:
    match = _TABLE.fullmatch(origin)
    return match.lastgroup.replace("_", "-") if match is not None and match.lastgroup else None
