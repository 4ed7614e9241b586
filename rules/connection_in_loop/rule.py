"""A database connection opened for each round of a loop."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.clients import CLIENT_WORDS, DATABASE_MENTIONS, client_made, depends_on
from greenprof.lint.databases import weakest

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_KINDS = frozenset({"session", "connection", "driver-connection"})
_MESSAGES = {
    "engine": "makes a new pool of connections in each round of this loop",
    "connection": "opens a new database connection in each round of this loop",
    "session": "begins and ends a session and its transaction in each round of this loop",
}
_FIXES = {
    "engine": "make the engine once, at module level, and use it in the loop",
    "connection": "open the connection before the loop, or take it from a pool",
    "session": "open the session before the loop, and commit after it or every some hundred rounds",
}


class ConnectionInLoop(Rule):
    """One connection serves all rounds."""

    name = "connection-in-loop"
    group = "database"
    cost = "request"
    message = "opens a new database connection in each round of this loop"
    screen = Screen(
        words=CLIENT_WORDS | {"begin", "connection"},
        mentions=DATABASE_MENTIONS,
    )

    def words_of(self, tree: ast.Module) -> frozenset[str]:
        """The names of a file's own session makers too: whatever is called."""
        return self.screen.words | _session_makers(tree)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether one of its calls opens a connection."""
        return any(_opened(call, piece) for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``sqlite3.connect(path)``, ``create_engine(url)``, ``Session(engine)``."""
        call = here.read_call(node)
        kind = _opened(call, here.piece)
        loop = here.many(node) if kind is not None else None
        if kind is None or loop is None or depends_on(call, loop) or loop.changes(call.func):
            return None
        if type(here.parent).__name__ == "Attribute" and kind == "session":
            return None  # sessionmaker().begin() is one
        sure = "low" if loop.is_endless else "medium" if loop.is_while or kind == "session" else "high"
        return Hit(node, confidence=weakest(sure, "high"), message=_MESSAGES[kind], fix=_FIXES[kind])


def _opened(call: ast.Call, piece: Piece) -> str | None:
    """What `call` opens: an engine, a connection or a session; None if it opens none of them."""
    made = client_made(call, piece)
    if made is not None and made[0] in ("engine", "connection"):
        return made[0]
    if isinstance(call.func, ast.Attribute) and call.func.attr == "connection":
        return None  # that of a session
    kind = piece.kind(call)
    return "session" if kind in ("session", "connection") else None


def _session_makers(tree: ast.Module) -> frozenset[str]:
    """Names at the top of a module to which a session maker is assigned."""
    found = set()
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=func)):
                if ast.unparse(func).endswith("sessionmaker"):
                    found.add(name)
    return frozenset(found)
