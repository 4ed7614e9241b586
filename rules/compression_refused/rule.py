"""A client that asks for answers as they are, where the server could send a fraction of the bytes."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.calls import last_name
from greenprof.lint.tree import own_nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_CLIENTS = ("requests.", "httpx.", "aiohttp.", "urllib3.", "urllib.request.", "http.client.")
_REFUSES = re.compile(r"(?:identity\b.*)?", re.IGNORECASE)
# What speaks against it: parts of a file, its length, streams that are read as they come, no answer at all.
_NEEDS_PLAIN = frozenset({"range", "if-range", "content-range", "text/event-stream"})
_LENGTH = "content-length"
_RAW = frozenset(
    {"raw", "iter_content", "iter_raw", "iter_bytes", "aiter_raw", "aiter_bytes", "iter_chunked", "content"}
)
_TEXT = frozenset({"json", "text", "loads", "load", "decode", "read_csv", "fromstring"})
_NO_BODY = frozenset({"head", "options", "delete"})


class CompressionRefused(Rule):
    """JSON, HTML and CSV are a third to a tenth as long when compressed: the wire and both ends are awake for less."""

    name = "compression-refused"
    group = "network"
    cost = "idle"
    surest = "medium"
    message = "tells the server not to compress its answer"
    fix = "leave the header Accept-Encoding to the client: it asks for what it can unpack, and unpacks it"
    screen = Screen(
        words=frozenset({"get", "post", "put", "patch", "request", "stream", "send", "open", "urlopen", "Request"})
        | {"Client", "AsyncClient", "ClientSession", "PoolManager", "add_header", "update", "headers", "putheader"},
        mentions=frozenset({"Encoding", "encoding", "ENCODING"}),
        loop=False,
    )

    def worth_reading(self, piece: Piece) -> bool:
        """Whether it says so."""
        said = any(True for _ in _refusals(piece)) or any(_refusing_headers(call, piece) for call in piece.calls)
        return said and _is_of_client(piece)

    def visit_DictElement(self, node: cst.DictElement, here: Place) -> Hit | None:
        """``headers={"Accept-Encoding": "identity"}``."""
        if not _refuses(here.read(node.key), here.read(node.value)):
            return None
        above = here.parent
        table = here.read(above) if type(above).__name__ == "Dict" else None  # type: ignore[arg-type]
        said = {one.value.lower() for one in ast.walk(table) if _is_text(one)} if table is not None else set()  # type: ignore[attr-defined]
        return _judge(node.value, here) if said.isdisjoint(_NEEDS_PLAIN) else None

    def visit_Assign(self, node: cst.Assign, here: Place) -> Hit | None:
        """``session.headers["Accept-Encoding"] = "identity"``."""
        match here.read_statement(node):
            case ast.Assign(targets=[ast.Subscript(slice=key)], value=value) if _refuses(key, value):
                return _judge(node.value, here)
        return None

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``request.add_header("Accept-Encoding", "identity")``, ``headers=HEADERS``; ``skip_auto_headers``."""
        if _refusing_headers(here.read_call(node), here.piece):
            return _judge(next(one.value for one in node.args if one.keyword and one.keyword.value == "headers"), here)
        if here.method(node) in ("add_header", "putheader"):
            match here.read_call(node).args:
                case [key, value] if _refuses(key, value):
                    return _judge(node, here)
        for given in node.args:
            is_left_out = given.keyword is not None and given.keyword.value == "skip_auto_headers"
            if is_left_out and any(_names_it(one) for one in ast.walk(here.read(given.value))):
                return _judge(given.value, here)
        return None


def _judge(node: cst.BaseExpression, here: Place) -> Hit | None:
    if not _is_of_client(here.piece):
        return None
    own = list(own_nodes(here.scope.node))
    used = {one.attr for one in own if isinstance(one, ast.Attribute)} | {
        last_name(one) for one in own if isinstance(one, ast.Call)
    }
    used |= {one.arg for one in own if isinstance(one, ast.keyword) and one.arg is not None}
    said = {one.value.lower() for one in own if _is_text(one)}  # type: ignore[attr-defined]
    if not said.isdisjoint(_NEEDS_PLAIN):
        return None
    if _LENGTH in said or not used.isdisjoint(_RAW) or not used.isdisjoint(_NO_BODY):
        return Hit(node, confidence="low")  # files, most of which are packed already
    # urllib sends the very header by itself: there is nothing to leave out, only an answer to unpack by hand.
    unsure = used.isdisjoint(_TEXT) or _is_of_client(here.piece, ("urllib.request.", "http.client."))
    return Hit(node, confidence="medium" if unsure else "high")


def _refusals(piece: Piece) -> Iterator[ast.AST]:
    for one in piece.nodes:
        match one:
            case ast.Dict(keys=keys, values=values):
                pairs = zip(keys, values, strict=True)
                yield from (value for key, value in pairs if key is not None and _refuses(key, value))
            case ast.Assign(targets=[ast.Subscript(slice=key)], value=value) if _refuses(key, value):
                yield one
            case ast.Call(args=[key, value]) if _refuses(key, value):
                yield one
            case ast.keyword(arg="skip_auto_headers", value=names) if any(map(_names_it, ast.walk(names))):
                yield one


def _refuses(key: ast.expr, value: ast.expr) -> bool:
    if not (_names_it(key) and isinstance(value, ast.Constant)):
        return False
    return value.value is None or (isinstance(value.value, str) and _REFUSES.fullmatch(value.value) is not None)


def _refusing_headers(call: ast.Call, piece: Piece) -> bool:
    """Whether a call is given headers by name, ``headers=HEADERS``, and those say so."""
    name = next(
        (one.value.id for one in call.keywords if one.arg == "headers" and isinstance(one.value, ast.Name)), None
    )
    found = piece.scope.find(name) if name is not None else []
    if len(found) != 1 or found[0].element or found[0].instance:
        return False
    match found[0].value:
        case ast.Dict(keys=keys, values=values):
            pairs = [(key, value) for key, value in zip(keys, values, strict=True) if key is not None]
        case _:
            pairs = []
    for one in own_nodes(found[0].scope.node):
        match one:
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=owner), slice=key)], value=value) if owner == name:
                pairs.append((key, value))
    said = {key.value.lower() for key, _ in pairs if isinstance(key, ast.Constant) and isinstance(key.value, str)}
    said |= {
        value.value.lower() for _, value in pairs if isinstance(value, ast.Constant) and isinstance(value.value, str)
    }
    return said.isdisjoint(_NEEDS_PLAIN) and any(_refuses(key, value) for key, value in pairs)


def _names_it(expr: ast.AST) -> bool:
    return isinstance(expr, ast.Constant) and isinstance(expr.value, str) and expr.value.lower() == "accept-encoding"


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_of_client(piece: Piece, clients: tuple[str, ...] = _CLIENTS) -> bool:
    """Whether a client of HTTP is asked in the scope, so that the header is one that is sent."""
    calls = (one for one in own_nodes(piece.scope.node) if isinstance(one, ast.Call))
    return any(origin.startswith(clients) for one in calls for origin in piece.scope.origins(one.func))
