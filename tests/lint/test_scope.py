"""What the linter takes a name to be, seen through what it calls a value's origin and kind."""

import ast
import textwrap

import pytest

from greenprof.lint.scope import Scope


def origins(code, name="x"):
    """Origins of a use of `name` in the last function of the code, or in the module if there is none."""
    tree = ast.parse(textwrap.dedent(code))
    scope = Scope(tree)
    here = scope
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            here = scope.child(node)
        elif isinstance(node, ast.ClassDef) and isinstance(node.body[-1], ast.FunctionDef):
            here = scope.child(node).child(node.body[-1])
    return set(here.origins(ast.parse(name, mode="eval").body))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import a.b as c\nx = c.d()", {"a.b.d()"}),
        ("import a.b\nx = a.b.c", {"a.b.c"}),
        ("from a import b as c\nx = c", {"a.b"}),
        ("from . import b\nx = b()", {".b()"}),
        ("from .a import b\nx = b()", {".a.b()"}),
        ("x = []", {"builtins.list()"}),
        ("x = [i for i in y]", {"builtins.list()"}),
        ("x = list(y)", {"builtins.list()"}),
        ("x = f'{y}'", {"builtins.str()"}),
        ("x = 'a' + y", {"builtins.str()"}),
        ("x = 'a%s' % y", {"builtins.str()"}),
        ("x = 1 + y", {"?"}),
        ("x = None\nx = {}", {"builtins.dict()"}),
        ("x = [] if y else set()", {"builtins.list()", "builtins.set()"}),
        ("x = y or []", {"?y", "builtins.list()"}),
        ("x = [1]\nx = x[1:]", {"builtins.list()", "builtins.list()[:]"}),
        ("x = x.strip()", set()),
        ("x = y", {"?y"}),
        ("x, z = [], {}", {"builtins.list()"}),
        ("for x in [1]:\n    pass", {"builtins.list()[]"}),
        ("for i, x in enumerate([1]):\n    pass", {"builtins.list()[]"}),
        ("for i, x in y:\n    pass", {"?x"}),
        ("with open(p) as x:\n    pass", {"builtins.open()"}),
        ("async def f(y):\n    x = await y.z()", {"?y.z()"}),
        ("if (x := []):\n    pass", {"builtins.list()"}),
        ("class C:\n    pass\nclass D:\n    def f(self):\n        x = C()", {"class:C()"}),
        ("from a import B\ndef f(x: B): pass", {"a.B()"}),
        ("from a import B\ndef f(x: 'B'): pass", {"a.B()"}),
        ("from a import B\ndef f(x: B | None): pass", {"a.B()"}),
        ("from a import B\ndef f(x: Optional[B] = None): pass", {"a.B()"}),
        ("from a import B\ndef f(x: Annotated[B, 3]): pass", {"a.B()"}),
        ("def f(x: list[int]): pass", {"builtins.list()"}),
        ("def f(x): pass", {"?x"}),
        ("def f(*x): pass", {"builtins.tuple()"}),
        ("def f(**x): pass", {"builtins.dict()"}),
        ("def f(x: 'not ( python'): pass", {"?"}),
        ("from a import B\nx: B = make()", {"a.B()"}),
        ("from a import B\ndef g() -> B: pass\ndef f():\n    x = g()", {"a.B()"}),
        ("x = []\ndef f():\n    pass", {"builtins.list()"}),
        ("x = []\ndef f():\n    x = {}", {"builtins.dict()"}),
        ("x = print", {"builtins.print"}),
    ],
)
def test_origin(code, expected):
    assert origins(code) == expected


def test_attributes_of_self():
    code = """
        from a import B
        class C:
            limit: int = 3
            def __init__(self, b: B, other):
                self.b = b
                self.other = other
                self.items: list[int] = []
            def f(self):
                pass
    """
    assert origins(code, "self.b.c()") == {"a.B().c()"}
    assert origins(code, "self.other") == {"?other"}
    assert origins(code, "self.items") == {"builtins.list()"}
    assert origins(code, "self.limit") == {"builtins.int()"}
    assert origins(code, "self.nothing") == {"?self.nothing"}


def test_a_loop_binds_its_own_variable():
    tree = ast.parse("for x in [1]:\n    pass\nfor x in {2}:\n    pass\n")
    scope, name = Scope(tree), ast.parse("x", mode="eval").body
    assert scope.origins(name, range(1, 3)) == {"builtins.list()[]"}
    assert scope.origins(name, range(3, 5)) == {"builtins.set()[]"}
    assert scope.origins(name) == {"builtins.list()[]", "builtins.set()[]"}


def test_names_that_refer_to_each_other_without_end():
    names = [f"n{i}" for i in range(12)]
    code = "\n".join(f"{one} = {other} or {other}.x" for one in names for other in names)
    assert Scope(ast.parse(code)).kind(ast.parse("n0", mode="eval").body) is None


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("s = ''", True),
        ("s = ''\n    [s for _ in y]", True),
        ("global s\n    s = ''", False),
        ("s = ''\n    def g():\n        return s", False),
        ("s = ''\n    return lambda: s", False),
        ("pass", False),
    ],
)
def test_fast_local(body, expected):
    tree = ast.parse(f"def f():\n    {body}\n")
    assert Scope(tree).child(tree.body[0]).is_fast_local("s") is expected
