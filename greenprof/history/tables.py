"""The tables of the history, as SQLAlchemy knows them; `migrations` makes them. Reports lie apart from the numbers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
)

HEAD = "0001"  # the newest of the migrations, which a test holds it to

metadata = MetaData()


class UtcTime(TypeDecorator[datetime]):
    """A time in UTC, kept without an offset, so that both databases compare and order it alike."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        return None if value is None else value.replace(tzinfo=UTC)


runs = Table(
    "greenprof_runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("uid", Text, nullable=False, unique=True),
    Column("started_at", UtcTime, nullable=False, index=True),
    Column("project", Text, nullable=False, index=True),
    Column("label", Text),
    Column("command", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("cpu", Text, nullable=False),
    Column("meter", Text, nullable=False),
    Column("estimated", Boolean, nullable=False),
    Column("uncertainty", Float, nullable=False),
    Column("runs", Integer, nullable=False),
    Column("exit_code", Integer),
    Column("duration_s", Float, nullable=False),
    Column("cpu_s", Float, nullable=False),
    Column("total_j", Float),
    Column("process_j", Float),
    Column("low_j", Float),
    Column("high_j", Float),
    Column("g_co2e", Float),
    Column("commit", Text),
    Column("branch", Text),
    Column("dirty", Boolean),
    Column("greenprof", Text, nullable=False),
)

reports = Table(
    "greenprof_reports",
    metadata,
    Column("run_id", Integer, ForeignKey("greenprof_runs.id", ondelete="CASCADE"), primary_key=True),
    Column("body", LargeBinary, nullable=False),  # the report's JSON, compressed by zlib
)

readings = Table(
    "greenprof_readings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", Integer, ForeignKey("greenprof_runs.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("source", Text, nullable=False),
    Column("energy_j", Float, nullable=False),
    Column("low_j", Float, nullable=False),
    Column("high_j", Float, nullable=False),
    Column("covered_s", Float, nullable=False),
    Column("values", Integer, nullable=False),
)
