"""The two sides of a rule's pair: `bad.py` and `good.py`, or folders of that name where it is about several files.

Those of a rule about manifests are `bad.yaml` and `good.yaml`, or `bad.Dockerfile` and `good.Dockerfile`, or folders
too; they are not run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

SIDES = ("bad", "good")
SUFFIXES = (".py", ".yaml", ".Dockerfile")
SIDE_PROCESS = Path(__file__).with_name("side_process.py")


def side(folder: Path, name: str) -> Path:
    """The file or the folder that is a side of the pair in `folder`; it need not be there."""
    files = [folder / f"{name}{suffix}" for suffix in SUFFIXES]
    found = next((file for file in files if file.exists()), files[0])
    return found if found.exists() or not (folder / name).is_dir() else folder / name


def program_of(path: Path) -> Path:
    """The file of a side that defines ``run(n)``."""
    return path / "run.py" if path.is_dir() else path


def files_of(path: Path) -> list[Path]:
    """The files of a side that are linted or shown, by name."""
    if not path.is_dir():
        return [path]
    return sorted(each for each in path.rglob("*") if each.is_file() and each.suffix != ".pyc")


def name_of(path: Path) -> str:
    """What pages call a side: ``bad.py``, ``bad/``."""
    return f"{path.name}/" if path.is_dir() else path.name


class SideError(Exception):
    """A side that cannot be run; the message says why, in one line."""


class RunningSide:
    """A side in a process of its own: two could not be configured in one. Closed by ``with``.

    ``n`` is the default size, ``answer`` tells the answer for it from another.

    Raises SideError, here and later, for a program that fails.
    """

    def __init__(self, path: Path) -> None:
        program = program_of(path).absolute()
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        self._name = name_of(path)
        self._child = subprocess.Popen(
            [sys.executable, "-P", str(SIDE_PROCESS), str(program)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        try:
            self.n, self.answer = self._read()
        except SideError:
            self._child.wait()
            raise

    def __enter__(self) -> RunningSide:
        return self

    def __exit__(self, *_: object) -> None:
        self._child.communicate()

    def seconds(self) -> tuple[float, float]:
        """CPU time and elapsed time of one more run at the default size."""
        cpu_s, elapsed_s = self._asked("time")
        return cpu_s, elapsed_s

    def answer_for(self, n: int) -> str:
        """The answer for `n`, in words."""
        answer: str = self._asked(str(n))
        return answer

    def _asked(self, line: str) -> Any:
        assert self._child.stdin is not None
        try:
            self._child.stdin.write(f"{line}\n")
            self._child.stdin.flush()
        except BrokenPipeError:
            pass  # what it says of its end is read
        return self._read()

    def _read(self) -> Any:
        assert self._child.stdout is not None
        line = self._child.stdout.readline()
        if not line:
            said = self._child.communicate()[1].strip().splitlines()
            raise SideError(f"{self._name} fails: {said[-1] if said else 'it ended'}")
        return json.loads(line)
