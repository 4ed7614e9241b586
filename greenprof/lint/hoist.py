"""Repairs that compute something once, before a loop."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint.bindings import COMPREHENSIONS, Binding, Function
from greenprof.lint.layout import standing_alone
from greenprof.lint.local import is_inside, uses_of
from greenprof.lint.plain import is_constant
from greenprof.lint.site import CannotEditError
from greenprof.lint.tree import NEW_SCOPE, all_nodes

if TYPE_CHECKING:
    from greenprof.lint.site import Site
    from greenprof.model import Edit

_LOOKS = frozenset({"item", "slice", "sought", "tested", "iterated", "argument", "returned"})
_READS = frozenset({"index", "count", "copy", "keys", "values", "items", "get"})


def hoisted(
    site: Site, node: ast.expr, name: str, value: str | None = None, loop: ast.AST | None = None
) -> tuple[Edit, ...]:
    """A new variable, called `name` if that is free, that gets `node`, or the code `value`, before the loop.

    ``loop`` is by default the one that the rule named, else the outermost.
    """
    new = site.fresh(name)
    target = start_of(site, node, loop)
    return (site.put_before(target, f"{new} = {value or standing_alone(site.text(node))}"), site.replace(node, new))


def moved(site: Site, node: ast.expr, loop: ast.AST | None = None) -> tuple[Edit, ...] | None:
    """``name = node`` as it stands goes before the loop; None if it is no such statement, or others know the name."""
    loop = loop or site.around or site.loop
    statement = site.statement(node)
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if value is node and loop is not None:
            stores = [one for one in site.scope.find(name) if one.scope is site.scope]
            if len(stores) == 1 and is_only_in(name, loop, site):
                return site.move_before(statement, start_of(site, node, loop))
    return None


def start_of(site: Site, node: ast.AST, loop: ast.AST | None = None) -> ast.stmt:
    """The statement before which `node` can stand as well: the loop, or the statement that holds the comprehension.

    Raises `CannotEditError` where a variable in `node` gets its value in between.
    """
    loop = loop or site.around or site.loop or (site.loops[-1] if site.loops else None)
    if loop is None:
        raise CannotEditError
    target = site.first_of_chain(site.statement(loop))
    names = {one.id for one in all_nodes(node) if isinstance(one, ast.Name)}
    for one in site.code.above(node):
        if one is target:
            return target
        if isinstance(one, NEW_SCOPE):
            raise CannotEditError
        if isinstance(one, COMPREHENSIONS):
            targets = [part.target for part in one.generators]
        elif isinstance(one, ast.For | ast.AsyncFor):
            targets = [one.target]
        else:
            continue
        if any(isinstance(each, ast.Name) and each.id in names for part in targets for each in all_nodes(part)):
            raise CannotEditError
    raise CannotEditError


def stays_the_same(site: Site, node: ast.AST, during: ast.stmt) -> bool:
    """Whether the variables in `node` surely keep their values, and what those hold, while `during` runs.

    They are variables of this function that nobody else sees, of which each use in `during` only looks at
    them, or built-in names.
    """
    own = {one.id for part in all_nodes(node) if isinstance(part, ast.comprehension) for one in _names(part.target)}
    for name in {one.id for one in _names(node)} - own:
        bindings = site.scope.find(name)
        if not bindings:
            continue  # built in
        scope = bindings[0].scope
        if len(bindings) == 1 and _never_changes(bindings[0]) and is_constant(name, scope, site.code):
            continue
        if scope is not site.scope or not isinstance(scope.node, Function):
            return False
        uses = uses_of(name, scope, site.code)
        if uses is None:
            return False
        for use in uses:
            looks = use.how in _LOOKS or (use.how == "method" and use.word in _READS) or use.whole is site.node
            if is_inside(use.name, during, site.code) and not is_inside(use.name, node, site.code) and not looks:
                return False
    return True


def is_only_in(name: str, node: ast.AST, site: Site) -> bool:
    """Whether nothing outside of `node` in the file knows a variable of that name."""
    uses = uses_of(name, site.scope, site.code)
    if uses is not None:
        return all(is_inside(use.name, node, site.code) for use in uses)
    if isinstance(site.scope.node, ast.Module):
        mentions = [one for one in all_nodes(site.code.tree) if isinstance(one, ast.Name) and one.id == name]
        exported = any(isinstance(one, ast.Global) and name in one.names for one in all_nodes(site.code.tree))
        return not exported and all(is_inside(one, node, site.code) for one in mentions)
    return False


def is_forgotten(name: str, loop: ast.AST, site: Site) -> bool:
    """Whether nobody reads what `name` is when `loop` has ended: each reader is in another loop over that name."""
    uses = uses_of(name, site.scope, site.code)
    if uses is None:
        return is_only_in(name, loop, site)
    others = [use for use in uses if not is_inside(use.name, loop, site.code)]
    return all(use.how == "stored" or _is_bound_around(use.name, loop, site) for use in others)


def _is_bound_around(name: ast.Name, loop: ast.AST, site: Site) -> bool:
    for one in site.code.above(name):
        parts = one.generators if isinstance(one, COMPREHENSIONS) else [one] if isinstance(one, ast.For) else []
        bound = {each.id for part in parts for each in _names(part.target)}
        read_first = bool(parts) and is_inside(name, parts[0].iter, site.code)
        if name.id in bound and not read_first:
            return not is_inside(loop, one, site.code)
    return False


def _never_changes(binding: Binding) -> bool:
    """Whether it is an import, or text or a number that is written out."""
    if binding.origin is not None:
        return not binding.origin.startswith("?") and ":" not in binding.origin
    return isinstance(binding.value, ast.Constant) and not binding.element


def _names(node: ast.AST) -> list[ast.Name]:
    return [one for one in all_nodes(node) if isinstance(one, ast.Name)]
