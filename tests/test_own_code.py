from __future__ import annotations

import pytest

from greenprof.model import OTHER_CODE, Frame
from greenprof.own_code import INSTALLED, OWN, STANDARD, OwnCode, Scope, level_of, own_code


def stack(*paths: str) -> tuple[Frame, ...]:
    return tuple(Frame(path=path, line=n, function=f"f{n}", function_line=n) for n, path in enumerate(paths, 1))


@pytest.mark.parametrize(
    ("path", "level"),
    [
        ("app.py", OWN),
        ("/srv/shop/lib/orders.py", OWN),
        ("/srv/library/python/x.py", OWN),
        ("<stdin>", OWN),
        (".venv/lib/python3.12/site-packages/django/db/models/query.py", INSTALLED),
        ("/usr/lib/python3/dist-packages/yaml/__init__.py", INSTALLED),
        ("C:\\env\\Lib\\site-packages\\x.py", INSTALLED),
        (".venv/bin/pytest", INSTALLED),
        (own_code.__code__.co_filename, INSTALLED),  # greenprof itself, in a clone too
        ("/srv/greenprof/app.py", OWN),
        ("/usr/lib/python3.11/json/encoder.py", STANDARD),
        ("/usr/lib64/python3.13/asyncio/events.py", STANDARD),
        ("/usr/lib/python311.zip/json/encoder.py", STANDARD),
        ("<frozen importlib._bootstrap>", STANDARD),
        ("<string>", None),
        ("<attrs generated init app.Order>", None),
    ],
)
def test_where_a_file_lies_says_whose_it_is(path: str, level: int | None) -> None:
    assert level_of(path) == level


@pytest.mark.parametrize(
    ("paths", "line"),
    [
        (("app.py",), 1),
        (("app.py", "/e/site-packages/orm/a.py"), 1),
        (("app.py", "/e/site-packages/orm/a.py", "app.py"), 3),
        (("app.py", "/e/site-packages/orm/a.py", "<string>"), 1),
        (("app.py", "<string>"), 1),
        (("<string>", "<string>"), 2),
        (("<string>", "/usr/lib/python3.11/json/encoder.py"), 1),
        (("/usr/lib/python3.11/runpy.py", "<stdin>"), 2),
        (("/usr/lib/python3.11/threading.py",), 1),
        (("/usr/lib/python3.11/threading.py", "/e/site-packages/orm/a.py", "/usr/lib/python3.11/queue.py"), 2),
        (("/e/site-packages/orm/a.py", "/e/site-packages/orm/b.py", "/usr/lib/python3.11/json/encoder.py"), 2),
    ],
)
def test_the_innermost_own_line_is_charged(paths: tuple[str, ...], line: int) -> None:
    assert OwnCode(OWN).line_of(stack(*paths)).line == line


def test_a_tool_is_its_own_code_when_nothing_else_is() -> None:
    tool = stack(".venv/bin/black", "/e/site-packages/black/main.py", "/usr/lib/python3.11/ast.py")
    assert own_code([(tool, 99.0), (stack("conf.py"), 1.0)]) == OwnCode(INSTALLED)
    assert own_code([(tool, 9.0), (stack("conf.py"), 1.0)]) == OwnCode(OWN)  # tests of a project, run by a framework
    assert own_code([(stack("/usr/lib/python3.11/ast.py"), 1.0)]) == OwnCode(STANDARD)
    assert own_code([]) == OwnCode(OWN)
    assert own_code([(tool, 1.0), (stack("<command: gzip>"), 99.0)]) == OwnCode(INSTALLED)


@pytest.mark.parametrize(
    ("scope", "paths", "path"),
    [
        (Scope(include=("lib.py",)), ("app.py", "lib.py", "/usr/lib/python3.11/json/encoder.py"), "lib.py"),
        (Scope(include=("lib.py",)), ("app.py", "/usr/lib/python3.11/json/encoder.py"), OTHER_CODE),
        (Scope(include=("lib.py",)), ("<command: gzip>",), "<command: gzip>"),
        (Scope(exclude=("orm",)), ("app.py", "orm/a.py", "/usr/lib/python3.11/json/encoder.py"), "app.py"),
        (Scope(exclude=("orm",)), ("orm/a.py", "orm/b.py"), OTHER_CODE),
        (Scope(exclude=("orm",)), ("orm/a.py", "/usr/lib/python3.11/queue.py"), "/usr/lib/python3.11/queue.py"),
    ],
)
def test_what_was_left_out_is_nobodys_line(scope: Scope, paths: tuple[str, ...], path: str) -> None:
    assert OwnCode(OWN, scope).line_of(stack(*paths)).path == path
