"""The fallback: stacks that a Python has sampled itself, where its memory cannot be read from outside.

``greenprof/target/greenprof_inside.py`` leaves what it saw as files in the hand-over folder, about ten a second; here
they are read and weighed as those of `ProcessSampler` are. Lines are not exact then: see `WHY_LOOPS`.
"""

from __future__ import annotations

import functools
import json
import os
import time
import warnings
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from greenprof.model import Frame
from greenprof.sampler.memory import Memory
from greenprof.sampler.process import StackSample

SUFFIX = ".inside"
_VARIABLE = b"GREENPROF_INSIDE="
ASKED_FOR = "it was asked for"
WHY_LOOPS = (
    "lines are given as loops: the stacks were sampled by a thread inside the program, which CPython lets run only at "
    "the ends of loops and at calls, so that it cannot tell one line of a loop from another"
)
_LEFT_OUT = Frame(path="<deep stack>", line=1, function="<frames left out>", function_line=1)
_MOST_WINDOWS = 100  # a file that is later than so many windows is booked on the oldest of them


@functools.cache
def why_inside() -> str | None:
    """Why the memory of a program that is started from here cannot be read; None if it can. Tried on a child."""
    try:
        reading, writing = os.pipe()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of threads: the child does nothing but wait
            pid = os.fork()
    except (AttributeError, OSError) as error:
        return f"no child could be started to try it on ({error})"
    if pid == 0:
        try:
            os.close(writing)
            os.read(reading, 1)
        finally:
            os._exit(0)
    os.close(reading)
    try:
        return Memory(pid).refusal(id(why_inside))  # an address here is one there
    except OSError as error:
        return error.strerror or str(error)
    finally:
        os.close(writing)
        os.waitpid(pid, 0)


def _will_tell(pid: int) -> bool:
    """Whether it is a Python that was started to sample itself, and lives."""
    try:
        executable = os.readlink(f"/proc/{pid}/exe")  # noqa: PTH115
        return os.path.basename(executable).startswith("python") and _VARIABLE in _environment_of(pid)  # noqa: PTH119
    except OSError:
        return False


def _environment_of(pid: int) -> bytes:
    """What a process was started with, see proc_pid_environ(5)."""
    return Path(f"/proc/{pid}/environ").read_bytes()


class BadChunk(ValueError):
    """A file is not what a program that samples itself leaves behind; the message says where."""


