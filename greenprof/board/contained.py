"""Run a command that may do its worst: what it prints, how long it takes and what it holds are bounded from outside.

Nothing in here trusts the command to end, to close its output, or to stay one process. The sandbox's own process 1 is
killed when a bound is passed; the kernel then ends everything in its namespace, and its death is waited for.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass

from greenprof.board.tree_cpu import TreeClock

_LOOK_S = 0.02  # how often the tree's memory is looked at
_LAST_WORDS_BYTES = 16 << 10  # of what is written to standard error
_GRACE_S = 5.0
_PIECE_BYTES = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a command may use, all its processes together."""

    wall_s: float
    cpu_s: float
    memory_bytes: int
    output_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a command ended. `killed` says in words which bound it passed, ``None`` if it ended by itself.

    `exit_code` is 128 + n after signal n. `cpu_s` is of the whole process tree, `cpu_source` says whose account.
    """

    exit_code: int
    output: bytes
    errors: bytes
    killed: str | None
    wall_s: float
    cpu_s: float
    cpu_source: str


def run_contained(command: Sequence[str], bounds: Bounds, *, pass_fds: Sequence[int] = ()) -> Outcome:
    """Run `command` to its end, or to the end of its bounds; raises OSError if it cannot be started."""
    clock = TreeClock()
    begun = time.monotonic()
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd="/",
            env={"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C.UTF-8"},
            start_new_session=True,
            pass_fds=pass_fds,
        )
        with process:
            try:
                watch = _Watch(process, bounds, begun)
                watch.follow()
            finally:
                _end(process)
        wall_s = time.monotonic() - begun
        cpu_s = clock.read()
        source = clock.source
    finally:
        clock.close()
    code = process.returncode
    killed = watch.killed
    if killed is None and cpu_s > bounds.cpu_s:
        killed = f"used more than {bounds.cpu_s:g} s of CPU time"
    return Outcome(
        exit_code=128 - code if code < 0 else code,
        output=bytes(watch.output),
        errors=bytes(watch.errors[-_LAST_WORDS_BYTES:]),
        killed=killed,
        wall_s=wall_s,
        cpu_s=cpu_s,
        cpu_source=source,
    )


class _Watch:
    """Takes what a process prints, and ends it when it passes a bound."""

    def __init__(self, process: subprocess.Popen[bytes], bounds: Bounds, begun: float) -> None:
        self._process, self._bounds, self._ends = process, bounds, begun + bounds.wall_s
        self.output, self.errors = bytearray(), bytearray()
        self.killed: str | None = None

    def follow(self) -> None:
        """Until the process has ended and its output is closed, or a bound is passed."""
        assert self._process.stdout is not None and self._process.stderr is not None
        look = time.monotonic() + _LOOK_S
        with selectors.DefaultSelector() as ready:
            ready.register(self._process.stdout, selectors.EVENT_READ, self.output)
            ready.register(self._process.stderr, selectors.EVENT_READ, self.errors)
            while ready.get_map() and self.killed is None:
                for key, _ in ready.select(timeout=_LOOK_S):
                    piece = os.read(key.fd, _PIECE_BYTES)
                    if piece:
                        self._take(key.data, piece)
                    else:
                        ready.unregister(key.fileobj)
                now = time.monotonic()
                if now >= self._ends:
                    self.killed = f"ran longer than {self._bounds.wall_s:g} s"
                elif now >= look:
                    look = now + _LOOK_S
                    if held_bytes(self._process.pid) > self._bounds.memory_bytes:
                        self.killed = f"used more than {self._bounds.memory_bytes >> 20} MiB of memory"
        # A program can close its output and work on.
        while self.killed is None and self._process.poll() is None:
            time.sleep(0.001)
            if time.monotonic() >= self._ends:
                self.killed = f"ran longer than {self._bounds.wall_s:g} s"
            elif held_bytes(self._process.pid) > self._bounds.memory_bytes:
                self.killed = f"used more than {self._bounds.memory_bytes >> 20} MiB of memory"

    def _take(self, into: bytearray, piece: bytes) -> None:
        into += piece
        if into is self.errors:
            del into[:-_LAST_WORDS_BYTES]  # only the end is of use, and it is no answer
        elif len(into) > self._bounds.output_bytes:
            self.killed = f"printed more than {self._bounds.output_bytes} bytes"
            del into[self._bounds.output_bytes :]


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and all below it. The namespace's process 1 first: with it, the kernel ends all the others."""
    if process.poll() is None:
        for pid in children(process.pid):
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE_S)
    if process.poll() is None:
        process.kill()
        process.wait()
    # Without a namespace of its own, what is left is in the process group.
    with contextlib.suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)


def children(pid: int) -> list[int]:
    """The processes that `pid` has started and that still run; none if it has ended meanwhile."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208
            with contextlib.suppress(OSError), open(f"/proc/{pid}/task/{thread}/children", "rb") as file:  # noqa: PTH123
                found += [int(child) for child in file.read().split()]
    return found


def held_bytes(pid: int) -> int:
    """Memory that `pid` and all below it hold by themselves, files of the system that they share not counted."""
    held, waiting, seen = 0, [pid], 0
    while waiting and seen < 4096:
        each = waiting.pop()
        seen += 1
        with contextlib.suppress(OSError, ValueError), open(f"/proc/{each}/status", "rb") as file:  # noqa: PTH123
            for line in file:
                if line.startswith((b"RssAnon:", b"RssShmem:")):
                    held += int(line.split()[1]) * 1024
        waiting += children(each)
    return held
