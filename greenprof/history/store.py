"""The history in a database: runs go in, rows and reports come out."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from greenprof import __version__
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.history import inbox
from greenprof.history.address import Address
from greenprof.history.context import Context
from greenprof.history.database import make_folder, open_database, speaking, writing
from greenprof.history.readings import Measured
from greenprof.history.rows import Row, row_of
from greenprof.history.tables import readings, reports, runs
from greenprof.model import Report
from greenprof.wire import report_from_json, report_to_json

_BATCH = 200  # runs in one transaction
_COLUMNS = [runs.c[one.name] for one in fields(Row)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which runs are asked for; texts may hold ``*`` and ``?``. ``commands`` match the whole command line."""

    project: str | None = None
    label: str | None = None
    command: str | None = None
    host: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class History:
    """An open history; ``warnings`` are what its user has to know."""

    def __init__(self, address: Address, *, root: Path | None = None, reports: bool = True) -> None:
        """Open `address` and take in what waits below `root`; raises `GreenprofError` where that cannot be."""
        self.warnings: list[str] = []
        self._address, self._reports = address, reports
        if address.path is not None and not address.path.exists():
            make_folder(address.path, "history")
        self._engine = open_database(address, self.warnings)
        if root is not None:
            try:
                self._take_in(root)
            except GreenprofError as error:  # what can be read is shown; what waits goes on waiting
                self.warnings.append(f"{error}; the newest runs wait to be taken in")

    def _take_in(self, root: Path) -> None:
        batch: list[tuple[Path, str, Context, Report]] = []
        for kept in inbox.readable(root, self.warnings):
            batch.append(kept)
            if len(batch) == _BATCH:
                self._put(batch)
                batch = []
        self._put(batch)

    def _put(self, batch: Sequence[tuple[Path, str, Context, Report]]) -> None:
        """A batch in one transaction; a file goes when the database has it: a crash loses and doubles nothing."""
        if not batch:
            return
        self.add((uid, context, report) for _, uid, context, report in batch)
        for path, *_ in batch:
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def add(self, kept: Iterable[tuple[str, Context, Report]]) -> list[int]:
        """Put runs in, all or none; the numbers of those that were not there before."""
        added: list[int] = []
        with speaking(self._address), writing(self._engine).begin() as connection:
            put_in = _insert(connection)
            for uid, context, report in kept:
                values = asdict(row_of(report, context, uid, __version__))
                del values["id"]
                number = connection.execute(put_in, values).scalar()
                if number is None:
                    continue
                added.append(number)
                if self._reports:
                    body = inbox.packed(report_to_json(report))
                    connection.execute(sa.insert(reports).values(run_id=number, body=body))
        return added

    def rows(self, wanted: Wanted) -> list[Row]:
        """The runs that are asked for, oldest first."""
        query = sa.select(*_COLUMNS).where(*_conditions(wanted)).order_by(runs.c.started_at, runs.c.id)
        names = [column.name for column in _COLUMNS]
        with speaking(self._address), self._engine.connect() as connection:
            return [Row(**dict(zip(names, row, strict=True))) for row in connection.execute(query)]

    def row(self, number: int) -> Row:
        """One run; raises `GreenprofError` for one that is not there."""
        with speaking(self._address), self._engine.connect() as connection:
            found = connection.execute(sa.select(*_COLUMNS).where(runs.c.id == number)).first()
        if found is None:
            raise GreenprofError(f"history {self._address.shown}: there is no run {number}", EXIT_USAGE)
        return Row(**found._asdict())

    def report(self, number: int) -> Report:
        """The report of one run; raises `GreenprofError` where it is not there, or was not kept."""
        self.row(number)
        with speaking(self._address), self._engine.connect() as connection:
            body = connection.execute(sa.select(reports.c.body).where(reports.c.run_id == number)).scalar()
        where = f"run {number} of {self._address.shown}"
        if body is None:
            raise GreenprofError(f"{where}: only its numbers were kept (reports = false in [tool.greenprof.history])")
        try:
            return report_from_json(inbox.unpacked(body), where)
        except (zlib.error, ValueError) as error:
            raise GreenprofError(f"{where}: is damaged ({error})") from None

    def forget(self, wanted: Wanted, numbers: Sequence[int] = ()) -> int:
        """Delete runs with their reports and readings: those of `numbers`, else those that are asked for; how many."""
        which = [runs.c.id.in_(numbers)] if numbers else _conditions(wanted)
        with speaking(self._address), writing(self._engine).begin() as connection:
            return connection.execute(sa.delete(runs).where(*which)).rowcount

    def add_reading(self, number: int, measured: Measured) -> None:
        """Keep what another meter read over a run, in place of what is known from that source."""
        with speaking(self._address), writing(self._engine).begin() as connection:
            same = (readings.c.run_id == number) & (readings.c.source == measured.source)
            connection.execute(sa.delete(readings).where(same))
            connection.execute(sa.insert(readings).values(run_id=number, **asdict(measured)))

    def readings(self, number: int) -> list[Measured]:
        """What other meters read over a run."""
        names = [one.name for one in fields(Measured)]
        query = sa.select(*(readings.c[name] for name in names)).where(readings.c.run_id == number)
        with speaking(self._address), self._engine.connect() as connection:
            return [Measured(**row._asdict()) for row in connection.execute(query.order_by(readings.c.source))]


def _insert(connection: sa.Connection) -> Any:
    """An insert that leaves a run alone which is there already."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]
    return insert(runs).on_conflict_do_nothing(index_elements=["uid"]).returning(runs.c.id)


def _conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    for column, text in (
        (runs.c.project, wanted.project),
        (runs.c.label, wanted.label),
        (runs.c.command, wanted.command),
        (runs.c.host, wanted.host),
    ):
        if text is None:
            continue
        if set(text).isdisjoint("*?"):  # which an index answers
            found.append(column == text)
        else:
            escaped = text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
            found.append(column.like(escaped.replace("*", "%").replace("?", "_"), escape="\\"))
    if wanted.since is not None:
        found.append(runs.c.started_at >= wanted.since)
    if wanted.until is not None:
        found.append(runs.c.started_at < wanted.until)
    return found
