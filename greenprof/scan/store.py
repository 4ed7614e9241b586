"""What the walk has seen, in a temporary SQLite database on disk: it sorts and groups a million files in a few MB.

It lies in the system's folder for temporary files (``TMPDIR``), and goes when it is closed. Nothing in it outlives the
scan, so it has no journal and waits for no disk.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from greenprof.errors import GreenprofError
from greenprof.scan.nouns import LeftOut, Seen

_BATCH = 1000
_CACHE_KIB = 8192
_TABLES = """
CREATE TABLE folders (id INTEGER PRIMARY KEY, path BLOB, root INTEGER, ignores INTEGER, dev INTEGER, ino INTEGER,
                      UNIQUE (dev, ino));
CREATE TABLE links (dev INTEGER, ino INTEGER, PRIMARY KEY (dev, ino)) WITHOUT ROWID;
CREATE TABLE files (id INTEGER PRIMARY KEY, folder INTEGER, name BLOB, dev INTEGER, ino INTEGER, size INTEGER,
                    allocated INTEGER, links INTEGER, mtime INTEGER, used INTEGER);
CREATE TABLE candidates (file INTEGER PRIMARY KEY);
CREATE TABLE heads (file INTEGER PRIMARY KEY, size INTEGER, head BLOB);
CREATE TABLE wholes (file INTEGER PRIMARY KEY, digest BLOB);
CREATE TABLE copies (digest BLOB PRIMARY KEY, size INTEGER, files INTEGER, allocated INTEGER, freed INTEGER);
CREATE TABLE compressible (file INTEGER PRIMARY KEY, ratio REAL, low REAL, high REAL, samples INTEGER,
                           freed INTEGER, freed_low INTEGER, freed_high INTEGER);
