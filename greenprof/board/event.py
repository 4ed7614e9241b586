"""When a board opens, freezes, closes and is revealed; pure, but for what is kept in the store."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, fields
from datetime import datetime

import sqlalchemy as sa

from greenprof.board.store import Store, clock, note
from greenprof.board.tables import audit, results, settings, submissions

_SECRET = "secret"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """The times of an event, in UTC; None is not planned. ``sources_at`` is when all may read what was handed in."""

    freeze_at: datetime | None = None
    closes_at: datetime | None = None
    revealed_at: datetime | None = None
    sources_at: datetime | None = None

    def frozen(self, now: datetime) -> bool:
        """Whether results of what comes in now are held back."""
        return self.freeze_at is not None and self.freeze_at <= now and not self._past(self.revealed_at, now)

    def hides(self, received_at: datetime, now: datetime) -> bool:
        """Whether the result of what was received then is kept from others than its team and the organisers."""
        return self.frozen(now) and self.freeze_at is not None and received_at >= self.freeze_at

    def closed(self, now: datetime) -> bool:
        """Whether nothing more is taken."""
        return self._past(self.closes_at, now)

    def shows_sources(self, now: datetime) -> bool:
        """Whether all may read what was handed in."""
        return self._past(self.sources_at, now)

    @staticmethod
    def _past(moment: datetime | None, now: datetime) -> bool:
        return moment is not None and moment <= now


_TIMES = tuple(one.name for one in fields(Event))


def event_of(store: Store) -> tuple[Event, datetime]:
    """The event's times, and now by the clock of the store."""
    with store.reading() as connection:
        query = sa.select(settings.c.name, settings.c.value).where(settings.c.name.in_(_TIMES))
        kept = {name: datetime.fromisoformat(value) for name, value in connection.execute(query)}
        return Event(**kept), clock(connection)


def plan(store: Store, *, who: str, **times: datetime | None) -> None:
    """Set times of the event, by the names of `Event`; None takes one back."""
    with store.writing() as connection:
        for name, moment in times.items():
            if name not in _TIMES:
                raise ValueError(name)
            connection.execute(sa.delete(settings).where(settings.c.name == name))
            if moment is not None:
                connection.execute(sa.insert(settings).values(name=name, value=moment.isoformat()))
            note(connection, who, f"set {name}", moment.isoformat(timespec="seconds") if moment else "none")


def secret_of(store: Store) -> str:
    """The key that sessions are signed with, made at the first use, the same for every server of this board."""
    with store.writing() as connection:
        found = connection.execute(sa.select(settings.c.value).where(settings.c.name == _SECRET)).scalar()
        if found is None:
            found = secrets.token_urlsafe(48)
            connection.execute(sa.insert(settings).values(name=_SECRET, value=found))
    return str(found)


def state_of(store: Store) -> str:
    """A short text that is another one as soon as anything has changed that a page shows."""
    now_in_states = sa.select(submissions.c.state, sa.func.count()).group_by(submissions.c.state)
    with store.reading() as connection:
        counted = sorted(f"{state[:3]}{number}" for state, number in connection.execute(now_in_states))
        judged = connection.execute(sa.select(sa.func.count()).select_from(results)).scalar()
        noted = connection.execute(sa.select(sa.func.max(audit.c.id))).scalar()
        kept = sa.select(settings.c.name, settings.c.value).where(settings.c.name.in_(_TIMES))
        event = Event(**{name: datetime.fromisoformat(value) for name, value in connection.execute(kept)})
        frozen = event.frozen(clock(connection))
    return f"{'.'.join(counted)}-{judged}-{noted}-{int(frozen)}"
