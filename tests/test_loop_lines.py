"""The loop that a sampled line stands for."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenprof.loop_lines import loop_of

PROGRAM = """\
import os
for a in x:
    one()
    while b:
        two()
        three()
    else:
        four()
    five()
else:
    six()
seven()
def f():
    eight()
    async def g():
        async for c in y:
            nine()
for d in z:
    def h():
        ten()
        for e in w: eleven()
    class K:
        twelve = 1
    v = sorted(d, key=lambda t: t)
    u = [
        i for i in d
    ]
thirteen = [
    k
    for k in x
]
fourteen = {l for l in x}
""".splitlines()

EXPECTED = {
    1: (1, 1), 2: (2, 9), 3: (2, 9), 4: (4, 6), 5: (4, 6), 6: (4, 6), 7: (2, 9), 8: (2, 9), 9: (2, 9), 11: (11, 11),
    12: (12, 12), 14: (14, 14), 16: (16, 17), 17: (16, 17), 18: (18, 27), 19: (18, 27), 20: (20, 20), 21: (21, 21),
    22: (18, 27), 23: (18, 27), 24: (18, 27), 25: (18, 27), 26: (18, 27), 28: (28, 31), 30: (28, 31), 32: (32, 32),
}  # fmt: skip


@pytest.mark.parametrize(("line", "span"), EXPECTED.items())
def test_the_innermost_loop_that_runs_the_line(line, span) -> None:
    assert loop_of(PROGRAM, line) == span


@pytest.mark.parametrize("source", [[], ["x = ("], ["\0"], ["for x in y: pass", "  odd"]])
@pytest.mark.parametrize("line", [0, 1, 2, 99])
def test_what_cannot_be_parsed_or_is_not_there_is_the_line_alone(source, line) -> None:
    assert loop_of(source, line) == (line, line)


def test_line_ends_do_not_matter() -> None:
    for end in ("", "\n", "\r\n"):
        assert loop_of([text + end for text in PROGRAM], 5) == (4, 6)


@st.composite
def programs(draw, depth=3, indent=0):
    """Statements with loops, functions and conditions in each other."""
    lines = []
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(["pass", "for", "while", "if", "def"] if depth else ["pass"]))
        head = {"pass": "x = 1", "for": "for i in y:", "while": "while y:", "if": "if y:", "def": "def f():"}[kind]
        lines.append(" " * indent + head)
        if kind != "pass":
            lines += draw(programs(depth=depth - 1, indent=indent + 1))
    return lines


@given(programs())
def test_every_line_is_in_its_loop_which_is_as_small_as_can_be(lines) -> None:
    loops = [node for node in ast.walk(ast.parse("\n".join(lines))) if isinstance(node, ast.For | ast.While)]
    for line in range(1, len(lines) + 1):
        first, last = loop_of(lines, line)
        assert first <= line <= last
        if (first, last) == (line, line) and line not in {loop.lineno for loop in loops}:
            continue
        assert first in {loop.lineno for loop in loops}
        inside = [loop for loop in loops if first < loop.lineno <= line <= loop.end_lineno]
        assert not inside, "there is a smaller loop around this line"
