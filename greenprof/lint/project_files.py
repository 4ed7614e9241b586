"""Which files are a project's: its modules by name, its tests, its templates."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from greenprof.lint.files import absolute

FOLDERS = ("templates", "jinja2", "template")
_ENDINGS = (".html", ".htm", ".txt", ".xml", ".j2", ".jinja", ".jinja2", ".md", ".mjml", ".djhtml", ".csv", ".eml")
_TESTS = frozenset({"tests", "test", "testing"})


def module_names(paths: Iterable[str]) -> dict[str, tuple[str, bool]]:
    """The name of the module that each file is, below the folder that has them all; and whether it is a package."""
    places = {path: absolute(path) for path in paths}
    files = set(places.values())
    top = os.path.commonpath([place.rpartition(os.sep)[0] or os.sep for place in files]) if files else ""
    while f"{top}{os.sep}__init__.py" in files:  # a package has the name of its folder
        top = top.rpartition(os.sep)[0]
    skip, own = len(top.rstrip(os.sep)) + 1, top.rpartition(os.sep)[2]
    found = {}
    for path, place in places.items():
        *folders, name = place[skip:].split(os.sep)  # noqa: PTH206
        stem = name.rpartition(".")[0] or name
        is_package = stem == "__init__"
        found[path] = (".".join(folders or [own]) if is_package else ".".join([*folders, stem]), is_package)
    return found


def is_test(name: str) -> bool:
    """Whether a module, by its name in the project, is one of tests: its loops go through what it made itself."""
    *folders, last = name.split(".")
    return any(one in _TESTS for one in folders) or last.startswith("test_") or last in ("tests", "conftest")


def template_paths(python_paths: Iterable[str]) -> list[str]:
    """The templates in folders beside the Python files of a project, and beside the folders that these are in."""
    folders = {path.rpartition(os.sep)[0] for path in python_paths}
    try:
        top = os.path.commonpath(folders) if folders else ""
    except ValueError:  # some absolute, some not
        top = max(folders, key=len)
    above = set()
    for folder in folders:
        up = folder
        while up not in above and (up == folder or len(up) >= len(top)):
            above.add(up)
            up = up.rpartition(os.sep)[0]
    return sorted({path for folder in above for name in FOLDERS for path in _below(os.path.join(folder, name))})  # noqa: PTH118


def _below(folder: str) -> Iterator[str]:
    for place, _, names in os.walk(folder):
        yield from (os.path.join(place, name) for name in names if name.endswith(_ENDINGS))  # noqa: PTH118
