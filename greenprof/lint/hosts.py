"""Whether each round of a loop talks to another host: then there is no connection that its rounds could share."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint.calls import last_name
from greenprof.lint.tree import all_nodes

if TYPE_CHECKING:
    from greenprof.lint.loops import Loop
    from greenprof.lint.place import Place

_SCHEME = re.compile(r"\w+://")
_CONNECTS = frozenset({"connect", "open_connection"})
# Things that each have an address of their own; other things have one each on the same server.
_IS_HOST = re.compile(
    r"(?:^|_)(?:hosts?|hops?|prox(?:y|ies)|mirrors?|servers?|nodes?|instances?|peers?|sites?|endpoints?|(?:web)?hooks?"
    r"|callbacks?|subscribers?|registr(?:y|ies)|machines?|devices?|gateways?|backends?|federated\w*|base_?url)$",
    re.IGNORECASE,
)
_ADDRESSES = ("url", "uri", "address", "host", "hostname", "endpoint", "base_url", "domain")


def asks_another_host(call: ast.Call, loop: Loop, place: Place) -> bool:
    """Whether the address that a request in `loop` is for begins with what a round gives: ``f"{mirror.url}/news"``.

    A whole address, as ``page.url``, tells nothing of its host, unless it is the address of a host: ``mirror.url``.
    """
    return any(_begins_with_host(one, loop, place) for one in _addresses(call))


def connects_to_another_host(call: ast.Call, loop: Loop) -> bool:
    """Whether the client that `call` makes in `loop` is told later whom to connect to, and each round names another."""
    made = ast.dump(call)
    names = {
        target.id
        for one in all_nodes(loop.code)
        if isinstance(one, ast.Assign) and ast.dump(one.value) == made
        for target in one.targets
        if isinstance(target, ast.Name)
    }
    for one in all_nodes(loop.code):
        match one:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method), args=[host, *_]):
                if name in names and method in _CONNECTS and _is_of_round(host, loop):
                    return True
    return False


def _addresses(call: ast.Call) -> list[ast.expr]:
    given = [one.value for one in call.keywords if one.arg in ("url", "base_url", "host")]
    at = 1 if last_name(call) in ("request", "stream") else 0  # behind the method
    return [*call.args[at : at + 1], *given]


def _begins_with_host(address: ast.expr, loop: Loop, place: Place) -> bool:
    start, goes_on = _start_of(address, place)
    if not _is_of_round(start, loop):
        return False
    match start:
        case ast.Name(id=name):
            return goes_on or _IS_HOST.search(name) is not None
        case ast.Attribute() | ast.Subscript():
            owner = ast.unparse(start.value).rpartition(".")[2]
            return goes_on or (_IS_HOST.search(owner) is not None and _names_address(start))
    return False


def _names_address(start: ast.Attribute | ast.Subscript) -> bool:
    match start:
        case ast.Attribute(attr=name) | ast.Subscript(slice=ast.Constant(value=str() as name)):
            return name.lower().endswith(_ADDRESSES)
    return False


def _start_of(address: ast.expr, place: Place, depth: int = 0) -> tuple[ast.expr, bool]:  # noqa: PLR0911  (one per form)
    """What an address begins with, a scheme aside, and whether something follows it."""
    match address:
        case ast.BinOp(left=ast.Constant(value=str() as text), op=ast.Add(), right=right) if _SCHEME.fullmatch(text):
            return right, True
        case ast.BinOp(left=left, op=ast.Add()):
            return _start_of(left, place, depth)[0], True
        case ast.JoinedStr(values=[ast.FormattedValue(value=value)]):
            return value, False
        case ast.JoinedStr(values=[ast.FormattedValue(value=value), *_]):
            return value, True
        case ast.JoinedStr(values=[ast.Constant(value=str() as text), ast.FormattedValue(value=value), *_]):
            return (value, True) if _SCHEME.fullmatch(text) else (address, False)
        case ast.Call(func=ast.Attribute(attr="urljoin") | ast.Name(id="urljoin"), args=[base, _, *_]):
            return _start_of(base, place, depth)[0], True
        case (
            ast.Call(func=ast.Attribute(value=value, attr="rstrip" | "strip" | "format"))
            | ast.Call(func=ast.Name(id="str"), args=[value])
        ):
            return _start_of(value, place, depth)
        case ast.Name(id=name) if depth < 3:
            bindings = place.scope.find(name)
            if len(bindings) == 1 and bindings[0].value is not None and not bindings[0].element:
                return _start_of(bindings[0].value, place, depth + 1)
    return address, False


def _is_of_round(expr: ast.expr, loop: Loop) -> bool:
    return any(isinstance(one, ast.Name) and one.id in loop.own_names for one in all_nodes(expr))
