"""Turns a list that a function uses as a queue into a ``deque``."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from greenprof.lint.calls import builtin
from greenprof.lint.imports import imported
from greenprof.lint.kinds import words
from greenprof.lint.local import Use, is_inside, is_parameter, stored_value, uses_of
from greenprof.lint.plain import plain_type
from greenprof.lint.site import CannotEditError

if TYPE_CHECKING:
    from greenprof.lint.site import Site
    from greenprof.model import Edit

_SAME_METHODS = words("append extend clear count index remove reverse")
_EAGER = words("len sum min max sorted list tuple set frozenset any all bool")
_LAZY = words("enumerate zip reversed")
_CHANGES = words("append extend clear remove reverse pop insert")


def as_deque(name: str, site: Site) -> tuple[Edit, ...]:
    """The edits by which the local variable `name` holds a ``deque`` in place of a list, and all uses mean the same.

    Raises `CannotEditError` if the variable is no local one, comes from or goes to other code as a list, or
    is used in ways that a ``deque`` does not know or is slow at.
    """
    uses = uses_of(name, site.scope, site.code)
    if uses is None or is_parameter(name, site.scope):
        raise CannotEditError
    deque, edits = imported(site, "collections", "deque")
    return (*edits, *(edit for use in uses for edit in _changed(use, uses, deque, site)))


def _changed(use: Use, uses: list[Use], deque: str, site: Site) -> Iterator[Edit]:
    """The edits of one use; none if it may stay as it is."""
    whole = use.whole
    match use.how:
        case "stored":
            yield from _made(use, deque, site)
        case "method" if isinstance(whole, ast.Call):
            yield from _called(use, whole, site)
        case "item" | "item stored" | "item deleted" if isinstance(whole, ast.Subscript):
            if not _is_an_end(whole.slice):
                raise CannotEditError
        case "iterated":
            _check_unchanged(whole, uses, site)
        case "argument" if use.word in _LAZY:
            _check_unchanged(site.parent(whole), uses, site)
        case "argument" if use.word in _EAGER:
            pass
        case "returned":
            if site.scope.find("list"):
                raise CannotEditError
            yield site.replace(use.name, f"list({use.name.id})")
        case "grown" | "sought" | "tested":
            pass
        case _:
            raise CannotEditError


def _made(use: Use, deque: str, site: Site) -> Iterator[Edit]:
    value = stored_value(use)
    match value:
        case ast.List(elts=[]):
            yield site.replace(value, f"{deque}()")
        case ast.List() | ast.ListComp():
            yield site.replace(value, f"{deque}({site.text(value)})")
        case ast.Call(func=func, args=arguments) if builtin(value, site) == "list" and len(arguments) < 2:
            yield site.replace(func, deque)
        case ast.Call() if builtin(value, site) == "sorted":
            yield site.replace(value, f"{deque}({site.text(value)})")
        case ast.Call(func=ast.Attribute(value=text, attr="split" | "splitlines")) if plain_type(text, site) == "str":
            yield site.replace(value, f"{deque}({site.text(value)})")
        case _:
            raise CannotEditError
    match use.whole:
        case ast.AnnAssign(annotation=ast.Name(id="list") as kind):
            yield site.replace(kind, deque)
        case ast.AnnAssign(annotation=ast.Subscript(value=ast.Name(id="list") as kind)):
            yield site.replace(kind, deque)
        case ast.AnnAssign():
            raise CannotEditError


def _called(use: Use, call: ast.Call, site: Site) -> Iterator[Edit]:
    match use.word, call.args:
        case ("pop", []) if not call.keywords:
            pass
        case ("pop", [ast.Constant(value=0)]):
            yield site.replace_end(use.name, call, ".popleft()")
        case ("pop", [ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1))]):
            yield site.replace_end(use.name, call, ".pop()")
        case ("insert", [ast.Constant(value=0) as front, _]) if not call.keywords:
            yield site.remove_argument(call, front)
            yield site.rename_method(call, "appendleft")
        case _:
            if use.word not in _SAME_METHODS or call.keywords:
                raise CannotEditError


def _is_an_end(index: ast.expr) -> bool:
    match index:
        case ast.Constant(value=0) | ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1)):
            return True
    return False


def _check_unchanged(through: ast.AST, uses: list[Use], site: Site) -> None:
    """A ``deque`` may not change while a loop goes through it; a list may."""
    if isinstance(through, ast.comprehension):
        through = site.parent(through)
    elif not isinstance(through, ast.For):
        raise CannotEditError
    for use in uses:
        changes = use.how in ("grown", "item deleted") or (use.how == "method" and use.word in _CHANGES)
        if changes and is_inside(use.name, through, site.code):
            raise CannotEditError
