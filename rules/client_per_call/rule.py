"""A client of a service made anew by each call of a function."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.clients import CLIENT_WORDS, HTTP_MENTIONS, SERVICE_MENTIONS, call_in, client_made, is_kept
from greenprof.lint.often import reason_to_run_often
from greenprof.lint.requests import is_slowed_down

if TYPE_CHECKING:
    import ast

    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_ALONE = re.compile(
    r"(?:requests|httpx)\.(?:api\.)?(?:get|post|put|patch|delete|head|options|request)|urllib\.request\.urlopen"
    r"|aiohttp\.request"
)
_REQUESTS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "request", "urlopen"})
_FIXES = {
    "urllib": "make one http.client.HTTPSConnection before the loop and hand it to the function",
    "requests": "make one requests.Session() at module level and use its methods",
    "httpx": "make one httpx.Client() at module level, or when the application starts, and use its methods",
    "aiohttp": "make one aiohttp.ClientSession() when the application starts and hand it to the function",
    "boto3": "make the client once, at module level: making one reads the description of the service again",
}


class ClientPerCall(Rule):
    """A client that lives longer than one call keeps its connections open."""

    name = "client-per-call"
    group = "network"
    cost = "request"
    message = "makes a new client, with connections of its own, for each call"
    fix = "make the client once, at module level or when the application starts, and hand it to the function"
    needs_many = True
    screen = Screen(words=CLIENT_WORDS | _REQUESTS, mentions=HTTP_MENTIONS | SERVICE_MENTIONS, loop=False)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether it makes one, in a function that runs again and again."""
        made = any(client_made(call, piece) or _request(call, piece) for call in piece.calls)
        return made and reason_to_run_often(piece.scope) is not None

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``async with aiohttp.ClientSession() as session`` in a function that is called for each address."""
        call = here.read_call(node)
        made = client_made(call, here.piece) or _request(call, here.piece)
        if made is None or made[0] not in ("http", "service", "request") or here.loops(node):
            return None
        real, reason = call_in(here.piece, call), reason_to_run_often(here.scope)
        if real is None or reason is None:
            return None
        if made[0] == "request":
            if not reason.startswith("is called"):
                return None
            message = f"opens a new connection for each call of this function, which {reason}"
            sure = "low" if is_slowed_down(here.scope.node) else "medium"
            fix = _FIXES.get(made[1].partition(".")[0])
            return Hit(node, confidence=sure, message=message, fix=fix, unless_many="low")
        if is_kept(real, here.piece):
            return None
        message = f"makes a new client for each call of this function, which {reason}"
        is_called = reason.startswith("is called")
        # A server of mail closes a connection that nobody uses.
        seldom = is_called or made[1].startswith("smtplib.")
        confidence, unless_many = "high" if is_called else "medium", "low" if seldom else "medium"
        fix = _FIXES.get(made[1].partition(".")[0])
        return Hit(node, confidence=confidence, message=message, fix=fix, unless_many=unless_many)


def _request(call: ast.Call, piece: Piece) -> tuple[str, str] | None:
    """A request without a client: it opens a connection, and closes it."""
    origin = next((one for one in sorted(piece.origins(call.func)) if _ALONE.fullmatch(one)), None)
    return None if origin is None else ("request", origin)
