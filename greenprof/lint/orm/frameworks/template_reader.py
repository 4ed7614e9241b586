"""Django's and Jinja's templates as programs of `greenprof.lint.orm.program`: only what reads values is kept.

Beside the kinds of nodes there: expressions ``given NAME`` (a name of the context), ``dot BASE NAME END`` (an attribute
or item, called if it can be) and ``filter NAME ARGUMENTS KEYWORDS``; statements ``include TEMPLATE NAMES``,
``extends TEMPLATE``, ``block NAME BODY``, ``macro NAME PARAMETERS BODY``, ``importing TEMPLATE ALIAS``,
``taking TEMPLATE NAMES`` and ``tag COLUMN NAME ARGUMENTS KEYWORDS ALIAS`` (a tag that the project may define).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable

from greenprof.lint.orm.program import Node

_PART = re.compile(r"\{%[-+]?\s*(?P<tag>.*?)\s*[-+]?%\}|\{\{[-+]?\s*(?P<shown>.*?)\s*[-+]?\}\}|\{#.*?#\}", re.DOTALL)
_TOKEN = re.compile(
    r"""\s*(?:(?P<string>_?\(?"(?:[^"\\]|\\.)*"\)?|'(?:[^'\\]|\\.)*')|(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_]\w*)"""
    r"""|(?P<sign>==|!=|<=|>=|//|\*\*|[-+*/%~<>=|:.,()\[\]{}]))"""
)
_CHOOSING = frozenset({"and", "or", "if"})
_WORDS = frozenset({"and", "or", "not", "in", "is", "if", "else", "recursive"})
_RAW = re.compile(r"(?:raw|verbatim|comment)\b")


class _Cursor:
    """The tokens of one tag, with the places that they have in the file."""

    def __init__(self, text: str, start: int, place: Callable[[int], tuple[int, int]]) -> None:
        self.tokens: list[tuple[str, str, int]] = []
        at = 0
        while (match := _TOKEN.match(text, at)) is not None and match.end() > at:
            kind = match.lastgroup or ""
            self.tokens.append((kind, match[kind], start + match.start(kind)))
            at = match.end()
        self.at, self._place = 0, place

    def word(self, ahead: int = 0) -> str:
        """The token that comes, or an empty text."""
        return self.tokens[self.at + ahead][1] if self.at + ahead < len(self.tokens) else ""

    def kind(self) -> str:
        """The kind of the token that comes."""
        return self.tokens[self.at][0] if self.at < len(self.tokens) else ""

    def place(self) -> tuple[int, int]:
        """Line and column of the token that comes, or of the last one."""
        return self._place(self.tokens[min(self.at, len(self.tokens) - 1)][2]) if self.tokens else (1, 0)

    def take(self) -> str:
        """The token that comes, which is gone then."""
        self.at += 1
        return self.tokens[self.at - 1][1]

    def took(self, word: str) -> bool:
        """Whether this token comes; it is gone then."""
        if self.word() != word:
            return False
        self.at += 1
        return True

    @property
    def is_done(self) -> bool:
        """Whether no token is left."""
        return self.at >= len(self.tokens)


def program_of_template(text: str) -> list[Node]:
    """The statements of a template."""
    return _Reader(text).body(frozenset())[0]


