"""What is surely text, bytes or a number, in the strict sense that a repair needs: known from the values themselves.

`greenprof.lint.kinds` tells what something most likely is; here nothing is guessed. Plain values are
hashable, equal only to what has the same hash, and change nothing when they are looked at.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from greenprof.lint.bindings import COMPREHENSIONS, Binding, Function
from greenprof.lint.kinds import words
from greenprof.lint.local import Use, is_parameter, uses_of
from greenprof.lint.tree import all_nodes

if TYPE_CHECKING:
    from greenprof.lint.code import Code
    from greenprof.lint.scope import Scope
    from greenprof.lint.site import Site

# Of these kinds all are in order, and what is equal is the same.
ORDERED = frozenset({"int", "bool", "str", "bytes"})

# To go through these is the same by whatever way.
_GONE_THROUGH = frozenset({"list", "set", "dict", "str", "bytes", "deque", "generator"})
_DEEPEST = 12
_MADE = {
    "list": re.compile(r"builtins\.(?:list|sorted)\(\)(?:\[:\])?"),
    "dict": re.compile(r"builtins\.dict(?:\.fromkeys)?\(\)|collections\.(?:defaultdict|OrderedDict|Counter)\(\)"),
    "set": re.compile(r"builtins\.(?:frozen)?set\(\)"),
    "deque": re.compile(r"collections\.deque\(\)"),
}
_RESULTS = {
    "int": words("len int ord hash id"),
    "str": words("str repr chr ascii hex bin oct format input"),
    "bool": words("bool isinstance issubclass callable hasattr any all"),
    "float": words("float"),
    "bytes": words("bytes"),
}
_TEXT_METHODS = words("""
    capitalize casefold center expandtabs format join ljust lower lstrip removeprefix removesuffix replace rjust rstrip
    strip swapcase title translate upper zfill
