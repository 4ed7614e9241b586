"""The pages for people. Everything works without JavaScript; what changes is done by forms of the own session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from greenprof.board import accounts, event, submissions, uploads
from greenprof.board.web import api, visitor
from greenprof.board.web.render import render
from greenprof.board.web.visitor import board_of, form_token, visitor_of
from greenprof.board.words import _
from greenprof.errors import EXIT_USAGE, GreenprofError

if TYPE_CHECKING:
    from starlette.requests import Request

    from greenprof.board.model import Challenge
    from greenprof.board.web.live import Live

RECENT = 30  # submissions on a team's page before it is asked for more
ENTER = "enter.html"
RANKING, PROJECTOR = "ranking", "projector"
_PARTS = {RANKING: "part_ranking.html", PROJECTOR: "part_projector.html"}


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
    """A page for who asks, with what every page shows."""
    board, who = board_of(request), visitor_of(request)
    planned, now = event.event_of(board.store)
    # Who only looks gets no cookie.
    form = form_token(request) if who.team or template == ENTER else ""
    text = render(
        template, who.language, board=board, who=who, event=planned, now=now, form=form,
        path=request.url.path, **values,
    )  # fmt: skip
    return HTMLResponse(text, status, {"content-language": who.language})


def problem(request: Request, status: int, said: str) -> Response:
    """A page that says what is wrong."""
    return page(request, "problem.html", status=status, said=said)


def home(request: Request) -> Response:
    """All challenges, and who leads."""
    board, who = board_of(request), visitor_of(request)
    shown = {name: board.standing(name, everything=who.organises) for name in board.challenges}
    return page(request, "home.html", standings=shown)


def challenge(request: Request) -> Response:
    """A challenge: the ranking, the task, and the form to hand in."""
    found = _challenge(request)
    return _no_page(request) if found is None else _challenge_page(request, found)


def _challenge_page(request: Request, found: Challenge, *, status: int = 200, said: str = "") -> Response:
    board, who = board_of(request), visitor_of(request)
    shown = board.standing(found.name, everything=who.organises)
    mine = submissions.entries(board.store, challenge=found.name, team_id=who.team.id) if who.team else []
    return page(request, "challenge.html", status=status, challenge=found, standing=shown, mine=mine[:5], said=said)


def projector(request: Request) -> Response:
    """The ranking for a room: large, and nothing else."""
    found = _challenge(request)
    if found is None:
        return _no_page(request)
    # What a room sees is what the public sees, whoever set up the projector.
    shown = board_of(request).standing(found.name, everything=False)
    return page(request, "projector.html", challenge=found, standing=shown)


async def live(request: Request) -> Response:
    """Server-sent events: the ranking again whenever it has changed."""
    board, stream = board_of(request), _live(request)
    found, kind = _challenge(request), request.query_params.get("as", RANKING)
    if found is None or kind not in _PARTS:
        return Response(status_code=404)
    if stream.viewers >= board.settings.viewers:
        return Response("too many viewers\n", 503, {"retry-after": "60"})
    who = await run_in_threadpool(visitor_of, request)
    everything = who.organises and kind == RANKING

    def make() -> str:
        shown = board.standing(found.name, everything=everything)
        planned, now = event.event_of(board.store)
        return render(_PARTS[kind], who.language, challenge=found, standing=shown, event=planned, now=now)

    key = (found.name, kind, who.language, str(everything))
    seen = request.headers.get("last-event-id", "")
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(stream.stream(seen, key, make), media_type="text/event-stream", headers=headers)


def submission(request: Request) -> Response:
    """One submission: its result, and to its team and the organisers the hints and what the build said."""
    board, who = board_of(request), visitor_of(request)
    entry = submissions.entry_of(board.store, request.path_params["uid"])
    if entry is None:
        return _no_page(request)
    planned, now = event.event_of(board.store)
    own = who.may_see(entry.team_id)
    hidden = not own and planned.hides(entry.received_at, now)
    result = None if hidden else submissions.results_of(board.store, [entry.id]).get(entry.id)
    readable = own or (planned.shows_sources(now) and not hidden)
    return page(
        request, "submission.html", entry=entry, result=result, own=own, hidden=hidden, readable=readable,
        challenge=board.challenges.get(entry.challenge),
    )  # fmt: skip


def source(request: Request) -> Response:
    """What was handed in, as it was: for its team, the organisers, and at the end for all."""
    board, who = board_of(request), visitor_of(request)
    entry = submissions.entry_of(board.store, request.path_params["uid"])
    if entry is None:
        return _no_page(request)
    planned, now = event.event_of(board.store)
    if not (who.may_see(entry.team_id) or (planned.shows_sources(now) and not planned.hides(entry.received_at, now))):
        return problem(request, 403, _("Sources stay private until the organisers open them."))
    # Never shown as a page of this site, whatever it holds.
    headers = {"content-disposition": f'attachment; filename="{entry.uid}.{_suffix(entry.filename)}"'}
    return Response(
        submissions.source_of(board.store, entry.id), media_type="application/octet-stream", headers=headers
    )


def _suffix(filename: str) -> str:
    suffix = filename.rpartition(".")[2]
    return suffix if suffix.isascii() and suffix.isalnum() and len(suffix) <= 8 else "bin"


async def submit(request: Request) -> Response:
    """The form of a challenge."""
    found, who = _challenge(request), await run_in_threadpool(visitor_of, request)
    if found is None:
        return await run_in_threadpool(_no_page, request)
    async with request.form(max_files=1, max_fields=4) as form:
        if who.team is None or not visitor.is_own_form(request, form):
            return await run_in_threadpool(_not_own, request)
        file, named = form.get("file"), form.get("language")
        if not isinstance(file, UploadFile):
            return await run_in_threadpool(_refused, request, found, 400, _("No file was chosen."))
        if (file.size or 0) > found.limits.source_bytes:
            said = f"the submission is larger than {found.limits.source_bytes} bytes"
            return await run_in_threadpool(_refused, request, found, 413, said)
        body, filename = await file.read(), uploads.shown_name(file.filename or "")
    language = named if isinstance(named, str) and named else None

    def take() -> Response:
        assert who.team is not None
        try:
            uid, _new = api.take(board_of(request), who.team, found, named=language, filename=filename, body=body)
        except submissions.TooManyError as error:
            return _refused(request, found, 429, str(error))
        except GreenprofError as error:
            if error.exit_code != EXIT_USAGE:
                raise
            return _refused(request, found, 400, str(error))
        return RedirectResponse(f"/submissions/{uid}", 303)

    return await run_in_threadpool(take)


def _refused(request: Request, found: Challenge, status: int, said: str) -> Response:
    return _challenge_page(request, found, status=status, said=said)


def team(request: Request) -> Response:
    """A team's own page."""
    who = visitor_of(request)
    if who.team is None:
        return RedirectResponse("/enter", 303)
    every = "all" in request.query_params
    found = submissions.entries(board_of(request).store, team_id=who.team.id, limit=None if every else RECENT + 1)
    return page(
        request, "team.html", entries=found if every else found[:RECENT], more=len(found) > RECENT and not every
    )


