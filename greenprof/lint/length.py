"""How long a collection may get: what the file shows of where its items come from, and what its name says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from greenprof.lint.arrays import is_column
from greenprof.lint.bindings import Binding
from greenprof.lint.bounds import FEW, is_few
from greenprof.lint.row_numbers import are_many_rows
from greenprof.lint.tree import own_nodes

if TYPE_CHECKING:
    from greenprof.lint.loops import Loop
    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

LONG, UNKNOWN, SHORT = "long", "unknown", "short"
_DEEPEST = 6

# What a person wrote down, or what one command line, one line of text, or one table's head holds.
_SHORT_NAME = re.compile(
    r"""(?:^|_)(?:
    k?w?args? | argv | arguments | params? | parameters | option\w* | opts | flags? | settings | config\w* | columns?
    | cols? | fields? | headers? | attr(?:ibute)?s? | extensions? | exts | suffix(?:es)? | prefix(?:es)?
    | lang(?:uage)?s? | locales? | dirs? | director(?:y|ies) | folders? | modules? | apps? | app_labels | models?
    | tables | databases | tags? | categor(?:y|ies) | genres? | roles? | permissions? | perms | providers?
    | currenc(?:y|ies) | forms? | form_?sets? | versions? | years
    | libs? | librar(?:y|ies) | plugins? | backends? | types? | kinds? | modes? | formats? | dims?
    | dimensions | axis | axes | shape | levels? | choices | methods | commands? | bases | decorators | parts | bits
    | pieces | ignor(?:e[ds]?|e_\w+) | exclude[ds]? | exclude_\w+ | skip(?:ped)? | skip_\w+ | allowed(?:_\w+)?
    | valid_\w+ | supported\w* | reserved\w* | required\w* | special\w* | default_\w+ | extra_\w+ | builtin\w*
    | known_(?:types|args) | only\w* | syms? | symbols | gens
    )(?:_(?:names?|ids?|list|set|dict|map|to_\w+))?$""",
    re.VERBOSE | re.IGNORECASE,
)
# What a person wrote down as a constant; one letter is an array.
_CONSTANT = re.compile(r"_*[A-Z][A-Z0-9_]{2,}")
# What there is one of for each thing that was recorded or measured: rows, documents, atoms of a molecule.
_LONG_NAME = re.compile(
    r"""(?:^|_)n?(?:
    rows | records | samples | pixels | voxels | docs | documents? | sentences | corpus | dataset | users | customers
    | orders | transactions | articles | tweets | atoms | residues | observations | obs | measurements | particles
    )$""",
    re.VERBOSE | re.IGNORECASE,
)
_ITEM_NAME = re.compile(r"(?:^|_)(?:row|line|record|sample|pixel|voxel|sentence|tweet|atom|particle)$", re.IGNORECASE)
_LONG_CALL = frozenset(
    {"readlines", "fetchall", "fetchmany", "all", "scalars", "rglob", "walk"}
    | {"read_text", "reader", "DictReader", "iterrows", "itertuples"}
)
_FILE = re.compile(
    r"(?:builtins|io|codecs|gzip|bz2|lzma)\.open\(\)|pathlib\.Path\(\).*\.open\(\)|gzip\.GzipFile\(\)|sys\.stdin(?:\.buffer)?"
    r"|typing\.(?:TextIO|BinaryIO|IO)\(\)|io\.(?:Text|Buffered)\w+\(\)|tempfile\.\w*TemporaryFile\(\)"
)
_READ = re.compile(
    rf"(?:{_FILE.pattern})$|numpy\.(?:loadtxt|genfromtxt|fromfile|frombuffer|load)\(\)|pandas\.read_\w+\(\)"
)
_PRINTED = re.compile(r"(?:os\.popen|subprocess\.\w+)\(\)")
_MANY = 100  # so many rounds are long, whoever wrote the number down
_SAME_LENGTH = frozenset(
    {"list", "sorted", "tuple", "set", "frozenset", "reversed", "enumerate", "map", "filter", "iter", "zip"}
)
_VIEWS = frozenset(
    {"keys", "values", "items", "copy", "split", "splitlines", "strip", "lower", "decode", "most_common"}
)


def length_of(expr: ast.expr, place: Place, depth: int = 0) -> str:  # noqa: PLR0911, PLR0912  (one return per form)
    """`LONG` where the file shows that data decide, `SHORT` where a person does, else `UNKNOWN`."""
    if depth > _DEEPEST:
        return UNKNOWN
    if is_few(expr, place):
        return SHORT
    if _is_read(expr, place):
        return LONG
    if _is_printed(expr, place):
        return UNKNOWN
    if (many := are_many_rows(expr, place.piece)) is not None:
        return LONG if many else UNKNOWN
    match expr:
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
            return length_of(expr.generators[0].iter, place, depth + 1)
        case ast.Call(func=ast.Name(id="range")):
            return _range(expr, place, depth)
        case ast.Call(func=ast.Name(id=name), args=[*_, last]) if name in _SAME_LENGTH:
            return length_of(last, place, depth + 1)
        case ast.Call(func=ast.Attribute(attr="reader" | "DictReader"), args=[lines, *_]) if is_few(lines, place):
            return SHORT
        case ast.Call(func=ast.Name(id="reader") as made) if place.origins(made) != {"csv.reader"}:
            return UNKNOWN
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)) if name in _LONG_CALL:
            return LONG
        case ast.Call(func=ast.Attribute(value=value, attr="read"), args=[]):
            return LONG if is_file(value, place) else UNKNOWN
        case ast.Call(func=ast.Attribute(value=text, attr="split"), args=[separator, *_]) if not _ends_lines(separator):
            return SHORT if length_of(text, place, depth + 1) == SHORT else UNKNOWN
        case ast.Call(func=ast.Attribute(attr="most_common"), args=[ast.Constant()]):
            return SHORT
        case ast.Call(func=ast.Attribute(value=value, attr=name)) if name in _VIEWS:
            return length_of(value, place, depth + 1)
        case ast.Subscript(value=value, slice=ast.Slice(upper=end)):
            length = length_of(value, place, depth + 1)
            return UNKNOWN if end is not None and length == LONG else length
        case ast.BinOp(left=left, right=right):
            sides = {length_of(left, place, depth + 1), length_of(right, place, depth + 1)}
            return LONG if LONG in sides else sides.pop() if len(sides) == 1 else UNKNOWN
        case ast.Name(id=name):
            return _named(place.scope.find(name), name, place, depth)
        case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name) if place.scope.method_of is not None:
            return _named(place.scope.method_of.attributes.get(name, []), name, place, depth, of_object=True)
        case ast.Attribute(attr=name):
            return _by_name(name)
        case ast.Subscript(slice=ast.Constant(value=str() as name)):
            return _by_name(name)
        case ast.Call(func=ast.Attribute(attr="get" | "pop" | "getlist"), args=[ast.Constant(value=str() as name), *_]):
            return _by_name(name)
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)) if _SHORT_NAME.search(name):
            return SHORT  # ``get_models()``
    return UNKNOWN


def _is_read(expr: ast.expr, place: Place) -> bool:
    """Whether `expr` is an open file, an array or a frame that was read from one, or a column of a frame."""
    origins = place.origins(expr)
    return is_column(expr, place) or (bool(origins) and all(map(_READ.match, origins)))


def _is_printed(expr: ast.expr, place: Place) -> bool:
    """Whether `expr` is what another program prints: no file, and mostly a few lines."""
    origins = place.origins(expr)
    return bool(origins) and all(map(_PRINTED.match, origins))


def is_file(expr: ast.expr, known: Piece | Place) -> bool:
    """Whether `expr` surely is an open file: an iterator over its lines."""
    origins = known.origins(expr)
    return bool(origins) and all(map(_FILE.fullmatch, origins))


def rounds_of(loop: Loop) -> str:
    """How often a loop runs, as `length_of`; a ``while`` is unknown."""
    return UNKNOWN if loop.iterable is None else length_of(loop.iterable, loop.place)


def is_likely_long(loop: Loop) -> bool:
    """Whether nothing but the name of an item says that there is one for each line, row or record."""
    return rounds_of(loop) == UNKNOWN and _ITEM_NAME.search(loop.target) is not None


def _range(call: ast.Call, place: Place, depth: int) -> str:
    end = call.args[1] if len(call.args) > 1 else call.args[0] if call.args else None
    match end:
        case ast.Constant(value=int() as value):
            return LONG if value >= _MANY else SHORT if value <= FEW else UNKNOWN
        case ast.Call(func=ast.Name(id="len"), args=[items]):
            return length_of(items, place, depth + 1)
        case ast.Subscript(value=ast.Attribute(value=items, attr="shape"), slice=ast.Constant(value=0)):
            return length_of(items, place, depth + 1)
        case ast.Name(id=name) if (number := _number(name, place)) is not None:
            return LONG if number >= _MANY else SHORT if number <= FEW else UNKNOWN
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return _by_name(name)
    return UNKNOWN


def _number(name: str, place: Place) -> int | None:
    """The one number that a name stands for; None if there is none, or several."""
    values = [None if one.element or one.instance else one.value for one in place.scope.find(name)]
    match values:
        case [ast.Constant(value=int() as number)]:
            return number
    return None


def _by_name(name: str) -> str:
    return SHORT if _SHORT_NAME.search(name) else LONG if _LONG_NAME.search(name) else UNKNOWN


def _named(bindings: list[Binding], name: str, place: Place, depth: int, of_object: bool = False) -> str:
    """By its name, by what is assigned to it, and by the loops that add to it."""
    told_by_name = _by_name(name)
    if told_by_name == SHORT:
        return SHORT
    told = {
        length_of(one.value, place, depth + 1)
        for one in bindings
        if one.value is not None and not one.element and not one.instance and not _is_empty(one.value)
    }
    scopes: list[ast.AST] = list({id(one.scope.node): one.scope.node for one in bindings}.values())
    if of_object and place.scope.method_of is not None:
        scopes = list(place.scope.method_of.node.body)  # any method may add to it
    told |= {_grown(name, loop, place, depth) for one in scopes for loop in _loops_that_grow(name, one)}
    if LONG in told:
        return LONG
    filled = any(one.value is not None and _is_empty(one.value) for one in bindings)
    if told == {SHORT} or (_CONSTANT.fullmatch(name) and not filled):
        return SHORT
    return told_by_name if depth < _DEEPEST // 2 else UNKNOWN  # where what it is made of is still looked at


def _grown(name: str, loop: ast.AST, place: Place, depth: int) -> str:
    """As often as the loop goes round, but for what only takes values that are new: how many differ, nothing tells."""
    if isinstance(loop, ast.For | ast.AsyncFor) and not _takes_new_values(name, loop):
        return length_of(loop.iter, place, depth + 1)
    return UNKNOWN


def _takes_new_values(name: str, loop: ast.For | ast.AsyncFor) -> bool:
    """``if row.kind not in kinds: kinds.append(row.kind)``; not where it is the loop's own item that is taken."""
    own = ast.unparse(loop.target)
    return any(
        isinstance(one.ops[0], ast.NotIn)
        and ast.unparse(one.comparators[0]).rpartition(".")[2] == name
        and ast.unparse(one.left) != own
        for one in own_nodes(loop)
        if isinstance(one, ast.Compare)
    )


