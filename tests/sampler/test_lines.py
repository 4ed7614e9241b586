"""The decoder of location tables, against the one of the interpreter that made them."""

import ast
import inspect
import subprocess
import textwrap
import types

from hypothesis import given, settings
from hypothesis import strategies as st

from greenprof.sampler.lines import lines_of


def by_offset(entries):
    return {offset: line for start, end, line in entries for offset in range(start, end, 2)}


def all_code(code):
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from all_code(constant)


def check(code):
    for each in all_code(code):
        assert by_offset(lines_of(each.co_linetable, each.co_firstlineno)) == by_offset(each.co_lines())


def test_real_modules():
    for module in (subprocess, textwrap, inspect, ast):
        check(compile(inspect.getsource(module), "x.py", "exec"))


gap = st.integers(0, 400).map(lambda n: "\n" * n)
indent = st.integers(0, 300).map(lambda n: " " * n)
expression = st.recursive(
    st.sampled_from(["a", "b.c", "f(1)", "'text'", "x[0]"]),
    lambda inner: st.one_of(
        st.tuples(inner, gap, inner).map(lambda t: f"({t[0]} +{t[1]} {t[2]})"),
        st.tuples(inner, gap, inner).map(lambda t: f"g({t[0]},{t[1]} {t[2]})"),
        st.tuples(inner, gap).map(lambda t: f"[i for i in{t[1]} {t[0]}]" if "\n" not in t[1] else f"[{t[1]} {t[0]}]"),
    ),
    max_leaves=12,
)
statement = st.one_of(
    st.tuples(gap, expression).map(lambda t: f"{t[0]}x = {t[1]}"),
    st.tuples(gap, expression).map(lambda t: f"{t[0]}for i in {t[1]}:\n  y = i"),
    st.tuples(gap, expression).map(lambda t: f"{t[0]}try:\n  {t[1]}\nexcept E:\n  pass\nfinally:\n  z()"),
    st.tuples(gap, expression).map(lambda t: f"{t[0]}with {t[1]} as w:\n  v = w"),
    st.tuples(gap, indent, expression).map(lambda t: f"{t[0]}def h():\n {t[1]}return {t[2]}"),
    st.tuples(gap, expression).map(lambda t: f"{t[0]}async def k():\n  await {t[1]}\n  yield 1"),
)


@given(st.lists(statement, min_size=1, max_size=6))
@settings(deadline=None, max_examples=150)
def test_any_program(statements):
    check(compile("\n".join(statements) + "\n", "x.py", "exec"))


@given(st.binary(max_size=200), st.integers(0, 10**6))
def test_any_bytes_give_entries_in_order_and_no_error(table, first_line):
    end = 0
    for start, stop, _ in lines_of(table, first_line):
        assert start == end < stop
        end = stop