CREATE TABLE touched (dev INTEGER, ino INTEGER, PRIMARY KEY (dev, ino)) WITHOUT ROWID;
CREATE TABLE left_out (path BLOB, reason TEXT, detail TEXT);
"""
_SEEN = """files.id, folders.path, files.name, files.dev, files.ino, files.size, files.allocated, files.links,
           files.mtime, files.used FROM files JOIN folders ON folders.id = files.folder"""


class Folder(NamedTuple):
    """A folder to walk: which of the named ones it lies in, and the last ``.gitignore`` that holds there, or -1."""

    id: int
    path: bytes
    root: int
    ignores: int
    dev: int
    ino: int


class Store:
    """The database of one scan. Rows are put in in batches; `flush` before asking for them."""

    def __init__(self, folder: Path) -> None:
        self.folder_id = _identity(folder.stat())
        self._db = sqlite3.connect(folder / "scan.sqlite", isolation_level=None)
        for setting in ("journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE", "temp_store=FILE"):
            self._db.execute(f"PRAGMA {setting}")
        self._db.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
        self._db.executescript(_TABLES)
        self._db.execute("BEGIN")
        self._waiting: dict[str, list[Sequence[Any]]] = {}

    def close(self) -> None:
        """Let go of the file; what is in it is lost."""
        self._db.close()

    def put(self, table: str, row: Sequence[Any]) -> None:
        """Add a row, with some others."""
        waiting = self._waiting.setdefault(table, [])
        waiting.append(row)
        if len(waiting) >= _BATCH:
            self._send(table)

    def flush(self) -> None:
        """Add what waits."""
        for table in self._waiting:
            self._send(table)

    def _send(self, table: str) -> None:
        if rows := self._waiting[table]:
            places = ", ".join("?" * len(rows[0]))
            self._db.executemany(f"INSERT INTO {table} VALUES ({places})", rows)
            rows.clear()

    def add_folder(self, path: bytes, root: int, ignores: int, dev: int, ino: int) -> bool:
        """Queue a folder, unless it is there already by another way: a bind mount, or a folder named twice."""
        row = (path, root, ignores, signed(dev), signed(ino))
        done = self._db.execute("INSERT OR IGNORE INTO folders VALUES (NULL, ?, ?, ?, ?, ?)", row)
        return done.rowcount == 1

    def add_place(self, path: bytes) -> int:
        """The id of a folder that is only where a file lies that was named, and not walked."""
        self.run("INSERT INTO folders VALUES (NULL, ?, -1, -1, NULL, NULL)", (path,))
        return int(self.row("SELECT last_insert_rowid()")[0])

    def next_folder(self, after: int) -> Folder | None:
        """The folder behind that of the id `after`."""
        sql = "SELECT * FROM folders WHERE id > ? AND root >= 0 ORDER BY id LIMIT 1"
        row = self._db.execute(sql, (after,)).fetchone()
        return None if row is None else Folder(row[0], row[1], row[2], row[3], unsigned(row[4]), unsigned(row[5]))

    def is_first_name(self, dev: int, ino: int) -> bool:
        """Whether a file with several names is met for the first time."""
        done = self._db.execute("INSERT OR IGNORE INTO links VALUES (?, ?)", (signed(dev), signed(ino)))
        return done.rowcount == 1

    def touch(self, dev: int, ino: int) -> None:
        """Remember a file or folder whose time of last access could not be kept, once."""
        self._db.execute("INSERT OR IGNORE INTO touched VALUES (?, ?)", (signed(dev), signed(ino)))

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        """Carry out a statement, with all that waits in."""
        self.flush()
        self._db.execute(sql, parameters)

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, one by one."""
        self.flush()
        for row in self._db.execute(sql, parameters):  # noqa: UP028 (a cursor is closed with its database, not here)
            yield row

    def row(self, sql: str, parameters: Sequence[Any] = ()) -> tuple[Any, ...]:
        """The only row of a query."""
        return next(self.rows(sql, parameters))

    def files(self, rest: str, parameters: Sequence[Any] = ()) -> Iterator[Seen]:
        """The files that the `rest` of a query (joins, WHERE, ORDER BY) leaves, one by one."""
        return map(seen_of, self.rows(f"SELECT {_SEEN} {rest}", parameters))

    def files_and(
        self, columns: str, rest: str, parameters: Sequence[Any] = ()
    ) -> Iterator[tuple[Seen, tuple[Any, ...]]]:
        """The same, each with further columns."""
        for row in self.rows(f"SELECT {columns}, {_SEEN} {rest}", parameters):
            yield seen_of(row[-10:]), row[:-10]

    def leave_out(self, path: bytes, reason: str, detail: str = "") -> None:
        """Remember what could not be looked at."""
        self.put("left_out", (path, reason, detail))

    def left_out(self) -> Iterator[LeftOut]:
        """What could not be looked at, by path."""
        for path, reason, detail in self.rows("SELECT path, reason, detail FROM left_out ORDER BY path"):
            yield LeftOut(path=path, reason=reason, detail=detail)


@contextmanager
def open_store() -> Iterator[Store]:
    """A store that is gone afterwards. Raises `GreenprofError` where the disk with the temporary files is full, say."""
    with tempfile.TemporaryDirectory(prefix="greenprof-scan-", ignore_cleanup_errors=True) as folder:
        store = Store(Path(folder))
        try:
            yield store
        except sqlite3.OperationalError as error:
            raise GreenprofError(f"{folder}: what was seen cannot be kept there ({error}); set TMPDIR") from None
        finally:
            store.close()


def seen_of(row: Sequence[Any]) -> Seen:
    """A file from its columns."""
    id_, folder, name, dev, ino, size, allocated, links, mtime, used = row
    return Seen(
        id=id_, path=os.path.join(folder, name), dev=unsigned(dev), ino=unsigned(ino), size_bytes=size,
        allocated_bytes=allocated, links=links, mtime_ns=mtime, used_ns=used,
    )  # fmt: skip


def signed(number: int) -> int:
    """A number of 64 bits as SQLite keeps it: some file systems use the highest bit of an inode's number."""
    return number - 2**64 if number >= 2**63 else number


def unsigned(number: int) -> int:
    """The same back."""
    return number + 2**64 if number < 0 else number


def within(number: int) -> int:
    """The nearest number that SQLite can keep: a file's time may be any."""
    return max(-(2**63), min(2**63 - 1, number))


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino
