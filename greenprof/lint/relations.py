"""Relations of database models that are read lazily: one more query for each object."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from greenprof.lint.queries import Query, query_behind

if TYPE_CHECKING:
    from libcst import Attribute

    from greenprof.lint.loops import Loop
    from greenprof.lint.place import Place

_SQLALCHEMY = {"relationship", "Relationship"}
_DJANGO_ONE = {"ForeignKey", "OneToOneField"}
_DJANGO_MANY = {"ManyToManyField"}
_LAZY = {None, "select", "True"}
_LOADERS = {"options", "select_related", "prefetch_related"}


@dataclass(frozen=True, slots=True)
class Relation:
    """An attribute of a model that sends a query when it is first read, and what would load it at once."""

    name: str
    fix: str


def relation_names(tree: ast.AST) -> frozenset[str]:
    """The attributes that the models of a file declare as lazy relations."""
    return frozenset(name for relations in _models(tree).values() for name in relations)


def lazy_relation(node: Attribute, here: Place) -> Relation | None:
    """The relation that `node` reads from an object of a query which did not load it; None if it is not that.

    The file must show it all: the model with its relation, the loop over the query's objects, and
    the query itself without a loader for the relation.
    """
    if type(node.value).__name__ != "Name" or type(here.parent).__name__ in ("AssignTarget", "AugAssign", "Del"):
        return None
    code = here.read(node)
    if not isinstance(code, ast.Attribute) or not isinstance(code.value, ast.Name):
        return None
    models = _models(here.scope.module.node)
    if not any(code.attr in relations for relations in models.values()):
        return None
    for loop in here.loops(node):
        iterable = _gone_through(loop, code.value.id)
        if iterable is not None:
            query = query_behind(iterable, here.scope, here.piece.lines.stop)
            return None if _loads(query, code.attr) else models.get(query.entity or "", {}).get(code.attr)
    return None


def _gone_through(loop: Loop, name: str) -> ast.expr | None:
    """What gives `loop` its `name`, also by ``for number, name in enumerate(…)``."""
    match loop.iterable:
        case ast.Call(func=ast.Name(id="enumerate"), args=[iterable, *_]):
            return iterable if loop.target.strip("()").rpartition(",")[2].strip() == name else None
    return loop.iterable if loop.target == name else None


@lru_cache(maxsize=1)
def _models(tree: ast.AST) -> dict[str, dict[str, Relation]]:
    """The lazy relations of each class at the top of a module, by name."""
    classes = [node for node in getattr(tree, "body", []) if isinstance(node, ast.ClassDef)]
    return {node.name: {one.name: one for one in _relations(node)} for node in classes}


def _relations(node: ast.ClassDef) -> Iterator[Relation]:
    """The lazy relations that a class declares in its body."""
    for statement in node.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call):
                pass
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Call() as call):
                pass
            case _:
                continue
        maker = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        lazy = next((ast.unparse(one.value).strip("'\"") for one in call.keywords if one.arg == "lazy"), None)
        if maker in _SQLALCHEMY and lazy in _LAZY:
            yield Relation(name, f"load it with the objects: .options(selectinload({node.name}.{name}))")
        elif maker in _DJANGO_ONE:
            yield Relation(name, f'load it with the objects: .select_related("{name}")')
        elif maker in _DJANGO_MANY:
            yield Relation(name, f'load it with the objects: .prefetch_related("{name}")')


def _loads(query: Query, name: str) -> bool:
    """Whether one of its loader calls names the relation, all of them, or something that the file does not show."""
    for call in query.calls:
        if not isinstance(call.func, ast.Attribute) or call.func.attr not in _LOADERS:
            continue
        words = ast.unparse(call)
        if not call.args or "*" in words or re.search(rf"\b{re.escape(name)}\b", words):
            return True
        if any(isinstance(argument, ast.Name) for argument in call.args):
            return True
    return False
