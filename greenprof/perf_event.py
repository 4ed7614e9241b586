"""The perf_event_open system call: counters of the kernel and of the hardware, as files to read.

Standard library only. See perf_event_open(2) and the Linux kernel, include/uapi/linux/perf_event.h.
"""

from __future__ import annotations

import errno
import os
import struct
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

TYPE_HARDWARE = 0
TYPE_SOFTWARE = 1
HARDWARE_CYCLES = 0
HARDWARE_INSTRUCTIONS = 1
SOFTWARE_TASK_CLOCK = 1  # nanoseconds of CPU time

FORMAT_TIME_ENABLED = 1 << 0
FORMAT_TIME_RUNNING = 1 << 1

FLAG_DISABLED = 1 << 0
FLAG_INHERIT = 1 << 1
FLAG_EXCLUDE_KERNEL = 1 << 5
FLAG_EXCLUDE_HV = 1 << 6
FLAG_ENABLE_ON_EXEC = 1 << 12
FLAG_EXCLUDE_GUEST = 1 << 20

ANY_CPU = -1
ALL_PROCESSES = -1
THIS_THREAD = 0

_NO_GROUP = -1
_CLOSE_ON_EXEC = 8
# struct perf_event_attr in its first form (PERF_ATTR_SIZE_VER0), which every kernel takes:
# type, size, config, sample_period, sample_type, read_format, the flags, and 16 bytes that stay 0.
_ATTRIBUTES = struct.Struct("=IIQQQQQ16x")
_SYSTEM_CALL = {"x86_64": 298, "aarch64": 241, "riscv64": 241, "ppc64le": 319, "s390x": 331}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributes:
    """What is to be counted: the numbers of ``struct perf_event_attr`` that greenprof needs."""

    type: int
    config: int
    read_format: int = 0
    flags: int = 0

    def pack(self) -> bytes:
        """The structure as the kernel reads it."""
        return _ATTRIBUTES.pack(self.type, _ATTRIBUTES.size, self.config, 0, 0, self.read_format, self.flags)


class Event(Protocol):
    """A counter that is open."""

    def read(self) -> tuple[int, ...] | None:
        """The count, then the times in ns that `read_format` asks for; ``None`` if it cannot be read."""
        ...

    def close(self) -> None:
        """Stop counting; closing twice does no harm."""
        ...


class OpenEvent(Protocol):
    """How to open a counter; tests put another way in its place."""

    def __call__(self, attributes: Attributes, *, pid: int, cpu: int) -> Event:
        """Raises OSError if the kernel refuses."""
        ...


def open_event(attributes: Attributes, *, pid: int, cpu: int) -> Event:
    """Count `attributes` for the thread `pid` on the CPU `cpu`, or for `ALL_PROCESSES` or on `ANY_CPU`.

    Raises OSError if the kernel refuses, with ENOSYS where there is no such system call.
    """
    number = _SYSTEM_CALL.get(os.uname().machine) if sys.platform.startswith("linux") else None
    if number is None or sys.maxsize < 2**32:  # a 32-bit Python has other numbers
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    import ctypes

    library = ctypes.CDLL(None, use_errno=True)
    packed = ctypes.create_string_buffer(attributes.pack(), _ATTRIBUTES.size)
    arguments = (number, ctypes.addressof(packed), pid, cpu, _NO_GROUP, _CLOSE_ON_EXEC)
    descriptor = library.syscall(*(ctypes.c_long(argument) for argument in arguments))
    if descriptor < 0:
        failure = ctypes.get_errno()
        raise OSError(failure, os.strerror(failure))
    times = attributes.read_format & (FORMAT_TIME_ENABLED | FORMAT_TIME_RUNNING)
    return FileEvent(int(descriptor), numbers=1 + times.bit_count())


class FileEvent:
    """A counter behind a file descriptor, which shows so many 64-bit numbers."""

    __slots__ = ("_descriptor", "_format")

    def __init__(self, descriptor: int, *, numbers: int) -> None:
        self._descriptor = descriptor
        self._format = struct.Struct(f"={numbers}Q")

    def read(self) -> tuple[int, ...] | None:
        """The count, then the times in ns that were asked for; ``None`` if it cannot be read."""
        try:
            content = os.read(self._descriptor, self._format.size)
        except OSError:
            return None
        # An event that the kernel gave up shows an empty file.
        return self._format.unpack(content) if len(content) == self._format.size else None

    def close(self) -> None:
        """Stop counting; closing twice does no harm."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def paranoia(root: Path = Path("/")) -> int | None:
    """The system's perf_event_paranoid: how little ordinary users may count; ``None`` if it does not tell."""
    try:
        return int((root / "proc/sys/kernel/perf_event_paranoid").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def why_refused(failure: OSError, *, needed: int, root: Path = Path("/")) -> tuple[str, str]:
    """Reason and cure for an event that could not be opened; `needed` is the paranoia that would allow it."""
    level = paranoia(root)
    if failure.errno == errno.EACCES and (level is None or level > needed):
        shown = "unknown" if level is None else str(level)
        reason = f"kernel.perf_event_paranoid is {shown}: it takes {needed} or less, or the capability CAP_PERFMON"
        return reason, (
            f"sudo sysctl kernel.perf_event_paranoid={needed} (until the next boot; every user may then count); "
            "or sudo setcap cap_perfmon=ep $(readlink -f $(which python3)) (for whoever starts that "
            "Python; the lines of its programs can then be sampled by root only)"
        )
    if failure.errno in (errno.EACCES, errno.EPERM):
        reason = f"perf_event_open is forbidden here ({failure.strerror}), as in most containers and sandboxes"
        return reason, "in a container: docker run --cap-add PERFMON; elsewhere: allow perf_event_open to this user"
    if failure.errno == errno.ENOSYS:
        return "this system has no perf_event_open", "use a Linux kernel with CONFIG_PERF_EVENTS on a 64-bit machine"
    if failure.errno in (errno.ENOENT, errno.EOPNOTSUPP, errno.ENODEV):
        reason = f"the processor shows no such counter ({failure.strerror}), as in most virtual machines"
        return reason, "measure on the physical machine, or give the virtual machine a performance-monitoring unit"
    return (
        f"the kernel does not open the counter ({failure.strerror})",
        "see whether perf stat -a can: perf stat -a true",
    )
