"""A file's text as a program in a small language: nested lists, which JSON can hold, and no syntax nodes.

An expression is ``[kind, line, column, …]``, a statement ``[kind, line, …]``; lines count from 1, columns from 0, in
bytes of UTF-8 as `ast` has them. What no model of a database can come out of is left out: an expression of which only
the parts matter is ``"parts"`` (with a word for how they are compared), and None stands for a constant that tells
nothing.

    name ID · attr BASE NAME END · call FUNCTION ARGUMENTS KEYWORDS END · text STRING · const VALUE · item BASE INDEX
    list KIND ELEMENTS · dict KEYS VALUES · loop KIND ELEMENTS CLAUSES END · lambda PARAMETERS BODY · either EXPRESSIONS
    both LEFT RIGHT · parts EXPRESSIONS · shown EXPRESSIONS (turned into text) · await VALUE · yield VALUE FROM
    star VALUE · set NAME VALUE

    expr VALUE · assign TARGETS VALUE · declare TARGET ANNOTATION VALUE · add TARGET VALUE · return VALUE · del TARGETS
    if TEST BODY ELSE · for TARGET ITERABLE BODY ELSE END · while TEST BODY ELSE · with ITEMS BODY ·
    try BODY HANDLERS ELSE FINALLY ·
    def NAME PARAMETERS BODY DECORATORS RETURNS KIND COLUMN SEEN (whether there are loops in it, and all names) ·
    class NAME BASES KEYWORDS BODY DECORATORS · import
    NAMES · from MODULE LEVEL NAMES · raise VALUE · break · continue
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

Node = list[Any]

_LOOPS = frozenset({"for", "while", "loop"})


def program_of(tree: ast.Module) -> list[Node]:
    """The statements of a module."""
    return _body(tree.body)


def program_in(data: bytes | str) -> list[Node] | None:
    """The statements of a file; None if it cannot be parsed."""
    try:
        return program_of(ast.parse(data))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _body(statements: Sequence[ast.stmt]) -> list[Node]:
    return [node for one in statements if (node := _statement(one)) is not None]


def _statement(node: ast.stmt) -> Node | None:
    make = _STATEMENTS.get(type(node))
    if make is None:
        return None
    try:
        return make(node)
    except RecursionError:  # a formula of hundreds of terms, say: no query comes out of that
        return None


def _expression(node: ast.expr | None) -> Node | None:
    if node is None:
        return None
    return _EXPRESSIONS[type(node)](node)


def _all(nodes: Sequence[ast.expr | None]) -> list[Node | None]:
    return [_expression(one) for one in nodes]


def _end(node: ast.expr | ast.stmt) -> list[int | None]:
    return [node.end_lineno, node.end_col_offset]


# Expressions


def _name(node: ast.Name) -> Node:
    return ["name", node.lineno, node.col_offset, node.id]


def _attribute(node: ast.Attribute) -> Node:
    return ["attr", node.lineno, node.col_offset, _expression(node.value), node.attr, _end(node)]


def _call(node: ast.Call) -> Node:
    keywords = [[one.arg, _expression(one.value)] for one in node.keywords]
    return ["call", node.lineno, node.col_offset, _expression(node.func), _all(node.args), keywords, _end(node)]


def _constant(node: ast.Constant) -> Node | None:
    if isinstance(node.value, str):
        return ["text", node.lineno, node.col_offset, node.value if len(node.value) < 200 else ""]
    if node.value is None or isinstance(node.value, bool | int):
        return ["const", node.lineno, node.col_offset, node.value if -(2**53) < (node.value or 0) < 2**53 else 0]
    return None


def _subscript(node: ast.Subscript) -> Node:
    return ["item", node.lineno, node.col_offset, _expression(node.value), _expression(node.slice)]


def _slice(node: ast.Slice) -> Node:
    return ["slice", node.lineno, node.col_offset, _all([node.lower, node.upper, node.step])]


def _display(node: ast.List | ast.Tuple | ast.Set) -> Node:
    return ["list", node.lineno, node.col_offset, type(node).__name__, _all(node.elts)]


def _dict(node: ast.Dict) -> Node:
    return ["dict", node.lineno, node.col_offset, _all(node.keys), _all(node.values)]


def _comprehension(node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> Node:
    return _loop(node, [_expression(node.elt)], node.generators)


def _dict_comprehension(node: ast.DictComp) -> Node:
    return _loop(node, _all([node.key, node.value]), node.generators)


def _loop(node: ast.expr, elements: list[Node | None], clauses: Sequence[ast.comprehension]) -> Node:
    told = [[_expression(one.target), _expression(one.iter), _all(one.ifs), one.target.lineno] for one in clauses]
    return ["loop", node.lineno, node.col_offset, type(node).__name__, elements, told, _end(node)]


def _lambda(node: ast.Lambda) -> Node:
    return ["lambda", node.lineno, node.col_offset, _parameters(node.args), _expression(node.body)]


def _either(node: ast.BoolOp) -> Node:
    return ["either", node.lineno, node.col_offset, [], _all(node.values)]


def _choice(node: ast.IfExp) -> Node:
    return ["either", node.lineno, node.col_offset, [_expression(node.test)], _all([node.body, node.orelse])]


def _both(node: ast.BinOp) -> Node:
    kind = type(node.op).__name__
    left, right = _expression(node.left), _expression(node.right)
    if kind == "Mod" and left is not None and left[0] == "text":
        return ["shown", node.lineno, node.col_offset, [right]]
    if kind == "Mod":
        return ["parts", node.lineno, node.col_offset, [one for one in (left, right) if one is not None], "%"]
    return ["both", node.lineno, node.col_offset, left, right]


def _parts(*fields: str) -> Callable[[Any], Node]:
    def make(node: Any) -> Node:
        parts: list[Node | None] = []
        for field in fields:
            value = getattr(node, field)
            parts += _all(value) if isinstance(value, list) else [_expression(value)]
        return ["parts", node.lineno, node.col_offset, [one for one in parts if one is not None]]

    return make


def _not(node: ast.UnaryOp) -> Node:
    return ["parts", node.lineno, node.col_offset, [_expression(node.operand)], "not"]


def _compare(node: ast.Compare) -> Node:
    words = {ast.Eq: "==", ast.NotEq: "!=", ast.In: "in", ast.NotIn: "not in"}
    made = _parts("left", "comparators")(node)
    return [*made, words[type(node.ops[0])]] if len(node.ops) == 1 and type(node.ops[0]) in words else made


def _joined(node: ast.JoinedStr) -> Node:
    shown = [_expression(one.value) for one in node.values if isinstance(one, ast.FormattedValue)]
    return ["shown", node.lineno, node.col_offset, [one for one in shown if one is not None]]


def _formatted(node: ast.FormattedValue) -> Node:
    return ["shown", node.lineno, node.col_offset, [_expression(node.value)]]


def _await(node: ast.Await) -> Node:
    return ["await", node.lineno, node.col_offset, _expression(node.value)]


def _yield(node: ast.Yield | ast.YieldFrom) -> Node:
    return ["yield", node.lineno, node.col_offset, _expression(node.value), isinstance(node, ast.YieldFrom)]


def _star(node: ast.Starred) -> Node:
    return ["star", node.lineno, node.col_offset, _expression(node.value)]


def _named(node: ast.NamedExpr) -> Node:
    return ["set", node.lineno, node.col_offset, node.target.id, _expression(node.value)]


_EXPRESSIONS: dict[type[ast.expr], Callable[[Any], Node | None]] = {
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.Constant: _constant,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.List: _display,
    ast.Tuple: _display,
    ast.Set: _display,
    ast.Dict: _dict,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _dict_comprehension,
    ast.Lambda: _lambda,
    ast.BoolOp: _either,
    ast.IfExp: _choice,
    ast.BinOp: _both,
    ast.UnaryOp: _not,
    ast.Compare: _compare,
    ast.JoinedStr: _joined,
    ast.FormattedValue: _formatted,
    ast.Await: _await,
    ast.Yield: _yield,
    ast.YieldFrom: _yield,
    ast.Starred: _star,
    ast.NamedExpr: _named,
}


# Annotations may be text


def annotation_of(node: ast.expr | None) -> Node | None:
    """An annotation, read also where it is quoted."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return expression_in(node.value, node.lineno)
    return _expression(node)


