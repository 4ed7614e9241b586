"""The queue: what waits to be judged, and who judges it. One piece of code for SQLite and PostgreSQL.

A judge takes a submission under a lease and renews it while it works. One that dies lets its lease run out, and the
submission is taken again. A result is kept only by the lease that is in force, in the transaction that ends it, so a
judge that was slow, cut off, or thought dead cannot bring in a second result. PostgreSQL hands each of several judges
its own row (SKIP LOCKED); SQLite lets one in at a time.

The queue is the table of submissions itself: what is accepted is in the queue by the same INSERT, and what is judged
leaves it by the same UPDATE. A queue of another library's tables beside it would be a second truth to reconcile.
"""

from __future__ import annotations

import secrets
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from greenprof.board.model import ACCEPTED, JUDGED, JUDGING, REJECTED, Result
from greenprof.board.store import Store, clock
from greenprof.board.tables import results, sources, submissions, teams
from greenprof.board.wire import result_to_json
from greenprof.wire import dumps

FAILED = "failed"  # no judge could judge it: an organiser looks; no word about the submission
STATES = (ACCEPTED, JUDGING, JUDGED, REJECTED, FAILED)
LEASE_S = 60.0
ATTEMPTS = 3  # a submission whose judge dies each time is looked at by a person
AGAIN_AFTER_S = 10.0  # times the number of attempts


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A submission that a judge has taken, with what was handed in."""

    id: int
    uid: str
    team: str
    received_at: datetime
    challenge: str
    language: str
    filename: str
    body: bytes
    attempt: int
    lease: str


def take(store: Store, judge: str, challenges: tuple[str, ...], *, lease_s: float = LEASE_S) -> Job | None:
    """The next submission to judge, None where none waits. Next is the team whose last turn is the longest ago."""
    mine, other = submissions.alias("mine"), submissions.alias("other")
    served = sa.select(sa.func.max(other.c.taken_at)).where(other.c.team_id == mine.c.team_id).scalar_subquery()
    with store.writing() as connection:
        now = clock(connection)
        _give_up(connection, now)
        waits = (mine.c.state == ACCEPTED) & sa.or_(mine.c.not_before.is_(None), mine.c.not_before <= now)
        left = (mine.c.state == JUDGING) & (mine.c.lease_until < now)
        query = (
            sa.select(mine)
            .where(sa.or_(waits, left), mine.c.challenge.in_(challenges))
            .order_by(sa.case((served.is_(None), 0), else_=1), served, mine.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        row = connection.execute(query).first()
        if row is None:
            return None
        lease = secrets.token_hex(16)
        values = {
            "state": JUDGING, "attempts": row.attempts + 1, "lease": lease, "lease_by": judge,
            "lease_until": now + timedelta(seconds=lease_s), "not_before": None, "taken_at": now,
        }  # fmt: skip
        connection.execute(sa.update(submissions).where(submissions.c.id == row.id).values(values))
        team = connection.execute(sa.select(teams.c.name).where(teams.c.id == row.team_id)).scalar_one()
        body = connection.execute(sa.select(sources.c.body).where(sources.c.submission_id == row.id)).scalar_one()
    return Job(
        id=row.id, uid=row.uid, team=team, received_at=row.received_at, challenge=row.challenge, language=row.language,
        filename=row.filename, body=body, attempt=row.attempts + 1, lease=lease,
    )  # fmt: skip


def _give_up(connection: sa.Connection, now: datetime) -> None:
    dead = (submissions.c.state == JUDGING) & (submissions.c.lease_until < now) & (submissions.c.attempts >= ATTEMPTS)
    trouble = f"the judge ended in the middle, {ATTEMPTS} times"
    values = {"state": FAILED, "lease": None, "trouble": trouble, "finished_at": now}
    connection.execute(sa.update(submissions).where(dead).values(values))


def renew(store: Store, job: Job, *, lease_s: float = LEASE_S) -> bool:
    """Say that the judge is alive; False where the submission is no longer its own."""
    with store.writing() as connection:
        until = clock(connection) + timedelta(seconds=lease_s)
        return connection.execute(sa.update(submissions).where(_held(job)).values(lease_until=until)).rowcount == 1


def finish(store: Store, job: Job, judge: str, result: Result) -> bool:
    """Keep a result with its raw readings; False, and nothing kept, where the submission is no longer its judge's."""
    with store.writing() as connection:
        now = clock(connection)
        ended = {"state": result.state, "lease": None, "trouble": None, "finished_at": now}
        if connection.execute(sa.update(submissions).where(_held(job)).values(ended)).rowcount != 1:
            return False
        connection.execute(sa.insert(results).values(row_of(job.id, judge, now, result)))
    return True


def row_of(submission_id: int, judge: str, judged_at: datetime, result: Result) -> dict[str, Any]:
    """A result as a row: what is asked for often in columns, all of it in `body`."""
    low, high = result.interval or (None, None)
    return {
        "submission_id": submission_id, "judged_at": judged_at, "judge": judge, "estimated": result.estimated,
        "host": result.host.fingerprint if result.host else None, "score": result.score, "low": low, "high": high,
        "findings": len(result.findings), "body": zlib.compress(dumps(result_to_json(result)).encode(), 6),
    }  # fmt: skip


def give_back(store: Store, job: Job, trouble: str) -> bool:
    """Put a submission back that could not be judged; after `ATTEMPTS` times it is left to a person."""
    with store.writing() as connection:
        now = clock(connection)
        last = job.attempt >= ATTEMPTS
        values = {
            "state": FAILED if last else ACCEPTED, "lease": None, "trouble": trouble[:2000],
            "not_before": now + timedelta(seconds=AGAIN_AFTER_S * job.attempt), "finished_at": now if last else None,
        }  # fmt: skip
        return connection.execute(sa.update(submissions).where(_held(job)).values(values)).rowcount == 1


def again(store: Store, uid: str) -> bool:
    """Put a submission that was given up back into the queue."""
    with store.writing() as connection:
        given_up = (submissions.c.uid == uid) & (submissions.c.state == FAILED)
        values = {"state": ACCEPTED, "attempts": 0, "not_before": None, "finished_at": None}
        return connection.execute(sa.update(submissions).where(given_up).values(values)).rowcount == 1


def states(store: Store) -> dict[str, int]:
    """How many submissions there are in each state."""
    with store.reading() as connection:
        query = sa.select(submissions.c.state, sa.func.count()).group_by(submissions.c.state)
        return dict.fromkeys(STATES, 0) | {str(state): int(number) for state, number in connection.execute(query)}


def _held(job: Job) -> sa.ColumnElement[bool]:
    return (submissions.c.id == job.id) & (submissions.c.lease == job.lease) & (submissions.c.state == JUDGING)
