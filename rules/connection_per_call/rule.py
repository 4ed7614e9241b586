"""A database connection, or a pool of them, made anew by each call of a function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.clients import CLIENT_WORDS, DATABASE_MENTIONS, call_in, client_made, is_kept
from greenprof.lint.often import reason_to_run_often

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place


class ConnectionPerCall(Rule):
    """A pool is made once and hands out connections that are open already."""

    name = "connection-per-call"
    group = "database"
    cost = "request"
    surest = "medium"
    message = "makes a new database connection for each call"
    fix = "make the engine or pool once, at module level, and take connections from it"
    screen = Screen(
        words=CLIENT_WORDS,
        mentions=DATABASE_MENTIONS,
        loop=False,
    )

    def worth_reading(self, piece: Piece) -> bool:
        """Whether it makes one, in a function that runs again and again."""
        return any(client_made(call, piece) for call in piece.calls) and reason_to_run_often(piece.scope) is not None

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``create_engine(url)`` in a request handler."""
        if here.method(node) not in CLIENT_WORDS and not here.piece.scope.find(here.method(node) or ""):
            return None
        call = here.read_call(node)
        made = client_made(call, here.piece)
        if made is None or made[0] not in ("engine", "connection") or here.loops(node):
            return None
        real, reason = call_in(here.piece, call), reason_to_run_often(here.scope)
        if real is None or reason is None or is_kept(real, here.piece):
            return None
        confidence = (
            "high"
            if made[0] == "engine"
            else "low"
            if made[1].startswith(("sqlite3", "aiosqlite", "duckdb")) and not reason.startswith("is called")
            else "medium"
        )
        what = "a new pool of connections" if made[0] == "engine" else "a new database connection"
        return Hit(node, confidence=confidence, message=f"makes {what} for each call of this function, which {reason}")
