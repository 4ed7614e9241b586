"""One open meter per process and specification, shared by all threads.

It is opened when it is first needed and closed when Python ends. A child of ``fork`` opens its own.
A counter that wraps must be read now and then (`Meter.max_interval_s`): while a block is open, one
sleeping thread does that. It ends by itself at its first waking without an open block, and before a
fork, so that nothing runs and no thread is there when nobody measures.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
import weakref
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

from greenprof.measuring.busy import Busy, BusyClock, own_cpu_ns
from greenprof.meters import Meter, Refusal, info, open_meter
from greenprof.model import MeterInfo, Reading
from greenprof.procstat import tick_s

# How far a counter may lag, over both ends of a block, where its meter does not say: a RAPL counter moves
# every millisecond, and the CPU time that estimates are made from every 10 ms.
_TICKS_OFF = 2
_RAPL_TICK_S = 0.001

_TRIES, _PAUSE_S = 5, 0.002
# How often the thread looks: often enough for the counter, and so that it is soon gone after the last block.
_LEAST_PAUSE_S, _MOST_PAUSE_S = 0.01, 1.0
_PATIENCE_S = 1.0


class Mark(NamedTuple):
    """What was read at one end of a block: the meter, this process's CPU time and the machine's."""

    reading: Reading
    own_ns: int
    busy: Busy | None


class SharedMeter:
    """A meter that several threads read, blocks that are open on it, and what keeps it alive."""

    def __init__(self, meter: Meter, refused: tuple[Refusal, ...] = ()) -> None:
        self.meter = meter
        self.refused = refused
        usual_s = _TICKS_OFF * (tick_s() if meter.estimated else _RAPL_TICK_S)
        self.resolution_s: float = getattr(meter, "resolution_s", usual_s)
        self._interval_s = meter.max_interval_s
        self._opening_notes = frozenset(meter.notes)
        self._notes_beside: set[str] = set()
        self._clock = BusyClock()
        # Re-entrant, because a signal handler or a finaliser may measure while this thread is reading.
        self._lock = threading.RLock()
        self._open_blocks = 0
        self._last_ns = time.monotonic_ns()
        self._failing = False
        self._closed = False
        self._keeper: threading.Thread | None = None
        self._rest = threading.Event()
        _EVERY.add(self)

    @property
    def closed(self) -> bool:
        """Whether it can be read no more: Python is about to end, or this is the child of a fork."""
        return self._closed

    def begin(self, share: bool) -> Mark:
        """Open a block. The meter is read last, so that what this costs is outside of it."""
        with self._lock:
            self._open_blocks += 1
            if self._interval_s is not None:
                if self._open_blocks == 1:
                    self._notice_gap(self._interval_s)
                if self._keeper is None:
                    self._keep_alive()
            busy = self._clock.read() if share else None
            own_ns = own_cpu_ns()
            return Mark(self._read(), own_ns, busy)

    def end(self, share: bool) -> Mark:
        """Close a block. The meter is read first."""
        with self._lock:
            mark = self.now(share)
            self._open_blocks -= 1
            return mark

    def now(self, share: bool) -> Mark:
        """What `end` would give, without closing anything."""
        with self._lock:
            reading = self._read()
            own_ns = own_cpu_ns()
            return Mark(reading, own_ns, self._clock.read() if share else None)

    def describe(self, invalid_s: float, everything: bool) -> MeterInfo:
        """The meter in words; without `everything`, notes on times outside of any block are left out."""
        with self._lock:
            described = info(self.meter)
        notes = tuple(note for note in described.notes if everything or note not in self._notes_beside)
        return replace(described, invalid_s=invalid_s, resolution_s=self.resolution_s, notes=notes)

    def close(self) -> None:
        """Close the meter; blocks that are still open become unknown."""
        self.rest(even_if_open=True)
        with self._lock:
            if not self._closed:
                self._closed = True
                self._clock.close()
                self.meter.close()

    def rest(self, even_if_open: bool = False) -> None:
        """End the thread that keeps the counters alive, where no block needs it."""
        with self._lock:
            keeper, rest = self._keeper, self._rest
            if keeper is None or (self._open_blocks and not even_if_open):
                return
            self._keeper, self._rest = None, threading.Event()
            rest.set()
        # It ends at once, unless this is a signal handler in a thread that holds the lock.
        keeper.join(timeout=_PATIENCE_S)

    def abandon(self) -> None:
        """In the child of a fork: the meter is the parent's, and its lock may be held by a thread that is not here."""
        self._lock = threading.RLock()
        self._keeper = None
        self._closed = True

    def _read(self) -> Reading:
        if self._closed:
            return Reading(at_ns=time.monotonic_ns(), joules=(None,) * len(self.meter.domains))
        reading = self.meter.read()
        if None not in reading.joules:
            self._failing = False
        elif not self._failing:
            # A wild value is explained by the next ones; a domain that stays away is not waited for again.
            for _ in range(_TRIES):
                time.sleep(_PAUSE_S)
                reading = self.meter.read()
                if None not in reading.joules:
                    break
            self._failing = None in reading.joules
        self._last_ns = time.monotonic_ns()
        return reading

    def _notice_gap(self, interval_s: float) -> None:
        """After a long time without a block a wrap may have been missed: that is no block's concern."""
        if time.monotonic_ns() - self._last_ns > interval_s * 1e9:
            self._read()
            self._notes_beside.update(set(self.meter.notes) - self._opening_notes)

    def _keep_alive(self) -> None:
        keeper = threading.Thread(target=self._keep, args=(self._rest,), daemon=True, name="greenprof keep-alive")
        with suppress(RuntimeError):  # Python is about to end, or there are no threads here
            keeper.start()
            self._keeper = keeper

    def _keep(self, rest: threading.Event) -> None:
        pause_s = min(max(_LEAST_PAUSE_S, (self._interval_s or 0.0) / 2), _MOST_PAUSE_S)
        while not rest.wait(pause_s):
            with self._lock:
                if not self._open_blocks:
                    if self._keeper is threading.current_thread():
                        self._keeper = None
                    return
                self._read()


