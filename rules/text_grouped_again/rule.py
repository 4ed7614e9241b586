"""A column of text that is grouped by, again and again, as text."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.calls import last_name
from greenprof.lint.clients import call_at
from greenprof.lint.tree import all_nodes, numbered, own_nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

OFTEN = 3  # making the categories costs as much as grouping once: twice does not pay
# What groups, and the arguments that say by which columns; the first stands for the one without a name.
_GROUPS = {"groupby": ("by",), "pivot_table": ("", "index", "columns")}
_TELLS_TEXT = frozenset({"fillna", "replace", "isin"})
# What a column of text is asked, or made with.
_TEXT_TYPES = frozenset({"str", "string", "object", "O", "U"})


class TextGroupedAgain(Rule):
    """A category keeps a small number for each row: the texts are gone through once."""

    name = "text-grouped-again"
    group = "dataframes"
    cost = "row"
    message = "goes through all texts of this column again for each grouping"
    hidden_loops = 1
    fix = 'make it a category once: astype("category"), or dtype={column: "category"} where it is read'
    screen = Screen(words=frozenset(_GROUPS), mentions=frozenset({"pandas"}), loop=False)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether its scope groups often by some column of text."""
        return any(_first_of_many(call, piece) is not None for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``sales.groupby("city")``, where two more follow."""
        call = call_at(node, here) if here.method(node) in _GROUPS else None
        found = _first_of_many(call, here.piece) if call is not None else None
        if found is None:
            return None
        frame, column, often = found
        message = f"the first of {often} places that go through all texts of the column {column!r}"
        made = f'{frame}["{column}"] = {frame}["{column}"].astype("category")'
        fix = f"make it a category once: {made}; group with observed=True"
        return Hit(node, confidence="medium", message=message, fix=fix)


def _first_of_many(call: ast.Call, piece: Piece) -> tuple[str, str, int] | None:
    """The frame and the column of text by which `call` groups first, and how many calls of its scope do; else None."""
    grouped = _grouped(call, piece)
    if grouped is None:
        return None
    frame, columns = grouped
    if _knows_categories(piece.scope.module.node):
        return None
    others = [one for one in own_nodes(piece.scope.node) if isinstance(one, ast.Call)]
    found = [(one, by) for one in others if (by := _grouped(one, piece)) is not None and by[0] == frame]
    for column in columns:
        same = [one for one, by in found if column in by[1]]
        if len(same) < OFTEN or not _is_text(frame, column, piece):
            continue
        if call is min(same, key=lambda one: (one.lineno, one.col_offset)):
            return frame, column, len(same)
    return None


@lru_cache(maxsize=1)
def _knows_categories(tree: ast.AST) -> bool:
    """Whether a file speaks of them."""
    texts = numbered(tree).of(ast.Constant)
    return any(one.value == "category" for one in texts)


def _grouped(call: ast.Call, piece: Piece) -> tuple[str, list[str]] | None:
    """The frame, by its name, that `call` groups, and the columns that it names; None if it does not."""
    arguments = _GROUPS.get(last_name(call))
    if arguments is None or not isinstance(call.func, ast.Attribute):
        return None
    frame, given_args = call.func.value, call.args
    if piece.origins(call.func) == {"pandas.pivot_table"}:
        if not call.args:
            return None
        frame, given_args = call.args[0], call.args[1:]
    if not _is_named(frame):
        return None
    given = [given_args[0]] if given_args and arguments[0] else []
    given += [word.value for word in call.keywords if word.arg in arguments]
    columns = [name for one in given for name in _names(one)]
    if not columns or piece.kind(frame) not in ("dataframe", None):
        return None
    return ast.unparse(frame), columns


def _is_named(frame: ast.expr) -> bool:
    """``frame``, and ``self.frame``."""
    match frame:
        case ast.Name() | ast.Attribute(value=ast.Name(id="self")):
            return True
    return False


def _names(expr: ast.expr) -> Iterator[str]:
    for one in expr.elts if isinstance(expr, ast.List | ast.Tuple) else [expr]:
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value


def _is_text(frame: str, column: str, piece: Piece) -> bool:
    """Whether the scope, or the class, shows that the column holds text: it is compared with one, or asked for part."""
    owner = piece.scope.method_of if frame.startswith("self.") else None
    shown = own_nodes(piece.scope.node) if owner is None else all_nodes(owner.node)
    return any(_shows_text(one, frame, column) for one in shown)


def _shows_text(node: ast.AST, frame: str, column: str) -> bool:  # noqa: PLR0911  (one return per form)
    match node:
        case ast.Attribute(value=value, attr="str"):
            return _is_column(value, frame, column)
        case ast.Compare(left=left, comparators=[ast.Constant(value=str())]):
            return _is_column(left, frame, column)
        case ast.Call(func=ast.Attribute(value=value, attr=name), args=[first, *_]) if name in _TELLS_TEXT:
            return _is_column(value, frame, column) and any(
                isinstance(one, ast.Constant) and isinstance(one.value, str) for one in ast.walk(first)
            )
        case ast.Call(func=ast.Attribute(value=value, attr="astype"), args=[kind]):
            return _is_column(value, frame, column) and _is_text_type(kind)
        case ast.keyword(arg="dtype", value=ast.Dict(keys=keys, values=kinds)):
            pairs = zip(keys, kinds, strict=True)
            return any(
                isinstance(key, ast.Constant) and key.value == column and _is_text_type(kind) for key, kind in pairs
            )
        case ast.Dict(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            return any(
                isinstance(key, ast.Constant) and key.value == column and _is_list_of_text(value)
                for key, value in pairs
            )
    return False


def _is_column(expr: ast.expr, frame: str, column: str) -> bool:
    match expr:
        case ast.Subscript(value=owner, slice=ast.Constant(value=key)) | ast.Attribute(value=owner, attr=key):
            return key == column and ast.unparse(owner) == frame
    return False


def _is_text_type(kind: ast.expr) -> bool:
    match kind:
        case ast.Name(id=name) | ast.Constant(value=str() as name):
            return name in _TEXT_TYPES
    return False


def _is_list_of_text(value: ast.expr) -> bool:
    match value:
        case ast.BinOp(left=ast.List() as few, op=ast.Mult()):
            return _is_list_of_text(few)
        case ast.ListComp(elt=first) | ast.List(elts=[first, *_]):
            return isinstance(first, ast.JoinedStr) or (
                isinstance(first, ast.Constant) and isinstance(first.value, str)
            )
    return False
