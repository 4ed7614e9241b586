"""Runs one application at several sizes and prints, as JSON, its answers and each statement that it sent.

    python benchmarks/nplusone/probe.py FOLDER N [N ...]

Each size has a process of its own (a fork, after the imports). A statement comes with the lines that led to it,
innermost first, as [path, line] relative to FOLDER. Lines are those of the application's own frames, and those that
have no frame: of a template, and of the declaration that a serializer, an admin list or a form is working on.
"""

from __future__ import annotations

import ast
import asyncio
import functools
import inspect
import json
import multiprocessing
import re
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from typing import Any

from start import load

Line = tuple[str, int]
GATHERING: ContextVar[tuple[Line, ...]] = ContextVar("GATHERING", default=())  # lines that wait for a gather()'s tasks


class Statements:
    """What was sent while it listened."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sent: list[tuple[str, list[Line]]] = []
        self.listening = False

    def add(self, sql: str) -> None:
        """Note a statement, and the lines that led to it."""
        if self.listening:
            self.sent.append((shape(sql), [*lines(sys._getframe(1), self.folder), *GATHERING.get()]))


def shape(sql: str) -> str:
    """A statement without its values: `WHERE id IN (1, 2)` and `WHERE id IN (7)` are one shape."""
    sql = re.sub(r"'(?:[^']|'')*'", "?", sql)
    sql = re.sub(r"%s|\?\d*|:\w+|\b\d+(?:\.\d+)?\b", "?", sql)
    sql = re.sub(r"\(\s*\?(?:\s*,\s*\?)*\s*\)", "(?)", sql)
    sql = re.sub(r"(\(\?\))(?:\s*,\s*\(\?\))+", r"\1", sql)
    return " ".join(sql.split())


# The lines that led to a statement


def lines(frame: FrameType | None, folder: Path) -> Iterator[Line]:
    """The own lines of a stack, innermost first."""
    for frame_ in stack(frame):
        path = Path(frame_.f_code.co_filename)
        if not path.is_relative_to(folder):
            yield from declarations(frame_, folder)
        elif "__jinja_template__" in frame_.f_globals:
            line = frame_.f_globals["__jinja_template__"].get_corresponding_lineno(frame_.f_lineno)
            yield path.relative_to(folder).as_posix(), line
        else:
            yield path.relative_to(folder).as_posix(), frame_.f_lineno


def stack(frame: FrameType | None) -> Iterator[FrameType]:
    """All frames; where a greenlet begins (SQLAlchemy's asyncio), on with the one that started it."""
    greenlet = sys.modules["greenlet"].getcurrent() if "greenlet" in sys.modules else None
    while frame:
        yield frame
        frame = frame.f_back
        if frame is None and greenlet is not None and greenlet.parent is not None:
            greenlet = greenlet.parent
            frame = greenlet.gr_frame


def declarations(frame: FrameType, folder: Path) -> Iterator[Line]:
    """The lines that a framework's frame works on: a template's node, the declaration of a field or of a column."""
    file, function, known = frame.f_code.co_filename, frame.f_code.co_name, frame.f_locals
    if file.endswith("django/template/base.py") and function == "render_annotated":
        node = known["self"]
        origin = Path(str(node.origin and node.origin.name))
        if node.token is not None and origin.is_relative_to(folder):
            yield origin.relative_to(folder).as_posix(), node.token.lineno
    elif file.endswith("rest_framework/serializers.py") and function == "to_representation" and "field" in known:
        yield from declared(type(known["self"]), known["field"].field_name, folder)
    elif file.endswith("admin/templatetags/admin_list.py") and function == "items_for_result" and "field_name" in known:
        yield from declared(type(known["cl"].model_admin), known["field_name"], folder)
    elif file.endswith("django/forms/boundfield.py") and function == "as_widget":
        yield from declared(type(known["self"].form), known["self"].name, folder)


@functools.cache
def declared(class_: type, name: object, folder: Path) -> tuple[Line, ...]:
    """Where a class of the application, or one above it, declares a field: the assignment, and the name in a list."""
    found = []
    for one in class_.__mro__:
        file = Path(inspect.getsourcefile(one) or "") if one.__module__ in sys.modules and one is not object else Path()
        if not file.is_relative_to(folder):
            continue
        tree = ast.parse(file.read_text(encoding="utf-8"))
        bodies = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name == one.__name__]
        path = file.relative_to(folder).as_posix()
        found += [(path, node.lineno) for body in bodies for node in ast.walk(body) if is_named(node, name)]
    return tuple(found)


def is_named(node: ast.AST, name: object) -> bool:
    """Whether a node of a class assigns the name, or is the name in quotes."""
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(isinstance(target, ast.Name) and target.id == name for target in targets)
    return isinstance(node, ast.Constant) and node.value == name


# Where statements pass


def hear_django(statements: Statements) -> None:
    """Django's own door for it, on the connection that will be used."""
    from django.db import connection

    def heard(execute: Callable[..., Any], sql: str, params: object, many: bool, context: object) -> Any:
        statements.add(sql)
        return execute(sql, params, many, context)

    connection.execute_wrappers.append(heard)


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
    hear_gather(statements.folder)


def hear_gather(folder: Path) -> None:
    """A task has a stack of its own: let it know who waits for it."""
    gather = asyncio.gather

    def gather_and_tell(*awaitables: Any, **more: Any) -> Any:
        token = GATHERING.set((*lines(sys._getframe(1), folder), *GATHERING.get()))
        try:
            return gather(*awaitables, **more)
        finally:
            GATHERING.reset(token)

    asyncio.gather = gather_and_tell


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


def run_once(folder: Path, framework: str, n: int, to: Connection) -> None:
    """In a child: fill, listen, run, tell."""
    run = sys.modules["run"]
    statements = Statements(folder)
    HEAR[framework](statements)
    run.setup(n)
    statements.listening = True
    answer = run.run()
    statements.listening = False
    to.send({"n": n, "answer": answer, "statements": statements.sent})


def main() -> None:
    """Run what the command line names, and print what was seen."""
    framework, folder, *sizes = sys.argv[1:]
    load(Path(folder).resolve())
    fork = multiprocessing.get_context("fork")
    seen = []
    for n in sizes:
        ours, theirs = fork.Pipe(duplex=False)
        child = fork.Process(target=run_once, args=(Path(folder).resolve(), framework, int(n), theirs))
        child.start()
        theirs.close()
        try:
            seen.append(ours.recv())
        except EOFError:
            sys.exit(1)
        child.join()
    json.dump(seen, sys.stdout)


if __name__ == "__main__":
    main()
