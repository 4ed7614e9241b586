"""What kind of thing an origin is: the engine's knowledge of libraries, in one table."""

from __future__ import annotations

import re
from functools import lru_cache


def words(text: str) -> frozenset[str]:
    """The words of a table that is written as text."""
    return frozenset(text.split())


DRIVERS = r"""(?:
    sqlite3 | aiosqlite | psycopg2? | asyncpg | pg8000 | MySQLdb | pymysql | aiomysql | mysql\.connector | mariadb
    | oracledb | cx_Oracle | pyodbc | pymssql | duckdb | snowflake\.connector | clickhouse_driver
)"""
_SQLALCHEMY = r"(?:sqlalchemy(?:\.(?:orm|engine|ext\.asyncio))?(?:\.session)? | sqlmodel(?:\.ext\.asyncio\.session)?)"
_ENGINE = rf"{_SQLALCHEMY}\.(?:create_(?:async_)?engine | (?:Async)?Engine)\(\)"
_SESSION = rf"""(?:
    {_SQLALCHEMY}\.(?:Async)?Session\(\)
    | {_SQLALCHEMY}\.(?:async_)?sessionmaker\(\)(?:\.begin)?\(\)
    | {_SQLALCHEMY}\.(?:async_)?scoped_session\(\)(?:\(\))?
    | flask_sqlalchemy\.SQLAlchemy\(\)\.session
)"""
_CONNECTION = (
    rf"(?:{_ENGINE}\.(?:connect|begin)\(\) | {_SQLALCHEMY}\.(?:Async)?Connection\(\) | {_SESSION}\.connection\(\))"
)
_DRIVER_CONNECTION = rf"""(?:
    {DRIVERS}(?:\.dbapi2)?\.(?:[cC]onnect | Connection | AsyncConnection\.connect)\(\)
    | {_ENGINE}\.raw_connection\(\)
    | asyncpg\.(?:pool\.)?(?:create_pool|Pool)\(\)(?:\.acquire\(\))?
    | (?:psycopg_pool\.\w*ConnectionPool|psycopg2\.pool\.\w+)\(\)\.(?:connection|getconn)\(\)
    | pymysql\.connections\.Connection\(\)
)"""

_KINDS = {
    "list": r"""
        (?:builtins\.(?:list|sorted)|typing\.List)\(\)(?:\[:\]|\.copy\(\))?
        | .*\.(?:split|rsplit|splitlines|readlines|fetchall|tolist|to_list)\(\) | csv\.reader\(\)\[\]""",
    "tuple": r"builtins\.tuple\(\)(?:\[:\])?",
    "set": r"builtins\.(?:set|frozenset)\(\)",
    "dict": r"builtins\.dict(?:\.fromkeys)?\(\) | collections\.(?:defaultdict|OrderedDict|Counter)\(\) | .*\.__dict__",
    "str": r"builtins\.str\(\)(?:\[:?\])? | .*\.(?:join|strip|format|decode|lower|upper)\(\)",
    "deque": r"collections\.deque\(\)",
    "generator": r"builtins\.generator\(\)",
    "bytes": r"builtins\.bytes\(\)(?:\[:\])? | .*\.encode\(\)",
    "dataframe": r"pandas\.(?:DataFrame | read_\w+ | concat | merge)\(\)(?:\.(?!groupby\b)\w+\(\) | \[:?\])*",
    "session": _SESSION,
    "engine": _ENGINE,
    "connection": _CONNECTION,
    "query": rf"{_SESSION}\.query\(\)(?:\.\w+\(\))*",
    "result": rf"(?:{_SESSION} | {_CONNECTION})\.(?:execute|scalars)\(\)(?:\.(?:scalars|unique|mappings)\(\))*",
    "driver-connection": _DRIVER_CONNECTION,
    "cursor": rf"""
        {_DRIVER_CONNECTION}\.(?:cursor|execute)\(\)
        | django\.db\.connections?(?:\[\])?\.cursor\(\)
        | {DRIVERS}(?:\.cursors|\.extensions)?\.\w*Cursor\(\)""",
}
_TABLE = re.compile(
    "|".join(f"(?P<{kind.replace('-', '_')}>{pattern})" for kind, pattern in _KINDS.items()), re.VERBOSE
)


def kind_of(origins: frozenset[str]) -> str | None:
    """The kind that all of `origins` are; None if one is unknown or they are of several kinds."""
    kinds = {_kind(origin) for origin in origins}
    return kinds.pop() if len(kinds) == 1 else None


@lru_cache(maxsize=4096)
def _kind(origin: str) -> str | None:
    match = _TABLE.fullmatch(origin)
    return match.lastgroup.replace("_", "-") if match is not None and match.lastgroup else None
