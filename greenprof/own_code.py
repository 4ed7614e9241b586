"""Pure: which line of a stack is the user's own, and so gets the joules of the libraries it calls.

Own code is what is neither the standard library nor an installed package. Where that is not what
the program is about (``python -m black``, a benchmark inside the standard library), hardly any of
its time passes under an own line; then installed packages count too, and at last everything.

A stack without an own line (a library's own thread, a test framework between two tests) is charged to
what is nearest to it: an installed package before the standard library. Where the user has said what
is to be shown, it is charged to `OTHER_CODE` as a whole.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from greenprof.model import COMMAND, INTERPRETER, OTHER_CODE, Frame

_INSTALLED = re.compile(r"(?:^|[/\\])(?:site|dist)-packages[/\\]")
_STANDARD = re.compile(
    r"(?:^|[/\\])lib(?:64)?[/\\](?:python|pypy)\d+\.\d+[/\\]|python\d+\.zip[/\\]|^<frozen ", re.IGNORECASE
)
_SCRIPT = re.compile(r"(?:^|[/\\])(?:bin|Scripts)[/\\][^/\\]+$")
_OURSELVES = f"{Path(__file__).absolute().parent}{os.sep}"  # also where greenprof is installed from a clone
_ENOUGH = 0.05  # of the CPU time under a line at this level
_LINELESS = (COMMAND, INTERPRETER)
_OTHER = Frame(path=OTHER_CODE, line=0, function="other code", function_line=0)

OWN, INSTALLED, STANDARD = range(3)

_NOTES = {
    OWN: (),
    INSTALLED: ("Installed packages count as the program's own code here: nearly all its time passes inside them.",),
    STANDARD: (
        "Every line counts as the program's own code here: nearly all its time passes in the standard library.",
    ),
}
_WORDS = {OWN: "its own files", INSTALLED: "installed packages too", STANDARD: "every line"}
_CHOSEN = re.compile(r"What counts as the program's own code was chosen \((.*)\); the rest is other code\.", re.DOTALL)


def level_of(path: str) -> int | None:
    """OWN, INSTALLED or STANDARD, by where a file lies; None for code that was made up while running.

    A console script in ``bin`` counts as installed, and so does greenprof; what is typed into a session, as own.
    """
    if path.startswith(("<stdin>", "<ipython-input")):
        return OWN
    if _STANDARD.search(path) and not _INSTALLED.search(path):
        return STANDARD
    if path.startswith("<"):
        return None
    installed = path.startswith(_OURSELVES) or _INSTALLED.search(path) or _SCRIPT.search(path)
    return INSTALLED if installed else OWN


def levels(frames: tuple[Frame, ...]) -> list[int]:
    """The level of each frame of a stack; made-up code (``<string>``) is its caller's, without one it is own."""
    found: list[int] = []
    for frame in frames:
        level = level_of(frame.path)
        found.append(level if level is not None else found[-1] if found else OWN)
    return found


def told_by(notes: Sequence[str]) -> str:
    """What counted as own code in a report with these `notes`, in a few words; see `OwnCode.notes`."""
    level = next((level for level, said in _NOTES.items() if said and said[0] in notes), OWN)
    chosen = next((match[1] for note in notes if (match := _CHOSEN.fullmatch(note))), None)
    if chosen is None:
        return _WORDS[level]
    return chosen if level == OWN else f"{_WORDS[level]}; {chosen}"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which files the user wants to see as own code: shell patterns of paths, as ``--include`` and ``--exclude`` give.

    With ``include`` only what matches one of them is own; what matches one of ``exclude`` never is.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


EVERYTHING = Scope()


@dataclass(frozen=True, slots=True)
class OwnCode:
    """What counts as the user's own code in one report: up to a level, and within a scope."""

    level: int
    scope: Scope = EVERYTHING

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader has to know about the choice."""
        if self.scope == EVERYTHING:
            return _NOTES[self.level]
        asked = [f"included: {', '.join(self.scope.include)}"] if self.scope.include else []
        asked += [f"excluded: {', '.join(self.scope.exclude)}"] if self.scope.exclude else []
        chosen = f"What counts as the program's own code was chosen ({'; '.join(asked)}); the rest is other code."
        return (chosen,) if self.scope.include else (*_NOTES[self.level], chosen)

    def is_own(self, path: str) -> bool:
        """Whether a file is own code."""
        if _matches(path, self.scope.exclude):
            return False
        if self.scope.include:
            return _matches(path, self.scope.include)
        level = level_of(path)
        return level is not None and level <= self.level

    def frames_of(self, frames: tuple[Frame, ...]) -> list[Frame]:
        """The own frames of a stack, outermost first, made-up code left out unless nothing else is own."""
        if self.scope == EVERYTHING:
            own = [frame for frame, level in zip(frames, levels(frames), strict=True) if level <= self.level]
            return [frame for frame in own if level_of(frame.path) is not None] or own
        return [frame for frame in frames if self.is_own(frame.path)]

    def line_of(self, frames: tuple[Frame, ...]) -> Frame:
        """The innermost own frame of a stack, outermost first; where none is own, what is nearest to it."""
        own = self.frames_of(frames)
        if own:
            return own[-1]
        if frames[0].path.startswith(_LINELESS):
            return frames[-1]
        left = () if self.scope.include else tuple(f for f in frames if not _matches(f.path, self.scope.exclude))
        return _nearest(left) if left else _OTHER


def _nearest(frames: tuple[Frame, ...]) -> Frame:
    """The innermost frame of the lowest level that a stack has."""
    found = levels(frames)
    return max(zip(found, range(len(frames)), frames, strict=True), key=lambda item: (-item[0], item[1]))[2]


def _matches(path: str, patterns: Sequence[str]) -> bool:
    """Whether a path matches a pattern, or lies in a folder that does."""
    return any(fnmatch(path, pattern) or fnmatch(path, f"{pattern.rstrip('/')}/*") for pattern in patterns)


def own_code(stacks: Iterable[tuple[tuple[Frame, ...], float]], scope: Scope = EVERYTHING) -> OwnCode:
    """The first level at which more than hardly any of the CPU time passes under an own line.

    `stacks` are pairs of frames, outermost first, and CPU seconds.
    """
    seconds = [0.0, 0.0, 0.0]
    for frames, cpu_s in stacks:
        if not frames[0].path.startswith(_LINELESS):  # another program says nothing of where this one's code lies
            seconds[min(levels(frames))] += cpu_s
    total_s = sum(seconds)
    for level in (OWN, INSTALLED):
        if sum(seconds[: level + 1]) >= _ENOUGH * total_s:
            return OwnCode(level, scope)
    return OwnCode(STANDARD, scope)