""")
_TEXT_QUESTIONS = words("startswith endswith isdigit isalpha isalnum isspace isupper islower isidentifier isnumeric")
_TEXT_PLACES = words("count find index rfind rindex")
_TEXT_PARTS = words("split rsplit splitlines")
_WHOLE = (ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod, ast.BitAnd, ast.BitOr, ast.BitXor, ast.LShift, ast.RShift)
_PASS_ON = words("list tuple set frozenset sorted reversed iter")
_KEEPS = words("pop popleft remove discard clear sort reverse index count copy")
_ADDS = words("append insert appendleft add")
_QUIET = words("stored item slice sought tested iterated argument returned deleted") | {"item deleted"}
_NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class _Where:
    scope: Scope
    code: Code
    busy: frozenset[str] = frozenset()

    def into(self, name: str, scope: Scope) -> _Where:
        return _Where(scope, self.code, self.busy | {name})


def plain_type(expr: ast.expr, site: Site) -> str | None:
    """``int``, ``bool``, ``float``, ``str``, ``bytes`` or ``None`` if `expr` surely is one, by name; None if not."""
    return _type(expr, _Where(site.scope, site.code))


def plain_items(expr: ast.expr, site: Site) -> str | None:
    """The plain type that all items of the collection `expr` surely have; None if they may be anything."""
    return _items(expr, _Where(site.scope, site.code))


def is_surely(expr: ast.expr, kind: str, site: Site) -> bool:
    """Whether the file shows that `expr` is a ``list``, ``dict``, ``set`` or ``deque``, made or declared as one."""
    origins = site.origins(expr)
    return bool(origins) and all(map(_MADE[kind].fullmatch, origins))


def is_iterable(expr: ast.expr, site: Site) -> bool:
    """Whether `expr` is a collection, or gives items, and surely can be gone through by ``list`` as by a loop."""
    return site.kind(expr) in _GONE_THROUGH or plain_items(expr, site) is not None


def is_hashable(expr: ast.expr, site: Site) -> bool:
    """Whether `expr` surely can be looked up in a set, and is found there if it would be found in a list."""
    if isinstance(expr, ast.Tuple):
        return all(is_hashable(one, site) for one in expr.elts)
    return plain_type(expr, site) is not None


def _type(expr: ast.expr, at: _Where) -> str | None:  # noqa: PLR0911, PLR0912  (one return per form)
    if len(at.busy) > _DEEPEST:
        return None
    match expr:
        case ast.Constant(value=value):
            name = type(value).__name__
            return name if name in _RESULTS else "None" if value is None else None
        case ast.JoinedStr():
            return "str"
        case ast.Name(id=name):
            part = _clause_of(expr, at.code)
            if part is not None:
                return _items(part.iter, at) if isinstance(part.target, ast.Name) else None
            return _named(name, at)
        case ast.NamedExpr(value=value) | ast.UnaryOp(op=ast.USub() | ast.UAdd() | ast.Invert(), operand=value):
            kind = _type(value, at)
            return "int" if kind == "bool" and isinstance(expr, ast.UnaryOp) else kind
        case ast.UnaryOp(op=ast.Not()):
            return "bool"
        case ast.BinOp(left=left, op=op, right=right):
            return _combined(_type(left, at), op, _type(right, at))
        case ast.Compare(left=left, comparators=others):
            return "bool" if all(_type(one, at) for one in (left, *others)) else None
        case ast.BoolOp(values=values):
            return _same(_type(one, at) for one in values)
        case ast.IfExp(body=body, orelse=orelse):
            return _same(_type(one, at) for one in (body, orelse))
        case ast.Subscript(value=value, slice=index):
            if _type(value, at) == "str":
                return "str"
            return None if isinstance(index, ast.Slice) or not _is_list(value, at) else _items(value, at)
        case ast.Call():
            return _called(expr, at)
    return None


def _called(call: ast.Call, at: _Where) -> str | None:  # noqa: PLR0911  (one return per form)
    match call.func:
        case ast.Name(id=name) if at.scope.origins(call.func) == {f"builtins.{name}"}:
            if name in ("min", "max", "sum") and len(call.args) == 1 and not call.keywords:
                return _items(call.args[0], at) if name != "sum" or _items(call.args[0], at) == "int" else None
            if name == "abs" and len(call.args) == 1:
                return _type(call.args[0], at)
            return next((kind for kind, names in _RESULTS.items() if name in names), None)
        case ast.Attribute(value=value, attr=method):
            kind = _type(value, at)
            if kind in ("str", "bytes") and method in _TEXT_METHODS:
                return kind
            if kind in ("str", "bytes") and method in _TEXT_QUESTIONS:
                return "bool"
            if kind in ("str", "bytes") and method in _TEXT_PLACES:
                return "int"
            if method in ("pop", "popleft") and at.scope.kind(value) in ("list", "deque"):
                return _items(value, at)
            known = {("str", "encode"): "bytes", ("bytes", "decode"): "str", ("bytes", "hex"): "str"}
            known |= {("int", "to_bytes"): "bytes", ("int", "bit_length"): "int"}
            return known.get((kind or "", method))
    return None


def _combined(left: str | None, op: ast.operator, right: str | None) -> str | None:  # noqa: PLR0911
    """The type of ``left op right``."""
    numbers = {"int", "bool", "float"}
    if left in ("str", "bytes") and isinstance(op, ast.Mod):
        return left
    if left is None or right is None:
        return None
    if {left, right} <= {"int", "bool"}:
        return "int" if isinstance(op, _WHOLE) else "float" if isinstance(op, ast.Div) else None
    if {left, right} <= numbers:
        return "float" if isinstance(op, (*_WHOLE, ast.Div)) else None
    if left == right and isinstance(op, ast.Add):
        return left
    if isinstance(op, ast.Mult) and {left, right} in ({"str", "int"}, {"bytes", "int"}):
        return "str" if "str" in (left, right) else "bytes"
    return None


def _items(expr: ast.expr, at: _Where) -> str | None:  # noqa: PLR0911  (one return per form)
    if len(at.busy) > _DEEPEST:
        return None
    match expr:
        case ast.List(elts=elts) | ast.Tuple(elts=elts) | ast.Set(elts=elts):
            return _same(_items(one.value, at) if isinstance(one, ast.Starred) else _type(one, at) for one in elts)
        case ast.ListComp(elt=elt) | ast.SetComp(elt=elt) | ast.GeneratorExp(elt=elt) | ast.DictComp(key=elt):
            return _type(elt, at)
        case ast.Dict(keys=keys):
            return None if None in keys else _same(_type(one, at) for one in keys if one is not None)
        case ast.Name(id=name):
            if _type(expr, at) == "str":
                return "str"
            return _named_items(name, at) if _clause_of(expr, at.code) is None else None
        case ast.Subscript(value=value, slice=ast.Slice()):
            return _items(value, at)
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=words):
            if at.scope.origins(expr.func) != {f"builtins.{name}"}:
                return None
            if name == "range":
                return "int"
            sure = len(arguments) == 1 and (name == "sorted" or not words)
            return _items(arguments[0], at) if name in _PASS_ON and sure else None
        case ast.Call(func=ast.Attribute(value=value, attr=method)) if method in _TEXT_PARTS:
            return _type(value, at) if _type(value, at) in ("str", "bytes") else None
        case ast.Call(func=ast.Attribute(value=value, attr="keys" | "copy"), args=[]):
            return _items(value, at)
    return "str" if _type(expr, at) == "str" else None


def _named(name: str, at: _Where) -> str | None:
    """What all values of a variable are; None if others can give it one."""
    found = _bound(name, at)
    if found is None:
        return None
    bindings, uses, inside = found
    kind = _same(_of_binding(one, inside) for one in bindings)
    return kind if kind is not None and all(_grows_as(kind, use, inside) for use in uses) else None


def _named_items(name: str, at: _Where) -> str | None:
    """What all items of a variable's collections are, whatever is done with them; None if others can add some."""
    found = _bound(name, at)
    if found is None:
        return None
    bindings, uses, inside = found
    kinds = {_of_items(one, inside) for one in bindings} | {_added(use, inside) for use in uses}
    if not isinstance(inside.scope.node, Function) and not all(isinstance(one.value, ast.Tuple) for one in bindings):
        return None  # a list of the module: any function may change it
    return _same(kinds - {_NOTHING})


