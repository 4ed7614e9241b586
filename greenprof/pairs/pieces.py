"""What can be raced: a whole command, or a process that stays and works on request. Linux only."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

from greenprof.errors import EXIT_NOT_EXECUTABLE, EXIT_NOT_FOUND, GreenprofError
from greenprof.pairs import worker

if TYPE_CHECKING:
    from resource import struct_rusage

WORKER = Path(worker.__file__)
_GRACE_S = 2.0


class Piece(Protocol):
    """One side of a race.

    ``start`` makes it ready, on the given core (None: on any) and with that hash seed, in processes of its own; ``go``
    begins the work named ``key``, ``calls`` times, and returns at once; ``collect`` waits for its end and gives the CPU
    time of all calls, in seconds; ``stop`` ends what was started, at any moment, also twice. ``repeats`` says whether
    ``calls`` may be anything but 1. Each raises `GreenprofError` for work that cannot be done.
    """

    @property
    def repeats(self) -> bool: ...  # noqa: D102
    def start(self, core: int | None, seed: int) -> None: ...  # noqa: D102
    def go(self, key: str, calls: int) -> None: ...  # noqa: D102
    def collect(self) -> float: ...  # noqa: D102
    def stop(self) -> None: ...  # noqa: D102


@contextmanager
def on_core(core: int | None) -> Iterator[None]:
    """Inside, this thread runs on one core only, and so does for good what it starts; raises `GreenprofError`."""
    if core is None:
        yield
        return
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {core})
    except OSError as error:
        raise GreenprofError(f"processes cannot be pinned to core {core} here ({error.strerror})") from None
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _pin(pid: int, core: int) -> None:
    """Keep a process that runs already on one core, with all of its threads; raises `GreenprofError`."""
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            with suppress(ProcessLookupError):
                os.sched_setaffinity(int(task.name), {core})
    except FileNotFoundError:
        pass  # it has ended: who asks it is told so
    except OSError as error:
        raise GreenprofError(f"processes cannot be pinned to core {core} here ({error.strerror})") from None


def _environment(given: Mapping[str, str] | None, seed: int) -> dict[str, str]:
    """The environment of a side: a hash seed that both sides share, unless the user has fixed one."""
    own = dict(os.environ if given is None else given)
    own.setdefault("PYTHONHASHSEED", str(seed))
    return own


def _spawn(command: Sequence[str], core: int | None, **how: object) -> subprocess.Popen[bytes]:
    """Start a command in a process group of its own; raises `GreenprofError` where it cannot be."""
    try:
        with on_core(core):
            return subprocess.Popen(command, start_new_session=True, **how)  # type: ignore[call-overload, no-any-return]
    except FileNotFoundError as error:
        raise GreenprofError(f"{error.filename}: not found", EXIT_NOT_FOUND) from None
    except OSError as error:
        raise GreenprofError(f"{command[0]}: cannot be started ({error.strerror})", EXIT_NOT_EXECUTABLE) from None


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and all of its group."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with suppress(ChildProcessError):
        process.wait()


def _last_line(file: IO[bytes]) -> str:
    """The last line of what a process has complained of."""
    file.seek(0)
    lines = file.read().decode("utf-8", "replace").strip().splitlines()
    return lines[-1].strip() if lines else "it said nothing"


@dataclass
class CommandPiece:
    """A whole command, run anew each time; its cost is that of its process and of all that it waits for.

    Its output goes nowhere, or to the file `output`; its input is empty, or the file `stdin`. `exit_codes` are those of
    a success, None for all. What it used, and how it ended, stays in `usage` and `exit_code`.
    """

    argv: Sequence[str]
    cwd: Path | None = None
    env: Mapping[str, str] | None = None
    timeout_s: float | None = None
    exit_codes: tuple[int, ...] | None = (0,)
    repeats: bool = False
    output: IO[bytes] | None = None
    stdin: Path | None = None

    def __post_init__(self) -> None:
        self.usage: struct_rusage | None = None
        self.exit_code: int | None = None
        self._core: int | None = None
        self._seed = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._complaints: IO[bytes] | None = None
        self._begun_s = 0.0

    def start(self, core: int | None, seed: int) -> None:
        """Remember where to run."""
        self._core, self._seed = core, seed

    def go(self, key: str, calls: int) -> None:
        """Start the command; `key` and `calls` say nothing to it."""
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 (stop closes it)
        self._begun_s = time.monotonic()
        with Path(os.devnull if self.stdin is None else self.stdin).open("rb") as given:
            self._process = _spawn(
                self.argv, self._core, cwd=self.cwd, env=_environment(self.env, self._seed),
                stdin=given, stdout=self.output or subprocess.DEVNULL, stderr=self._complaints,
            )  # fmt: skip

    @property
    def pid(self) -> int | None:
        """The process while it runs."""
        return None if self._process is None else self._process.pid

    def collect(self) -> float:
        """Wait for its end; raises `GreenprofError` for another exit code, or where it takes too long."""
        process, complaints = self._process, self._complaints
        assert process is not None
        assert complaints is not None
        try:
            if self.timeout_s is not None and not _has_ended(process.pid, self._begun_s + self.timeout_s):
                raise GreenprofError(f"{self._name}: did not end within {self.timeout_s:g} s")
            _, status, usage = os.wait4(process.pid, 0)
            code = self.exit_code = process.returncode = os.waitstatus_to_exitcode(status)
            self.usage = usage
            if self.exit_codes is not None and code not in self.exit_codes:
                how = f"ended with {code}" if code >= 0 else f"was ended by {signal.Signals(-code).name}"
                raise GreenprofError(f"{self._name}: {how} ({_last_line(complaints)})")
            return usage.ru_utime + usage.ru_stime
        finally:
            self.stop()

    def stop(self) -> None:
        """End it, if it runs, and what it has left behind in its process group."""
        process, self._process = self._process, None
        complaints, self._complaints = self._complaints, None
        if process is not None:
            _end(process)
        if complaints is not None:
            complaints.close()

    @property
    def _name(self) -> str:
        return " ".join(self.argv)


def _has_ended(pid: int, until_s: float) -> bool:
    """Wait for the end of a process, but not beyond that time of the monotonic clock."""
    handle = os.pidfd_open(pid)
    try:
        return bool(select.select([handle], [], [], max(0.0, until_s - time.monotonic()))[0])
    finally:
        os.close(handle)


@dataclass
class WorkerPiece:
    """A process that stays and works on request; it runs `worker.serve`, with whatever it has imported before.

    `name` is what messages call it. `timeout_s` is for the start, and for each answer. It starts on any core, so that
    both sides start beside each other, and is pinned when it is ready.
    """

    argv: Sequence[str]
    cwd: Path | None = None
    env: Mapping[str, str] | None = None
    timeout_s: float = 600.0
    name: str = ""
    repeats: bool = True

    def __post_init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._requests = self._answers = -1
        self._complaints: IO[bytes] | None = None
        self._read = b""
        self._core: int | None = None

    def start(self, core: int | None, seed: int) -> None:
        """Start the process; it may still be importing when this returns."""
        self.stop()
        self._core = core
        take, self._requests = os.pipe()
        self._answers, give = os.pipe()
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 (stop closes it)
        env = _environment(self.env, seed) | {worker.PIPES: f"{take},{give}"}
        try:
            self._process = _spawn(
                self.argv, None, cwd=self.cwd, env=env, pass_fds=(take, give),
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self._complaints,
            )  # fmt: skip
        finally:
            os.close(take)
            os.close(give)
        self._is_ready = False

    def ready(self) -> None:
        """Wait until it has imported everything."""
        if not self._is_ready:
            self._answer()
            if self._core is not None and self._process is not None:
                _pin(self._process.pid, self._core)
            self._is_ready = True

    def go(self, key: str, calls: int) -> None:
        """Ask for so many calls of the work `key`, which has no line break."""
        self.ready()
        try:
            os.write(self._requests, f"{calls} {key}\n".encode())
        except BrokenPipeError:
            self._answer()  # says how it ended

    def collect(self) -> float:
        """The CPU time that they took."""
        kind, _, said = self._answer().partition(" ")
        if kind == "error":
            raise GreenprofError(f"{self._name}: {said}")
        return float(said)

    def stop(self) -> None:
        """End the process: it ends by itself when nobody can ask any more, or else is made to."""
        process, self._process = self._process, None
        for pipe in (self._requests, self._answers):
            if pipe >= 0:
                os.close(pipe)
        self._requests = self._answers = -1
        self._read = b""
        if process is not None:
            with suppress(subprocess.TimeoutExpired):
                process.wait(_GRACE_S)
            _end(process)
        if self._complaints is not None:
            self._complaints.close()
            self._complaints = None

    @property
    def _name(self) -> str:
        return self.name or " ".join(self.argv)

    def _answer(self) -> str:
        assert self._process is not None
        assert self._complaints is not None
        until_s = time.monotonic() + self.timeout_s
        while b"\n" not in self._read:
            if not select.select([self._answers], [], [], max(0.0, until_s - time.monotonic()))[0]:
                raise GreenprofError(f"{self._name}: gave no answer within {self.timeout_s:g} s")
            got = os.read(self._answers, 65536)
            if not got:
                code = self._process.wait()
                raise GreenprofError(f"{self._name}: ended with {code} ({_last_line(self._complaints)})")
            self._read += got
        line, _, self._read = self._read.partition(b"\n")
        return line.decode("utf-8", "replace")


def python_piece(
    statement: str = "",
    *,
    setup: str = "pass",
    python: str = sys.executable,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    name: str = "",
) -> WorkerPiece:
    """A statement that a Python repeats, as for ``timeit``; without one, `setup` defines a function ``work``."""
    argv = [python, str(WORKER), setup, *([statement] if statement else [])]
    return WorkerPiece(argv, cwd=cwd, env=env, name=name or statement or "work()")
