"""Pure: which part of a program each sample fell on, and how far the shares are from the truth.

A part is marked in the source: ``# part: NAME`` on the line of a ``def`` means the lines of the function, elsewhere
that line. ``# not counted`` on a ``def`` leaves a function out of the comparison.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from profilers import Stack

ELSEWHERE = "elsewhere in the program"
_MARK = re.compile(r"#\s*(?:part:\s*(?P<name>.*?)|(?P<left_out>not counted))\s*$")


class FunctionsOnly(Exception):
    """The tool does not tell the lines of a function apart, and these are the parts."""


@dataclass(frozen=True)
class _Source:
    """One file: the part of each marked line (None: not counted), the parts that are functions, and all functions."""

    of_line: Mapping[int, str | None]
    of_function: Mapping[str, str | None]
    functions: Mapping[str, range]


class Parts:
    """The parts of a program's files; files without marks are not the program's."""

    def __init__(self, files: Iterable[Path]) -> None:
        found = {file.name: _read(file.read_text(encoding="utf-8")) for file in files}
        self._sources = {name: source for name, source in found.items() if source.of_line}

    def of(self, stack: Stack) -> str | None:
        """The part that the stack's innermost marked frame belongs to; None if it is none of the program's.

        Raises FunctionsOnly where only its line could tell.
        """
        for frame in reversed(stack):
            source = self._sources.get(Path(frame.path).name)
            if source is None:
                continue
            if frame.line is None:
                if frame.function in source.of_function:
                    return source.of_function[frame.function]
                lines = source.functions.get(frame.function, range(0))
                if any(line in source.of_line for line in lines):
                    raise FunctionsOnly
                inside = bool(lines)
            else:
                if frame.line in source.of_line:
                    return source.of_line[frame.line]
                inside = any(frame.line in lines for lines in source.functions.values())
            if inside:
                return ELSEWHERE
        return None

    def shares(self, stacks: Iterable[tuple[Stack, float]]) -> dict[str, float]:
        """The share of each part, and of the program's functions outside of all parts, in what the tool saw.

        Nothing at all where it saw nothing of the program. Raises FunctionsOnly.
        """
        weights: dict[str, float] = {}
        for stack, weight in stacks:
            name = self.of(stack)
            if name is not None:
                weights[name] = weights.get(name, 0.0) + weight
        return normalised(weights)


def normalised(weights: Mapping[str, float]) -> dict[str, float]:
    """Shares that sum to 1; nothing where there is no weight."""
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()} if total > 0 else {}


def largest_error(shares: Mapping[str, float], truth: Mapping[str, float]) -> float:
    """The largest error of a share, in points."""
    return 100 * max(abs(shares.get(name, 0.0) - truth.get(name, 0.0)) for name in {*shares, *truth})


def total_variation(shares: Mapping[str, float], truth: Mapping[str, float]) -> float:
    """How much stands on a wrong part, in points: half the sum of all errors."""
    return 100 * sum(abs(shares.get(name, 0.0) - truth.get(name, 0.0)) for name in {*shares, *truth}) / 2


def marks(text: str) -> dict[int, str | None]:
    """The part that each marked line of a source names; None where it is not counted."""
    found = ((number, _MARK.search(line)) for number, line in enumerate(text.splitlines(), 1))
    return {number: mark["name"] for number, mark in found if mark}


def _read(text: str) -> _Source:
    marked = marks(text)
    functions = {
        node.name: range(node.lineno, (node.end_lineno or node.lineno) + 1)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    of_function = {name: marked[lines.start] for name, lines in functions.items() if lines.start in marked}
    of_line = {line: name for function, name in of_function.items() for line in functions[function]}
    return _Source(of_line | marked, of_function, functions)