def expression_in(text: str, line: int) -> Node | None:
    """The expression that a text holds, as if it stood on a line; None if it is none."""
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        return None
    for one in ast.walk(node):
        if isinstance(one, ast.expr):
            one.lineno = one.end_lineno = line
    return _expression(node)


def last_name(node: Node | None) -> str:
    """``c`` of ``c`` and of ``a.b.c``; empty for anything else."""
    if node is None or node[0] not in ("name", "attr"):
        return ""
    return str(node[3] if node[0] == "name" else node[4])


def _parameters(node: ast.arguments) -> list[Any]:
    """``[positional, star, keyword only, double star]``; each parameter is ``[name, annotation, default]``."""
    positional = [*node.posonlyargs, *node.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(node.defaults)) + [*node.defaults]
    return [
        [
            [one.arg, annotation_of(one.annotation), _expression(value)]
            for one, value in zip(positional, defaults, strict=True)
        ],
        node.vararg.arg if node.vararg else None,
        [
            [one.arg, annotation_of(one.annotation), _expression(value)]
            for one, value in zip(node.kwonlyargs, node.kw_defaults, strict=True)
        ],
        node.kwarg.arg if node.kwarg else None,
    ]


# Statements


def _simple(kind: str) -> Callable[[Any], Node]:
    def make(node: Any) -> Node:
        return [kind, node.lineno]

    return make


def _expr(node: ast.Expr) -> Node | None:
    value = _expression(node.value)
    return None if value is None or value[0] in ("text", "const") else ["expr", node.lineno, value]


def _assign(node: ast.Assign) -> Node:
    return ["assign", node.lineno, _all(node.targets), _expression(node.value)]