def _bound(name: str, at: _Where) -> tuple[list[Binding], list[Use], _Where] | None:
    """The bindings and uses of a local variable or a constant of the module, and where to read its values."""
    bindings = at.scope.find(name)
    if not bindings or name in at.busy:
        return None
    scope = at.scope if bindings[0].instance else bindings[0].scope
    if not isinstance(scope.node, Function):
        constant = len(bindings) == 1 and not bindings[0].instance and is_constant(name, scope, at.code)
        return (bindings, [], at.into(name, scope)) if constant else None
    uses = uses_of(name, scope, at.code)
    bindings = [one for one in bindings if not _is_of_clause(one, at.code)]
    stores = [use for use in uses or () if use.how == "stored" and not isinstance(use.whole, ast.comprehension)]
    if uses is None or len(stores) + is_parameter(name, scope) != len(bindings):
        return None
    return bindings, uses, at.into(name, scope)


def _clause_of(name: ast.Name, code: Code) -> ast.comprehension | None:
    """The clause of a comprehension around `name` that gives it its value: such a variable is known nowhere else."""
    below: ast.AST = name
    for one in code.above(name):
        if isinstance(one, COMPREHENSIONS):
            first = one.generators[0]
            if not (below is first and any(each is name for each in all_nodes(first.iter))):
                for part in one.generators:
                    if any(isinstance(each, ast.Name) and each.id == name.id for each in all_nodes(part.target)):
                        return part
        elif isinstance(one, ast.stmt):
            return None
        below = one
    return None


def _is_of_clause(binding: Binding, code: Code) -> bool:
    return binding.element and binding.value is not None and isinstance(code.parent(binding.value), ast.comprehension)


def _of_binding(binding: Binding, at: _Where) -> str | None:
    if binding.value is None:
        return None
    if binding.instance:
        name = binding.value.id if isinstance(binding.value, ast.Name) else ""
        return name if name in _RESULTS else None
    return _items(binding.value, at) if binding.element else _type(binding.value, at)


def _of_items(binding: Binding, at: _Where) -> str | None:
    """An annotation says too little: who calls may hand over anything that has such items."""
    if binding.value is None or binding.instance or binding.element:
        return None
    return _NOTHING if _is_empty(binding.value) else _items(binding.value, at)


def _grows_as(kind: str, use: Use, at: _Where) -> bool:
    """Whether ``x += …`` leaves `kind` what it is."""
    whole = use.whole
    return use.how != "grown" or (
        isinstance(whole, ast.AugAssign) and _combined(kind, whole.op, _type(whole.value, at)) == kind
    )


def _added(use: Use, at: _Where) -> str | None:
    """What this use of a collection adds to it; None if that may be anything."""
    match use.whole:
        case ast.Call(args=[*_, last]) if use.how == "method" and use.word in _ADDS:
            return _type(last, at)
        case ast.Call() if use.how == "method":
            return _NOTHING if use.word in _KEEPS else None
        case ast.Assign(targets=[ast.Subscript(slice=index)], value=value) if use.how == "item stored":
            return None if isinstance(index, ast.Slice) else _type(value, at)
    return _NOTHING if use.how in _QUIET else None


def is_constant(name: str, scope: Scope, code: Code) -> bool:
    """Whether nothing but one assignment at the top of the module gives `name` a value, or changes what it holds."""
    if scope.parent is not None:
        return False
    for node in all_nodes(code.tree):
        match node:
            case ast.Global(names=names) if name in names:
                return False
            case ast.AugAssign(target=ast.Name(id=one)) | ast.Delete(targets=[ast.Name(id=one)]) if one == name:
                return False
    return True


def _is_list(expr: ast.expr, at: _Where) -> bool:
    """Whether an index of `expr` gives one of its items: it is no dict."""
    return at.scope.kind(expr) == "list"


def _is_empty(value: ast.expr) -> bool:
    match value:
        case ast.List(elts=[]):
            return True
        case ast.Call(func=ast.Name(id="list" | "set"), args=[], keywords=[]):
            return True
    return False


def _same(kinds: Iterable[str | None]) -> str | None:
    found = set(kinds)
    return found.pop() if len(found) == 1 else None
