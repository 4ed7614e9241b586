"""What follows ``greenprof run``: a script, ``-m MODULE`` or ``-- COMMAND``, told from our own options."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from greenprof.errors import EXIT_NOT_EXECUTABLE, EXIT_NOT_FOUND, GreenprofError


@dataclass(frozen=True, slots=True)
class Target:
    """The program to run: ``kind`` is ``script``, ``module``, ``command``, or ``none`` if none was named."""

    kind: str
    words: tuple[str, ...]


def split(arguments: Sequence[str], options_with_value: Collection[str]) -> tuple[list[str], Target]:
    """Part `arguments` into greenprof's own and the program's, which are left as they are.

    As with ``python``, everything after the script, or after ``-m MODULE``, belongs to the program.
    """
    place = 0
    while place < len(arguments):
        argument = arguments[place]
        if argument == "--":
            return list(arguments[:place]), Target("command", tuple(arguments[place + 1 :]))
        if not argument.startswith("-") or argument == "-":
            return list(arguments[:place]), Target("script", tuple(arguments[place:]))
        if argument.startswith("--"):
            place += 2 if argument in options_with_value else 1
            continue
        before, takes, value = _cluster(argument[1:], options_with_value)
        if takes == "m":
            own = [*arguments[:place], *([f"-{before}"] if before else [])]
            return own, Target("module", (*([value] if value else []), *arguments[place + 1 :]))
        place += 2 if takes and not value else 1
    return list(arguments), Target("none", ())


def _cluster(letters: str, options_with_value: Collection[str]) -> tuple[str, str, str]:
    """Short options written together, such as ``qo``: those before one that takes a value, that one, its value."""
    for place, letter in enumerate(letters):
        if letter == "m" or f"-{letter}" in options_with_value:
            return letters[:place], letter, letters[place + 1 :]
    return letters, "", ""


def command_line(target: Target, environment: Mapping[str, str]) -> list[str]:
    """The command to start for `target`; raises `GreenprofError` where it is plain that it cannot start."""
    words = list(target.words)
    if target.kind == "command":
        return words
    if target.kind == "module":
        return [_python(environment), "-m", *words]
    if words[0] != "-":  # which is read from standard input
        _check_script(words[0])
    return [_python(environment), *words]


def _check_script(name: str) -> None:
    path = Path(name)
    if not path.exists():
        import shutil

        hint = f"; to run the command of that name: greenprof run -- {name}" if shutil.which(name) else ""
        raise GreenprofError(f"{name}: no such script{hint}", EXIT_NOT_FOUND)
    if path.is_file() and not os.access(path, os.R_OK):
        raise GreenprofError(f"{name}: cannot be read (permission denied)", EXIT_NOT_EXECUTABLE)
    if path.is_dir() and not (path / "__main__.py").exists():
        raise GreenprofError(f"{name}: is a folder without a __main__.py", EXIT_NOT_EXECUTABLE)


def _python(environment: Mapping[str, str]) -> str:
    """The interpreter of the active virtual environment, which need not be greenprof's own; else ours."""
    active = environment.get("VIRTUAL_ENV")
    if active:
        for name in ("bin/python", "Scripts/python.exe"):
            if (python := Path(active) / name).exists():
                return str(python)
    return sys.executable
