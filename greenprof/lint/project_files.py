"""Which files are a project's: its modules by name, its tests, its templates."""

from __future__ import annotations

import os
import re
from collections.abc import Container, Iterable, Iterator, Mapping

from greenprof.lint.files import absolute

FOLDERS = ("templates", "jinja2", "template")
_ENDINGS = (".html", ".htm", ".txt", ".xml", ".j2", ".jinja", ".jinja2", ".md", ".mjml", ".djhtml", ".csv", ".eml")
_IMPORTS = re.compile(rb"\n(?:try:[ \t]*\r?\n[ \t]+)?(?:from|import)[ \t]([^\n]*)")
_WORD = re.compile(rb"\w+")
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


def connected(files: Mapping[str, bytes], words: frozenset[bytes]) -> set[str]:
    """The files, by path, of the packages that import one of `words`, and of those that import or are imported by them.

    What a module imports in its first column counts: a class that is a model has its base from there. Whoever has rows
    without that has them from a package that is connected.
    """
    known = {absolute(path) for path in files}
    units: dict[str, list[str]] = {}
    for path in files:
        units.setdefault(_outermost(absolute(path), known), []).append(path)
    lines = {unit: {one for path in paths for one in _imports(files[path])} for unit, paths in units.items()}
    imports = {unit: {word for line in each for word in _WORD.findall(line)} for unit, each in lines.items()}
    names = {unit: _names_of(unit, paths, known) for unit, paths in units.items()}
    found = {unit for unit, each in lines.items() if any(not words.isdisjoint(_modules(line)) for line in each)}
    new = found
    while new:
        asked = set().union(*(names[unit] for unit in new))
        asking = set().union(*(imports[unit] for unit in new))
        left = units.keys() - found
        new = {unit for unit in left if imports[unit] & asked or names[unit] & asking}
        found = found | new
    return {path for unit in found for path in units[unit]}


def _outermost(place: str, known: Container[str]) -> str:
    """The folder of the package that a file is in, the outermost; of a file in none, its folder."""
    folder = place.rpartition(os.sep)[0]
    while f"{(above := folder.rpartition(os.sep)[0])}{os.sep}__init__.py" in known:
        folder = above
    return folder


def _names_of(unit: str, paths: Iterable[str], known: Container[str]) -> set[bytes]:
    """By which names others import it: the package's, or those of its folder and its modules."""
    own = {unit.rpartition(os.sep)[2]}
    if f"{unit}{os.sep}__init__.py" not in known:
        own.update(absolute(path).rpartition(os.sep)[2].partition(".")[0] for path in paths)
    return {os.fsencode(name) for name in own}


def _imports(data: bytes) -> list[bytes]:
    """What stands behind ``import`` and ``from`` in a module's first column."""
    return _IMPORTS.findall(b"\n" + data)


def _modules(line: bytes) -> list[bytes]:
    """``a`` and ``b`` of ``from a.b import c``; of ``from . import c``, ``c`` too, which may be a module."""
    return _WORD.findall(line if line.startswith(b".") else line.partition(b" import ")[0])


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
