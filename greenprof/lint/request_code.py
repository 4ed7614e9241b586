"""Which code answers a request: somebody waits for what it does."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from pathlib import PurePath
from typing import TYPE_CHECKING

from greenprof.lint.bindings import Function
from greenprof.lint.project_files import is_test
from greenprof.lint.row_uses import parents

if TYPE_CHECKING:
    from greenprof.lint.scope import Scope

_ROUTES = re.compile(
    r"(?:^|\.)(?:get|post|put|patch|delete|head|options|route|websocket|api_route|view|api_view|view_config|action"
    r"|middleware|before_request|after_request|errorhandler|exception_handler|permission_required|simple_tag"
    r"|inclusion_tag|field|mutation)\(|"
    r"(?:^|\.)(?:route|require_http_methods|require_GET|require_POST|login_required|csrf_exempt|api_view|expose"
    r"|simple_tag|context_processor|strawberry\.field|strawberry\.mutation)$"
)
_HANDLER_METHODS = re.compile(r"^(?:get|post|put|patch|delete|dispatch|on_\w+|handle|do_(?:GET|POST|PUT|DELETE))$")
_ROUTE_TABLES = frozenset(
    {"Route", "add_route", "add_url_rule", "add_api_route", "add_get", "add_post", "path", "re_path"}
)
_REQUESTS = frozenset({"request", "req"})
# Classes of web frameworks, by what their names end in; others have such names too, but no methods of HTTP.
_VIEWS = re.compile(r"(?:View|View[sS]et|Serializer|HTTPEndpoint|RequestHandler)$")
_PERHAPS_VIEWS = re.compile(r"(?:Handler|Resource|Controller|Endpoint)$")
_ADMINS = re.compile(r"(?:Admin|Inline)$")
# What a worker or another event starts, whatever the file it stands in is called, and what is kept.
_STARTED_APART = re.compile(
    r"(?:^|\.)(?:task|shared_task|actor|receiver|listens_for|job|command|fixture|\w*cache\w*)\b"
)
_PLACES = re.compile(
    r"(?:\w+_)?(?:views?|viewsets?|serializers?|controllers?|routes?|routers?|endpoints?|resolvers?"
    r"|context_processors?|templatetags)|api|rest"
)
_OTHER_FILES = re.compile(r"(?:\w+_)?(?:models?|tasks?|jobs?|signals?|receivers?|apps|admin|clients?|celery|cron)")
_NEAR = 3  # the file and the folders next to it: one further up may be anybody's


def is_request_code(scope: Scope) -> bool:
    """Whether somebody waits for the code of `scope`: by a function or class around it, or by the name of its file.

    Not in pages of an administration, that few people open now and then, and not in tests.
    """
    around = list(scope.around())
    functions = [one.node for one in around if isinstance(one.node, Function)]
    classes = [one.node for one in around if isinstance(one.node, ast.ClassDef)]
    parts = [part.removesuffix(".py") for part in PurePath(scope.path).parts[-_NEAR:]]
    if not functions or is_test(".".join(parts)) or any(_ends_in(_ADMINS, one) for one in classes):
        return False
    if any(map(_takes_request, functions)) or any(map(is_handler, around)) or any(map(_is_view, classes)):
        return True
    if any(_STARTED_APART.search(text) for one in functions for text in _decorators(one)):
        return False
    return bool(parts) and not _OTHER_FILES.fullmatch(parts[-1]) and any(map(_PLACES.fullmatch, parts))


def is_handler(scope: Scope) -> bool:
    """Whether `scope` is of a function that a server calls for each request."""
    node = scope.node
    if not isinstance(node, Function):
        return False
    names = [one.arg for one in node.args.args]
    if any(map(_ROUTES.search, _decorators(node))):
        return True
    if names[:1] == ["request"] or (names[:2] == ["self", "request"] and _HANDLER_METHODS.match(node.name)):
        return True
    if names == ["event", "context"] and re.search(r"(?:^|_)handler$", node.name):
        return True
    if names[:1] == ["self"] and node.name.startswith("do_") and _HANDLER_METHODS.match(node.name):
        return True
    return node.name in _routed(scope.module.node)


def _decorators(function: Function) -> list[str]:
    return [ast.unparse(one) for one in function.decorator_list]


def _takes_request(function: Function) -> bool:
    given = function.args
    names = {one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)}
    return not names.isdisjoint(_REQUESTS) or ("info" in names and function.name.startswith("resolve_"))


def _is_view(node: ast.ClassDef) -> bool:
    """By what it inherits from: a view or a serializer; a handler or a resource that has a method of HTTP."""
    if _ends_in(_VIEWS, node):
        return True
    methods = [one.name for one in node.body if isinstance(one, Function)]
    return _ends_in(_PERHAPS_VIEWS, node) and any(map(_HANDLER_METHODS.match, methods))


def _ends_in(what: re.Pattern[str], node: ast.ClassDef) -> bool:
    """Whether the name of a class that it inherits from ends so: ``DetailView``, ``views.DetailView[Order]``."""
    bases = [one.value if isinstance(one, ast.Subscript) else one for one in node.bases]
    return any(map(what.search, map(ast.unparse, bases)))


@lru_cache(maxsize=1)
def _routed(tree: ast.AST) -> frozenset[str]:
    """The names of the functions that a file hands to ``Route("/path", function)`` and the like."""
    calls = [one for one in parents(tree) if isinstance(one, ast.Call) and len(one.args) > 1]
    tables = [one for one in calls if _name_of(one.func) in _ROUTE_TABLES]
    return frozenset(_name_of(given) for one in tables for given in one.args[1:])


def _name_of(expr: ast.expr) -> str:
    return expr.id if isinstance(expr, ast.Name) else expr.attr if isinstance(expr, ast.Attribute) else ""
