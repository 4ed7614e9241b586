"""A frame that is written as text, and read again right afterwards."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.calls import last_name
from greenprof.lint.tree import own_nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_READERS = {"read_csv": ("to_csv", "write_csv"), "read_table": ("to_csv",), "read_json": ("to_json", "write_json")}
_SAME_EACH_TIME = frozenset({"join", "joinpath", "str", "Path", "fspath", "with_suffix", "with_name"})
_ORIGINS = frozenset(f"{library}.{name}" for library in ("pandas", "polars") for name in _READERS)


class CsvAsIntermediate(Rule):
    """Text is for other programs: a program's own files can keep the numbers as they are."""

    name = "csv-as-intermediate"
    group = "dataframes"
    cost = "row"
    surest = "medium"
    message = "reads as text what this function has just written as text"
    hidden_loops = 1
    fix = "keep the frame; or where it has to be on disk, to_parquet, to_feather or to_pickle"
    screen = Screen(words=frozenset(_READERS), mentions=frozenset({"pandas", "polars"}), loop=False)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether it reads what was written."""
        return any(_is_of_frames(call, piece) and _is_written(call, piece) for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``frame.to_csv(path)`` and then ``pd.read_csv(path)``."""
        if here.method(node) not in _READERS:
            return None
        call = here.read_call(node)
        return Hit(node) if _is_of_frames(call, here) and _is_written(call, here.piece) else None


def _is_of_frames(call: ast.Call, known: Piece | Place) -> bool:
    origins = known.origins(call.func)
    return bool(origins) and origins <= _ORIGINS


def _is_written(read: ast.Call, piece: Piece) -> bool:
    """Whether the function writes to the place that `read` reads, in a line before."""
    if _is_handed_over(read):
        return True
    path = _path(read)
    if path is None or not isinstance(read.func, ast.Attribute | ast.Name):
        return False
    name = read.func.attr if isinstance(read.func, ast.Attribute) else read.func.id
    text = ast.unparse(read)
    here = [one for one in _calls(piece, (name,)) if one.lineno in piece.lines and ast.unparse(one) == text]
    written = [one for one in _calls(piece, _READERS.get(name, ())) if _path(one) == path]
    return any(one.lineno < other.lineno for one in written for other in here)


def _is_handed_over(read: ast.Call) -> bool:
    """Whether it reads the text of a frame without a file: ``pd.read_csv(StringIO(frame.to_csv()))``."""
    match read.args[:1]:
        case [ast.Call(args=[ast.Call() as written]) as text] if last_name(text) == "StringIO":
            return last_name(written) in _READERS.get(last_name(read), ())
    return False


def _calls(piece: Piece, names: tuple[str, ...]) -> Iterator[ast.Call]:
    for one in own_nodes(piece.scope.node):
        if isinstance(one, ast.Call) and last_name(one) in names:
            yield one


def _path(call: ast.Call) -> str | None:
    """The file that a call names, as it is written; one that is worked out by a call may be another each time."""
    given = call.args[:1] or [word.value for word in call.keywords if word.arg in ("filepath_or_buffer", "path_or_buf")]
    if not given:
        return None
    for one in ast.walk(given[0]):
        if isinstance(one, ast.Starred) or (isinstance(one, ast.Call) and last_name(one) not in _SAME_EACH_TIME):
            return None
    return ast.unparse(given[0])
