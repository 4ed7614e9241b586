"""A whole table read from a file, of which a few columns are used."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.bindings import Function
from greenprof.lint.calls import meant_name, shown
from greenprof.lint.row_uses import parents
from greenprof.lint.uses import assigned_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.scope import Scope

FEW = 3
# What reads a file, and the argument that says which columns.
_READERS = {"read_csv": "usecols", "read_table": "usecols", "read_excel": "usecols", "read_parquet": "columns"}
_READERS |= {"read_feather": "columns", "read_orc": "columns"}
# They say themselves what is read, or how much.
_NO_COLUMNS = frozenset({"T", "at", "attrs", "axes", "columns", "dtypes", "empty", "flags", "iat", "iloc", "index"})
_NO_COLUMNS |= {"loc", "ndim", "plot", "shape", "size", "sparse", "style", "values"}
_KNOWING = frozenset({"names", "nrows", "chunksize", "iterator", "header", "index_col", "usecols", "columns", None})


class UnusedColumnsRead(Rule):
    """Say which columns: the others are not converted, and do not lie in memory."""

    name = "unused-columns-read"
    group = "dataframes"
    cost = "row"
    message = "reads every column of the file, and uses few of them"
    hidden_loops = 1
    fix = "say which columns are read: usecols=[…], for Parquet columns=[…]"
    screen = Screen(words=frozenset(_READERS), mentions=frozenset({"pandas"}), loop=False)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether a file is read, and nothing said about columns."""
        kept = {
            id(one.value): _bare_name(one.targets[0] if isinstance(one, ast.Assign) else one.target)
            for one in piece.of(ast.Assign, ast.AnnAssign, ast.NamedExpr)
            if not isinstance(one, ast.Assign) or len(one.targets) == 1
        }
        at_once = {id(one.value) for one in piece.of(ast.Subscript, ast.Attribute)}
        calls = [one for one in piece.calls if id(one) in at_once or kept.get(id(one)) is not None]
        return any(
            _reader(call, piece) is not None
            and (id(call) in at_once or _columns_of(kept[id(call)], piece.scope) is not None)
            for call in calls
        )

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``frame = pd.read_csv(path)``, and nothing but ``frame["price"]`` after it."""
        call = here.read_call(node)
        name = _reader(call, here)
        if name is None:
            return None
        columns = _columns_used(node, here)
        if not columns or len(columns) > FEW:
            return None
        listed = ", ".join(sorted(map(repr, columns)))
        words = f"{_READERS[name]}=[{listed}]"
        return Hit(node, confidence="medium", fix=f"{name}({shown(call.args[0])}, {words})" if call.args else words)


def _reader(call: ast.Call, known: Piece | Place) -> str | None:
    """The function of pandas that `call` reads a whole file with; None for what says what it wants of it."""
    name = meant_name(call, known)
    if name not in _READERS or any(word.arg in _KNOWING for word in call.keywords):
        return None
    return name if known.origins(call.func) == {f"pandas.{name}"} else None


def _columns_used(node: cst.Call, here: Place) -> set[str] | None:
    """The columns that are read of a frame; None where all of it may be used."""
    name = assigned_name(node, here)
    if name is None:
        above = here.parent
        if type(above).__name__ not in ("Subscript", "Attribute") or getattr(above, "value", None) is not node:
            return None
        over = here.trail[-2] if len(here.trail) > 1 else None
        if type(over).__name__ == "Call" and getattr(over, "func", None) is above:
            return None
        return _chosen(here.read(above))  # type: ignore[arg-type]
    return _columns_of(name, here.scope)


def _bare_name(target: ast.expr) -> str | None:
    return target.id if isinstance(target, ast.Name) else None


def _columns_of(name: str, scope: Scope) -> set[str] | None:
    """The columns that are read of the frame with this name; None where all of it may be used."""
    if not (isinstance(scope.node, Function) or _is_script(scope.node)) or len(scope.find(name)) != 1:
        return None
    above_of = parents(scope.node)
    read, written = set[str](), set[str]()
    for load in (one for one in above_of if isinstance(one, ast.Name) and one.id == name):
        if not isinstance(load.ctx, ast.Load):
            continue
        used = above_of[load]
        columns = _columns_at(load, above_of)
        if columns is None:
            if _is_counted(used):
                continue
            return None
        (read if isinstance(getattr(used, "ctx", None), ast.Load) else written).update(columns)
    return read - written or None


def _is_script(node: ast.AST) -> bool:
    """Whether it is a module that does something when it is read: what it names is not for other modules."""
    return isinstance(node, ast.Module) and any(
        isinstance(one, ast.Expr) and isinstance(one.value, ast.Call) for one in node.body
    )


def _columns_at(load: ast.Name, above_of: Mapping[ast.AST, ast.AST]) -> set[str] | None:
    """The columns that are used where the frame is read; None where it may be all of them."""
    used = above_of[load]
    above = above_of.get(used)
    if isinstance(used, ast.Subscript) and used.value is load:
        return _chosen(used)
    if not isinstance(used, ast.Attribute) or above is None:
        return None
    is_called = isinstance(above, ast.Call) and above.func is used
    if used.attr == "loc" and isinstance(above, ast.Subscript) and isinstance(above.slice, ast.Tuple):
        column = above.slice.elts[-1] if len(above.slice.elts) == 2 else ast.Slice()
        return _chosen(ast.Subscript(load, column, ast.Load()))
    if used.attr == "groupby" and is_called and isinstance(above, ast.Call) and len(above.args) == 1:
        by = _chosen(ast.Subscript(load, above.args[0], ast.Load()))
        part = above_of.get(above)
        columns = _chosen(part) if isinstance(part, ast.Subscript) and part.value is above else None
        return by | columns if by and columns else None
    return None if is_called else _chosen(used)


def _chosen(part: ast.expr) -> set[str] | None:
    """The columns that ``frame["a"]`` or ``frame[["a", "b"]]`` names."""
    match part:
        case ast.Subscript(slice=ast.Constant(value=str() as column)):
            return {column}
        case ast.Subscript(slice=ast.List(elts=items)):
            names = [one.value for one in items if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            return set(names) if names and len(names) == len(items) else None
        case ast.Attribute(attr=column) if column not in _NO_COLUMNS and not column.startswith("_"):
            return {column}
    return None


def _is_counted(used: ast.AST) -> bool:
    match used:
        case ast.Call(func=ast.Name(id="len")):
            return True
    return False
