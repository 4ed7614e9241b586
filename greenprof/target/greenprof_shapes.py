# ruff: noqa: PLR0912
"""The shape of an SQL statement: what is the same in all that differ in their values only.

Values become ``?``, lists of values one value, comments and superfluous white space nothing. By hand and not
by `re`, which the program may not have imported.
"""

LONGEST = 2000
_NAMED = frozenset({"SAVEPOINT", "DECLARE"})  # what follows is a name that an ORM has made up
_WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$")
_DIGITS = frozenset("0123456789")
_PLACEHOLDERS = frozenset("?:@$%")


def shape_of(statement: str) -> str:
    """`statement` without its values, at most 2,000 characters of it."""
    shape = "".join(_folded(_tokens(statement[: 10 * LONGEST]))).strip(" ;")
    return shape if len(shape) <= LONGEST else shape[:LONGEST] + "…"


def _tokens(text: str) -> list[str]:
    """Words, signs, quoted names, ``?`` for each value or placeholder, and one space for each space or comment."""
    tokens: list[str] = []
    at, end = 0, len(text)
    while at < end:
        sign = text[at]
        begun = at
        if sign.isspace():
            at += 1
        elif text.startswith("--", at):
            at = _after(text, "\n", at)
        elif text.startswith("/*", at):
            at = _after(text, "*/", at + 2)
        if at > begun:
            if tokens and tokens[-1] != " ":
                tokens.append(" ")
            continue
        named = _last_word(tokens) in _NAMED
        if sign == "'":
            at = _after_quote(text, at)
            if tokens and tokens[-1] in ("E", "e", "N", "n", "X", "x", "B", "b"):  # E'…' is one value
                tokens.pop()
            tokens.append("?")
        elif sign in '"`[' and (sign != "[" or _is_name(text, at)):
            start, at = at, _after_quote(text, at) if sign != "[" else text.index("]", at) + 1
            tokens.append("?" if named else text[start:at])
        elif sign in _DIGITS or (sign == "." and text[at + 1 : at + 2] in _DIGITS and text[at + 1 : at + 2]):
            at = _after_number(text, at)
            tokens.append("?")
        elif sign in _PLACEHOLDERS and (after := _after_placeholder(text, at)):
            at = after
            tokens.append("?")
        elif sign in _WORD or sign.isalpha():
            start = at
            while at < end and (text[at] in _WORD or text[at].isalpha()):
                at += 1
            tokens.append("?" if named else text[start:at])
        else:
            tokens.append(sign)
            at += 1
    return tokens


def _last_word(tokens: list[str]) -> str:
    """The last token that is no space, in capitals; empty if there is none."""
    last = tokens[-2:-1] if tokens[-1:] == [" "] else tokens[-1:]
    return last[0].upper() if last else ""


def _after(text: str, mark: str, at: int) -> int:
    found = text.find(mark, at)
    return len(text) if found < 0 else found + len(mark)


def _after_quote(text: str, at: int) -> int:
    """Behind the quoted text that begins at `at`; a quote in it is doubled."""
    quote = text[at]
    at += 1
    while (found := text.find(quote, at)) >= 0:
        at = found + 1
        if text[at : at + 1] != quote:
            return at
        at += 1
    return len(text)


def _is_name(text: str, at: int) -> bool:
    """Whether ``[`` begins a name as of SQL Server, and not the index of an array."""
    return text[at + 1 : at + 2].isalpha() and "]" in text[at:] and (at == 0 or text[at - 1] not in _WORD)


def _after_number(text: str, at: int) -> int:
    end = len(text)
    while at < end and (text[at] in _WORD or text[at] == "." or (text[at] in "+-" and text[at - 1] in "eE")):
        at += 1
    return at


def _after_placeholder(text: str, at: int) -> int:
    """Behind the placeholder or the text in dollars that begins at `at`; 0 if there is none."""
    sign, following = text[at], text[at + 1 : at + 2]
    if sign == "%":
        if following in ("s", "b", "t"):
            return at + 2
        return _after(text, ")", at) + 1 if following == "(" else 0
    if sign == "$" and (following == "$" or following.isalpha()):
        tag = text[at : _after(text, "$", at + 1)]
        return _after(text, tag, at + len(tag)) if tag.endswith("$") and tag[1:-1].isalnum() | (len(tag) == 2) else 0
    if sign in ":@" and not (following.isalpha() or following == "_" or (following in _DIGITS and sign == ":")):
        return 0
    if sign == ":" and at and text[at - 1] == ":":
        return 0
    at += 1
    while at < len(text) and text[at] in _WORD:
        at += 1
    return at


def _folded(tokens: list[str]) -> list[str]:
    """Lists of values as one value: ``IN (?)`` and ``VALUES (?)``, however many there are."""
    folded: list[str] = []
    at = 0
    while at < len(tokens):
        before = _last_word(folded) if tokens[at] == "(" else ""
        after = _after_values(tokens, at) if before in ("IN", "VALUES") else 0
        if not after:
            folded.append(tokens[at])
            at += 1
            continue
        while before == "VALUES" and (comma := _skip(tokens, after, " ")) and tokens[comma : comma + 1] == [","]:
            row = _skip(tokens, comma + 1, " ")
            if tokens[row : row + 1] != ["("] or not (more := _after_values(tokens, row)):
                break
            after = more
        folded.append("(?)")
        at = after
    return folded


def _after_values(tokens: list[str], at: int) -> int:
    """Behind ``(?, ?, …)`` that begins at `at`; 0 if there is anything else in it."""
    after = _skip(tokens, at + 1, "?", ",", " ", "-", "NULL", "DEFAULT")
    return after + 1 if tokens[after : after + 1] == [")"] and after > at + 1 else 0


def _skip(tokens: list[str], at: int, *these: str) -> int:
    while at < len(tokens) and tokens[at] in these:
        at += 1
    return at
