"""What was handed in: accepted means stored. A team's limits are counted here, in the transaction that accepts."""

from __future__ import annotations

import re
import secrets
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from greenprof.board.accounts import Team
from greenprof.board.jobs import FAILED
from greenprof.board.model import ACCEPTED, JUDGED, JUDGING, Result
from greenprof.board.store import Store, clock, note
from greenprof.board.tables import results, sources, submissions, teams
from greenprof.board.wire import result_from_json
from greenprof.errors import EXIT_USAGE, GreenprofError

_HOUR = timedelta(hours=1)
_UID = re.compile(r"[0-9a-f]{1,32}")


class TooManyError(GreenprofError):
    """A team is at its limit; ``after_s`` is when it may try again."""

    def __init__(self, message: str, after_s: int) -> None:
        super().__init__(message, EXIT_USAGE)
        self.after_s = after_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What one team may hand in: so many that wait at one time, and so many an hour."""

    waiting: int = 5
    an_hour: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A submission as the board shows it: numbers of its result, None while it has none."""

    id: int
    uid: str
    team_id: int
    team: str
    challenge: str
    language: str
    filename: str
    digest: str
    size_bytes: int
    received_at: datetime
    state: str
    attempts: int
    trouble: str | None
    finished_at: datetime | None
    estimated: bool | None
    host: str | None
    score: float | None
    low: float | None
    high: float | None
    findings: int | None

    @property
    def pending(self) -> bool:
        """Whether a judge has still to say something of it."""
        return self.state in (ACCEPTED, JUDGING)


_ENTRY = (
    submissions.c.id, submissions.c.uid, submissions.c.team_id, teams.c.name.label("team"), submissions.c.challenge,
    submissions.c.language, submissions.c.filename, submissions.c.digest, submissions.c.size_bytes,
    submissions.c.received_at, submissions.c.state, submissions.c.attempts, submissions.c.trouble,
    submissions.c.finished_at, results.c.estimated, results.c.host, results.c.score, results.c.low, results.c.high,
    results.c.findings,
)  # fmt: skip
_JOINED = submissions.join(teams, teams.c.id == submissions.c.team_id).outerjoin(
    results, results.c.submission_id == submissions.c.id
)


def accept(
    store: Store, team: Team, *, challenge: str, language: str, filename: str, body: bytes, digest: str,
    allowance: Allowance,
) -> tuple[str, bool]:  # fmt: skip
    """Keep a submission and put it into the queue; its uid, and whether it is new.

    What this team has handed in before, byte for byte, is not judged again: a second measurement would be a second
    draw of luck. Raises `TooManyError` at the team's limits.
    """
    mine = submissions.c.team_id == team.id
    with store.writing() as connection:
        if connection.dialect.name == "postgresql":  # of one team one at a time, so that limits hold
            connection.execute(sa.select(teams.c.id).where(teams.c.id == team.id).with_for_update())
        same = (
            (submissions.c.challenge == challenge) & (submissions.c.digest == digest) & (submissions.c.state != FAILED)
        )
        known = connection.execute(sa.select(submissions.c.uid).where(mine, same)).scalar()
        if known is not None:
            return known, False
        now = clock(connection)
        _check_limits(connection, mine, now, allowance)
        uid = secrets.token_hex(6)
        row = {
            "uid": uid, "team_id": team.id, "challenge": challenge, "language": language, "filename": filename,
            "digest": digest, "size_bytes": len(body), "received_at": now, "state": ACCEPTED, "attempts": 0,
        }  # fmt: skip
        number = connection.execute(sa.insert(submissions).values(row).returning(submissions.c.id)).scalar_one()
        connection.execute(sa.insert(sources).values(submission_id=number, body=body))
        note(connection, team.name, "submit", f"{challenge} {uid}")
    return uid, True


def _check_limits(connection: sa.Connection, mine: sa.ColumnElement[bool], now: datetime, allowance: Allowance) -> None:
    count = sa.select(sa.func.count()).select_from(submissions).where(mine)
    pending = connection.execute(count.where(submissions.c.state.in_((ACCEPTED, JUDGING)))).scalar_one()
    if pending >= allowance.waiting:
        raise TooManyError(
            f"board: {pending} submissions of this team wait for the judge; hand in more when one is done", 30
        )
    recent = sa.select(submissions.c.received_at).where(mine, submissions.c.received_at > now - _HOUR)
    times = connection.execute(recent.order_by(submissions.c.received_at)).scalars().all()
    if len(times) >= allowance.an_hour:
        after = int((times[-allowance.an_hour] + _HOUR - now).total_seconds()) + 1
        raise TooManyError(
            f"board: this team has handed in {len(times)} in an hour; the next in {after // 60 + 1} min", after
        )


def entries(
    store: Store, *, challenge: str | None = None, team_id: int | None = None, uid: str | None = None,
    limit: int | None = None,
) -> list[Entry]:  # fmt: skip
    """Submissions, newest first."""
    query = sa.select(*_ENTRY).select_from(_JOINED).order_by(submissions.c.id.desc()).limit(limit)
    for column, wanted in (
        (submissions.c.challenge, challenge),
        (submissions.c.team_id, team_id),
        (submissions.c.uid, uid),
    ):
        if wanted is not None:
            query = query.where(column == wanted)
    with store.reading() as connection:
        return [Entry(**row._asdict()) for row in connection.execute(query)]


def entry_of(store: Store, uid: str) -> Entry | None:
    """One submission, None where there is none of that name; no database is asked for what cannot be one."""
    if not _UID.fullmatch(uid):
        return None
    return next(iter(entries(store, uid=uid)), None)


def source_of(store: Store, number: int) -> bytes:
    """What was handed in."""
    with store.reading() as connection:
        query = sa.select(sources.c.body).where(sources.c.submission_id == number)
        return bytes(connection.execute(query).scalar_one())


def results_of(store: Store, numbers: Sequence[int]) -> dict[int, Result]:
    """Results with their readings, by the number of their submission."""
    import json

    found: dict[int, Result] = {}
    with store.reading() as connection:
        for first in range(0, len(numbers), 500):
            query = sa.select(results.c.submission_id, results.c.body).where(
                results.c.submission_id.in_(numbers[first : first + 500])
            )
            for number, body in connection.execute(query):
                found[number] = result_from_json(json.loads(zlib.decompress(body)), f"result {number}")
    return found


def is_judged(entry: Entry) -> bool:
    """Whether it has a score."""
    return entry.state == JUDGED and entry.score is not None
