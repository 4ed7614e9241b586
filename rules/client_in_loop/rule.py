"""A client of a service made for each round of a loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.clients import CLIENT_WORDS, SERVICE_MENTIONS, client_made, depends_on
from greenprof.lint.hosts import connects_to_another_host

if TYPE_CHECKING:
    import ast

    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place


class ClientInLoop(Rule):
    """One client keeps its connection, and what it has read of the service, for all rounds."""

    name = "client-in-loop"
    group = "network"
    cost = "request"
    surest = "medium"
    message = "makes a new client, with a connection of its own, in each round of this loop"
    fix = "make the client before the loop"
    screen = Screen(words=CLIENT_WORDS, mentions=SERVICE_MENTIONS)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether one of its calls makes a client."""
        return any(_is_made(call, piece) for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``boto3.client("s3")``, ``grpc.insecure_channel(address)``, ``smtplib.SMTP(host)``."""
        call = here.read_call(node)
        loop = here.many(node) if _is_made(call, here.piece) else None
        if loop is None or depends_on(call, loop) or connects_to_another_host(call, loop):
            return None
        return Hit(node, confidence="low" if loop.is_endless else "medium" if loop.is_while else "high")


def _is_made(call: ast.Call, piece: Piece) -> bool:
    made = client_made(call, piece)
    return made is not None and made[0] == "service"