def _declare(node: ast.AnnAssign) -> Node:
    return ["declare", node.lineno, _expression(node.target), annotation_of(node.annotation), _expression(node.value)]


def _add(node: ast.AugAssign) -> Node:
    return ["add", node.lineno, _expression(node.target), _expression(node.value)]


def _return(node: ast.Return) -> Node:
    return ["return", node.lineno, _expression(node.value)]


def _del(node: ast.Delete) -> Node:
    return ["del", node.lineno, _all(node.targets)]


def _if(node: ast.If) -> Node:
    return ["if", node.lineno, _expression(node.test), _body(node.body), _body(node.orelse)]


def _for(node: ast.For | ast.AsyncFor) -> Node:
    body, orelse = _body(node.body), _body(node.orelse)
    return ["for", node.lineno, _expression(node.target), _expression(node.iter), body, orelse, _end(node)]


def _while(node: ast.While) -> Node:
    return ["while", node.lineno, _expression(node.test), _body(node.body), _body(node.orelse)]


def _with(node: ast.With | ast.AsyncWith) -> Node:
    items = [[_expression(one.context_expr), _expression(one.optional_vars)] for one in node.items]
    return ["with", node.lineno, items, _body(node.body)]


def _try(node: Any) -> Node:
    handlers = [[one.name, _body(one.body)] for one in node.handlers]
    return ["try", node.lineno, _body(node.body), handlers, _body(node.orelse), _body(node.finalbody)]


def _match(node: ast.Match) -> Node:
    """Cases are branches of which any may be taken."""
    rest: list[Node] = []
    for case in reversed(node.cases):
        rest = [["if", case.pattern.lineno, _expression(case.guard), _body(case.body), rest]]
    subject: Node = ["expr", node.lineno, _expression(node.subject)]
    return ["if", node.lineno, None, [subject, *rest], []]


def _def(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Node:
    body = _body(node.body)
    loops, names, yields = _seen_in(body)
    return [
        "def",
        node.lineno,
        node.name,
        _parameters(node.args),
        body,
        _all(node.decorator_list),
        annotation_of(node.returns),
        "generator" if yields and _yields(body) else "",
        node.col_offset,
        [loops, names],
    ]


def _seen_in(body: Sequence[Node]) -> tuple[bool, list[str], bool]:
    """Whether statements hold a loop, the names and attributes in them, and whether they might yield."""
    names: set[str] = set()
    loops = yields = False
    todo: list[Any] = [body]
    while todo:
        node = todo.pop()
        if node.__class__ is not list or not node:
            continue
        kind = node[0]
        if kind == "def" and len(node) == 10:
            loops |= node[9][0]
            names.update(node[9][1])
            todo += (node[3], node[5], node[6])
            continue
        if kind in ("attr", "dot") and len(node) == 6:
            names.add(node[4])
        elif kind == "name" and len(node) == 4:
            names.add(node[3])
        elif kind.__class__ is str:
            loops |= kind in _LOOPS
            yields |= kind == "yield"
        todo += node
    return loops, list(names), yields


def names_in(node: Node | None) -> list[str]:
    """The names and attributes in an expression."""
    return _seen_in([node])[1] if node is not None else []


def _yields(body: Any) -> bool:
    """Whether a function's own code yields: what is defined inside of it does not count."""
    if not isinstance(body, list):
        return False
    if body and body[0] in ("def", "class", "lambda"):
        return False
    return (bool(body) and body[0] == "yield") or any(_yields(one) for one in body)


def _class(node: ast.ClassDef) -> Node:
    keywords = [[one.arg, _expression(one.value)] for one in node.keywords]
    decorators = _all(node.decorator_list)
    return ["class", node.lineno, node.name, _all(node.bases), keywords, _body(node.body), decorators]


def _import(node: ast.Import) -> Node:
    return ["import", node.lineno, [[one.name, one.asname] for one in node.names]]


def _from(node: ast.ImportFrom) -> Node:
    return ["from", node.lineno, node.module or "", node.level, [[one.name, one.asname] for one in node.names]]


def _raise(node: ast.Raise) -> Node:
    return ["raise", node.lineno, _expression(node.exc)]


def _assert(node: ast.Assert) -> Node | None:
    value = _expression(node.test)
    return None if value is None else ["expr", node.lineno, value]


_STATEMENTS: dict[type[ast.stmt], Callable[[Any], Node | None]] = {
    ast.Expr: _expr,
    ast.Assign: _assign,
    ast.AnnAssign: _declare,
    ast.AugAssign: _add,
    ast.Return: _return,
    ast.Delete: _del,
    ast.If: _if,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.While: _while,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Try: _try,
    ast.TryStar: _try,
    ast.Match: _match,
    ast.FunctionDef: _def,
    ast.AsyncFunctionDef: _def,
    ast.ClassDef: _class,
    ast.Import: _import,
    ast.ImportFrom: _from,
    ast.Raise: _raise,
    ast.Assert: _assert,
    ast.Break: _simple("break"),
    ast.Continue: _simple("continue"),
}
