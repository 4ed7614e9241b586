"""Which files are a project's: its modules by name, its tests, its templates."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from greenprof.lint.files import absolute

FOLDERS = ("templates", "jinja2", "template")
_ENDINGS = (".html", ".htm", ".txt", ".xml", ".j2", ".jinja", ".jinja2", ".md", ".mjml", ".djhtml", ".csv", ".eml")
_TESTS = frozenset({"tests", "test", "testing"})


def module_names(paths: Iterable[str]) -> dict[str, tuple[str, bool]]:
    """The name of the module that each file is, below the folder that has them all; and whether it is a package."""
    places = {path: Path(absolute(Path(path))) for path in paths}
    top = Path(os.path.commonpath([one.parent for one in places.values()])) if places else Path()
    files = set(places.values())
    while top / "__init__.py" in files:  # a package has the name of its folder
        top = top.parent
    found = {}
    for path, place in places.items():
        parts = [*place.relative_to(top).parent.parts, place.stem]
        is_package = parts[-1] == "__init__"
        found[path] = (".".join(parts[:-1] or [top.name]) if is_package else ".".join(parts), is_package)
    return found


def is_test(name: str) -> bool:
    """Whether a module, by its name in the project, is one of tests: its loops go through what it made itself."""
    *folders, last = name.split(".")
    return any(one in _TESTS for one in folders) or last.startswith("test_") or last in ("tests", "conftest")


def template_paths(python_paths: Iterable[str]) -> list[str]:
    """The templates in folders beside the Python files of a project, and beside the folders that these are in."""
    folders = {Path(path).parent for path in python_paths}
    try:
        top = len(Path(os.path.commonpath(folders)).parts) if folders else 0
    except ValueError:  # some absolute, some not
        top = max(len(folder.parts) for folder in folders)
    above = {up for folder in folders for up in (folder, *folder.parents) if len(up.parts) >= top or up == folder}
    return sorted({str(path) for folder in above for name in FOLDERS for path in _below(folder / name)})


def _below(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder):
        yield from (Path(place, name) for name in names if name.endswith(_ENDINGS))
