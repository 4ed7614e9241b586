"""Whether an expression keeps its value while a loop runs."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from greenprof.lint.bindings import COMPREHENSIONS
from greenprof.lint.kinds import words
from greenprof.lint.tree import NEW_SCOPE, all_nodes, own_nodes

if TYPE_CHECKING:
    from libcst import CSTNode

    from greenprof.lint.loops import Loop
    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

# They change what they are called on.
MUTATORS = words("""
    append appendleft extend extendleft insert add update setdefault pop popleft popitem remove discard clear sort
    reverse rotate push put write writelines read readline readlines seek send close next fill resize shuffle
    difference_update intersection_update symmetric_difference_update move_to_end __setitem__ __delitem__ __next__
""")
# They only read their arguments, or what they are called on.
_READERS = words("""
    abs all any ascii bin bool bytes callable chr complex dict divmod enumerate filter float format frozenset getattr
    hasattr hash hex id int isinstance issubclass len list map max min oct ord pow print range repr reversed round set
    sorted str sum tuple type zip
""")
_READING_METHODS = words("""
    capitalize casefold center copy count decode difference encode endswith expandtabs find findall finditer format
    fullmatch get hex index intersection isalnum isalpha isdigit isdisjoint isidentifier islower isnumeric isspace
    issubset issuperset isupper items join keys ljust lower lstrip match most_common partition removeprefix
    removesuffix replace rfind rindex rjust rpartition rsplit rstrip search split splitlines startswith strip sub
    swapcase title translate union upper values zfill
    debug info warning error exception critical log
""")
_DATA_METHODS = words("""
    capitalize casefold decode encode endswith format items join keys lower lstrip replace rstrip split splitlines
    startswith strip upper values
""")
_DATA = frozenset({"str", "bytes", "list", "dict", "set", "deque"})
_FIXED = re.compile(r"builtins\.(?:str|bytes|int|float|bool|frozenset|tuple)\(\)(?:\[:?\])?")
_PURE = re.compile(
    r"""
    (?:re|regex)\.(?:findall|sub|subn|split|search|match|fullmatch|escape|compile(?:\(\)\.(?:findall|sub|split))?)
    | json\.(?:loads|dumps) | (?:simplejson|ujson|orjson)\.(?:loads|dumps)
    | yaml\.(?:safe_load|safe_dump) | tomllib\.loads
    | statistics\.\w+ | math\.\w+ | operator\.\w+
    | datetime\.(?:datetime|date|time)\.(?:strptime|fromisoformat) | datetime\.timedelta | time\.strptime
    | dateutil\.parser\.(?:parse|isoparse)
    | hashlib\.\w+(?:\(\)\.(?:hex)?digest)? | zlib\.(?:compress|decompress|crc32|adler32) | base64\.\w+
    | ast\.(?:parse|literal_eval|unparse) | textwrap\.\w+ | html\.(?:escape|unescape)
    | urllib\.parse\.\w+ | collections\.(?:Counter|ChainMap) | itertools\.(?:chain|accumulate|combinations|product)
    | functools\.reduce | decimal\.Decimal | fractions\.Fraction | uuid\.UUID | ipaddress\.\w+ | bisect\.bisect\w*
    | numpy\.(?:linalg\.\w+|sort|argsort|unique|mean|median|std|var|sum|max|min|amax|amin|quantile|percentile|cov
        |corrcoef|dot|matmul|cumsum|histogram|fft\.\w+|linspace|arange|isin|where|nonzero|concatenate|stack|vstack|hstack)
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Effects:
    """What a loop may do to values, as dotted paths (``rows``, ``self.rows``), and whether it calls others' code.

    ``handed_out`` are those whose items or attributes, or which themselves, go to others' code; ``given``
    are the latter only.
    """

    changed: frozenset[str]
    handed_out: frozenset[str]
    given: frozenset[str]
    calls_others: bool


