"""All items copied into a list, to take the first."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from greenprof.lint import Hit, Repair, Rule, Screen
from greenprof.lint.bounds import is_few, whole_number
from greenprof.lint.calls import builtin, keys_of, last_name, shown
from greenprof.lint.length import LONG, SHORT, length_of
from greenprof.lint.steady import only_reads, starts_in
from greenprof.lint.uses import around, read_once, sole_use

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.site import Site

_VIEWS = frozenset({"keys", "values", "items"})


class ListCopyForFirstItem(Rule):
    """``list(items)[0]`` copies all of them; ``next(iter(items))`` takes one."""

    name = "list-copy-for-first-item"
    group = "memory"
    surest = "medium"
    message = "copies all items to take the first one"
    hidden_loops = 1
    fix = "next(iter(items))"
    needs_many = True
    screen = Screen(words=frozenset({"list", "tuple", "for", "readlines", "keys", "values", "items"}), loop=False)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether the first item of a fresh list is taken."""
        return any(_copied(one, piece) is not None for one in piece.of(ast.Subscript)) or any(
            _may_take_first(one, piece) for one in piece.of(ast.Call, ast.Assign, ast.For)
        )

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``list(table).pop(0)`` and ``next(iter(list(items)))``."""
        if here.method(node) not in ("pop", "next"):
            return None
        taken = _taken_by_call(here.read_call(node), here)
        if taken is None:
            return None
        return Hit(node, confidence="medium", fix=f"next(iter({shown(taken)}))", searched=taken)

    def visit_Assign(self, node: cst.Assign, here: Place) -> Hit | None:
        """``first, *_ = list(items)``."""
        statement = here.read_statement(node)
        taken = _unpacked(statement, here)
        if taken is None or is_few(taken, here):
            return None
        return Hit(node, confidence="medium", fix=f"next(iter({shown(taken)}))", searched=taken)

    def visit_ListComp(self, node: cst.ListComp, here: Place) -> Hit | None:
        """``found = [x for x in items if x.ok]`` of which only ``found[0]`` is used; the same in ``for … break``."""
        made = here.read(node)
        assert isinstance(made, ast.ListComp)
        if not made.generators[0].ifs or length_of(made.generators[0].iter, here) == SHORT:
            return None
        words, use = "makes a whole list to take its first item", sole_use(node, here)
        match use[1:2]:
            case [ast.Subscript(value=name, slice=index)] if name is use[0] and whole_number(index) == 0:
                return Hit(node, confidence="medium", message=words, fix=_first(made), searched=made)
        parent: Any = here.parent
        if type(parent).__name__ == "For" and parent.iter is node:
            loop = here.read_statement(parent)
            if isinstance(loop, ast.For) and isinstance(loop.body[-1], ast.Break | ast.Return):
                return Hit(node, confidence="medium", message=words, fix=_first(made), searched=made)
        return None

    def visit_Subscript(self, node: cst.Subscript, here: Place) -> Hit | None:  # noqa: PLR0911  (one return per form)
        """``list(table)[0]``, ``list(table.values())[-1]``, ``[x for x in items if x.ok][0]``."""
        if type(node.value).__name__ not in ("Call", "ListComp", "List"):
            return None
        code = here.read(node)
        copied = _copied(code, here) if isinstance(code, ast.Subscript) else None
        if copied is None or not isinstance(code, ast.Subscript):
            return None
        if isinstance(copied, ast.ListComp):
            if is_few(copied.generators[0].iter, here):
                return None
            length = length_of(copied.generators[0].iter, here)
            sure = "low" if length == SHORT else "high" if length == LONG and only_reads(copied, here) else "medium"
            words = "makes a whole list to take its first item"
            return Hit(node, confidence=sure, message=words, fix=_first(copied), searched=copied)
        if is_few(copied, here):
            return None
        if isinstance(code.value, ast.Call) and last_name(code.value) == "readlines":
            words = "reads all lines to take the first one"
            return Hit(node, message=words, fix=f"{shown(copied)}.readline()", always=True)
        first = whole_number(code.slice) == 0
        better = f"next(iter({shown(copied)}))" if first else f"next(reversed({shown(copied)}))"
        sure = "high" if length_of(copied, here) == LONG or _is_kept_in_loop(copied, node, here) else "medium"
        return Hit(node, confidence=sure, fix=better, searched=copied)

    def repair(self, site: Site) -> Repair | None:
        """``next(iter(items))``: where there is none, that is StopIteration and not IndexError."""
        code = site.node
        copied = _copied(code, site.piece) if isinstance(code, ast.Subscript) else None
        if copied is None or not isinstance(code, ast.Subscript) or isinstance(code.slice, ast.Slice):
            return None
        if isinstance(code.value, ast.Call) and last_name(code.value) == "readlines":
            return None
        if builtin(copied, site) == "sorted":
            return Repair((site.replace(code.value, site.text(copied)),), safe=True)
        if _needs_index_error(site):
            return None
        if isinstance(copied, ast.ListComp):
            better = f"next({site.text(copied)[1:-1].strip()})"
        elif isinstance(copied, ast.GeneratorExp):
            better = f"next({site.argument(copied)})"
        else:
            way = "iter" if whole_number(code.slice) == 0 else "reversed"
            better = f"next({way}({site.argument(copied)}))"
        return Repair((site.replace(code, better),), safe=False)


_ERRORS = frozenset({"IndexError", "LookupError"})


def _needs_index_error(site: Site) -> bool:
    """Whether somebody waits for the IndexError of an empty list, or would take StopIteration for the end."""
    below: ast.AST = site.node
    for one in site.code.above(site.node):
        match one:
            case ast.Try(body=body, handlers=handlers) if below in body:
                waits = [handler.type for handler in handlers if handler.type is not None]
            case ast.With(items=items) | ast.AsyncWith(items=items):
                waits = [item.context_expr for item in items]
            case ast.Call(args=arguments) if isinstance(below, ast.Lambda):
                if builtin(one, site) in ("map", "filter", "iter"):
                    return True
                waits = arguments
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                return "getitem" in name or name == "__next__"
            case _:
                waits = []
        if any(isinstance(each, ast.Name) and each.id in _ERRORS for wait in waits for each in ast.walk(wait)):
            return True
        below = one
    return False


def _is_kept_in_loop(copied: ast.expr, node: cst.Subscript, here: Place) -> bool:
    """Whether the same collection, known as one, is copied in each round of a loop."""
    loop = here.many(node)
    known = here.kind(keys_of(copied) or copied) in ("dict", "set", "list", "deque")
    return loop is not None and known and length_of(copied, here) != SHORT and not starts_in(copied, loop)


def _copied(code: ast.Subscript, known: Piece | Place) -> ast.expr | None:  # noqa: PLR0911  (one return per form)
    """``items`` of ``list(items)[0]``; the comprehension of ``[…][0]``; a dict's view also of ``[-1]``."""
    match code:
        case ast.Subscript(
            value=ast.ListComp(generators=[ast.comprehension(is_async=0, ifs=[_, *_]), *_]) as made,
            slice=ast.Slice(lower=None, upper=ast.Constant(value=1), step=None),
        ):
            return made
        case ast.Subscript(
            value=ast.Call(func=ast.Attribute(value=file, attr="readlines"), args=[]), slice=ast.Constant(value=0)
        ):
            return file
        case ast.Subscript(value=ast.List(elts=[ast.Starred(value=items)])):
            call = ast.Call(ast.Name("list", ast.Load()), [items], [])
            return _copied(ast.Subscript(call, code.slice, ast.Load()), known)
    place = whole_number(code.slice)
    if place not in (0, -1):
        return None
    match code.value:
        case ast.ListComp(generators=[ast.comprehension(is_async=0), *_]) as made:
            return made if place == 0 else None
        case ast.Call(args=[ast.expr() as items], keywords=[]) as call:
            if isinstance(items, ast.Starred) or builtin(call, known) not in ("list", "tuple"):
                return None
            view = isinstance(items, ast.Call) and isinstance(items.func, ast.Attribute) and items.func.attr in _VIEWS
            return items if place == 0 or view or known.kind(items) == "dict" else None
    return None