class _Reader:
    def __init__(self, text: str) -> None:
        self._lines = [0, *(match.end() for match in re.finditer("\n", text))]
        self._text = text
        self._parts = [one for one in _PART.finditer(text) if not one[0].startswith("{#")]
        self._ends = {one["tag"].split(None, 1)[0] for one in self._parts if (one["tag"] or "").startswith("end")}
        self._at = 0

    def _place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._lines, offset)
        start = self._lines[line - 1]
        return line, len(self._text[start:offset].encode())

    def body(self, until: frozenset[str]) -> tuple[list[Node], str]:
        """The statements up to one of some tags, and that tag."""
        found: list[Node] = []
        while self._at < len(self._parts):
            part = self._parts[self._at]
            self._at += 1
            if part["tag"] is None:
                cursor = _Cursor(part["shown"], part.start("shown"), self._place)
                value = expression(cursor)
                if value is not None:
                    found.append(["expr", value[1], ["shown", value[1], value[2], [value]]])
                continue
            name = part["tag"].split(None, 1)[0] if part["tag"] else ""
            name = re.match(r"\w*", name)[0]  # type: ignore[index]
            if name in until:
                return found, part["tag"]
            found += self._tag(
                name, _Cursor(part["tag"][len(name) :], part.start("tag") + len(name), self._place), part
            )
        return found, ""

    def _tag(self, name: str, cursor: _Cursor, part: re.Match[str]) -> list[Node]:
        line, column = self._place(part.start())
        if _RAW.match(name):
            self.body(frozenset((f"end{name}",)))
            return []
        match name:
            case "for":
                return self._for(cursor, line)
            case "if" | "ifchanged" | "ifequal" | "ifnotequal":
                return [self._if(name, cursor, line)]
            case "with":
                return [*_givens(cursor, line), *self.body(frozenset(("endwith",)))[0]]
            case "set":
                return self._set(cursor, line)
            case "include":
                template = _postfix(cursor)
                return [["include", line, template, _pairs(cursor)]]
            case "extends":
                return [["extends", line, _postfix(cursor)]]
            case "block":
                body = self.body(frozenset(("endblock",)))[0]
                return [["block", line, cursor.word(), body]]
            case "macro":
                called, parameters = cursor.take() if not cursor.is_done else "", _parameters(cursor)
                return [
                    ["macro", line, called, parameters, self.body(frozenset(("endmacro",)))[0], [], None, "", column]
                ]
            case "call":
                if cursor.took("("):
                    _arguments(cursor, ")")
                value = expression(cursor)
                return [["expr", line, value], *self.body(frozenset(("endcall",)))[0]]
            case "import":
                template = _postfix(cursor)
                return [["importing", line, template, cursor.word(1)]]
            case "from":
                return [_taking(cursor, line)]
            case "regroup":
                return _regroup(cursor, line)
        tag = _plain(name, cursor, line, column)
        if f"end{name}" in self._ends:
            return [tag, *self.body(frozenset((f"end{name}",)))[0]]
        return [tag] if not name.startswith("end") and name not in ("else", "elif", "empty", "plural") else []

    def _for(self, cursor: _Cursor, line: int) -> list[Node]:
        targets: list[Node] = []
        while not cursor.is_done and not cursor.took("in"):
            at = cursor.place()
            word = cursor.take()
            if word not in ",()":
                targets.append(["name", *at, word])
        iterable = _postfix(cursor)
        while cursor.word() in ("+", "or"):
            cursor.take()
            more = _postfix(cursor)
            iterable = ["either", line, 0, [], [iterable, more]]
        test = expression(cursor) if cursor.took("if") else None
        body, ending = self.body(frozenset(("empty", "else", "endfor")))
        rest: list[Node] = []
        if ending.startswith(("empty", "else")):
            rest = self.body(frozenset(("endfor",)))[0]
        if test is not None:
            body = [["expr", line, test], *body]
        target = targets[0] if len(targets) == 1 else ["list", line, 0, "Tuple", targets]
        return [["for", line, target, iterable, body, rest, [line, 0]]]

    def _if(self, name: str, cursor: _Cursor, line: int) -> Node:
        test = expression(cursor)
        body, ending = self.body(frozenset(("elif", "else", f"end{name}")))
        rest: list[Node] = []
        if ending.startswith("elif"):
            part = self._parts[self._at - 1]
            rest = [
                self._if(name, _Cursor(ending[4:], part.start("tag") + 4, self._place), self._place(part.start())[0])
            ]
        elif ending.startswith("else"):
            rest = self.body(frozenset((f"end{name}",)))[0]
        return ["if", line, ["parts", line, 0, [test], "not"] if test is not None else None, body, rest]

    def _set(self, cursor: _Cursor, line: int) -> list[Node]:
        at = cursor.place()
        name = cursor.take() if not cursor.is_done else ""
        if cursor.took("="):
            return [["assign", line, [["name", *at, name]], expression(cursor)]]
        if "endset" in self._ends and cursor.is_done:
            return self.body(frozenset(("endset",)))[0]
        return []


def expression(cursor: _Cursor) -> Node | None:
    """What comes up to a comma, a bracket or the end: one value, or any of several."""
    found: list[Node] = []
    chooses = False
    while not cursor.is_done and cursor.word() not in (",", ")", "]", "}", ":"):
        chooses |= cursor.word() in _CHOOSING
        if cursor.word() == "is":
            cursor.at += 2 if cursor.word(1) != "not" else 3
        elif cursor.word() in _WORDS or (cursor.kind() == "sign" and cursor.word() not in "([{"):
            cursor.at += 1
        else:
            one = _postfix(cursor)
            if one is not None:
                found.append(one)
    if len(found) > 1:
        return ["either" if chooses else "any", found[0][1], found[0][2], [], found]
    return found[0] if found else None


