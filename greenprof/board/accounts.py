"""Teams and organisers, and the keys that they come in with. There are no passwords.

A *token* is kept by a team and opens the door each time. An *invite* is used once: it is exchanged for a token.
The board keeps the SHA-256 of a key: 256 random bits need no slow hash.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from greenprof.board.store import Store, clock, note
from greenprof.board.tables import keys, teams
from greenprof.errors import EXIT_USAGE, GreenprofError

TEAM, ORGANISER = "team", "organiser"
TOKEN, INVITE = "token", "invite"
_PREFIX = {TOKEN: "gpt_", INVITE: "gpi_"}
NAME_LENGTH = 60
INVITE_LIFE = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Who takes part (``role`` team) or runs the board (organiser); ``sessions`` is the number of its good sessions."""

    id: int
    name: str
    role: str
    sessions: int
    closed: bool

    @property
    def organises(self) -> bool:
        """Whether it may run the board."""
        return self.role == ORGANISER


_COLUMNS = (teams.c.id, teams.c.name, teams.c.role, teams.c.sessions, teams.c.closed)


def add_team(store: Store, name: str, *, role: str = TEAM, who: str) -> Team:
    """A new team; raises `GreenprofError` for a name that is taken or cannot be shown."""
    name = checked_name(name)
    with store.writing() as connection:
        if connection.execute(sa.select(teams.c.id).where(teams.c.name == name)).first():
            raise GreenprofError(f"board: there is a team {name} already", EXIT_USAGE)
        row = {"name": name, "role": role, "created_at": clock(connection), "sessions": 1, "closed": False}
        number = connection.execute(sa.insert(teams).values(row).returning(teams.c.id)).scalar_one()
        note(connection, who, f"add {role}", name)
    return Team(id=number, name=name, role=role, sessions=1, closed=False)


def checked_name(name: str) -> str:
    """A name as it is kept; raises `GreenprofError` for one that is empty, long, or holds what cannot be seen."""
    name = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", name)).strip()
    if not name or len(name) > NAME_LENGTH:
        raise GreenprofError(f"board: a team's name has 1 to {NAME_LENGTH} characters", EXIT_USAGE)
    if any(unicodedata.category(letter).startswith("C") for letter in name):
        raise GreenprofError("board: a team's name holds characters that cannot be seen", EXIT_USAGE)
    return name


def team_named(store: Store, name: str) -> Team:
    """A team by its name; raises `GreenprofError` where there is none."""
    with store.reading() as connection:
        row = connection.execute(sa.select(*_COLUMNS).where(teams.c.name == name)).first()
    if row is None:
        raise GreenprofError(f"board: there is no team {name} (greenprof board team lists them)", EXIT_USAGE)
    return Team(**row._asdict())


def team_of(store: Store, number: int) -> Team | None:
    """A team by its number, None where there is none."""
    with store.reading() as connection:
        row = connection.execute(sa.select(*_COLUMNS).where(teams.c.id == number)).first()
    return None if row is None else Team(**row._asdict())


def all_teams(store: Store) -> list[Team]:
    """Every team and organiser, by name."""
    with store.reading() as connection:
        return [Team(**row._asdict()) for row in connection.execute(sa.select(*_COLUMNS).order_by(teams.c.name))]


def new_key(store: Store, team: Team, kind: str, *, who: str, life: timedelta | None = None) -> str:
    """A new token or invite of a team. It is told once: the board keeps its hash only."""
    key = _PREFIX[kind] + secrets.token_urlsafe(32)
    with store.writing() as connection:
        _keep(connection, team.id, kind, key, life)
        note(connection, who, f"new {kind}", team.name)
    return key


def team_with(store: Store, key: str) -> Team | None:
    """The team whose token this is, None for one that is unknown, out of date, or of a team that is closed."""
    query = sa.select(*_COLUMNS, keys.c.expires_at).join(keys, keys.c.team_id == teams.c.id)
    with store.reading() as connection:
        row = connection.execute(query.where(keys.c.hash == _hash(key), keys.c.kind == TOKEN)).first()
        if row is None or row.closed or _past(row.expires_at, clock(connection)):
            return None
    return Team(id=row.id, name=row.name, role=row.role, sessions=row.sessions, closed=row.closed)


def exchange(store: Store, invite: str) -> tuple[Team, str] | None:
    """The team of an invite with a new token; None for an invite that is unknown, out of date, or used before."""
    with store.writing() as connection:
        now = clock(connection)
        good = (keys.c.hash == _hash(invite)) & (keys.c.kind == INVITE) & keys.c.used_at.is_(None)
        used = sa.update(keys).where(good, sa.or_(keys.c.expires_at.is_(None), keys.c.expires_at > now))
        number = connection.execute(used.values(used_at=now).returning(keys.c.team_id)).scalar()
        if number is None:
            return None
        row = connection.execute(sa.select(*_COLUMNS).where(teams.c.id == number)).one()
        if row.closed:
            return None
        key = _PREFIX[TOKEN] + secrets.token_urlsafe(32)
        _keep(connection, number, TOKEN, key, None)
        note(connection, row.name, "use invite", row.name)
    return Team(**row._asdict()), key


def revoke(store: Store, team: Team, *, who: str) -> int:
    """End every key and session of a team; how many keys there were."""
    with store.writing() as connection:
        gone = connection.execute(sa.delete(keys).where(keys.c.team_id == team.id)).rowcount
        connection.execute(sa.update(teams).where(teams.c.id == team.id).values(sessions=teams.c.sessions + 1))
        note(connection, who, "revoke keys", team.name)
    return gone


def close(store: Store, team: Team, *, closed: bool, who: str) -> None:
    """Shut a team out, or let it in again; what it handed in stays."""
    with store.writing() as connection:
        values = {"closed": closed, "sessions": teams.c.sessions + 1}
        connection.execute(sa.update(teams).where(teams.c.id == team.id).values(values))
        note(connection, who, "close team" if closed else "open team", team.name)


def _keep(connection: sa.Connection, team_id: int, kind: str, key: str, life: timedelta | None) -> None:
    now = clock(connection)
    row = {"team_id": team_id, "kind": kind, "hash": _hash(key), "created_at": now}
    connection.execute(sa.insert(keys).values(**row, expires_at=now + life if life else None))


def _hash(key: str) -> str:
    return hashlib.sha256(key.strip().encode("utf-8", "replace")).hexdigest()


def _past(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now
