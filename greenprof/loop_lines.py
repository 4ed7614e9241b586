"""Pure: the loop that a line of source is in, for where a sampled line stands for its loop.

A sampler inside the process is let run only at the ends of loops and at calls (`greenprof.sampler.inside`): what was
seen on one line of a loop may have been spent on any of them.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator, Sequence

_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

Span = tuple[int, int]


def loop_of(source: Sequence[str], line: int) -> Span:
    """First and last line, from 1, of the innermost ``for`` or ``while`` around `line`: header and body, not ``else``.

    A loop around a function does not count for the lines of the function: they run when it is called. Where there is no
    such loop, a comprehension counts as one. Without any, and in what cannot be parsed, it is the line alone.
    """
    return _loops(tuple(source)).get(line, (line, line))


def repeats(source: Sequence[str], line: int) -> bool:
    """Whether a loop or a comprehension in the same function repeats `line`, which the head of a ``for`` is not."""
    return line in _repeated(tuple(source))


@functools.lru_cache(maxsize=128)
def _repeated(source: tuple[str, ...]) -> frozenset[int]:
    lines: set[int] = set()
    for node in _outer_first(_tree(source)):
        if isinstance(node, ast.For | ast.AsyncFor):
            lines.update(range(node.body[0].lineno, (node.body[-1].end_lineno or 0) + 1))
        elif isinstance(node, (ast.While, *_COMPREHENSIONS)):
            lines.update(range(node.lineno, (node.end_lineno or 0) + 1))
        elif isinstance(node, _FUNCTIONS):
            lines.difference_update(range(node.body[0].lineno, (node.end_lineno or 0) + 1))
    return frozenset(lines)


@functools.lru_cache(maxsize=128)
def _loops(source: tuple[str, ...]) -> dict[int, Span]:
    """The loop of each line that is in one."""
    loops: dict[int, Span] = {}
    comprehensions: dict[int, Span] = {}
    for node in _outer_first(_tree(source)):
        if isinstance(node, _LOOPS):
            last = node.body[-1].end_lineno or node.lineno
            loops.update(dict.fromkeys(range(node.lineno, last + 1), (node.lineno, last)))
        elif isinstance(node, _COMPREHENSIONS):
            last = node.end_lineno or node.lineno
            for line in range(node.lineno, last + 1):
                comprehensions.setdefault(line, (node.lineno, last))
        elif isinstance(node, _FUNCTIONS):
            for line in range(max(node.body[0].lineno, node.lineno + 1), (node.end_lineno or node.lineno) + 1):
                loops.pop(line, None)
    return comprehensions | loops


def _tree(source: tuple[str, ...]) -> ast.AST:
    """Its syntax; nothing at all where it cannot be parsed."""
    try:
        return ast.parse("\n".join(text.rstrip("\r\n") for text in source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module(body=[], type_ignores=[])


def _outer_first(tree: ast.AST) -> Iterator[ast.AST]:
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(ast.iter_child_nodes(node))
