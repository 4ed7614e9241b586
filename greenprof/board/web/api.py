"""The interface for programs: challenges, rankings, submissions. `openapi` describes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from greenprof.board import event, jobs, submissions, uploads
from greenprof.board.web import shapes
from greenprof.board.web.openapi import description
from greenprof.board.web.visitor import board_of, team_by_token
from greenprof.errors import EXIT_USAGE, GreenprofError

if TYPE_CHECKING:
    from starlette.requests import Request

    from greenprof.board.accounts import Team
    from greenprof.board.model import Challenge
    from greenprof.board.web.context import Board


def challenges(request: Request) -> Response:
    """All challenges."""
    return JSONResponse({"challenges": [shapes.challenge_json(one) for one in board_of(request).challenges.values()]})


def challenge(request: Request) -> Response:
    """One challenge."""
    found = _challenge(request)
    return _unknown("challenge") if found is None else JSONResponse(shapes.challenge_json(found))


def ranking(request: Request) -> Response:
    """The standing of a challenge."""
    found, team = _challenge(request), team_by_token(request)
    if found is None:
        return _unknown("challenge")
    everything = team is not None and team.organises
    return JSONResponse(shapes.standing_json(board_of(request).standing(found.name, everything=everything)))


def ranking_csv(request: Request) -> Response:
    """The standing of a challenge, for a spreadsheet."""
    found, team = _challenge(request), team_by_token(request)
    if found is None:
        return _unknown("challenge")
    everything = team is not None and team.organises
    text = shapes.standing_csv(board_of(request).standing(found.name, everything=everything))
    name = f'attachment; filename="{found.name}.csv"'
    return Response(text, media_type="text/csv", headers={"content-disposition": name})


async def submit(request: Request) -> Response:
    """Take a submission: the body is the file, the zip or the git bundle."""
    team = await run_in_threadpool(team_by_token, request)
    if team is None:
        return _no_token()
    found = _challenge(request)
    if found is None:
        return _unknown("challenge")
    board, limit = board_of(request), found.limits.source_bytes
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > limit:
            return _wrong(f"the submission is larger than {limit} bytes", 413)
    filename = uploads.shown_name(request.query_params.get("filename", ""))
    named = request.query_params.get("language")
    return await run_in_threadpool(_take, board, team, found, named=named, filename=filename, body=bytes(body))


def _take(board: Board, team: Team, challenge: Challenge, *, named: str | None, filename: str, body: bytes) -> Response:
    try:
        uid, new = take(board, team, challenge, named=named, filename=filename, body=body)
    except submissions.TooManyError as error:
        return _wrong(str(error), 429, {"retry-after": str(error.after_s)})
    except ClosedError as error:
        return _wrong(str(error), 403)
    except GreenprofError as error:
        if error.exit_code != EXIT_USAGE:
            raise
        return _wrong(str(error), 400)
    entry = submissions.entry_of(board.store, uid)
    assert entry is not None
    return JSONResponse(shapes.entry_json(entry, hidden=False) | {"new": new}, 201 if new else 200)


class ClosedError(GreenprofError):
    """The board takes nothing more."""


def take(
    board: Board, team: Team, challenge: Challenge, *, named: str | None, filename: str, body: bytes
) -> tuple[str, bool]:
    """Check a submission and keep it: its uid, and whether it is new. Raises `GreenprofError` for what is refused."""
    planned, now = event.event_of(board.store)
    if planned.closed(now):
        raise ClosedError("the board is closed: nothing more is taken", EXIT_USAGE)
    language = uploads.language_for(challenge, named, filename)
    digest = uploads.digest_for(challenge, language, filename, body)
    return submissions.accept(
        board.store, team, challenge=challenge.name, language=language, filename=filename, body=body, digest=digest,
        allowance=board.settings.allowance,
    )  # fmt: skip


def own(request: Request) -> Response:
    """All that the team of the token has handed in."""
    team = team_by_token(request)
    if team is None:
        return _no_token()
    found = submissions.entries(board_of(request).store, team_id=team.id)
    return JSONResponse({"submissions": [shapes.entry_json(one, hidden=False) for one in found]})


def submission(request: Request) -> Response:
    """One submission; its team and the organisers are told more."""
    board, team = board_of(request), team_by_token(request)
    entry = submissions.entry_of(board.store, request.path_params["uid"])
    if entry is None:
        return _unknown("submission")
    planned, now = event.event_of(board.store)
    own_one = team is not None and (team.organises or team.id == entry.team_id)
    told = shapes.entry_json(entry, hidden=not own_one and planned.hides(entry.received_at, now))
    if own_one:
        result = submissions.results_of(board.store, [entry.id]).get(entry.id)
        told["detail"] = None if result is None else shapes.detail_json(result)
    return JSONResponse(told)


def openapi(request: Request) -> Response:
    """The description of this interface."""
    board = board_of(request)
    return JSONResponse(description(board.settings.title))


def health(request: Request) -> Response:
    """Whether the board can do its work: 200, or 503 where its database is away."""
    try:
        states = jobs.states(board_of(request).store)
    except GreenprofError:
        return JSONResponse({"status": "database away"}, 503)
    return JSONResponse({"status": "ok", "submissions": states})


def _challenge(request: Request) -> Challenge | None:
    return board_of(request).challenges.get(request.path_params["challenge"])


def _wrong(said: str, status: int, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"error": said}, status, headers)


def _unknown(what: str) -> Response:
    return _wrong(f"there is no such {what}", 404)


def _no_token() -> Response:
    return _wrong("a team's token is needed: Authorization: Bearer …", 401, {"www-authenticate": "Bearer"})
