"""The tools of an implementation, and its build in a scratch folder. Linux only."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from greenprof.errors import GreenprofError
from greenprof.versus.suite.nouns import Implementation, Need, Tool

_ASK_S, _BUILD_S = 60.0, 600.0
_SHOWN = 200


class Tools:
    """Looks for tools, each once."""

    def __init__(self) -> None:
        self._known: dict[Need, Tool | str] = {}

    def of(self, implementation: Implementation) -> tuple[Tool, ...]:
        """All that it needs; raises `GreenprofError` that names the first that is missing."""
        return tuple(self._find(need) for need in implementation.needs)

    @property
    def found(self) -> tuple[Tool, ...]:
        """Those that are there, so far."""
        return tuple(tool for tool in self._known.values() if isinstance(tool, Tool))

    def _find(self, need: Need) -> Tool:
        if need not in self._known:
            self._known[need] = _asked(need)
        tool = self._known[need]
        if isinstance(tool, str):
            raise GreenprofError(tool)
        return tool


def _asked(need: Need) -> Tool | str:
    """The tool with its version line, or why there is none."""
    if shutil.which(need.command) is None:
        return f"needs {need.command}, which is not on PATH"
    try:
        code, said = _run(need.version, None, _ASK_S)
    except GreenprofError as error:
        return f"needs {need.written}: {error}"
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    if code != 0:
        return f"needs {need.written}: ended with {code} ({_short(lines[-1]) if lines else 'it said nothing'})"
    return Tool(need=need.written, version=_short(lines[0]) if lines else "says no version")


def build(implementation: Implementation, folder: Path) -> None:
    """Copy the sources into `folder`, which is made, and build there; raises `GreenprofError` where that fails."""
    folder.mkdir(parents=True)
    for source in implementation.sources:
        shutil.copyfile(source, folder / source.name)
    for command in implementation.build:
        code, said = _run(command, folder, _BUILD_S)
        if code != 0:
            raise GreenprofError(f"{_short(' '.join(command))}: ended with {code} ({_complaint(said)})")


def _complaint(said: str) -> str:
    """The line of a compiler's words that says most: the first error, else the last line."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    if not lines:
        return "it said nothing"
    return _short(next((line for line in lines if "error" in line.lower()), lines[-1]))


def _short(line: str) -> str:
    return line if len(line) <= _SHOWN else line[:_SHOWN] + "…"


def _run(command: Sequence[str], folder: Path | None, limit_s: float) -> tuple[int, str]:
    """The exit code of a command and all that it says; it does not outlive this call."""
    try:
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        raise GreenprofError(f"{command[0]}: cannot be started ({error.strerror})") from None
    try:
        said, _ = process.communicate(timeout=limit_s)
    except subprocess.TimeoutExpired:
        raise GreenprofError(f"{command[0]}: did not end within {limit_s:g} s") from None
    finally:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return process.returncode, said.decode("utf-8", "replace")