def steadiness(expr: ast.expr, loop: Loop, apart_from: frozenset[str] = frozenset()) -> str | None:
    """How sure it is that `expr` is the same in every round of `loop`, as a confidence; None if it changes.

    Only the values that it reads are looked at, not what the functions do that it calls: see
    `only_reads`. What is handed to other code may be changed there, so that is less sure. Names in ``apart_from``
    are not asked about.
    """
    place = loop.place
    effects = effects_of(loop)
    sure = "high"
    for path in paths_in(expr):
        if path.partition(".")[0] in apart_from:
            continue
        if any(_overlaps(path, one) for one in effects.changed):
            return None
        if all(map(_FIXED.fullmatch, origins := place.origins(ast.parse(path, mode="eval").body))) and origins:
            continue
        handed_out = any(_overlaps(path, one) for one in effects.handed_out)
        reachable = effects.calls_others and ("." in path or _is_shared(path, place))
        if reachable and _is_changed_by_functions(path, place):
            return None
        if path.count(".") > 1 or handed_out or reachable:
            sure = "medium"
    return sure


def names_of_few(node: CSTNode, loop: Loop) -> frozenset[str]:
    """The variables of the short loops around `node` inside `loop` that go through the same items in each round."""
    names: set[str] = set()
    for inner in loop.place.loops(node):
        if inner.node is loop.node:
            break
        if inner.is_short and inner.iterable is not None and steadiness(inner.iterable, loop) is not None:
            names |= inner.own_names
    return frozenset(names)


def may_be_steady(piece: Piece, is_meant: Callable[[ast.AST], bool]) -> bool:
    """A quick look by ``ast``: whether something that `is_meant` uses no name that some loop around it binds.

    True may turn out to be wrong, False never.
    """
    return any(
        is_meant(one) and bound.isdisjoint(path.partition(".")[0] for path in paths_in(one))
        for bound, inside in piece.loops
        for one in inside
    )


def only_reads(expr: ast.expr, place: Place) -> bool:
    """Whether computing `expr` again gives the same, if its values are the same: it calls only what is known to."""
    for node in all_nodes(expr):
        if isinstance(node, ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr):
            return False
        if isinstance(node, ast.Call) and not (is_reader(node, place) and _is_of_data(node, place)):
            return False
    return True


