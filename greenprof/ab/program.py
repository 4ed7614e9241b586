"""Which Python runs the user's pytest, and with which arguments."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from greenprof.errors import EXIT_NOT_FOUND, EXIT_USAGE, GreenprofError

_RUNNERS = frozenset({"uv", "poetry", "pdm", "hatch", "pipenv", "rye", "pixi"})
_USE = "greenprof ab BASE -- pytest tests/, or -- python -m pytest tests/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """pytest as the user starts it. ``as_module``: with ``python -m``, which makes the current folder importable."""

    python: str
    arguments: tuple[str, ...]
    as_module: bool


def program_of(words: Sequence[str], environ: Mapping[str, str] = os.environ) -> Program:
    """Read ``pytest …``, ``python -m pytest …``, or either behind ``uv run`` and its like.

    Raises:
        GreenprofError: where it is another command, or cannot be found.
    """
    if not words:
        raise GreenprofError(f"no command after --; say how the tests are run: {_USE}", EXIT_USAGE)
    at = next((place for place, word in enumerate(words) if _is_pytest(word) or _is_python(word)), None)
    if at is None or (at and Path(words[0]).name not in _RUNNERS):
        raise GreenprofError(f"{' '.join(words[:3])}: is not pytest; {_USE}", EXIT_USAGE)
    before, program, rest = words[:at], words[at], words[at + 1 :]
    if _is_python(program):
        if tuple(rest[:2]) != ("-m", "pytest"):
            raise GreenprofError(f"{' '.join(words[: at + 3])}: is not pytest; {_USE}", EXIT_USAGE)
        python = _asked([*before, program]) if before else _found(program, environ)
        return Program(python=python, arguments=tuple(rest[2:]), as_module=True)
    python = _asked([*before, "python"]) if before else _behind(_found(program, environ))
    return Program(python=python, arguments=tuple(rest), as_module=False)


def _is_pytest(word: str) -> bool:
    return Path(word).name in {"pytest", "py.test", "pytest.exe"}


def _is_python(word: str) -> bool:
    name = Path(word).name.removesuffix(".exe")
    return name.startswith("python") and not name.removeprefix("python").strip("0123456789.")


def _found(name: str, environ: Mapping[str, str]) -> str:
    """A command as the shell would find it; beside this Python where the path has none."""
    found = shutil.which(name, path=environ.get("PATH")) or shutil.which(name, path=str(Path(sys.executable).parent))
    if not found:
        raise GreenprofError(f"{name}: command not found", EXIT_NOT_FOUND)
    return str(Path(found).absolute())  # it is started from other folders too


def _behind(script: str) -> str:
    """The Python of an installed script: the one that its first line names."""
    with Path(script).open("rb") as file:
        first = file.readline(4096).decode("utf-8", "replace").strip()
    words = first.removeprefix("#!").split()
    if first.startswith("#!") and words:
        if Path(words[0]).name == "env" and len(words) > 1:
            return _found(words[-1], os.environ)
        if _is_python(words[0]):
            return words[0]
    beside = Path(script).with_name("python")  # a first line too long for the kernel is put otherwise
    if beside.exists():
        return str(beside)
    raise GreenprofError(f"{script}: which Python it runs is not to be seen; use python -m pytest", EXIT_USAGE)


def _asked(words: Sequence[str]) -> str:
    """The Python that ``uv run python`` and its like start."""
    command = [*words, "-c", "import sys; print(sys.executable)"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    except FileNotFoundError:
        raise GreenprofError(f"{words[0]}: command not found", EXIT_NOT_FOUND) from None
    except subprocess.TimeoutExpired:
        raise GreenprofError(f"{' '.join(words)}: took longer than 300 s to start", EXIT_USAGE) from None
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        tail = (done.stderr.strip().splitlines() or ["no output"])[-1]
        raise GreenprofError(f"{' '.join(words)}: cannot be started ({tail})", EXIT_USAGE)
    return lines[-1]
