"""How code has to be written so that it can stand somewhere else: parentheses, line ends, comments."""

from __future__ import annotations

import ast
import io
import tokenize
from collections import Counter

_DELIMITED = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.Return, ast.keyword, ast.If, ast.While)


def needs_parentheses(text: str, node: ast.expr, parent: ast.AST) -> bool:
    """Whether the expression `text` needs some in the place of `node`, which stands right in `parent`."""
    try:
        expr = ast.parse(text, mode="eval").body
        holds_together = isinstance(ast.parse(f"{text}[0]", mode="eval").body, ast.Subscript)
    except SyntaxError:  # such as one that goes over several lines
        return True
    if isinstance(parent, ast.Attribute) and isinstance(expr, ast.Constant):
        return not isinstance(expr.value, str | bytes)
    is_argument = isinstance(parent, ast.Call) and node is not parent.func
    delimited = is_argument or isinstance(parent, _DELIMITED)
    return not holds_together and (isinstance(expr, ast.Tuple) or not delimited)


def sole_argument(text: str) -> str:
    """The code of an expression as the one argument of a call, whose parentheses a generator can do with."""
    try:
        is_generator = isinstance(ast.parse(text, mode="eval").body, ast.GeneratorExp)
    except SyntaxError:
        return text
    return text[1:-1] if is_generator and text[0] == "(" else text


def comments_in(text: str) -> Counter[str]:
    """The comments in a part of a file."""
    found: Counter[str] = Counter()
    if "#" in text:
        try:
            for token in tokenize.generate_tokens(io.StringIO(f"({text}\n)").readline):
                if token.type == tokenize.COMMENT:
                    found[token.string] += 1
        except (tokenize.TokenError, SyntaxError):
            return Counter(text.count("#") * ["#"])
    return found


def standing_alone(text: str) -> str:
    """The code of an expression so that it can stand in a statement: in parentheses if it needs some for its lines."""
    try:
        ast.parse(text.strip(), mode="eval")
    except SyntaxError:
        return f"({text})"
    return text


def moved_over(place: tuple[int, int], over: str) -> tuple[int, int]:
    """The line and column behind the text `over`, which starts at `place`."""
    line, column = place
    ends = over.count("\n")
    return (line + ends, len(over) - over.rfind("\n")) if ends else (line, column + len(over))
