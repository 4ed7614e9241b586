"""The application: routes, sessions, and the guard before them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from greenprof.board import event, uploads
from greenprof.board.log import log
from greenprof.board.web import api, organise, pages
from greenprof.board.web.guard import Guard
from greenprof.board.web.live import Live
from greenprof.board.web.visitor import Speaking
from greenprof.errors import GreenprofError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp

    from greenprof.board.web.context import Board

SESSION_S = 14 * 24 * 3600
_STATIC = Path(__file__).parent / "static"
_THEME = Path(__file__).parents[2] / "reporters" / "_page"  # the colours and type of greenprof's reports


def application(board: Board, live: Live | None = None) -> ASGIApp:
    """The whole site for an open board."""
    live = live or Live(board)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        looking = asyncio.create_task(live.look())
        yield
        live.closing = True
        looking.cancel()

    secure = board.settings.secure
    app = Starlette(
        routes=_routes(),
        lifespan=lifespan,
        middleware=[
            Middleware(
                SessionMiddleware, secret_key=event.secret_of(board.store), max_age=SESSION_S, same_site="lax",
                https_only=secure, session_cookie="__Host-board" if secure else "board",
            ),
            Middleware(Speaking),
        ],
        exception_handlers={404: _not_found, 405: _not_allowed, GreenprofError: _broken, Exception: _broken},
    )  # fmt: skip
    app.state.board, app.state.live = board, live
    return Guard(app, most_bytes=uploads.most_bytes(board.challenges) + uploads.ENVELOPE_BYTES, secure=secure)


def _routes() -> list[Route | Mount]:
    return [
        Route("/", pages.home),
        Route("/about", pages.about),
        Route("/challenges/{challenge}", pages.challenge),
        Route("/challenges/{challenge}/projector", pages.projector),
        Route("/challenges/{challenge}/live", pages.live),
        Route("/challenges/{challenge}/submit", pages.submit, methods=["POST"]),
        Route("/submissions/{uid}", pages.submission),
        Route("/submissions/{uid}/source", pages.source),
        Route("/team", pages.team),
        Route("/enter", pages.enter_page),
        Route("/enter", pages.enter, methods=["POST"]),
        Route("/leave", pages.leave, methods=["POST"]),
        Route("/organise", organise.overview),
        Route("/organise", organise.act, methods=["POST"]),
        Route("/api/challenges", api.challenges),
        Route("/api/challenges/{challenge}", api.challenge),
        Route("/api/challenges/{challenge}/ranking", api.ranking),
        Route("/api/challenges/{challenge}/ranking.csv", api.ranking_csv),
        Route("/api/challenges/{challenge}/submissions", api.submit, methods=["POST"]),
        Route("/api/submissions", api.own),
        Route("/api/submissions/{uid}", api.submission),
        Route("/openapi.json", api.openapi),
        Route("/health", api.health),
        Route("/static/frame.css", _theme),
        Mount("/static", StaticFiles(directory=_STATIC)),
    ]


def _theme(request: Request) -> Response:
    from starlette.responses import FileResponse

    return FileResponse(_THEME / "frame.css", media_type="text/css")


def _is_program(request: Request) -> bool:
    path: str = request.url.path
    return path.startswith(("/api/", "/health", "/openapi.json", "/static/"))


async def _not_found(request: Request, error: Exception) -> Response:
    if _is_program(request):
        return JSONResponse({"error": "there is no such thing"}, 404)
    from starlette.concurrency import run_in_threadpool

    return await run_in_threadpool(pages.problem, request, 404, "There is no such page.")


async def _not_allowed(request: Request, error: Exception) -> Response:
    headers = getattr(error, "headers", None)
    return JSONResponse({"error": f"{request.method} is not what is done here"}, 405, headers)


async def _broken(request: Request, error: Exception) -> Response:
    """What nobody foresaw, or a database that is away: a line in the log, and no detail to who asks."""
    away = isinstance(error, GreenprofError)
    log("error", path=request.url.path, kind=type(error).__name__, error=str(error) if away else "see the traceback")
    said = "the board's database is away: try again in a moment" if away else "something went wrong on the board"
    return JSONResponse({"error": said}, 503 if away else 500, {"retry-after": "5"} if away else None)
