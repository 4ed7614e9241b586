"""The board's open database: SQLite by default, PostgreSQL by its URL. What is asked of it is in the modules beside it.

`accounts` (teams and their keys), `submissions` (what was handed in), `jobs` (the queue of what is to be judged),
`event` (when it opens, freezes, closes), `audit` (who did what).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from greenprof import project_folder
from greenprof.board.tables import HEAD, audit
from greenprof.history.address import Address, parsed
from greenprof.history.database import Schema, bring_up_to_date, engine_of, make_folder, speaking, writing

VARIABLE = "GREENPROF_BOARD_DATABASE"
NAME = "board.sqlite"
SCHEMA = Schema(
    noun="board",
    head=HEAD,
    version_table="greenprof_board_version",
    migrations=Path(__file__).parent / "migrations",
)


def address_of(given: str | None, root: Path) -> Address:
    """The database that is meant: the one given, the environment's, else a file of the project's own folder."""
    text = given or os.environ.get(VARIABLE)
    return parsed(text, Path(), SCHEMA.noun) if text else parsed(str(root / project_folder.FOLDER / NAME), Path())


class Store:
    """An open database of a board, its tables up to date."""

    def __init__(self, address: Address) -> None:
        """Open it; raises `GreenprofError` where that cannot be: a damaged file is left as it is."""
        self.address = address
        if address.path is not None:
            make_folder(address.path, "board")
        self._engine = engine_of(address, SCHEMA.noun, pool_pre_ping=True, pool_size=10, max_overflow=20)
        with speaking(address, SCHEMA.noun):
            bring_up_to_date(self._engine, address, SCHEMA)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that only reads: all of it sees one state."""
        with speaking(self.address, SCHEMA.noun), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that is kept whole, or not at all where something fails within it."""
        with speaking(self.address, SCHEMA.noun), writing(self._engine).begin() as connection:
            yield connection

    def close(self) -> None:
        """Let go of its connections."""
        self._engine.dispose()


def clock(connection: sa.Connection) -> datetime:
    """Now, by the clock that all who use this database share."""
    if connection.dialect.name == "postgresql":
        now: datetime = connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
        return now.astimezone(UTC)
    return datetime.now(UTC)


def note(connection: sa.Connection, who: str, action: str, subject: str) -> None:
    """Write down who did what, in the transaction that does it."""
    connection.execute(sa.insert(audit).values(at=clock(connection), who=who, action=action, subject=subject))
