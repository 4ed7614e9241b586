"""The parent's end of a worker: pytest of one side, started, asked, and ended when it does not answer."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from greenprof.ab.program import Program
from greenprof.ab.side import Side, environ_of
from greenprof.errors import EXIT_USAGE, GreenprofError

SCRIPT = Path(__file__).with_name("inside") / "worker.py"
PIPES = "GREENPROF_PAIRS"
_TAIL = 8
_GRACE_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """What greenprof's own plugin, which workers do without, adds to pytest; it may stand in arguments and settings.

    ``options`` are its options with what `argparse` is told of them; ``settings`` are its keys.
    """

    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    settings: tuple[str, ...] = ()


NOTHING = LeftOut()


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What a worker is started with. ``rootdir`` and ``inipath`` are those of its side; None lets pytest find them."""

    side: Side
    program: Program
    head_top: Path
    rootdir: Path | None = None
    inipath: Path | None = None
    left_out: LeftOut = NOTHING

    def specification(self, files: Sequence[str] | None, scratch: Path) -> dict[str, Any]:
        """What `inside/worker.py` is told."""
        side = self.side
        return {
            "files": None if files is None else sorted(files),
            "arguments": [moved(word, self.head_top, side.top) for word in self.program.arguments],
            "lenient": side.commit is not None,
            "as_module": self.program.as_module,
            "cwd": str(side.cwd),
            "top": str(side.top),
            "hidden": [str(folder) for folder in side.hidden],
            "modules": sorted(side.layout.modules),
            "scratch": str(scratch),
            "rootdir": str(self.rootdir) if self.rootdir else None,
            "inipath": str(self.inipath) if self.inipath else None,
            "options": dict(self.left_out.options),
            "settings": list(self.left_out.settings),
        }


def moved(word: str, head_top: Path, top: Path) -> str:
    """An argument that names a file of the head's checkout by its full path names the same one of this side."""
    return word if top == head_top else word.replace(f"{head_top}{os.sep}", f"{top}{os.sep}")


class WorkerEnded(GreenprofError):
    """A worker gave no answer: it ended, or took too long; says how."""


@dataclass(slots=True)
class Worker:
    """A running worker. ``ask`` sends a request and gives the answer."""

    process: subprocess.Popen[bytes]
    log: Path
    _requests: int
    _answers: int
    _unread: bytes = field(default=b"")

    def ask(self, timeout_s: float, calls: int, key: str) -> tuple[str, str]:
        """Ask for so many calls of a test, and wait for the answer: its kind, and what it says.

        Raises:
            WorkerEnded: if the process ended, or no answer came in time.
        """
        with suppress(BrokenPipeError):  # then there is no answer either
            os.write(self._requests, f"{calls} {key}\n".encode())
        return self.answer(timeout_s)

    def answer(self, timeout_s: float) -> tuple[str, str]:
        """The next answer; raises as `ask` does."""
        until = time.monotonic() + timeout_s
        while b"\n" not in self._unread:
            if not select.select([self._answers], [], [], max(0.0, until - time.monotonic()))[0]:
                raise WorkerEnded(f"no end after {timeout_s:g} s", EXIT_USAGE)
            chunk = os.read(self._answers, 65536)
            if not chunk:
                raise WorkerEnded(self._how_it_ended(), EXIT_USAGE)
            self._unread += chunk
        line, _, self._unread = self._unread.partition(b"\n")
        kind, _, said = line.decode("utf-8", "replace").partition(" ")
        return kind, said

    def _how_it_ended(self) -> str:
        with suppress(subprocess.TimeoutExpired):
            code = self.process.wait(_GRACE_S)
            how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
            return f"its process ended ({how})"
        return "it closed the connection"

    def tail(self) -> str:
        """The last lines that it printed, indented."""
        with suppress(OSError):
            lines = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            return "\n".join(f"    {line}" for line in lines[-_TAIL:])
        return ""

    def end(self, at_once: bool = False) -> None:
        """End it and all that it has started; `at_once` leaves it no time for its fixtures."""
        if self._requests < 0:
            return
        os.close(self._requests)
        os.close(self._answers)
        self._requests = self._answers = -1
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(0 if at_once else _GRACE_S)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def command(start: Start, files: Sequence[str] | None) -> list[str]:
    """The command of a worker for the tests in `files` (relative to the rootdir), or for all that there are.

    Raises:
        GreenprofError: where the side has no such folder as the user stands in.
    """
    side = start.side
    if not side.cwd.is_dir():
        raise GreenprofError(f"{side.name}: there is no folder {side.cwd.relative_to(side.top)} in it", EXIT_USAGE)
    side.scratch.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix="worker-", dir=side.scratch))
    specification = scratch / "spec.json"
    specification.write_text(json.dumps(start.specification(files, scratch)), encoding="utf-8")
    return [side.python, str(SCRIPT), str(specification)]


def started(start: Start, files: Sequence[str] | None) -> Worker:
    """Start a worker; it answers first when it has collected.

    Raises:
        GreenprofError: where it cannot be started.
    """
    argv = command(start, files)
    to_hear, to_ask = os.pipe()
    to_answer, to_say = os.pipe()
    log = Path(argv[-1]).with_name("output.txt")
    try:
        with log.open("wb") as output:
            process = subprocess.Popen(
                argv, cwd=start.side.cwd, env=environ_of(start.side, start.head_top) | {PIPES: f"{to_hear},{to_say}"},
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, pass_fds=(to_hear, to_say),
                start_new_session=True,
            )  # fmt: skip
    except OSError as error:
        os.close(to_ask)
        os.close(to_answer)
        raise GreenprofError(f"{argv[0]}: cannot be started ({error.strerror})") from None
    finally:
        os.close(to_hear)
        os.close(to_say)
    return Worker(process, log, to_ask, to_answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """A collected test: its node id, whether it has the fixture ``energy`` or the mark, and the limit of its mark."""

    node: str
    energy: bool
    marked: bool
    regress: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What pytest found on one side; ``broken`` are files that could not be collected, each with the reason."""

    tests: tuple[Test, ...]
    broken: tuple[tuple[str, str], ...]
    rootdir: Path
    inipath: Path | None


def collected(worker: Worker, name: str, timeout_s: float) -> Collected:
    """The tests of a worker that was started on the side `name`.

    Raises:
        GreenprofError: where pytest cannot collect them; with the end of what it said.
    """
    try:
        kind, said = worker.answer(timeout_s)
        if kind == "error":
            raise WorkerEnded(said.partition(" ")[2])
    except WorkerEnded as error:
        tail = worker.tail()
        raise GreenprofError(f"{name}: the tests cannot be collected: {error}\n{tail}".rstrip(), EXIT_USAGE) from None
    answer = json.loads(said)
    return Collected(
        tests=tuple(Test(**one) for one in answer["tests"]),
        broken=tuple((node, reason) for node, reason in answer["broken"]),
        rootdir=Path(answer["rootdir"]),
        inipath=Path(answer["inipath"]) if answer["inipath"] else None,
    )


def foreign(modules: dict[str, Path], side: Side) -> dict[str, Path]:
    """The project's modules that a commit did not get from its checkout, nor from an environment made for it.

    The working tree is as the user has it, and nothing of it is foreign.
    """
    if side.commit is None:
        return {}
    places = [place.resolve() for place in (side.top, side.venv) if place is not None]
    return {name: file for name, file in modules.items() if not any(file.is_relative_to(place) for place in places)}