def enter_page(request: Request) -> Response:
    """Where a key is given: a token, or an invite, which an invite's link brings in the part that no server sees."""
    return page(request, ENTER, said="", token="")


async def enter(request: Request) -> Response:
    """Begin a session with a key."""
    async with request.form(max_files=0, max_fields=4) as form:
        if not visitor.is_own_form(request, form):
            return await run_in_threadpool(_not_own, request)
        given = form.get("key")
    key = given.strip() if isinstance(given, str) else ""
    store = board_of(request).store

    def let_in() -> Response:
        if (known := accounts.team_with(store, key)) is not None:
            visitor.enter(request, known)
            return RedirectResponse("/organise" if known.organises else "/", 303)
        if (joined := accounts.exchange(store, key)) is not None:
            visitor.enter(request, joined[0])
            return page(request, ENTER, said="", token=joined[1])
        said = _("This key is not known, was used before, or is out of date. Ask the organisers for another.")
        return page(request, ENTER, status=403, said=said, token="")

    return await run_in_threadpool(let_in)


async def leave(request: Request) -> Response:
    """End the session."""
    async with request.form(max_files=0, max_fields=4) as form:
        if not visitor.is_own_form(request, form):
            return await run_in_threadpool(_not_own, request)
    request.session.clear()
    return RedirectResponse("/", 303)


def about(request: Request) -> Response:
    """How the board is fair, and what a score does not mean."""
    return page(request, "about.html")


def _not_own(request: Request) -> Response:
    return problem(request, 403, _("This form is out of date: go back, load the page again, and send it once more."))


def _no_page(request: Request) -> Response:
    return problem(request, 404, _("There is no such page."))


def _challenge(request: Request) -> Challenge | None:
    return board_of(request).challenges.get(request.path_params["challenge"])


def _live(request: Request) -> Live:
    stream: Live = request.app.state.live
    return stream
