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


@functools.lru_cache(maxsize=128)
def _loops(source: tuple[str, ...]) -> dict[int, Span]:
    """The loop of each line that is in one."""
    try:
        tree = ast.parse("\n".join(text.rstrip("\r\n") for text in source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    loops: dict[int, Span] = {}
    comprehensions: dict[int, Span] = {}
    for node in _outer_first(tree):
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


def _outer_first(tree: ast.AST) -> Iterator[ast.AST]:
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(ast.iter_child_nodes(node))
