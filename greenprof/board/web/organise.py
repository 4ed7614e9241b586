"""The organisers' page: teams and invites, freeze and reveal, what was given up, and who did what."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from greenprof.board import accounts, event, jobs, submissions
from greenprof.board.store import note
from greenprof.board.tables import audit
from greenprof.board.web import pages, visitor
from greenprof.board.web.visitor import board_of, visitor_of
from greenprof.board.words import _
from greenprof.errors import GreenprofError

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.datastructures import FormData
    from starlette.requests import Request

    from greenprof.board.store import Store

RECENT = 50
Form = dict[str, str]


def overview(request: Request) -> Response:
    """The page."""
    return _shown(request)


def _shown(request: Request, *, status: int = 200, said: str = "", invite: tuple[str, str] | None = None) -> Response:
    who = visitor_of(request)
    if who.team is None:
        return RedirectResponse("/enter", 303)
    if not who.organises:
        return pages.problem(request, 403, _("This page is for the organisers."))
    store = board_of(request).store
    with store.reading() as connection:
        query = sa.select(audit.c.at, audit.c.who, audit.c.action, audit.c.subject).order_by(audit.c.id.desc())
        log = connection.execute(query.limit(RECENT)).all()
    troubled = [one for one in submissions.entries(store, limit=500) if one.trouble]
    return pages.page(
        request, "organise.html", status=status, said=said, invite=invite, teams=accounts.all_teams(store),
        states=jobs.states(store), troubled=troubled, log=log,
    )  # fmt: skip


async def act(request: Request) -> Response:
    """One of the forms of the page."""
    async with request.form(max_files=0, max_fields=8) as sent:
        own = visitor.is_own_form(request, sent)
        form = _texts(sent)
    return await run_in_threadpool(_act, request, form, own)


def _texts(sent: FormData) -> Form:
    return {name: value for name, value in sent.items() if isinstance(value, str)}


def _act(request: Request, form: Form, own: bool) -> Response:
    who = visitor_of(request)
    if who.team is None or not who.organises or not own:
        return pages.problem(request, 403, _("This page is for the organisers."))
    action = _ACTIONS.get(form.get("do", ""))
    if action is None:
        return _shown(request, status=400, said=_("Nothing was asked for."))
    try:
        invite = action(board_of(request).store, form, who.team.name)
    except (GreenprofError, ValueError, OverflowError) as error:
        return _shown(request, status=400, said=str(error))
    if invite is not None:  # shown once, in the answer to the form: it is never part of an address
        return _shown(request, invite=invite)
    return RedirectResponse("/organise", 303)


def _add(store: Store, form: Form, who: str) -> tuple[str, str]:
    role = accounts.ORGANISER if form.get("role") == accounts.ORGANISER else accounts.TEAM
    made = accounts.add_team(store, form.get("name", ""), role=role, who=who)
    return made.name, accounts.new_key(store, made, accounts.INVITE, who=who, life=accounts.INVITE_LIFE)


def _invite(store: Store, form: Form, who: str) -> tuple[str, str]:
    team = accounts.team_named(store, form.get("team", ""))
    return team.name, accounts.new_key(store, team, accounts.INVITE, who=who, life=accounts.INVITE_LIFE)


def _revoke(store: Store, form: Form, who: str) -> None:
    accounts.revoke(store, accounts.team_named(store, form.get("team", "")), who=who)


def _close(store: Store, form: Form, who: str) -> None:
    team = accounts.team_named(store, form.get("team", ""))
    accounts.close(store, team, closed=not team.closed, who=who)


def _moment(store: Store, form: Form) -> datetime:
    _planned, now = event.event_of(store)
    return now + timedelta(minutes=float(form.get("minutes") or 0))


def _freeze(store: Store, form: Form, who: str) -> None:
    event.plan(store, who=who, freeze_at=_moment(store, form), revealed_at=None)


def _end(store: Store, form: Form, who: str) -> None:
    event.plan(store, who=who, closes_at=_moment(store, form))


def _reopen(store: Store, form: Form, who: str) -> None:
    event.plan(store, who=who, closes_at=None)


def _reveal(store: Store, form: Form, who: str) -> None:
    event.plan(store, who=who, revealed_at=_moment(store, {}))


def _open_sources(store: Store, form: Form, who: str) -> None:
    event.plan(store, who=who, sources_at=_moment(store, {}))


def _again(store: Store, form: Form, who: str) -> None:
    if jobs.again(store, form.get("uid", "")):
        with store.writing() as connection:
            note(connection, who, "judge again", form["uid"])


_ACTIONS: dict[str, Callable[[Store, Form, str], tuple[str, str] | None]] = {
    "add": _add, "invite": _invite, "revoke": _revoke, "close": _close, "freeze": _freeze, "end": _end,
    "reopen": _reopen, "reveal": _reveal, "sources": _open_sources, "again": _again,
}  # fmt: skip
