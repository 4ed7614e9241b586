"""HTTP requests in a loop, each over a connection of its own."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.hosts import asks_another_host
from greenprof.lint.requests import is_slowed_down

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.loops import Loop
    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_METHODS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "request"})
_CLIENTS = frozenset({"Session", "session", "Client", "AsyncClient", "ClientSession", "PoolManager"})
_CONNECTIONS = frozenset({"HTTPConnection", "HTTPSConnection"})
_CALL = re.compile(
    rf"(?:requests|httpx)\.(?:api\.)?(?:{'|'.join(_METHODS)}|stream)|urllib\.request\.url(?:open|retrieve)|aiohttp\.request|urllib3\.request"
)
_MADE = re.compile(
    r"(?:requests(?:\.sessions)?\.[sS]ession|httpx\.(?:Async)?Client|aiohttp\.ClientSession|urllib3\.PoolManager"
    r"|http\.client\.HTTPS?Connection)"
)
_FIXES = {
    "requests": "make one requests.Session() before the loop and use its methods",
    "httpx": "make one httpx.Client() before the loop and use its methods",
    "aiohttp": "make one aiohttp.ClientSession() before the loop and use its methods",
    "urllib": "make one http.client.HTTPSConnection (or a requests.Session) before the loop and reuse it",
    "urllib3": "make one urllib3.PoolManager() before the loop and use its methods",
    "http": "open the connection before the loop and reuse it",
}


class RequestInLoop(Rule):
    """A connection per request: a shared session keeps it open."""

    name = "request-in-loop"
    group = "network"
    cost = "request"
    message = "each round of this loop opens a new connection"
    needs_many = True
    screen = Screen(
        words=_METHODS | _CLIENTS | _CONNECTIONS | {"urlopen", "urlretrieve", "stream"},
        mentions=frozenset({"requests", "httpx", "urllib", "aiohttp", "urllib3", "http"}),
    )

    def worth_reading(self, piece: Piece) -> bool:
        """Whether one of its calls opens a connection."""
        return any(_opened(call.func, piece) for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """A module-level request, or a client made anew."""
        origin = _opened(here.read(node.func), here.piece)
        loop = here.many(node) if origin is not None else None
        if origin is None or loop is None:
            return None
        if is_slowed_down(loop.code) or asks_another_host(here.read_call(node), loop, here):
            return Hit(node, confidence="low", fix=_FIXES[origin.partition(".")[0]])
        confidence = "high" if not loop.is_while else "low" if loop.is_endless and not _goes_on_to(loop) else "medium"
        # Of urllib nothing keeps a connection: another client, or http.client, would have to take its place.
        unless_many = "low" if origin.startswith("urllib.") else "medium"
        return Hit(node, confidence=confidence, fix=_FIXES[origin.partition(".")[0]], unless_many=unless_many)


def _goes_on_to(loop: Loop) -> bool:
    """Whether an endless loop counts its pages: ``page += 1``."""
    return any(isinstance(one, ast.AugAssign) and isinstance(one.op, ast.Add) for one in getattr(loop.code, "body", ()))


def _opened(func: ast.expr, piece: Piece) -> str | None:
    """The origin of `func` if a call of it opens a connection."""
    return next((one for one in sorted(piece.origins(func)) if _CALL.fullmatch(one) or _MADE.fullmatch(one)), None)
