"""Native functions below the lines of Python, seen by py-spy (https://github.com/benfred/py-spy): the extra ``native``.

py-spy unwinds the whole stack of each thread and resolves the symbols of compiled code. To do so it holds the program
for a moment, every time. It is a process of greenprof's own: what it uses is not the program's. What it says only
divides what the lines have used (`greenprof.native_code`), so that nothing is lost with it.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sysconfig
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from greenprof.errors import GreenprofError
from greenprof.model import Frame, NativeFunction, NativeSamples, NativeStack
from greenprof.sampler.inside import full_path

INTERVAL_S = 0.01  # more often would hold the program longer
_MISSING = "--native needs py-spy, which is not installed: pip install 'greenprof[native]'"
_PATIENCE_S, _LAST_PATIENCE_S = 1.0, 15.0  # for it to end by itself, and when it was told to
_PAUSE_S = 0.01
_YAMA = Path("/proc/sys/kernel/yama/ptrace_scope")
_FRAME = re.compile(r"(?P<name>.*) \((?P<path>.+?)(?::(?P<line>\d+))?\)", re.DOTALL)
_C_LIBRARY = re.compile(r"libc[.-]")
_ADDRESS = re.compile(r"0x[0-9a-f]+")
_PYTHON = re.compile(r"<.+>|.+\.pyw?")  # the path of code that is Python even if nobody else has seen it


class PySpy:
    """One run of py-spy beside a program; its output lies in `folder`.

    Raises:
        GreenprofError: if it is not installed, or cannot be started.
    """

    def __init__(self, folder: Path) -> None:
        self._path = _find()
        self._version = _version(self._path)
        self._output = folder / "py-spy.txt"
        self._errors = folder / "py-spy.log"
        self.begun = False  # whether it was started, or that was tried
        self._process: subprocess.Popen[bytes] | None = None
        # A thread that is there before the counters of the program's cycles are opened does not hand them on.
        self._starter = ThreadPoolExecutor(1)
        self._starter.submit(int).result()
        self._used_s = 0.0
        self._failure = "py-spy was not started: no Python was seen"

    @property
    def cpu_s(self) -> float:
        """CPU time that it has used so far."""
        if self._process is not None and self._process.returncode is None:
            with suppress(OSError):
                self._used_s = max(self._used_s, time.clock_gettime((~self._process.pid << 3) | 2))
        return self._used_s

    def begin(self, pid: int) -> int | None:
        """Start it on a process and all that this one starts; its own process id, None if it does not start."""
        self.begun = True
        command = [
            self._path, "record", "--native", "--subprocesses", "--full-filenames", "--format", "raw",
            "--rate", str(round(1 / INTERVAL_S)), "--output", str(self._output), "--pid", str(pid),
        ]  # fmt: skip
        try:
            self._process = self._starter.submit(_start, command, self._errors).result()
        except OSError as error:
            self._failure = f"py-spy could not be started ({error.strerror})"
            return None
        return self._process.pid

    def finish(self) -> None:
        """Let it write what it saw; it ends with the program, or is told to. Never raises for what it does."""
        if self._process is None:
            return
        if not self._ends_within(_PATIENCE_S):
            self._process.send_signal(signal.SIGINT)
            if not self._ends_within(_LAST_PATIENCE_S):
                self._failure = "py-spy did not end"
                self._process.kill()
                self._reap(0)
                return
        self._failure = _error_in(self._errors)

    def close(self) -> None:
        """End it at once if it still runs."""
        self._starter.shutdown()
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            self._reap(0)

    def seen(self, frames: Sequence[Frame], start: Path) -> tuple[NativeSamples | None, str]:
        """What it saw below these frames, whose paths are relative to `start`; and what a reader should know of it."""
        try:
            text = self._output.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None, f"native functions are not shown: {self._failure}"
        samples = _Samples(frames, start)
        for line in text.splitlines():
            samples.take(line)
        if not samples.counts:
            return None, f"native functions are not shown: {self._failure}"
        told = samples.told(self._version)
        count = sum(stack.count for stack in told.stacks)
        lost = f"; {samples.lost} more led to no line that is known" if samples.lost else ""
        return told, (
            f"how lines are divided over native functions is estimated from {count} samples of {self._version}, which "
            f"held the program for each of them{lost}"
        )

    def _ends_within(self, patience_s: float) -> bool:
        deadline_s = time.monotonic() + patience_s
        while not self._reap(os.WNOHANG):
            if time.monotonic() > deadline_s:
                return False
            time.sleep(_PAUSE_S)
        return True

    def _reap(self, options: int) -> bool:
        """Whether it has ended; notes what it used then, as ``wait4`` tells it."""
        assert self._process is not None
        if self._process.returncode is None:
            ended, status, usage = os.wait4(self._process.pid, options)
            if ended:
                self._process.returncode = os.waitstatus_to_exitcode(status)
                self._used_s = usage.ru_utime + usage.ru_stime
        return self._process.returncode is not None


def _start(command: Sequence[str], errors: Path) -> subprocess.Popen[bytes]:
    with errors.open("wb") as file:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=file,
            process_group=0,  # Ctrl-C is for the program
        )


def _find() -> str:
    places = os.pathsep.join((sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath)))
    found = shutil.which("py-spy", path=places)
    if found is None:
        raise GreenprofError(_MISSING)
    return found


def _version(path: str) -> str:
    """The name and version that it says, ``py-spy 0.4.0``."""
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, check=True, timeout=10, text=True)
    except (OSError, subprocess.SubprocessError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it does not say its version"
        raise GreenprofError(f"{path}: cannot be started ({reason}); {_MISSING}") from None
    return answer.stdout.strip()


def _error_in(log: Path) -> str:
    """Why it saw nothing, in its own words as far as it has any."""
    with suppress(OSError):
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        said = [line.partition(": ")[2] for line in lines if line.startswith(("Error: ", "Reason: "))]
        if said:
            return f"py-spy: {'; '.join(said)}{_hint()}"
    return "py-spy saw no line of the program's, which ended too soon or was not at work"


def _hint() -> str:
    """What keeps py-spy from other processes on many systems: Yama lets only an ancestor look (ptrace(2))."""
    try:
        scope = _YAMA.read_text(encoding="ascii").strip()
    except OSError:
        return ""
    if scope == "0" or os.geteuid() == 0:
        return ""
    return f" (kernel.yama.ptrace_scope is {scope}, so that it may not look: sudo sysctl kernel.yama.ptrace_scope=0)"


@dataclass(frozen=True, slots=True)
class _Seen:
    """One frame of its output."""

    name: str
    path: str
    line: int


class _Samples:
    """Its stacks, counted by the lines of Python that are known and the native functions below them.

    A line of its raw format is a stack, outermost frame first, with semicolons between the frames, and a count. Native
    functions between two of Python are left out, for the lines above the inner one used nothing themselves.
    """

    def __init__(self, frames: Sequence[Frame], start: Path) -> None:
        self.counts: Counter[tuple[tuple[int, ...], tuple[NativeFunction, ...]]] = Counter()
        self.lost = 0  # samples that lead to no line that is known
        self._places = {_Seen(frame.function, frame.path, frame.line): place for place, frame in enumerate(frames)}
        self._paths = {frame.path for frame in frames}
        self._start = str(start)

    def take(self, line: str) -> None:
        """Count one line of output."""
        stack, _, count = line.rpartition(" ")
        if not count.isdecimal():
            return
        frames = [self._shown(frame) for frame in _frames(stack)]
        pythons = [place for place, frame in enumerate(frames) if self._is_python(frame)]
        if not pythons or frames[pythons[-1]] not in self._places:
            self.lost += int(count)
            return
        known = tuple(self._places[frames[at]] for at in pythons if frames[at] in self._places)
        self.counts[known, tuple(_functions(frames[pythons[-1] + 1 :]))] += int(count)

    def told(self, seen_by: str) -> NativeSamples:
        """All that was counted."""
        functions: dict[NativeFunction, int] = {}
        stacks = tuple(
            NativeStack(
                stack=known,
                functions=tuple(functions.setdefault(function, len(functions)) for function in below),
                count=count,
            )
            for (known, below), count in self.counts.items()
        )
        return NativeSamples(seen_by=seen_by, interval_s=INTERVAL_S, functions=tuple(functions), stacks=stacks)

    def _shown(self, frame: _Seen) -> _Seen:
        path = full_path(frame.path, self._start).removeprefix(self._start + os.sep)
        return replace(frame, path=path)

    def _is_python(self, frame: _Seen) -> bool:
        return frame.path in self._paths or _PYTHON.fullmatch(frame.path) is not None


def _frames(stack: str) -> Iterator[_Seen]:
    """The frames of one stack; what stands for a process or a thread is none.

    A name may hold a semicolon itself, as ``<[u8; 4]>::fmt`` does: a space follows, and none between two frames.
    """
    whole = ""
    for piece in stack.split(";"):
        whole = f"{whole};{piece}" if piece.startswith(" ") else piece
        found = _FRAME.fullmatch(whole)
        if found:
            yield _Seen(found["name"], found["path"], int(found["line"] or 0))


def _functions(frames: Iterable[_Seen]) -> Iterator[NativeFunction]:
    """Native functions; one without a symbol counts for its caller, or for its library where that is another one.

    One of the C library's in front is the code that started the interpreter, which py-spy puts behind the frames of
    Python in 3.14, or was called by the interpreter itself.
    """
    caller = None
    for frame in frames:
        nameless, file = _ADDRESS.fullmatch(frame.name), os.path.basename(frame.path)  # noqa: PTH119
        if nameless and (frame.path == caller or (caller is None and _C_LIBRARY.match(file))):
            continue
        caller = frame.path
        yield NativeFunction(name=f"[{file}]" if nameless else frame.name, path=caller)
