"""The tables of the board, as SQLAlchemy knows them; `migrations` makes them. What was uploaded lies apart."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

from greenprof.history.tables import UtcTime

HEAD = "0001"  # the newest of the migrations, which a test holds it to

metadata = MetaData()

teams = Table(
    "greenprof_board_teams",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),  # team, organiser
    Column("created_at", UtcTime, nullable=False),
    Column("sessions", Integer, nullable=False),  # a session of an earlier number is no longer good
    Column("closed", Boolean, nullable=False),
)

keys = Table(
    "greenprof_board_keys",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("team_id", Integer, ForeignKey("greenprof_board_teams.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", Text, nullable=False),  # token, invite
    Column("hash", Text, nullable=False, unique=True),  # SHA-256 of 256 random bits: the key itself is kept nowhere
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime),
    Column("used_at", UtcTime),
)

submissions = Table(
    "greenprof_board_submissions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("uid", Text, nullable=False, unique=True),
    Column("team_id", Integer, ForeignKey("greenprof_board_teams.id"), nullable=False, index=True),
    Column("challenge", Text, nullable=False, index=True),
    Column("language", Text, nullable=False),
    Column("filename", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Column("state", Text, nullable=False),  # accepted, judging, judged, rejected, failed
    Column("attempts", Integer, nullable=False),
    Column("not_before", UtcTime),
    Column("taken_at", UtcTime),
    Column("lease", Text),
    Column("lease_by", Text),
    Column("lease_until", UtcTime),
    Column("trouble", Text),  # what kept a judge from judging it; for organisers
    Column("finished_at", UtcTime),
    Index("ix_greenprof_board_submissions_queue", "state", "id"),
)

sources = Table(
    "greenprof_board_sources",
    metadata,
    Column("submission_id", Integer, ForeignKey("greenprof_board_submissions.id"), primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

results = Table(
    "greenprof_board_results",
    metadata,
    # The primary key is the promise that nothing is judged twice into the ranking.
    Column("submission_id", Integer, ForeignKey("greenprof_board_submissions.id"), primary_key=True),
    Column("judged_at", UtcTime, nullable=False),
    Column("judge", Text, nullable=False),
    Column("estimated", Boolean),
    Column("host", Text),
    Column("score", Float),
    Column("low", Float),
    Column("high", Float),
    Column("findings", Integer),
    Column("body", LargeBinary, nullable=False),  # all of the result with its raw readings: JSON, compressed by zlib
)

settings = Table(
    "greenprof_board_settings",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

audit = Table(
    "greenprof_board_audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("who", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
)
