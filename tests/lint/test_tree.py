"""A numbered tree gives the same nodes as going down into it."""

import ast
import sysconfig
from pathlib import Path

import pytest

from greenprof.lint.tree import all_nodes, numbered, own_nodes

STANDARD_LIBRARY = Path(sysconfig.get_path("stdlib"))
NAMES = ("asyncio/base_events.py", "dataclasses.py", "enum.py", "typing.py", "ast.py")
LEAVES = (ast.expr_context, ast.boolop, ast.operator, ast.unaryop, ast.cmpop)
ODD = """
@decorated(lambda: 1)
def f(a: int = [x for x in y], *, b, c=2) -> {k: v for k, v in z}:
    match a:
        case {"k": [1, *rest], **others} | C(x=1) if b: return (lambda q: [q for q in a])(b)
    async def g():
        async for x in y: await x
    class D(E, metaclass=F): z: G = 1
    try: pass
    except* H as h: del h
    print(f"{a!r:>{b}}", {**a, "k": b}, a[1:b, ...], not a, a < b <= c)
"""


def trees():
    yield pytest.param(ast.parse(ODD), id="odd")
    for name in NAMES:
        yield pytest.param(ast.parse((STANDARD_LIBRARY / name).read_text(encoding="utf-8")), id=name)


@pytest.mark.parametrize("tree", list(trees()))
def test_same_nodes_as_going_down(tree):
    walked = {id(one) for one in ast.walk(tree) if not isinstance(one, LEAVES)}
    own = {node: {id(one) for one in own_nodes(node)} for node in ast.walk(tree)}  # before it is numbered
    nodes = numbered(tree)
    assert len(nodes.order) == len(walked) and {id(one) for one in nodes.order} == walked
    for node in nodes.order:
        below = [id(one) for one in all_nodes(node)]
        assert below[0] == id(node)
        assert set(below) == {id(one) for one in ast.walk(node) if not isinstance(one, LEAVES)}
        assert {id(one) for one in own_nodes(node)} == own[node]
        if node is not tree:
            assert node in list(ast.iter_child_nodes(nodes.parent(nodes.place(node))))


def test_another_tree_is_gone_through_as_well():
    old, new = ast.parse("a + b"), ast.parse("c")
    numbered(old)
    numbered(new)
    assert [one.id for one in all_nodes(old) if isinstance(one, ast.Name)] == ["a", "b"]
    assert [one.id for one in own_nodes(old) if isinstance(one, ast.Name)] == ["a", "b"]