class InsideReader:
    """Gathers what programs left behind, and shares it out over the windows in which it was seen."""

    def __init__(self) -> None:
        self._chunks: list[_Chunk] = []
        self._ends_ns: deque[int] = deque(maxlen=_MOST_WINDOWS + 1)
        self._reasons: dict[int, str] = {}
        self._expected: set[int] = set()
        self._unreadable: dict[str, None] = {}

    def __contains__(self, pid: object) -> bool:
        """Whether a process has told of itself, or will soon, as far as can be seen."""
        return pid in self._reasons or pid in self._expected or (isinstance(pid, int) and _will_tell(pid))

    def expect(self, pid: int) -> None:
        """Note that `pid` will tell of itself."""
        self._expected.add(pid)

    @property
    def processes(self) -> tuple[int, ...]:
        """Process ids of those who have told of themselves, in the order in which they first did."""
        return tuple(self._reasons)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the samples should know: that lines are loops, and why; files that could not be read."""
        reasons = [f"not from outside because: {reason}" for reason in dict.fromkeys(self._reasons.values())]
        return (*([f"{WHY_LOOPS} ({'; '.join(reasons)})"] if reasons else ()), *self._unreadable)

    def take(self, path: Path) -> int | None:
        """Read one file and remove it: the process that it tells of; None, and a note, if it cannot be read."""
        try:
            chunk = _Chunk(json.loads(path.read_text(encoding="ascii")))
            self._chunks.append(chunk)
        except (OSError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
            self._unreadable[f"process {path.name.partition('-')[0]} left a file of samples that cannot be read"] = None
            return None
        finally:
            path.unlink(missing_ok=True)
        self._reasons.setdefault(chunk.pid, chunk.why)
        return chunk.pid

    def flush(self, elapsed_s: float) -> dict[int, list[StackSample]]:
        """What was read since the last flush, `elapsed_s` seconds ago, by process.

        It was seen a little earlier: `StackSample.windows_ago` tells to which of the windows, that end with a flush,
        each part of it belongs.
        """
        now_ns = time.monotonic_ns()
        if not self._ends_ns:
            self._ends_ns.append(now_ns - int(elapsed_s * 1e9))
        self._ends_ns.append(now_ns)
        found: dict[int, list[StackSample]] = {}
        for chunk in self._chunks:
            shares = shares_of_windows(chunk.since_ns, chunk.until_ns, tuple(self._ends_ns))
            found.setdefault(chunk.pid, []).extend(_parts(chunk.samples, shares))
        self._chunks.clear()
        return found


def shares_of_windows(since_ns: int, until_ns: int, ends_ns: tuple[int, ...]) -> list[tuple[int, float]]:
    """Which share of a span of time lies in which window, as pairs of "so many windows ago" and share.

    They add up to 1. `ends_ns` are the start of the first window and then the ends of all, ascending. What lies before
    the first window or after the last one counts with that.
    """
    last = len(ends_ns) - 2
    borders = [min(since_ns, ends_ns[0]), *ends_ns[1:-1], max(until_ns, ends_ns[-1])]
    length_ns = until_ns - since_ns
    shares = [
        (last - place, (min(until_ns, borders[place + 1]) - max(since_ns, borders[place])) / max(length_ns, 1))
        for place in range(last + 1)
    ]
    return [(ago, share) for ago, share in shares if share > 0] or [(0, 1.0)]


def _parts(samples: list[StackSample], shares: list[tuple[int, float]]) -> Iterator[StackSample]:
    """The samples shared out over windows; the sightings themselves count with the window that has most of the time."""
    most = max(shares, key=lambda each: each[1])
    for ago, share in shares:
        for sample in samples:
            yield replace(
                sample,
                cpu_s=sample.cpu_s * share,
                wait_s=sample.wait_s * share,
                count=sample.count if (ago, share) == most else 0,
                windows_ago=ago,
            )


class _Chunk:
    """One file: what was seen of one process between two instants of the monotonic clock."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.pid = _number(values["pid"])
        self.since_ns, self.until_ns = _number(values["since_ns"]), _number(values["until_ns"])
        self.why = _text(values["why"])
        cwd = _text(values["cwd"])
        self._frames = [
            Frame(
                path=full_path(_text(path), cwd),
                line=_number(line),
                function=_text(function),
                function_line=_number(function_line),
            )
            for path, line, function, function_line in values["frames"]
        ]
        self.samples = [sample for thread in values["threads"] for sample in self._samples(thread)]

    def _samples(self, thread: dict[str, Any]) -> Iterator[StackSample]:
        """One for each stack: the thread's CPU time in equal shares of the sightings, and the time that it waited."""
        elapsed_s = max(0, self.until_ns - self.since_ns) / 1e9
        cpu_s = _number(thread["cpu_ns"]) / 1e9
        ran, waited = ([(_number(count), self._stack(places)) for count, places in thread[key]] for key in _KEYS)
        runs, waits = (sum(count for count, _ in tally) for tally in (ran, waited))
        wait_s = min(elapsed_s * waits / max(runs + waits, 1), max(0.0, elapsed_s - cpu_s))
        for tally, total, cpu, wait in ((ran, runs, cpu_s, 0.0), (waited, waits, 0.0, wait_s)):
            for count, stack in tally:
                if stack and count:
                    part = count / total
                    yield StackSample(frames=stack, cpu_s=cpu * part, wait_s=wait * part, count=count)

    def _stack(self, places: list[int]) -> tuple[Frame, ...]:
        return tuple(_LEFT_OUT if place == -1 else self._frames[_number(place)] for place in places)


_KEYS = ("ran", "waited")


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**63:
        raise BadChunk(f"{value!r} is no count")
    return value


def _text(value: str) -> str:
    return bytes.fromhex(value).decode("utf-8", "surrogatepass")


@functools.lru_cache(maxsize=10_000)
def full_path(path: str, cwd: str) -> str:
    """The absolute path, where there is such a file; otherwise what the code says of itself."""
    if path.startswith(("<", os.sep)):
        return path
    whole = os.path.normpath(os.path.join(cwd, path))  # noqa: PTH118
    return whole if os.path.exists(whole) else path  # noqa: PTH110