def _taken_by_call(call: ast.Call, known: Piece | Place) -> ast.expr | None:
    """``items`` of ``list(items).pop(0)`` and ``next(iter(list(items)))``."""
    match call:
        case ast.Call(func=ast.Attribute(value=ast.Call(args=[items], keywords=[]) as made, attr="pop"), args=[place]):
            return items if whole_number(place) == 0 and builtin(made, known) in ("list", "tuple") else None
        case ast.Call(func=ast.Name(id="next"), args=[ast.Call(args=[ast.Call(args=[items]) as made]) as inner, *_]):
            return items if builtin(inner, known) == "iter" and builtin(made, known) in ("list", "tuple") else None
    return None


def _unpacked(statement: ast.AST, known: Piece | Place) -> ast.expr | None:
    """``items`` of ``first, *_ = list(items)``."""
    match statement:
        case ast.Assign(
            targets=[ast.Tuple(elts=[ast.Name(), ast.Starred(value=ast.Name(id=rest))])],
            value=ast.Call(args=[items], keywords=[]) as made,
        ):
            return items if rest.startswith("_") and builtin(made, known) in ("list", "tuple") else None
    return None


def _may_take_first(node: ast.AST, piece: Piece) -> bool:
    match node:
        case ast.Call():
            return _taken_by_call(node, piece) is not None
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.ListComp(generators=[part, *_])):
            read = read_once(name, piece.scope) if part.ifs else None
            use = around(read, piece.scope)[1:2] if read is not None else []
            return bool(use) and isinstance(use[0], ast.Subscript)
        case ast.Assign():
            return _unpacked(node, piece) is not None
        case ast.For(iter=ast.ListComp(generators=[part, *_]), body=[*_, ast.Break() | ast.Return()]):
            return bool(part.ifs)
    return False


def _first(made: ast.ListComp) -> str:
    return f"stop at the first: next({shown(ast.GeneratorExp(made.elt, made.generators)).strip('()')})"