def _postfix(cursor: _Cursor) -> Node | None:
    """``a.b[0](x)|filter:y``."""
    if cursor.is_done:
        return None
    line, column = cursor.place()
    kind, word = cursor.kind(), cursor.take()
    node: Node | None
    if kind == "string":
        node = ["text", line, column, word.strip("_()")[1:-1]]
    elif kind == "number":
        node = ["const", line, column, int(word) if word.isdigit() else 0]
    elif kind == "name":
        node = ["given", line, column, word]
    elif word in "([":
        values = _arguments(cursor, ")" if word == "(" else "]")[0]
        node = values[0] if word == "(" and len(values) == 1 else ["list", line, column, "List", values]
    elif word == "{":
        node = _dictionary(cursor, line, column)
    else:
        return None
    while not cursor.is_done and node is not None:
        at = cursor.place()
        if cursor.word() == "." and cursor.at + 1 < len(cursor.tokens):
            cursor.take()
            name = cursor.take()
            end = [at[0], at[1] + 1 + len(name.encode())]
            node = ["item", *at, node, ["const", *at, int(name)]] if name.isdigit() else ["dot", *at, node, name, end]
        elif cursor.took("["):
            inner = _arguments(cursor, "]")[0]
            node = ["item", *at, node, inner[0] if inner else None]
        elif cursor.took("("):
            args, keywords = _arguments(cursor, ")")
            node = ["call", node[1], node[2], ["attr", *node[1:]] if node[0] == "dot" else node, args, keywords, [*at]]
        elif cursor.took("|"):
            at = cursor.place()
            name = cursor.take() if not cursor.is_done else ""
            values, keywords = _arguments(cursor, ")") if cursor.took("(") else ([], [])
            if cursor.took(":"):
                values = [_postfix(cursor)]
            node = ["filter", *at, name, [node, *values], keywords]
        else:
            break
    return node


def _arguments(cursor: _Cursor, end: str) -> tuple[list[Node | None], list[list[object]]]:
    args: list[Node | None] = []
    keywords: list[list[object]] = []
    while not cursor.is_done and not cursor.took(end):
        before = cursor.at
        if cursor.kind() == "name" and cursor.word(1) == "=":
            name = cursor.take()
            cursor.take()
            keywords.append([name, expression(cursor)])
        elif not cursor.took(","):
            args.append(expression(cursor))
        if cursor.at == before:
            cursor.at += 1
    return args, keywords


def _dictionary(cursor: _Cursor, line: int, column: int) -> Node:
    keys: list[Node | None] = []
    values: list[Node | None] = []
    while not cursor.is_done and not cursor.took("}"):
        before = cursor.at
        key = expression(cursor)
        if cursor.took(":"):
            keys.append(key)
            values.append(expression(cursor))
        cursor.took(",")
        if cursor.at == before:
            cursor.at += 1
    return ["dict", line, column, keys, values]


def _pairs(cursor: _Cursor) -> list[list[object]]:
    """``with name=value other=value``."""
    found: list[list[object]] = []
    while not cursor.is_done:
        if cursor.kind() == "name" and cursor.word(1) == "=":
            name = cursor.take()
            cursor.take()
            found.append([name, _postfix(cursor)])
        else:
            cursor.at += 1
    return found


def _givens(cursor: _Cursor, line: int) -> list[Node]:
    """``with name=value`` and ``with value as name``."""
    if cursor.kind() == "name" and cursor.word(1) == "=":
        return [["assign", line, [["name", line, 0, name]], value] for name, value in _pairs(cursor)]
    value = _postfix(cursor)
    return [["assign", line, [["name", line, 0, cursor.word()]], value]] if cursor.took("as") else []


def _parameters(cursor: _Cursor) -> list[object]:
    args, keywords = _arguments(cursor, ")") if cursor.took("(") else ([], [])
    names = [[one[3], None, None] for one in args if one is not None and one[0] == "given"]
    return [[*names, *([name, None, value] for name, value in keywords)], None, [], None]


def _taking(cursor: _Cursor, line: int) -> Node:
    template = _postfix(cursor)
    cursor.took("import")
    names: list[list[str]] = []
    while cursor.kind() == "name" and cursor.word() not in ("with", "without"):
        name = cursor.take()
        names.append([name, cursor.take() if cursor.took("as") else name])
        cursor.took(",")
    return ["taking", line, template, names]


def _regroup(cursor: _Cursor, line: int) -> list[Node]:
    """``regroup rows by author.name as groups``: the attribute is read of each."""
    value = _postfix(cursor)
    if not cursor.took("by"):
        return []
    at = cursor.place()
    path = [cursor.take()] if not cursor.is_done else []
    while cursor.took("."):
        path.append(cursor.take())
    groups: Node = ["filter", *at, "groupby", [value, ["text", *at, ".".join(path)]], []]
    return [["assign", line, [["name", line, 0, cursor.word()]], groups]] if cursor.took("as") else []


def _plain(name: str, cursor: _Cursor, line: int, column: int) -> Node:
    """A tag of which nothing is known: its arguments are read."""
    args: list[Node | None] = []
    keywords: list[list[object]] = []
    alias = ""
    while not cursor.is_done:
        before = cursor.at
        if cursor.word() == "as" and cursor.word(1):
            cursor.take()
            alias = cursor.take()
        elif cursor.kind() == "name" and cursor.word(1) == "=":
            word = cursor.take()
            cursor.take()
            keywords.append([word, _postfix(cursor)])
        else:
            args.append(_postfix(cursor))
        if cursor.at == before:
            cursor.at += 1
    return ["tag", line, column, name, args, keywords, alias]
