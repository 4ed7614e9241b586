"""Which calls send a request over a network, and which block until it is answered."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint.bindings import Function
from greenprof.lint.kinds import DRIVERS
from greenprof.lint.pieces import Piece
from greenprof.lint.tree import own_nodes

if TYPE_CHECKING:
    from greenprof.lint.scope import Scope

METHODS = "get|post|put|patch|delete|head|options|request|send|stream|open|urlopen"
_BLOCKING_HTTP = re.compile(
    rf"(?:requests|httpx)\.(?:api\.)?(?:{METHODS})"
    rf"|(?:requests(?:\.sessions)?\.[sS]ession|httpx\.Client|urllib3\.PoolManager)\(\)\.(?:{METHODS})"
    r"|urllib3\.request|urllib\.request\.url(?:open|retrieve)|http\.client\.HTTPS?Connection\(\)\.(?:request|getresponse)"
)
_ASYNC_HTTP = re.compile(
    rf"(?:httpx\.AsyncClient|aiohttp\.(?:client\.)?ClientSession)\(\)\.(?:{METHODS})|aiohttp\.request"
)
# What a client answers is a dictionary, but for what is read of a body; what a resource gives are resources again.
_CLOUD = re.compile(
    r"boto3(?:\.session\.Session\(\)|\.Session\(\))?\.(?:client\(\)(?:\.get_(?:paginator|waiter)\(\)|\.\w+\(\)\[\](?=\.read$))?"
    r"|resource\(\)(?:\.\w+|\(\)|\[\])*)\.\w+"
)
_MODELS = re.compile(
    r"(?:openai|anthropic|groq|mistralai|cohere|together)\.(?:Azure)?(?:OpenAI|Anthropic|Groq|Mistral|Client|ClientV2|Together)"
    r"\(\)(?:\.\w+)+"
)
_ASYNC_CLOUD = re.compile(
    r"(?:aioboto3|aiobotocore\.session)\.(?:Session|get_session)\(\)\.(?:client|resource|create_client)\(\)\.\w+"
)
_ASYNC_MODELS = re.compile(
    r"(?:openai|anthropic|groq|together)\.(?:AsyncAzure|Async)(?:OpenAI|Anthropic|Groq|Together)\(\)(?:\.\w+)+"
)
_SOCKETS = re.compile(
    rf"""
    socket\.(?:create_connection|socket\(\)\.connect)
    | (?:redis|psycopg2?|pymysql|pika|smtplib)\.\w+(?:\(\)\.\w+)?
    | (?:redis|valkey)\.(?!asyncio\.)(?:\w+\.)?(?:from_url|[A-Z]\w+)\(\)\.\w+
    | (?!aio|asyncpg){DRIVERS}\.[cC]onnect
    | (?!aio|asyncpg|sqlite3|duckdb){DRIVERS}\.[cC]onnect\(\)(?:\.cursor\(\))?\.execute(?:many)?
    | grpc\.\w*channel\(\)\.\w+
    """,
    re.VERBOSE,
)
BLOCKING, WAITING = "blocking", "waiting"


def request_sent(call: ast.expr, piece: Piece) -> str | None:
    """How `call` sends a request: `BLOCKING`, or `WAITING` if it is awaited; None if it sends none that is known."""
    if not isinstance(call, ast.Call):
        return None
    for origin in sorted(piece.origins(call.func)):
        if _BLOCKING_HTTP.fullmatch(origin) or _CLOUD.fullmatch(origin) or _MODELS.fullmatch(origin):
            return BLOCKING
        if any(one.fullmatch(origin) for one in (_ASYNC_HTTP, _ASYNC_MODELS, _ASYNC_CLOUD)):
            return WAITING
        if _SOCKETS.fullmatch(origin):
            return BLOCKING
    return None


def is_safe_request(call: ast.Call, piece: Piece) -> bool:
    """Whether the order of such requests does not matter: HTTP's GET and HEAD, and reads of a cloud."""
    return any(origin.endswith((".get", ".head", ".get_object", ".head_object")) for origin in piece.origins(call.func))


def sleep_in(call: ast.expr, piece: Piece) -> ast.expr | None:
    """How long `call` sleeps, as an expression; None if it does not sleep."""
    match call:
        case ast.Call(args=[length, *_]) if any(_SLEEP.fullmatch(one) for one in piece.origins(call.func)):
            return length
    return None


_SLEEP = re.compile(r"(?:(?:time|asyncio|anyio|trio|gevent|eventlet)\.sleep|.*\.sleep|\?sleep)")


_SLOWS_DOWN = re.compile(r"(?:^|\.)_?(?:throttle|rate_?limit)\w*$", re.IGNORECASE)


def is_slowed_down(code: ast.AST) -> bool:
    """Whether `code` waits on purpose between two requests: then a connection is little beside that."""
    return any(
        isinstance(one, ast.Call) and _SLOWS_DOWN.search(ast.unparse(one.func)) is not None for one in own_nodes(code)
    )


def seconds_of(length: ast.expr, scope: Scope) -> float | None:
    """A constant, or a name of one, as a number; None if it is neither."""
    if isinstance(length, ast.Name):
        bindings = scope.find(length.id)
        if len(bindings) != 1 or bindings[0].value is None or bindings[0].element:
            return None
        length = bindings[0].value
    match length:
        case ast.Constant(value=int() | float() as value):
            return float(value)
        case ast.BinOp(left=ast.Constant(value=int() | float() as left), op=ast.Div(), right=ast.Constant(value=right)):
            return left / right if isinstance(right, int | float) and right else None
    return None


def function_called(call: ast.Call, scope: Scope) -> tuple[ast.FunctionDef | ast.AsyncFunctionDef, Piece] | None:
    """The function of this file that `call` calls by name, or as ``self.name``, and it as a piece seen from inside."""
    match call.func:
        case ast.Name(id=name):
            for binding in scope.find(name):
                if binding.function is not None:
                    return _from_inside(binding.function, binding.scope)
        case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name) if scope.method_of is not None:
            for statement in scope.method_of.node.body:
                if isinstance(statement, Function) and statement.name == name:
                    return _from_inside(statement, scope.method_of)
    return None


def _from_inside(
    function: ast.FunctionDef | ast.AsyncFunctionDef, around: Scope
) -> tuple[ast.FunctionDef | ast.AsyncFunctionDef, Piece]:
    return function, Piece(function, around.child(function))


def calls_below(node: ast.AST) -> list[ast.Call]:
    """The calls in the code of `node`, but for functions inside it."""
    return [one for one in (node, *own_nodes(node)) if isinstance(one, ast.Call)]