def shared_meter(meter: str | Meter | None) -> SharedMeter:
    """The open meter for a specification (see `open_meter`), or around a meter that is the caller's own.

    Raises `GreenprofError` if it cannot be opened.
    """
    if meter is None or isinstance(meter, str):
        found = _BY_SPEC.get(meter)
        return _open(meter) if found is None else found
    with _OPENING:
        # Held by the blocks that use it: the caller's meter is the caller's to close.
        around = _BY_METER.get(id(meter))
        if around is None:
            around = _BY_METER[id(meter)] = SharedMeter(meter)
        return around


def _open(spec: str | None) -> SharedMeter:
    with _OPENING:
        found = _BY_SPEC.get(spec)
        if found is None:
            opened = open_meter(spec)
            found = _BY_SPEC[spec] = SharedMeter(opened.meter, opened.refused)
        return found


_OPENING = threading.RLock()
_BY_SPEC: dict[str | None, SharedMeter] = {}
_BY_METER: weakref.WeakValueDictionary[int, SharedMeter] = weakref.WeakValueDictionary()
_EVERY: weakref.WeakSet[SharedMeter] = weakref.WeakSet()


def _close_all() -> None:
    for each in tuple(_BY_SPEC.values()):
        each.close()
    _BY_SPEC.clear()


def _before_fork() -> None:
    with _OPENING:
        every = tuple(_EVERY)
    for each in every:
        each.rest()


def _in_child() -> None:
    global _OPENING
    _OPENING = threading.RLock()
    for each in tuple(_EVERY):
        each.abandon()
    _BY_SPEC.clear()
    _BY_METER.clear()


atexit.register(_close_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_child=_in_child)