def _loops_that_grow(name: str, scope: ast.AST) -> list[ast.AST]:
    """The loops of a scope in which ``name.append(…)`` and the like stand."""
    return [loop for loop, names in _growing_loops(scope) if name in names]


@lru_cache(maxsize=64)
def _growing_loops(scope: ast.AST) -> list[tuple[ast.AST, set[str]]]:
    """The loops of a scope, and the names of what they add to."""
    loops = [one for one in own_nodes(scope) if isinstance(one, ast.For | ast.AsyncFor | ast.While)]
    return [(loop, {name for one in own_nodes(loop) for name in _added_to(one)}) for loop in loops]


def _added_to(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=attr)):
            if attr in ("append", "extend", "add", "insert"):
                yield owner
        case ast.AugAssign(target=ast.Name(id=owner) | ast.Attribute(attr=owner)):
            yield owner


def _ends_lines(separator: ast.expr) -> bool:
    return isinstance(separator, ast.Constant) and separator.value in ("\n", b"\n", "\r\n", b"\r\n", None)


def _is_empty(value: ast.expr) -> bool:
    match value:
        case ast.List(elts=[]) | ast.Dict(keys=[]) | ast.Constant(value=None):
            return True
        case ast.Call(func=ast.Name(id="list" | "set" | "dict" | "deque"), args=[], keywords=[]):
            return True
    return False
