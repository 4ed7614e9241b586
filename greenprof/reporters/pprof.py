"""The stacks as a gzipped ``profile.proto``, what ``go tool pprof`` and the services around it read.

Each sample has two values, CPU time in nanoseconds and energy in microjoules; only the first where joules are unknown.
Field numbers: https://github.com/google/pprof/blob/main/proto/profile.proto
"""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

from greenprof.reporters import _notes as notes
from greenprof.reporters import _stacks
from greenprof.reporters import _story as story
from greenprof.reporters._protobuf import message, number, numbers, text
from greenprof.reporters._text import neutral

if TYPE_CHECKING:
    from greenprof.model import Report
    from greenprof.reporters._stacks import Place, Stack

SUFFIXES = (".pb.gz", ".pprof")

_MAPPING = 1


def render(report: Report) -> bytes:
    """The profile as gzipped bytes, the same ones for the same report."""
    known = report.energy.process_j is not None
    values = (("cpu", "nanoseconds"), ("energy", "microjoules")) if known else (("cpu", "nanoseconds"),)
    tables = _Tables()
    samples = [message(2, _sample(stack, tables, known)) for stack in _stacks.stacks(report)]
    profile = b"".join(
        [
            *(message(1, number(1, tables.string(type)) + number(2, tables.string(unit))) for type, unit in values),
            *samples,
            message(3, _mapping(tables.string(_stacks.title(report)))),
            *(message(4, each) for each in tables.encoded_locations),
            *(message(5, each) for each in tables.encoded_functions),
            number(9, _stacks.started_ns(report)),
            number(10, round(report.run.duration_s * 1e9)),
            *(number(13, tables.string(neutral(line))) for line in (story.headline(report), notes.meter(report))),
            number(14, tables.string(values[-1][0])),
            *(text(6, string) for string in tables.strings),
        ]
    )
    return gzip.compress(profile, mtime=0)


class _Tables:
    """What messages refer to by number: strings from 0, functions and locations from 1."""

    def __init__(self) -> None:
        self.strings: dict[str, int] = {"": 0}
        self.encoded_functions: list[bytes] = []
        self.encoded_locations: list[bytes] = []
        self._functions: dict[Place, int] = {}
        self._locations: dict[tuple[Place, int], int] = {}

    def string(self, string: str) -> int:
        return self.strings.setdefault(string, len(self.strings))

    def location(self, function: Place, line: int) -> int:
        if (function, line) not in self._locations:
            place = self._locations[function, line] = len(self._locations) + 1
            at = number(1, self._function(function)) + number(2, line)
            self.encoded_locations.append(number(1, place) + number(2, _MAPPING) + message(4, at))
        return self._locations[function, line]

    def _function(self, function: Place) -> int:
        if function not in self._functions:
            place = self._functions[function] = len(self._functions) + 1
            name, path = self.string(function.name), self.string(function.path or "")
            # No system name: where it is the same as the name, pprof demangles it, and ``<lambda>`` is gone.
            self.encoded_functions.append(
                number(1, place) + number(2, name) + number(4, path) + number(5, function.line)
            )
        return self._functions[function]


def _sample(stack: Stack, tables: _Tables, known: bool) -> bytes:
    """What ran comes first, then its callers; they stand at their first line, the tree knows no other."""
    *callers, innermost = stack.functions
    lines = [(function, 0) for function in reversed(stack.native)]
    lines.append((innermost, innermost.line if stack.line is None else stack.line))
    lines += [(caller, caller.line) for caller in reversed(callers)]
    values = (stack.cpu_ns, stack.energy_uj or 0) if known else (stack.cpu_ns,)
    return numbers(1, (tables.location(*line) for line in lines)) + numbers(2, values)


def _mapping(name: int) -> bytes:
    """The program as the one thing that is mapped; it says that functions, files and lines are known already."""
    return number(1, _MAPPING) + number(5, name) + b"".join(number(field, 1) for field in (7, 8, 9))
