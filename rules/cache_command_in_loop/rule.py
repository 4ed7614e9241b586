"""A command to a cache for each round of a loop."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.calls import last_name
from greenprof.lint.databases import weakest
from greenprof.lint.kinds import words

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_FIXES = {
    "get": "ask for all keys at once: mget, get_many, or a pipeline",
    "set": "send all pairs at once: mset, set_many, or a pipeline",
    "delete": "name all keys in one call: delete(*keys), delete_many",
}
_COMMANDS = words(
    """
    get set delete exists hget hset hgetall hmget hdel sadd srem sismember smembers lpush rpush lpop rpop incr incrby
    decr expire ttl zadd zrem zscore setex setnx getset add touch lrange llen type
    """
)
_REDIS = re.compile(
    r"(?:redis|valkey)(?:\.asyncio)?(?:\.cluster)?\.(?:(?:Strict)?(?:Redis|Valkey)(?:Cluster)?(?:\.from_url)?|from_url)\(\)"
)
_CACHE = re.compile(
    r"django\.core\.cache\.(?:cache|caches\[\])|flask_caching\.Cache\(\)|(?:.*\.)?pymemcache\.(?:client\.base\.)?\w*Client\(\)"
)
_NAME = re.compile(r"(?:^|[._])redis(?:_?(?:client|conn|connection|db|cache))?(?:\(\))?$|(?:^|\.)rdb$", re.IGNORECASE)
_COLLECT = words("lpush rpush sadd srem zadd zrem hset hdel")  # they take many values for one key
_FEWER = frozenset({"get", "set", "delete", "add", "touch", "incr", "decr"})


class CacheCommandInLoop(Rule):
    """Each command is a round trip; one command, or one pipeline, can carry them all."""

    name = "cache-command-in-loop"
    group = "database"
    cost = "query"
    message = "a round trip to the cache in each round of this loop"
    fix = "put the commands into one pipeline"
    needs_many = True
    needs_request = True
    screen = Screen(words=_COMMANDS, mentions=frozenset({"redis", "valkey", "cache", "caches", "pymemcache"}))

    def worth_reading(self, piece: Piece) -> bool:
        """Whether one of its calls is a command to a cache."""
        return any(_sent(call, piece) for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``redis.get(key)``, ``cache.set(key, value)``."""
        method = here.method(node)
        if method not in _COMMANDS:
            return None
        call = here.read_call(node)
        confidence = _sent(call, here.piece)
        loop = here.many(node) if confidence is not None else None
        if confidence is None or loop is None or loop.is_endless or not _names_an_item(call, here):
            return None
        sure = "medium" if loop.is_while or here.is_conditional() else "high"
        return Hit(node, confidence=weakest(confidence, sure), fix=_FIXES.get(method))


def _sent(call: ast.Call, piece: Piece) -> str | None:
    """How sure it is that `call` sends a command to a cache; None if it does not, or collects it in a pipeline."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in _COMMANDS or not call.args:
        return None
    origins = piece.origins(call.func.value)
    if origins and all(map(_REDIS.fullmatch, origins)):
        return "high"
    if origins and all(map(_CACHE.fullmatch, origins)):
        return "high" if call.func.attr in _FEWER else None
    unknown = all(one.startswith(("?", ".")) or "redis" in one.lower() for one in origins)
    return "medium" if unknown and _NAME.search(ast.unparse(call.func.value)) else None


def _names_an_item(call: ast.Call, here: Place) -> bool:
    """Whether the key is another one in each round."""
    given = call.args if isinstance(call.func, ast.Attribute) and call.func.attr in _COLLECT else call.args[:1]
    nodes = [one for argument in given for one in ast.walk(argument)]
    if any(isinstance(one, ast.Call) and last_name(one) in ("pop", "popleft", "popitem") for one in nodes):
        return True
    names = {one.id for one in nodes if isinstance(one, ast.Name)}
    bound = {path for one in here.piece.nodes for path in _bound(one)}
    return not names.isdisjoint(bound)


def _bound(node: ast.AST) -> list[str]:
    return [node.id] if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) else []
