"""What the kernel tells of the processes of a machine, each in one or three system calls. Linux only.

proc_pid_stat(5), cgroups(7), and clock_getcpuclockid(3) for the clock of a process: it counts nanoseconds, where
/proc counts in steps of 10 ms, and reading it is five times as quick.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from greenprof.monitor.programs import is_python, program_of
from greenprof.procstat import BusyClock, tick_s

# Places in /proc/PID/stat after the name.
_PARENT, _FLAGS, _CHILDREN_USER, _CHILDREN_SYSTEM, _START = 1, 6, 13, 14, 19
_KERNEL_THREAD = 0x0020_0000  # PF_KTHREAD
_ENOUGH_BYTES = 4096
_ENOUGH_WORDS = 12  # of a command line: options of Python, and what it runs

_CONTAINER = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
_SHOWN_ID = 12  # characters of a container's id, as its tools show it
_UNIT = re.compile(r"\.(?:service|scope)$")
_PASSING = re.compile(r"^(run|session|app)-.*\.(service|scope)$")  # a number of their own each time


class Group(NamedTuple):
    """What processes that are counted together have in common; what is unknown is empty."""

    command: str
    service: str = ""
    container: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stat:
    """What /proc/PID/stat says; ``start`` with the process id tells a process for good."""

    command: str
    parent: int
    start: int
    children_s: float  # CPU time of the children that it has waited for


class System(Protocol):
    """A machine's processes; tests put another in its place. Each may raise OSError for one that is gone."""

    cpus: int

    def pids(self) -> Iterable[int]:
        """The processes that there are."""
        ...

    def cpu_ns(self, pid: int) -> int:
        """Nanoseconds of CPU time that a process has used itself."""
        ...

    def stat(self, pid: int) -> Stat:
        """Who it is."""
        ...

    def group(self, pid: int, command: str) -> Group:
        """The group of a process that is called so."""
        ...

    def busy_s(self) -> float:
        """CPU seconds of the whole machine since its start."""
        ...


class Linux:
    """This machine. With `scripts`, a Python is called by the script or module that it runs, without arguments."""

    def __init__(self, *, scripts: bool = False) -> None:
        self._scripts = scripts
        self.cpus = os.cpu_count() or 1
        self._busy = BusyClock()

    def pids(self) -> Iterable[int]:
        """Every process that this one may see; with the mount option hidepid that is its user's own."""
        return map(int, filter(str.isdecimal, os.listdir("/proc")))  # noqa: PTH208 (six times slower)

    def cpu_ns(self, pid: int) -> int:
        """Nanoseconds of CPU time, without those of children."""
        return time.clock_gettime_ns((~pid << 3) | 2)  # CPUCLOCK_SCHED of a process

    def stat(self, pid: int) -> Stat:
        """Who it is."""
        return parsed(_read(f"/proc/{pid}/stat"))

    def group(self, pid: int, command: str) -> Group:
        """Its name, service and container; a Python is called by what it runs, if that was asked for."""
        if self._scripts and is_python(command):
            with suppress(OSError):
                words = _read(f"/proc/{pid}/cmdline").split(b"\0")[:_ENOUGH_WORDS]
                command = shown(program_of([word.decode("utf-8", "replace") for word in words if word])) or command
        try:
            return Group(command, *placed(_read(f"/proc/{pid}/cgroup")))
        except OSError:
            return Group(command)

    def busy_s(self) -> float:
        """CPU seconds of the whole machine, in steps of 10 ms."""
        return self._busy.read_s()

    def close(self) -> None:
        """Close what is kept open."""
        self._busy.close()


def parsed(stat: bytes) -> Stat:
    """What a line of /proc/PID/stat says; the name, in brackets, may hold anything. Raises OSError for no such line."""
    before, _, after = stat.rpartition(b")")
    fields = after.split(None, _START + 1)
    try:
        command = before[before.index(b"(") + 1 :].decode("utf-8", "replace")
        if int(fields[_FLAGS]) & _KERNEL_THREAD:
            command = command.partition("/")[0]  # kworker/0:1-events: one for each processor and task
        return Stat(
            command=shown(command),
            parent=int(fields[_PARENT]),
            start=int(fields[_START]),
            children_s=(int(fields[_CHILDREN_USER]) + int(fields[_CHILDREN_SYSTEM])) * _TICK_S,
        )
    except (ValueError, IndexError):
        raise ProcessLookupError("no line of /proc/PID/stat") from None


def placed(cgroup: bytes) -> tuple[str, str]:
    """The service and the container of a process, from /proc/PID/cgroup.

    The service is the innermost unit of systemd, those with a number of their own each time under one name
    (``session-*.scope``); a container's id has 64 hexadecimal digits in every runtime, of which the first 12 are kept.
    """
    paths = [line.split(":", 2)[2] for line in cgroup.decode("utf-8", "replace").splitlines() if line.count(":") >= 2]
    for path in sorted(paths, key=len, reverse=True):
        container = _CONTAINER.findall(path)
        units = [part for part in path.split("/") if _UNIT.search(part) and not _CONTAINER.search(part)]
        if container or units:
            unit = _PASSING.sub(r"\1-*.\2", units[-1]) if units else ""
            return shown(unit), container[-1][:_SHOWN_ID] if container else ""
    return "", ""


def shown(text: str) -> str:
    """`text` without what a terminal would obey: a process gives itself what name it likes."""
    return text if text.isprintable() else "".join(each if each.isprintable() else "?" for each in text)


_TICK_S = tick_s()


def _read(path: str) -> bytes:
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(file, _ENOUGH_BYTES)
    finally:
        os.close(file)
