"""Every statement that an application sends to SQLite, with the lines that led to it, by the framework's own hooks."""

from __future__ import annotations

import functools
import re
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from own_lines import Line, follow_gather, follow_sync_to_async, lines_of


class Statements:
    """What was sent while it listened."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sent: list[tuple[str, tuple[Line, ...]]] = []
        self.listening = False

    def add(self, sql: str) -> None:
        """Note a statement, and the lines that led to it."""
        if self.listening:
            self.sent.append((shape(sql), lines_of(sys._getframe(1), self.folder)))


def shape(sql: str) -> str:
    """A statement without its values: `WHERE id IN (1, 2)` and `WHERE id IN (7)` are one shape."""
    sql = re.sub(r"'(?:[^']|'')*'", "?", sql)
    sql = re.sub(r"%s|\?\d*|:\w+|\b\d+(?:\.\d+)?\b", "?", sql)
    sql = re.sub(r"\(\s*\?(?:\s*,\s*\?)*\s*\)", "(?)", sql)
    sql = re.sub(r"(\(\?\))(?:\s*,\s*\(\?\))+", r"\1", sql)
    return " ".join(sql.split())


def hear_django(statements: Statements) -> None:
    """Django's own door for it, on the connection that will be used."""
    from django.db import connection

    def heard(execute: Callable[..., Any], sql: str, params: object, many: bool, context: object) -> Any:
        statements.add(sql)
        return execute(sql, params, many, context)

    connection.execute_wrappers.append(heard)
    follow_sync_to_async(statements.folder)


def hear_sqlalchemy(statements: Statements) -> None:
    """The events of all engines; a commit is sent by the driver, and counts."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    event.listen(Engine, "before_cursor_execute", lambda _c, _cursor, sql, *_rest: statements.add(sql))
    event.listen(Engine, "commit", lambda _connection: statements.add("COMMIT"))


def hear_tortoise(statements: Statements) -> None:
    """The client's methods: aiosqlite sends from a thread of its own, which has no stack to look at."""
    from tortoise.backends.sqlite.client import SqliteClient

    def heard(method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        async def wrapper(self: object, query: str, *values: Any, **more: Any) -> Any:
            statements.add(query)
            return await method(self, query, *values, **more)

        return wrapper

    for class_ in SqliteClient.__mro__:
        for name in ("execute_query", "execute_insert", "execute_many", "execute_query_dict"):
            if name in vars(class_) and "Base" not in class_.__name__:
                setattr(class_, name, heard(vars(class_)[name]))
    follow_gather(statements.folder)


def hear_sqlite(statements: Statements) -> None:
    """SQLite's trace of every connection that is opened from now on."""
    connect = sqlite3.connect

    def connect_and_trace(*args: Any, **more: Any) -> sqlite3.Connection:
        connection = connect(*args, **more)
        connection.set_trace_callback(statements.add)
        return connection

    sqlite3.connect = connect_and_trace  # type: ignore[assignment]


HEAR = {
    "django": hear_django,
    "sqlalchemy": hear_sqlalchemy,
    "flask-sqlalchemy": hear_sqlalchemy,
    "tortoise": hear_tortoise,
    "peewee": hear_sqlite,
}
