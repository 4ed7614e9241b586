"""What follows ``%greenprof`` and ``%%greenprof`` on their line."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.reporters import format_for, formats, render
from greenprof.session import INTERVAL_S

if TYPE_CHECKING:
    from greenprof.model import Report

_SHORTEST_S, _LONGEST_S = 0.001, 1.0
_VALUED = {
    "-o": "--output",
    "--output": "--output",
    "--meter": "--meter",
    "--interval": "--interval",
    "--sampler": "--sampler",
}
_FLAGS = ("--no-lint",)
_SAMPLERS = ("outside", "inside")
_WORD = re.compile(r"""(?:[^\s'"]|'[^']*'|"[^"]*")+""")
_QUOTED = re.compile(r"""'([^']*)'|"([^"]*)\"""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was asked for; ``outputs`` are files with the format of each."""

    outputs: tuple[tuple[Path, str], ...] = ()
    meter: str | None = None
    interval_s: float = INTERVAL_S
    lint: bool = True
    inside: bool = False

    def write(self, report: Report) -> Iterator[Path]:
        """Write the report to each file, and yield it. Raises `GreenprofError` for one that cannot be written."""
        for path, format_ in self.outputs:
            shown = render(format_, report)
            try:
                path.write_bytes(shown if isinstance(shown, bytes) else shown.encode())
            except OSError as error:
                raise GreenprofError(f"{path}: cannot be written ({error.strerror})") from None
            yield path


def read_options(line: str) -> tuple[Options, str]:
    """The options at the beginning of `line`, and the statement after them.

    Raises `GreenprofError` for an option that there is not, or a value that it cannot have.
    """
    outputs: list[tuple[Path, str]] = []
    meter, interval_s, lint, sampler = None, INTERVAL_S, True, _SAMPLERS[0]
    rest = line.strip()
    while rest.startswith("-"):
        name, rest = _word(rest)
        name, equals, value = name.partition("=")
        if name == "--":
            break
        if name in _FLAGS and not equals:
            lint = False
            continue
        if name not in _VALUED:
            known = ", ".join((*_VALUED, *_FLAGS))
            raise GreenprofError(f"unknown option {name} (options: {known}; -- ends them)", EXIT_USAGE)
        if not equals:
            value, rest = _word(rest)
        if not value:
            raise GreenprofError(f"a value is missing after {name}", EXIT_USAGE)
        if _VALUED[name] == "--output":
            outputs.append(_output(Path(value).expanduser()))
        elif _VALUED[name] == "--meter":
            meter = value
        elif _VALUED[name] == "--sampler":
            sampler = _sampler(value)
        else:
            interval_s = _interval_s(value)
    return Options(
        outputs=tuple(outputs), meter=meter, interval_s=interval_s, lint=lint, inside=sampler == "inside"
    ), rest


def _word(text: str) -> tuple[str, str]:
    """The first word of `text` without its quotes, and what follows it."""
    found = _WORD.match(text)
    if found is None:
        return "", text
    return _QUOTED.sub(lambda quoted: quoted[1] or quoted[2] or "", found[0]), text[found.end() :].lstrip()


def _interval_s(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not _SHORTEST_S <= seconds <= _LONGEST_S:
        raise GreenprofError(f"--interval is {text}: seconds from {_SHORTEST_S} to {_LONGEST_S:g}", EXIT_USAGE)
    return seconds


def _sampler(name: str) -> str:
    if name not in _SAMPLERS:
        raise GreenprofError(f"--sampler is {name}: one of {', '.join(_SAMPLERS)}", EXIT_USAGE)
    return name


def _output(path: Path) -> tuple[Path, str]:
    """A file and the format of its suffix; a file that cannot be written is told before anything runs."""
    format_ = format_for(path)
    if format_ is None:
        raise GreenprofError(f"{path}: no format has this suffix (formats: {', '.join(formats())})", EXIT_USAGE)
    if path.is_dir() or not path.parent.is_dir():
        raise GreenprofError(f"{path}: cannot be written, it is a folder or in none", EXIT_USAGE)
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise GreenprofError(f"{path}: cannot be written (permission denied)", EXIT_USAGE)
    return path, format_
