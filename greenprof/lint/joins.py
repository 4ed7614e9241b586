"""Turns text that grows in a loop into a list of parts that is joined after it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint.layout import standing_alone
from greenprof.lint.local import Use, is_inside, is_parameter, stored_value, uses_of
from greenprof.lint.plain import plain_type
from greenprof.lint.rule import Repair
from greenprof.lint.site import CannotEditError
from greenprof.lint.tree import all_nodes

if TYPE_CHECKING:
    from greenprof.lint.site import Site

_EMPTY = ("''", "b''")


def joined_after_loop(name: str, site: Site) -> Repair:
    """The edits for the local variable `name`, which gets a first value before a loop and is only added to in it.

    Safe if all parts surely are text, or all bytes. Raises `CannotEditError` where the variable is used in the loop
    for anything else, or where somebody could see it after an exception in the loop.
    """
    uses, loop = uses_of(name, site.scope, site.code), site.loop
    if uses is None or loop is None or is_parameter(name, site.scope):
        raise CannotEditError
    start = _start(uses, loop, site)
    value = stored_value(start)
    kind = plain_type(value, site) if value is not None else None
    if value is None or kind not in ("str", "bytes") or not _is_seen_only_there(start, uses, loop, site):
        raise CannotEditError
    parts = site.fresh(f"{name}_parts")
    first = "" if ast.unparse(value) in _EMPTY else standing_alone(site.text(value))
    edits = [site.replace(start.whole, f"{parts} = [{first}]")]
    kinds: set[str | None] = {kind}
    for use in uses:
        if is_inside(use.name, loop, site.code) and use.how in ("stored", "grown"):
            terms = _terms(use, name)
            kinds |= {plain_type(one, site) for one in terms}
            codes = [standing_alone(site.text(one)) for one in terms]
            added = f"append({codes[0]})" if len(codes) == 1 else f"extend(({', '.join(codes)}))"
            edits.append(site.replace(use.whole, f"{parts}.{added}"))
    joint = '""' if kind == "str" else 'b""'
    edits.append(site.put_after(loop, f"{name} = {joint}.join({parts})"))
    return Repair(tuple(edits), safe=len(kinds) == 1)


def _start(uses: list[Use], loop: ast.stmt, site: Site) -> Use:
    """The last assignment before the loop; it must stand among the same statements."""
    block = site.block(loop)
    before = [use for use in uses if use.name.lineno < loop.lineno]
    start = before[-1] if before else None
    if start is None or start.how != "stored" or not any(start.whole is one for one in block[: block.index(loop)]):
        raise CannotEditError
    return start


def _is_seen_only_there(start: Use, uses: list[Use], loop: ast.stmt, site: Site) -> bool:
    """Whether the loop only adds to the variable, and nobody who catches an exception of the loop sees it."""
    added = [use for use in uses if is_inside(use.name, loop, site.code)]
    statements = {id(use.whole): use.whole for use in added if use.how in ("stored", "grown")}.values()
    if not all(any(is_inside(use.name, one, site.code) for one in statements) for use in added):
        return False
    for one in site.code.above(loop):
        if one is site.scope.node:
            return True
        if isinstance(one, ast.Try | ast.TryStar | ast.With | ast.AsyncWith):
            return all(any(is_inside(use.name, part, site.code) for part in one.body) for use in uses)
    return True


def _terms(use: Use, name: str) -> list[ast.expr]:
    """What is added: ``a`` of ``x += a``, ``a`` and ``b`` of ``x = x + a + b``."""
    match use.whole:
        case ast.AugAssign(op=ast.Add(), value=value):
            terms = [value]
        case ast.Assign(targets=[ast.Name()], value=ast.BinOp(op=ast.Add()) as value):
            first, *terms = _summed(value)
            if not isinstance(first, ast.Name) or first.id != name:
                raise CannotEditError
        case _:
            raise CannotEditError
    if any(isinstance(one, ast.Name) and one.id == name for term in terms for one in all_nodes(term)):
        raise CannotEditError
    return terms


def _summed(value: ast.expr) -> list[ast.expr]:
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
        return [*_summed(value.left), value.right]
    return [value]
