"""Cycles and instructions of a process tree, from the processor's performance counters.

They tell more about a program's energy than its CPU time alone, because a core that waits for memory
draws less than one that computes. Most virtual machines show none.

Source: perf_event_open(2), for inheritance and for the scaling of counters that share the hardware.
"""

from __future__ import annotations

import errno
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from greenprof.perf_event import (
    ANY_CPU,
    FLAG_DISABLED,
    FLAG_ENABLE_ON_EXEC,
    FLAG_EXCLUDE_GUEST,
    FLAG_EXCLUDE_HV,
    FLAG_EXCLUDE_KERNEL,
    FLAG_INHERIT,
    FORMAT_TIME_ENABLED,
    FORMAT_TIME_RUNNING,
    HARDWARE_CYCLES,
    HARDWARE_INSTRUCTIONS,
    THIS_THREAD,
    TYPE_HARDWARE,
    Attributes,
    Event,
    OpenEvent,
    open_event,
    why_refused,
)

_TIMES = FORMAT_TIME_ENABLED | FORMAT_TIME_RUNNING
_FORBIDDEN = (errno.EACCES, errno.EPERM)
_PARANOIA_NEEDED = 2  # enough for what a process of one's own does outside the kernel
# A processor with two kinds of cores has a PMU for each; its type goes in the upper half of config.
_CORE_KINDS = ("cpu_core", "cpu_atom")
_TYPE_SHIFT = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a process tree has done so far; ``None`` where that is not known.

    With `user_only`, what the kernel did for it is not in the numbers, because this user may not see it.
    """

    cycles: int | None
    instructions: int | None
    user_only: bool


class HardwareCounters:
    """Counters that are open; `reason` says why something cannot be counted, ``None`` if everything is."""

    def __init__(
        self, cycles: Sequence[Event], instructions: Sequence[Event], *, user_only: bool, reason: str | None
    ) -> None:
        self._cycles, self._instructions = tuple(cycles), tuple(instructions)
        self._user_only = user_only
        self.reason = reason

    def read(self) -> Counts:
        """The counts since the counters were opened, of ended processes too; never raises."""
        return Counts(cycles=_total(self._cycles), instructions=_total(self._instructions), user_only=self._user_only)

    def close(self) -> None:
        """Stop counting; closing twice does no harm, and reading after it gives ``None``."""
        for event in (*self._cycles, *self._instructions):
            event.close()
        self._cycles = self._instructions = ()


def open_counters(
    pid: int | None = None, *, root: Path = Path("/"), opener: OpenEvent = open_event
) -> HardwareCounters:
    """Count the process `pid` from now on, with all that it starts later; never raises.

    Without a `pid`, what this thread starts from now on is counted, each process from the moment
    when it executes its program; this process itself is not. Threads that `pid` has already, and
    children that it has already, are not counted.
    """
    flags = FLAG_INHERIT | FLAG_EXCLUDE_GUEST | FLAG_EXCLUDE_HV
    if pid is None:
        pid, flags = THIS_THREAD, flags | FLAG_DISABLED | FLAG_ENABLE_ON_EXEC
    kinds = _core_kinds(root)
    try:
        return _open(pid, flags, kinds, opener)
    except OSError as failure:
        if failure.errno not in _FORBIDDEN:
            return _nothing(failure, root)
    try:
        return _open(pid, flags | FLAG_EXCLUDE_KERNEL, kinds, opener)
    except OSError as failure:
        return _nothing(failure, root)


def _open(pid: int, flags: int, kinds: Sequence[int], opener: OpenEvent) -> HardwareCounters:
    """Open both counters for each kind of core; raises OSError, with nothing left open, if one is refused."""
    opened: dict[int, list[Event]] = {HARDWARE_CYCLES: [], HARDWARE_INSTRUCTIONS: []}
    try:
        for what, events in opened.items():
            for kind in kinds:
                config = kind << _TYPE_SHIFT | what
                attributes = Attributes(type=TYPE_HARDWARE, config=config, read_format=_TIMES, flags=flags)
                events.append(opener(attributes, pid=pid, cpu=ANY_CPU))
    except OSError:
        for event in (*opened[HARDWARE_CYCLES], *opened[HARDWARE_INSTRUCTIONS]):
            event.close()
        raise
    return HardwareCounters(
        opened[HARDWARE_CYCLES],
        opened[HARDWARE_INSTRUCTIONS],
        user_only=bool(flags & FLAG_EXCLUDE_KERNEL),
        reason=None,
    )


def _nothing(failure: OSError, root: Path) -> HardwareCounters:
    reason, _ = why_refused(failure, needed=_PARANOIA_NEEDED, root=root)
    return HardwareCounters((), (), user_only=False, reason=f"cycles and instructions are not counted: {reason}")


def _total(events: Sequence[Event]) -> int | None:
    """The count of `events` together, one for each kind of core, for the whole time that they should have run.

    An event that has to share the hardware counts a part of the time: its count is scaled by time
    enabled / time running. A process runs on one kind of core at a time, so running times add up.
    """
    shown = [event.read() for event in events]
    numbers = [each for each in shown if each is not None]
    if not numbers or len(numbers) < len(shown):
        return None
    count = sum(value for value, _, _ in numbers)
    enabled_ns = max(enabled for _, enabled, _ in numbers)
    running_ns = sum(running for _, _, running in numbers)
    if running_ns == 0:
        return 0 if enabled_ns == 0 else None
    return count if running_ns >= enabled_ns else count * enabled_ns // running_ns


def _core_kinds(root: Path) -> tuple[int, ...]:
    """The types of the PMUs of a processor with two kinds of cores; (0,), the kernel's choice, for any other."""
    found = []
    for name in _CORE_KINDS:
        try:
            found.append(int((root / "sys/bus/event_source/devices" / name / "type").read_text(encoding="ascii")))
        except (OSError, ValueError):
            continue
    return tuple(found) or (0,)
