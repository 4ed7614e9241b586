"""The profilers that are compared: one file each, found by name.

A file says how its tool is started and how what it writes is read:

    DISTRIBUTION                what its version is asked of; None where Python's own version says it
    COMMAND                     what must stand beside the interpreter; None where the interpreter is enough
    RATES                       whether it samples, so that a rate can be asked for
    command(installed, program, output, rate_hz)    the words that run `program` (script and arguments) under the tool
    stacks(output)              what it saw, as (stack, weight) pairs; weights are in any unit, the same for all

Its pinned packages are in ``requirements/NAME.txt``; those in ``requirements/programs.txt`` are what the programs use.
"""

from __future__ import annotations

import argparse
import importlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tool_environment import python_with

NAMES = ("greenprof", "py_spy", "austin", "pyinstrument", "scalene", "cprofile")
REQUIREMENTS = Path(__file__).with_name("requirements")


@dataclass(frozen=True)
class Frame:
    """A function on a stack, and the line of it that ran; None where the tool knows functions only."""

    path: str
    function: str
    line: int | None


Stack = tuple[Frame, ...]  # outermost first


@dataclass(frozen=True)
class Installed:
    """Where a tool is: the Python that runs the program, and the one that the user named."""

    python: Path
    base: Path

    def beside(self, command: str) -> Path:
        """A command that is installed in the environment of the program's Python."""
        return self.python.parent / command


class Profiler(Protocol):
    """What a file of this folder offers."""

    DISTRIBUTION: str | None
    COMMAND: str | None
    RATES: bool

    def command(self, installed: Installed, program: Sequence[str], output: Path, rate_hz: int) -> list[str]:
        """The words that run a script and its arguments."""

    def stacks(self, output: Path) -> Iterable[tuple[Stack, float]]:
        """What the tool saw."""


def profiler(name: str) -> Profiler:
    """The file of that name."""
    return importlib.import_module(f"profilers.{name}")  # type: ignore[return-value]


def install(name: str, base: Path, cache: Path | None) -> Installed:
    """The tool with the Python `base`: in an environment below `cache`, or where that is None in `base` itself.

    Raises NotRun where it is not there or cannot be installed.
    """
    own = REQUIREMENTS / f"{name}.txt"
    wanted = [REQUIREMENTS / "programs.txt", *([own] if own.exists() else ())]
    try:
        python = base if cache is None else python_with(wanted, cache, base)
    except subprocess.CalledProcessError:
        raise NotRun("its packages cannot be installed") from None
    installed = Installed(python, base)
    command = profiler(name).COMMAND
    if command is not None and not installed.beside(command).exists():
        raise NotRun(f"there is no {installed.beside(command)}")
    return installed


def installable(names: Sequence[str], base: Path, cache: Path | None) -> tuple[dict[str, Installed], dict[str, str]]:
    """The tools that can be run, and why the others cannot."""
    tools, missing = {}, {}
    for name in names:
        try:
            tools[name] = install(name, base, cache)
        except NotRun as reason:
            missing[name] = str(reason)
    return tools, missing


def python_version(python: Path) -> str:
    """The version of an interpreter, such as 3.12.1."""
    asked = [python, "-c", "import platform; print(platform.python_version())"]
    return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()


def version(name: str, installed: Installed) -> str:
    """The tool's version; empty where that is Python's own."""
    distribution = profiler(name).DISTRIBUTION
    if distribution is None:
        return ""
    python = sys.executable if name == "greenprof" else installed.python
    asked = [python, "-c", f"import importlib.metadata; print(importlib.metadata.version({distribution!r}))"]
    return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What both comparisons are told: the Pythons, the tools and where they are installed."""
    parser.add_argument("--python", nargs="+", type=interpreter, default=[Path(sys.executable)], metavar="PYTHON",
                        help="the interpreters that run the programs. [this one]")  # fmt: skip
    parser.add_argument("--tools", type=names_of(NAMES), default=NAMES, metavar="NAMES",
                        help=f"comma-separated, of: {','.join(NAMES)}. [all]")  # fmt: skip
    parser.add_argument("--peers-on", nargs="+", type=interpreter, metavar="PYTHON",
                        help="the interpreters on which the other tools than greenprof are run too. [all]")  # fmt: skip
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "greenprof-profilers",
                        metavar="FOLDER", help="where the tools' environments are kept. [%(default)s]")  # fmt: skip
    parser.add_argument("--as-is", dest="cache", action="store_const", const=None,
                        help="install nothing: run the tools that are installed with each PYTHON")  # fmt: skip
    parser.add_argument("-f", "--format", choices=("markdown", "json"), default="markdown")


def interpreter(text: str) -> Path:
    """A Python by its path or its name; links stay as they are, for they make a virtual environment."""
    found = shutil.which(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"no such Python: {text}")
    return Path(found).absolute()


def tools_on(base: Path, wanted: argparse.Namespace) -> list[str]:
    """The tools that are wanted on one of the interpreters."""
    all_of_them = wanted.peers_on is None or base in wanted.peers_on
    return [name for name in wanted.tools if all_of_them or name == "greenprof"]


def names_of(known: Sequence[str]) -> Callable[[str], list[str]]:
    """A reader of comma-separated names."""

    def names(text: str) -> list[str]:
        chosen = [name.strip() for name in text.split(",") if name.strip()]
        unknown = [name for name in chosen if name not in known]
        if unknown or not chosen:
            raise argparse.ArgumentTypeError(f"unknown {', '.join(unknown) or 'nothing'}; known: {', '.join(known)}")
        return chosen

    return names


class NotRun(Exception):
    """Why a tool was not run, in a few words."""
