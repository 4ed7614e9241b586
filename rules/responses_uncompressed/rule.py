"""A web application that stands on the network by itself, and compresses nothing."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.tree import all_nodes, numbered

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_APPS = re.compile(
    r"(?:fastapi(?:\.applications)?\.FastAPI|starlette\.applications\.Starlette|flask\.Flask|quart\.Quart|sanic\.Sanic"
    r"|aiohttp\.web\.Application)\(\)"
)
_SERVERS = re.compile(
    r"uvicorn\.(?:run|Config)|hypercorn\.run|aiohttp\.web\.run_app|gevent\.pywsgi\.WSGIServer|werkzeug\.serving\.run_simple"
)
_TLS = frozenset({"ssl_certfile", "ssl_keyfile", "certfile", "keyfile", "ssl_context", "ssl"})
_COMPRESSES = re.compile(r"gzip|brotli|compress|zstd|deflate", re.IGNORECASE)
_BEHIND = re.compile(r"ProxyFix|proxy_headers|forwarded_allow_ips|root_path|X-Forwarded|SECURE_PROXY", re.IGNORECASE)


class ResponsesUncompressed(Rule):
    """Text and JSON are a third to a tenth as long when compressed, and each answer goes through a network."""

    name = "responses-uncompressed"
    group = "network"
    cost = "idle"
    message = "serves all answers as they are: nothing here, or in front of it, compresses them"
    fix = "compress answers of more than some hundred bytes: GZipMiddleware, flask-compress, enable_compression"
    screen = Screen(
        words=frozenset({"run", "Config", "run_app", "WSGIServer", "run_simple", "FastAPI", "Starlette"}),
        mentions=frozenset({"fastapi", "starlette", "flask", "quart", "sanic", "aiohttp"}),
        loop=False,
    )

    def worth_reading(self, piece: Piece) -> bool:
        """Whether it serves an application, or makes one, in a file that compresses nothing."""
        return any(_confidence(call, piece) is not None for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``uvicorn.run(app, ssl_certfile=…)``: what speaks TLS by itself has nobody in front that compresses."""
        call = here.read_call(node)
        confidence = _confidence(call, here)
        if confidence is None:
            return None
        if confidence == "low":
            return Hit(node, confidence=confidence, message="has no middleware that compresses its answers")
        return Hit(node, confidence=confidence)


def _confidence(call: ast.Call, known: Piece | Place) -> str | None:
    """How sure it is that the application which `call` serves, or makes, sends its answers as they are."""
    if _serves(call, known) and _speaks_tls(call):
        sure = "medium"
    elif _is_made_with_middleware(call, known):
        sure = "low"  # a server in front may do it
    else:
        return None
    return None if _says_otherwise(known.scope.module.node) else sure


def _serves(call: ast.Call, known: Piece | Place) -> bool:
    """Whether it starts a server for an application of this file."""
    if any(map(_SERVERS.fullmatch, known.origins(call.func))):
        return any(_is_app(one, known) for one in call.args) or any(
            _is_app(word.value, known) for word in call.keywords if word.arg in ("app", "application")
        )
    match call.func:
        case ast.Attribute(value=app, attr="run"):
            return _is_app(app, known)
    return False


def _is_app(expr: ast.expr, known: Piece | Place) -> bool:
    if isinstance(expr, ast.Constant) and isinstance(expr.value, str):  # "package.module:app", of this file
        module, _, name = expr.value.partition(":")
        values = [one.value for one in known.scope.module.bindings.get(name, ())] if module else []
        return len(values) == 1 and values[0] is not None and _is_app(values[0], known)
    origins = known.origins(expr)
    return bool(origins) and all(map(_APPS.fullmatch, origins))


def _speaks_tls(call: ast.Call) -> bool:
    """Whether it is given a certificate of its own: no one stands in front. Those that are made up are for trying."""
    words = {word.arg: word.value for word in call.keywords}
    if any(isinstance(one, ast.Constant) and one.value in ("adhoc", True) for one in words.values()):
        return False
    return any(name in words and not _is_none(words[name]) for name in _TLS)


def _is_none(expr: ast.expr) -> bool:
    return isinstance(expr, ast.Constant) and expr.value is None


def _is_made_with_middleware(call: ast.Call, known: Piece | Place) -> bool:
    """Whether it makes an application of Starlette or FastAPI whose middleware the file adds."""
    if not any(_APPS.fullmatch(f"{origin}()") for origin in known.origins(call.func)):
        return False
    nodes = numbered(known.scope.module.node)
    return any(word.arg == "middleware" for word in call.keywords) or any(
        one.attr == "add_middleware" for one in nodes.of(ast.Attribute)
    )


def _says_otherwise(module: ast.AST) -> bool:
    """Whether the file speaks of compression, or of a server in front."""
    for one in all_nodes(module):
        match one:
            case ast.Name(id=word) | ast.Attribute(attr=word) | ast.keyword(arg=str() as word) | ast.alias(name=word):
                pass
            case ast.ImportFrom(module=str() as word) | ast.Constant(value=str() as word):
                pass
            case _:
                continue
        if _COMPRESSES.search(word) or _BEHIND.search(word):
            return True
    return False