def _is_of_data(call: ast.Call, place: Place) -> bool:
    """Whether a method is one of text or of a collection; ``get`` may well be one of an HTTP client."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr in _DATA_METHODS:
        return True
    origins = place.origins(call.func)
    return bool(origins and all(map(_PURE.fullmatch, origins))) or place.kind(call.func.value) in _DATA


def is_reader(call: ast.Call, place: Place) -> bool:
    """Whether `call` is one of a built-in function, a method or a library function that changes nothing."""
    origins = place.origins(call.func)
    if origins and all(one.startswith("builtins.") and one.count(".") == 1 for one in origins):
        return all(one.removeprefix("builtins.") in _READERS for one in origins)
    if origins and all(_PURE.fullmatch(one) for one in origins):
        return True
    return isinstance(call.func, ast.Attribute) and call.func.attr in _READING_METHODS


def paths_in(expr: ast.AST) -> frozenset[str]:
    """The dotted paths of the values that `expr` reads; methods that are called on them are left out."""
    own = {one.id for node in all_nodes(expr) if isinstance(node, ast.comprehension) for one in _names(node.target)}
    own |= {one.arg for node in all_nodes(expr) if isinstance(node, ast.Lambda) for one in node.args.args}
    return frozenset(path for path in _paths(expr) if path.partition(".")[0] not in own)


def path_of(expr: ast.expr) -> str | None:
    """``a.b`` of ``a.b``, ``a.b[0]`` and ``a.b[0].c()``: the value that a chain starts from; None if it is none."""
    match expr:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr):
            path = path_of(value)
            return f"{path}.{attr}" if path is not None and isinstance(value, ast.Name | ast.Attribute) else path
        case ast.Subscript(value=value) | ast.Call(func=ast.Attribute(value=value)) | ast.Starred(value=value):
            return path_of(value)
    return None


def effects_of(loop: Loop) -> Effects:
    """What the rounds of `loop` change, hand to other code, and call."""
    changed: set[str] = set(loop.own_names) if isinstance(loop.code, NEW_SCOPE) else set()
    handed_out: list[ast.expr] = []
    calls_others = False
    is_comprehension = isinstance(loop.code, COMPREHENSIONS)
    for node in (loop.code, *own_nodes(loop.code)):
        if not (is_comprehension and isinstance(node, ast.Name) and node.id not in loop.own_names):
            changed.update(changed_by(node))
        if isinstance(node, ast.Call) and not is_reader(node, loop.place):
            calls_others = True
            handed_out += [*node.args, *(word.value for word in node.keywords)]
            if isinstance(node.func, ast.Attribute):
                handed_out.append(node.func.value)
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Name | ast.Attribute):
            handed_out.append(node.value)
        elif isinstance(node, NEW_SCOPE):
            changed.update(path for below in all_nodes(node) for path in changed_by(below))
    paths = frozenset(path for one in handed_out if (path := path_of(one)) is not None)
    given = frozenset(ast.unparse(one) for one in handed_out if isinstance(one, ast.Name | ast.Attribute))
    return Effects(frozenset(changed), paths, given, calls_others)


def starts_in(target: ast.expr, loop: Loop) -> bool:
    """Whether `target` is another object in each round: assigned afresh, or part of what the loop goes through."""
    name = ast.unparse(target)
    root = (path_of(target) or "").partition(".")[0]
    if root in loop.own_names:
        return True
    for node in all_nodes(loop.code):
        if isinstance(node, ast.For | ast.AsyncFor) and root in {one.id for one in _names(node.target)}:
            return True
        if isinstance(node, ast.withitem) and node.optional_vars is not None and root == path_of(node.optional_vars):
            return True
        if isinstance(node, ast.Assign) and name in map(ast.unparse, node.targets):
            parts = {ast.unparse(one) for one in all_nodes(node.value) if isinstance(one, ast.expr)}
            if name not in parts:
                return True
    return False


def changed_by(node: ast.AST) -> Iterator[str]:
    """The paths that `node` binds, stores into, deletes, or calls a changing method of."""
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            yield name
        case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
            path = path_of(node)
            if path is not None:
                yield path
        case ast.Call(func=ast.Attribute(value=value, attr=attr)) if attr in MUTATORS:
            path = path_of(value)
            if path is not None:
                yield path
        case ast.Call(func=ast.Name(id="next" | "setattr" | "delattr"), args=[first, *_]):
            yield path_of(first) or ""
        case ast.ExceptHandler(name=str() as name) | ast.alias(asname=str() as name) | ast.MatchAs(name=str() as name):
            yield name
        case ast.Call(func=ast.Attribute(value=ast.Name(id="heapq" | "random" | "bisect")), args=[first, *_]):
            yield path_of(first) or ""
        case ast.Call(func=ast.Name(id="heappush" | "heappop" | "heapify" | "shuffle" | "insort"), args=[first, *_]):
            yield path_of(first) or ""


def _paths(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute):
            yield from _paths(node.func.value)
        elif not isinstance(node.func, ast.Name):
            yield from _paths(node.func)
        for one in (*node.args, *(word.value for word in node.keywords)):
            yield from _paths(one)
        return
    if isinstance(node, ast.Name | ast.Attribute):
        path = path_of(node) if _is_chain(node) else None
        if path is not None:
            yield path
            return
    for child in ast.iter_child_nodes(node):
        yield from _paths(child)


def _is_chain(node: ast.AST) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def _names(node: ast.AST) -> Iterator[ast.Name]:
    return (one for one in all_nodes(node) if isinstance(one, ast.Name))


def _overlaps(path: str, other: str) -> bool:
    return path == other or path.startswith(f"{other}.") or other.startswith(f"{path}.")


def _is_shared(name: str, place: Place) -> bool:
    """Whether code outside of this scope may rebind or change `name`: it is no local variable, nor an import."""
    bindings = place.scope.find(name)
    imported = bindings and all(one.origin is not None and not one.origin.startswith("?") for one in bindings)
    return not (imported or place.scope.is_fast_local(name))


def _is_changed_by_functions(path: str, place: Place) -> bool:
    """Whether a function or method of this file changes what `path` stands for, so that a call may do that."""
    owner = place.scope.method_of
    if path.startswith("self.") and owner is not None:
        bodies: list[ast.AST] = [one for one in owner.node.body if getattr(one, "name", "") != "__init__"]
    else:
        bindings = place.scope.find(path.partition(".")[0])
        around = {id(one.scope): one.scope.node for one in bindings}.values()
        bodies = [one for node in around for one in all_nodes(node) if one is not node and isinstance(one, NEW_SCOPE)]
    return any(changed == path for body in bodies for one in all_nodes(body) for changed in changed_by(one))
