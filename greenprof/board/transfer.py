"""A whole board in one file, and back: what `board export`, `board backup` and `board import` do.

The file is a zip: ``board.json`` holds the rows of every table, ``sources/UID`` what was handed in, as it was. All of
it is read in one transaction, so that it is one moment of the board, which goes on meanwhile.
"""

from __future__ import annotations

import json
import os
import zipfile
import zlib
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from greenprof import __version__
from greenprof.board.store import Store, note
from greenprof.board.tables import HEAD, audit, keys, metadata, results, settings, sources, submissions, teams
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.wire import dumps

FORMAT, VERSION = "greenprof-board", 1
_ORDER = (teams, keys, submissions, results, settings, audit)
_PRIVATE = (keys, audit)  # and what sessions are signed with
_MOST_JSON = 1 << 30
_EVENT_TIMES = ("freeze_at", "closes_at", "revealed_at", "sources_at")


def write_board(store: Store, path: Path, *, private: bool, with_sources: bool) -> int:
    """Write the board to `path`, whole or not at all; how many submissions. `private` is for who restores it.

    Raises `GreenprofError` where the file cannot be written.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:  # noqa: PTH123
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                number = _write(store, archive, private=private, with_sources=with_sources)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise GreenprofError(f"{path}: cannot be written ({error.strerror})") from None
    finally:
        beside.unlink(missing_ok=True)
    return number


def _write(store: Store, archive: zipfile.ZipFile, *, private: bool, with_sources: bool) -> int:
    with store.reading() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        tables = {one.name: _rows(connection, one) for one in _ORDER if private or one not in _PRIVATE}
        if not private:
            tables[settings.name] = [row for row in tables[settings.name] if row["name"] in _EVENT_TIMES]
        head = {"format": FORMAT, "version": VERSION, "tables_version": HEAD, "greenprof": __version__}
        archive.writestr("board.json", dumps({**head, "private": private, "tables": tables}))
        uids = {row["id"]: row["uid"] for row in tables[submissions.name]}
        if with_sources or private:
            for number, body in connection.execute(sa.select(sources.c.submission_id, sources.c.body)):
                archive.writestr(f"sources/{uids[number]}", body)
    return len(uids)


def _rows(connection: sa.Connection, table: sa.Table) -> list[dict[str, Any]]:
    return [
        {name: _out(table.c[name], value) for name, value in row._mapping.items()}
        for row in connection.execute(sa.select(table).order_by(*table.primary_key.columns))
    ]


def _out(column: sa.Column[Any], value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if column.name == "body" and value is not None:
        return json.loads(zlib.decompress(value))
    return value


def read_board(store: Store, path: Path) -> int:
    """Put a written board into an empty one; how many submissions. Raises `GreenprofError` where that cannot be."""
    try:
        with zipfile.ZipFile(path) as archive:
            data = _checked(archive, path)
            bodies = {name.removeprefix("sources/"): name for name in archive.namelist() if name.startswith("sources/")}
            return _read(store, data, lambda uid: archive.read(bodies[uid]) if uid in bodies else b"")
    except OSError as error:
        raise GreenprofError(f"{path}: cannot be read ({error.strerror})", EXIT_USAGE) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise GreenprofError(f"{path}: is damaged, or no board ({error})", EXIT_USAGE) from None
    except (KeyError, TypeError, ValueError, sa.exc.SQLAlchemyError) as error:
        raise GreenprofError(
            f"{path}: is not a board as greenprof writes it ({str(error)[:200]})", EXIT_USAGE
        ) from None


def _checked(archive: zipfile.ZipFile, path: Path) -> dict[str, Any]:
    if archive.getinfo("board.json").file_size > _MOST_JSON:
        raise GreenprofError(f"{path}: board.json is larger than {_MOST_JSON} bytes", EXIT_USAGE)
    data = json.loads(archive.read("board.json"))
    if not isinstance(data, dict) or data.get("format") != FORMAT or data.get("version") != VERSION:
        raise GreenprofError(f"{path}: is no board, or one of a newer greenprof", EXIT_USAGE)
    return data


def _read(store: Store, data: dict[str, Any], body_of: Any) -> int:
    tables = data["tables"]
    with store.writing() as connection:
        if connection.execute(sa.select(sa.func.count()).select_from(teams)).scalar():
            raise GreenprofError("import: this board has teams already; it needs an empty database", EXIT_USAGE)
        for table in _ORDER:
            rows = [_in(table, row) for row in tables.get(table.name, [])]
            if rows:
                connection.execute(sa.insert(table), rows)
            if table is submissions:
                for row in rows:
                    connection.execute(sa.insert(sources).values(submission_id=row["id"], body=body_of(row["uid"])))
        if connection.dialect.name == "postgresql":
            _count_on(connection)
        note(connection, "import", "import", f"{len(tables[submissions.name])} submissions")
    return len(tables[submissions.name])


def _in(table: sa.Table, row: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for column in table.columns:
        value = row[column.name]
        if value is not None and type(column.type).__name__ == "UtcTime":
            value = datetime.fromisoformat(value)
        elif value is not None and column.name == "body":
            value = zlib.compress(dumps(value).encode(), 6)
        found[column.name] = value
    return found


def _count_on(connection: sa.Connection) -> None:
    """PostgreSQL's own counters go on after the numbers that were brought in."""
    for table in metadata.tables.values():
        if "id" in table.c:
            most = connection.execute(sa.select(sa.func.max(table.c.id))).scalar()
            if most:
                connection.execute(sa.select(sa.func.setval(sa.func.pg_get_serial_sequence(table.name, "id"), most)))
