"""How many statements the tests send to databases, counted in this very process at the drivers' cursors.

`greenprof.target.greenprof_queries` counts for a program that greenprof runs; here it counts for the process that runs
the tests. Statements that begin and end transactions, and those about tables and settings, do not count.
"""

from __future__ import annotations

import json
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from greenprof.query_counts import frames_of, text_of
from greenprof.query_use import is_about_rows
from greenprof.target import greenprof_queries as counter
from greenprof.target.greenprof_watch import WATCHED

if TYPE_CHECKING:
    from greenprof.model import Frame

_WATCHED = WATCHED - {"subprocess"}  # what a test starts is not counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """A line that sent statements of one shape, ``share`` of all; ``lines`` are those that led there."""

    path: str
    line: int
    function: str
    shape: str
    count: int
    share: float
    lines: tuple[tuple[str, int], ...] = ()


class Statements:
    """Counts from the moment that it is made; there is one in a process (`counting`)."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="greenprof-")
        self._about_rows: list[bool] = []
        self._known: list[tuple[Frame, ...]] = []
        self._cwd, self._read_to = "", 0
        self._before: list[int] = []
        counter.begin(self._folder.name)
        sys.meta_path.insert(0, _Finder())
        for name in _WATCHED & set(sys.modules):
            counter.hook(sys.modules[name])

    def count(self) -> int:
        """How many about rows were sent so far."""
        counts = counter.counts()
        if len(counts) > len(self._about_rows):
            self._about_rows = [is_about_rows(shape) for shape in counter.shapes()]
        return sum(number for number, kept in zip(counts, self._about_rows, strict=False) if kept)

    def mark(self) -> list[int]:
        """How often each was sent so far; what is sent from now on belongs to another test, or another call."""
        counter.begin_round()
        return counter.counts()

    def senders(self, since: list[int]) -> list[Sender]:
        """Which lines sent statements since the mark, those first that sent most."""
        grown = {
            place: number - (since[place] if place < len(since) else 0) for place, number in enumerate(counter.counts())
        }
        shapes = counter.shapes()
        sent = [(place, number) for place, number in grown.items() if number > 0 and is_about_rows(shapes[place])]
        if not sent:
            return []
        self._read()
        total = sum(number for _, number in sent)
        found = []
        for place, number in sent:
            frames = self._known[place] if place < len(self._known) else ()
            if frames:
                last = frames[-1]
                found.append(
                    Sender(
                        path=last.path,
                        line=last.line,
                        function=last.function,
                        shape=shapes[place],
                        count=number,
                        share=number / total,
                        lines=tuple((frame.path, frame.line) for frame in frames),
                    )
                )
        return sorted(found, key=lambda one: (-one.count, one.path, one.line))

    def _read(self) -> None:
        """Take in which lines are behind the shapes that are new."""
        try:
            with Path(counter.described_in()).open("rb") as file:
                file.seek(self._read_to)
                new = file.read()
        except OSError:
            return
        whole = new[: new.rfind(b"\n") + 1]
        self._read_to += len(whole)
        for line in whole.splitlines():
            values = json.loads(line)
            if "cwd" in values:
                self._cwd = text_of(values["cwd"])
            else:
                self._known.append(frames_of(values["frames"], self._cwd))


@cache
def counting() -> Statements:
    """What counts in this process; from its first call on."""
    return Statements()


class _Finder:
    """Has a driver counted as soon as it is imported."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """The spec of a driver, whose module is hooked when it has been loaded; None for all others."""
        if name not in _WATCHED:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return None
        its: Any = spec.loader
        execute = its.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            with suppress(Exception):  # the tests come first: its statements are not counted then
                counter.hook(module)

        its.exec_module = exec_module
        return spec
