"""Who asks: nobody, a team, or an organiser; by a session's cookie in a browser, by a token from a program."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.requests import Request

from greenprof.board import accounts, words
from greenprof.board.words import LANGUAGES

if TYPE_CHECKING:
    from starlette.datastructures import FormData
    from starlette.types import ASGIApp, Receive, Scope, Send

    from greenprof.board.accounts import Team
    from greenprof.board.web.context import Board


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who looks at a page: ``team`` is None for the public."""

    team: Team | None
    language: str

    @property
    def organises(self) -> bool:
        """Whether this is an organiser."""
        return self.team is not None and self.team.organises

    def may_see(self, team_id: int) -> bool:
        """Whether this is that team, or an organiser."""
        return self.team is not None and (self.team.organises or self.team.id == team_id)


def board_of(request: Request) -> Board:
    """The open board."""
    board: Board = request.app.state.board
    return board


class Speaking:
    """Sets the language of a request: the one chosen by ``?lang=``, chosen before, or asked for by the browser."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request, inside the session."""
        if scope["type"] == "http":
            request = Request(scope)
            chosen, before = request.query_params.get("lang"), request.session.get("language")
            if chosen in LANGUAGES and chosen != before:
                request.session["language"] = before = chosen
            words.speak(before or words.preferred(request.headers.get("accept-language", "")))
        await self.app(scope, receive, send)


def visitor_of(request: Request) -> Visitor:
    """Who looks at a page, by the session's cookie."""
    return Visitor(team=_in_session(request), language=words.language())


def _in_session(request: Request) -> Team | None:
    number = request.session.get("team")
    if not isinstance(number, int):
        return None
    team = accounts.team_of(board_of(request).store, number)
    if team is None or team.closed or team.sessions != request.session.get("sessions"):
        return None
    return team


def enter(request: Request, team: Team) -> None:
    """Begin a session; what was in an earlier one is gone, but for the language."""
    language = request.session.get("language")
    request.session.clear()
    request.session.update({"team": team.id, "sessions": team.sessions})
    if language:
        request.session["language"] = language


def form_token(request: Request) -> str:
    """The word that a form of this session sends with it."""
    token = request.session.get("form")
    if not isinstance(token, str):
        token = request.session["form"] = secrets.token_urlsafe(24)
    return token


def is_own_form(request: Request, form: FormData) -> bool:
    """Whether a form was made for this session."""
    known, sent = request.session.get("form"), form.get("form")
    return isinstance(known, str) and isinstance(sent, str) and hmac.compare_digest(known.encode(), sent.encode())


def team_by_token(request: Request) -> Team | None:
    """Who a program acts for, by ``Authorization: Bearer``."""
    kind, _sep, key = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not key.strip():
        return None
    return accounts.team_with(board_of(request).store, key)
