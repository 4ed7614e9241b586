"""The templates of a project: found by name below the folders in which Django, Flask and Jinja look for them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile
from pathlib import Path

from greenprof.lint.orm.frameworks.template_reader import program_of_template
from greenprof.lint.orm.project import Module
from greenprof.lint.project_files import FOLDERS


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
