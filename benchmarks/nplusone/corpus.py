"""The applications of the corpus: where they are, what is said about them, which lines are labelled."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

APPS = Path(__file__).parent / "apps"
QUIET = "quiet"
LABEL = re.compile(r"#\s*n\+1:\s*([\w\-, ]+?)\s*(?:#\}.*)?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A line of `bad` that sends statements once per row, as a reviewer would point at it. `path` is below `bad`."""

    path: str
    line: int
    shape: str


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """One application. A quiet one has no `bad`: it looks dangerous and is not."""

    name: str
    folder: Path
    framework: str
    shape: str
    title: str
    labels: tuple[Label, ...]

    @property
    def sides(self) -> tuple[str, ...]:
        """The folders it has."""
        return ("good",) if self.shape == QUIET else ("bad", "good")


def apps(names: Sequence[str] = ()) -> list[App]:
    """All applications, or those named, by name. Raises ValueError for a name that there is not."""
    found = [read(folder) for folder in sorted(APPS.iterdir()) if (folder / "app.toml").exists()]
    if unknown := set(names) - {app.name for app in found}:
        raise ValueError(f"no such application in {APPS}: {', '.join(sorted(unknown))}")
    return [app for app in found if not names or app.name in names]


def read(folder: Path) -> App:
    """The application in a folder."""
    about = tomllib.loads((folder / "app.toml").read_text(encoding="utf-8"))
    labels = tuple(labels_in(folder / "bad"))
    return App(name=folder.name, folder=folder, labels=labels, **about)


def labels_in(side: Path) -> Iterator[Label]:
    """The labels in the Python files and templates below a folder."""
    for file in sorted(side.rglob("*.*")):
        if file.is_file() and file.suffix != ".pyc":
            yield from labels_of(file, file.relative_to(side).as_posix())


def labels_of(file: Path, path: str) -> Iterator[Label]:
    """The labels of one file; two shapes on one line are two labels."""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if match := LABEL.search(line):
            for shape in match[1].split(","):
                yield Label(path=path, line=number, shape=shape.strip())
