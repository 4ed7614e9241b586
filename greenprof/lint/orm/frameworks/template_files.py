"""The templates of a project: found by name below the folders in which Django, Flask and Jinja look for them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import takewhile
from pathlib import Path

from greenprof.lint.orm.frameworks.template_reader import program_of_template
from greenprof.lint.orm.project import Module

FOLDERS = ("templates", "jinja2", "template")
_ENDINGS = (".html", ".htm", ".txt", ".xml", ".j2", ".jinja", ".jinja2", ".md", ".mjml", ".djhtml", ".csv", ".eml")


class TemplateFiles:
    """Templates by name; each is read when it is first asked for."""

    def __init__(self, paths: Iterable[str] = ()) -> None:
        self.paths = tuple(paths)
        self._by_name: dict[str, list[str]] = {}
        for path in self.paths:
            self._by_name.setdefault(_name_of(path), []).append(path)
        self._known: dict[str, Module] = {}

    def find(self, name: str, near: str) -> Module | None:
        """The template that a file names, as a module without names; the nearest where there are several."""
        found = self._by_name.get(name.removeprefix("./").lstrip("/"), ())
        path = max(found, key=lambda one: _shared(one, near), default=None)
        if path is None:
            return None
        if path not in self._known:
            try:
                text = Path(path).read_text(encoding="utf-8", errors="replace")
                program = program_of_template(text)
            except (OSError, RecursionError):
                program = []
            self._known[path] = Module(f"template {name}", path, program)
        return self._known[path]


def _shared(one: str, other: str) -> int:
    """How many folders two paths have in common at their beginning."""
    pairs = zip(Path(one).parts, Path(other).parts, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _name_of(path: str) -> str:
    parts = Path(path).parts
    place = next(number for number, part in enumerate(parts) if part in FOLDERS)
    return "/".join(parts[place + 1 :])


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
