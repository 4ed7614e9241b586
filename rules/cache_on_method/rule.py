"""A cache on a method, which keeps every object that it was called on."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.calls import last_name
from greenprof.lint.often import is_made_in_loop
from greenprof.lint.tree import numbered

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_CACHES = frozenset({"functools.cache", "functools.lru_cache", "cachetools.cached"})
_NAMES = frozenset({"cache", "lru_cache", "cached"})
_BOUND_OTHERWISE = frozenset({"staticmethod", "classmethod"})


class CacheOnMethod(Rule):
    """The key of the cache holds ``self``, so that no object is ever freed."""

    name = "cache-on-method"
    group = "memory"
    surest = "medium"
    message = "this cache has no bound and keeps every object that the method was called on"
    fix = "functools.cached_property for a value, or a cache in the object (a dict made in __init__)"
    needs_many = True
    screen = Screen(words=_NAMES, mentions=frozenset({"functools", "cachetools"}), loop=False)

    def words_of(self, tree: ast.Module) -> frozenset[str]:
        """The caches, and the names that the file gives to them: ``memo = lru_cache(maxsize=None)``."""
        calls = [one for one in tree.body if isinstance(one, ast.Assign) and isinstance(one.value, ast.Call)]
        made = [one for one in calls if isinstance(one.value, ast.Call) and last_name(one.value) in _NAMES]
        return _NAMES | {target.id for one in made for target in one.targets if isinstance(target, ast.Name)}

    def worth_reading(self, piece: Piece) -> bool:
        """Whether it is a method with a cache."""
        if not isinstance(piece.scope.node, ast.ClassDef):
            return False
        decorators = piece.node.decorator_list if isinstance(piece.node, ast.FunctionDef) else []
        return isinstance(piece.node, ast.Assign) or any(_bound(one, piece) is not None for one in decorators)

    def visit_Assign(self, node: cst.Assign, here: Place) -> Hit | None:
        """``total = cache(_total)`` in a class, and ``total = lru_cache(maxsize=None)(lambda self: …)``."""
        owner = here.scope.node
        if type(node.value).__name__ != "Call" or not isinstance(owner, ast.ClassDef) or here.loops(node):
            return None
        call = here.read(node.value)
        match call:
            case ast.Call(func=cache, args=[ast.Name() | ast.Lambda() as function], keywords=[]):
                pass
            case _:
                return None
        if _bound(cache, here) != "none" or not _is_own_method(function, owner):
            return None
        return Hit(node, confidence="medium", always=is_made_in_loop(owner.name, here.scope))

    def visit_Decorator(self, node: cst.Decorator, here: Place) -> Hit | None:
        """``@cache`` and ``@lru_cache(maxsize=None)`` on a method with ``self``."""
        function, owner = here.piece.node, here.scope.node
        if not isinstance(function, ast.FunctionDef) or not isinstance(owner, ast.ClassDef):
            return None
        bound = _bound(here.read(node.decorator), here)
        if bound is None or not _is_of_an_object(function, owner):
            return None
        if bound == "none":
            cleared = any(one.attr == "cache_clear" for one in numbered(here.scope.module.node).of(ast.Attribute))
            # There may be one object, as old as the program: what matters is whether they are made again and again.
            again = is_made_in_loop(owner.name, here.scope)
            return Hit(node, confidence="low" if cleared else "medium", always=again)
        return Hit(node, confidence="low", message="this cache keeps the objects that the method was last called on")


def _bound(decorator: ast.expr, known: Piece | Place) -> str | None:
    """``none`` for a cache without a bound, ``some`` for one with; None for any other decorator."""
    if isinstance(decorator, ast.Name) and isinstance(made := known.scope.value(decorator.id), ast.Call):
        decorator = made
    function = decorator.func if isinstance(decorator, ast.Call) else decorator
    origins = known.origins(function)
    origin = next(iter(origins)) if len(origins) == 1 else None
    if origin not in _CACHES:
        return None
    if origin == "functools.cache":
        return "none"
    if origin == "cachetools.cached":
        given = [*decorator.args, *(one.value for one in decorator.keywords)] if isinstance(decorator, ast.Call) else []
        return "none" if given and ast.unparse(given[0]) in ("{}", "dict()") else "some"
    arguments = (
        [*decorator.args, *(one.value for one in decorator.keywords if one.arg == "maxsize")]
        if isinstance(decorator, ast.Call)
        else []
    )
    unbounded = arguments and isinstance(arguments[0], ast.Constant) and arguments[0].value is None
    return "none" if unbounded else "some"


def _is_own_method(function: ast.Name | ast.Lambda, owner: ast.ClassDef) -> bool:
    """Whether it is a method of the class, or a lambda that is given an object."""
    if isinstance(function, ast.Lambda):
        return bool(function.args.args) and function.args.args[0].arg == "self"
    methods = [one for one in owner.body if isinstance(one, ast.FunctionDef) and one.name == function.id]
    return bool(methods) and _is_of_an_object(methods[0], owner)


def _is_of_an_object(function: ast.FunctionDef, owner: ast.ClassDef) -> bool:
    """Whether objects come and go: not for static and class methods, metaclasses, and members of an Enum."""
    decorators = {ast.unparse(one) for one in function.decorator_list}
    bases = " ".join(ast.unparse(one) for one in (*owner.bases, *(word.value for word in owner.keywords)))
    first = function.args.args[0].arg if function.args.args else "cls"
    lasting = any(word in bases for word in ("Enum", "Flag", "ABCMeta", "Singleton", "type"))
    return (
        first not in ("cls", "mcs", "metacls")
        and not decorators & _BOUND_OTHERWISE
        and not lasting
        and "ingleton" not in owner.name
    )
