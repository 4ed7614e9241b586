"""An open database, SQLite or PostgreSQL, its tables up to date; a damaged file is moved aside, never deleted.

Made for the history; `greenprof.board` keeps other tables in the same way, which a `Schema` says.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import sqlalchemy as sa

from greenprof import project_folder
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.history.address import Address
from greenprof.history.tables import HEAD

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Engine

BUSY_S = 30.0  # how long a writer waits for another one
_LOCK = 0x67726E70  # the advisory lock of PostgreSQL under which tables are made: "grnp"
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """Tables that are kept up to date: what they are called, the newest migration, and where migrations lie."""

    noun: str
    head: str
    version_table: str
    migrations: Path


HISTORY = Schema(
    noun="history",
    head=HEAD,
    version_table="greenprof_history_version",
    migrations=Path(__file__).parent / "migrations",
)


def open_database(address: Address, warn: list[str]) -> Engine:
    """An engine whose tables are those that this greenprof knows; raises `GreenprofError` where that cannot be.

    A damaged file is moved aside and a new one begun, which is said in `warn`.
    """
    for last in (False, True):
        engine = engine_of(address)
        try:
            with speaking(address):
                bring_up_to_date(engine, address)
            return engine
        except DamagedError:
            engine.dispose()
            if last or address.path is None:
                raise
            warn.append(_move_aside(address.path))
    raise AssertionError("not reached")


class DamagedError(GreenprofError):
    """The file is no SQLite database, or one that is damaged."""


@contextmanager
def speaking(address: Address, noun: str = HISTORY.noun) -> Iterator[None]:
    """What a database complains of, in one line that names it."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        said = str(error.orig).strip().split("\n")[0]
        if isinstance(error.orig, sqlite3.Error) and getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in _DAMAGED:
            raise DamagedError(f"{noun} {address.shown}: is damaged ({said})") from None
        raise GreenprofError(f"{noun} {address.shown}: {said}") from None


def engine_of(address: Address, noun: str = HISTORY.noun, **options: Any) -> Engine:
    """An engine for `address`, nothing asked of it yet; `options` are those of a server's pool of connections."""
    if address.path is not None:
        return _sqlite(address.path)
    try:
        return sa.create_engine(address.url, connect_args={"connect_timeout": 10}, **options)
    except ModuleNotFoundError as error:
        raise GreenprofError(
            f"a PostgreSQL {noun} needs {error.name}: pip install 'greenprof[postgres]'",
            EXIT_USAGE,
        ) from None
    except sa.exc.ArgumentError:
        raise GreenprofError(f"{noun} {address.shown}: is no address of a database", EXIT_USAGE) from None


def _sqlite(path: Path) -> Engine:
    """WAL, so that readers and a writer go on side by side; a folder that cannot be written is only read."""
    places = (path.parent, path) if path.exists() else (path.parent,)
    writable = all(os.access(place, os.W_OK, effective_ids=os.access in os.supports_effective_ids) for place in places)

    def connect() -> sqlite3.Connection:
        mode = "mode=rwc" if writable else "mode=ro&immutable=1"
        uri = f"file:{quote(str(path.absolute()))}?{mode}"
        connection = sqlite3.connect(uri, uri=True, timeout=BUSY_S, isolation_level=None)
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            if writable:
                connection.execute("PRAGMA journal_mode = WAL")
        except BaseException:
            connection.close()
            raise
        return connection

    engine = sa.create_engine("sqlite://", creator=connect, poolclass=sa.pool.NullPool)

    @sa.event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # Python's own module begins late and reads first: two writers would then meet half-way and one would fail.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def writing(engine: Engine) -> Engine:
    """The same engine for a transaction that writes: SQLite is locked at its beginning."""
    return engine.execution_options(writes=True)


def bring_up_to_date(engine: Engine, address: Address, schema: Schema = HISTORY) -> None:
    """Make the tables, or what is missing of them; raises `GreenprofError` for those of a newer greenprof."""
    head = schema.head
    with engine.connect() as connection:
        version = _version(connection, schema)
    if version == head:
        return
    if version is not None and version > head:
        raise GreenprofError(
            f"{schema.noun} {address.shown}: was written by a newer greenprof "
            f"(tables {version}, this one knows {head}); update greenprof",
            EXIT_USAGE,
        )
    with writing(engine).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        if _version(connection, schema) != head:  # another greenprof may have done it meanwhile
            migrate(connection, schema)


def _version(connection: Connection, schema: Schema) -> str | None:
    if not sa.inspect(connection).has_table(schema.version_table):
        return None
    found: Any = connection.execute(sa.text(f"SELECT version_num FROM {schema.version_table}")).scalar()
    return None if found is None else str(found)


def migrate(connection: Connection, schema: Schema = HISTORY) -> None:
    """Bring the tables up to date, within the transaction of `connection`."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(schema.migrations).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    config.attributes["version_table"] = schema.version_table
    command.upgrade(config, "head")


def _move_aside(path: Path) -> str:
    stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%S}"
    aside = path.with_name(f"{path.name}.damaged-{stamp}")
    for ending in ("", "-wal", "-shm"):
        part = path.with_name(path.name + ending)
        if part.exists():
            part.replace(aside.with_name(aside.name + ending))
    return f"{path}: is damaged, so it is now {aside.name} (nothing was deleted), and a new history was begun"


def make_folder(path: Path, what: str) -> None:
    """Make the project's own folder for the file `path` of `what`; any other is for its owner to make."""
    try:
        if path.parent.name == project_folder.FOLDER:
            project_folder.make(path.parent)
    except OSError as error:
        raise GreenprofError(f"{what} {path}: cannot be made ({error.strerror})") from None
    if not path.parent.is_dir():
        raise GreenprofError(f"{what} {path}: there is no folder {path.parent}", EXIT_USAGE)
