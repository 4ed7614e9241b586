"""A child that we wait for and do not get in the way of: its end, and the signals that are meant for it."""

from __future__ import annotations

import os
import select
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

_PASSED_ON = ("SIGINT", "SIGQUIT", "SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2")
_FROM_TERMINAL = ("SIGINT", "SIGQUIT")


@contextmanager
def end_of(pid: int) -> Iterator[Callable[[float], bool]]:
    """A function that waits up to so many seconds and tells whether `pid` has ended (not reaped)."""
    try:
        handle = os.pidfd_open(pid)
    except (AttributeError, OSError):  # older than Linux 5.3, or forbidden by a container
        yield lambda timeout_s: _sleep_and_ask(pid, timeout_s)
        return
    try:
        yield lambda timeout_s: bool(select.select([handle], [], [], timeout_s)[0])
    finally:
        os.close(handle)


def _sleep_and_ask(pid: int, timeout_s: float) -> bool:
    time.sleep(timeout_s)
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


@contextmanager
def signals_go_to(pid_of: Callable[[], int | None]) -> Iterator[Callable[[], None]]:
    """Inside, signals are for the child (`pid_of` gives None before it is started); this process stays.

    Yields a function to call when the child is started: it passes on what came before. A terminal
    sends Ctrl-C to both of us, so that one is passed on only where there is no terminal.
    Handlers, unlike ignored signals, are not inherited through exec: the program starts as usual.
    """

    early: list[int] = []

    def forward(number: int, _frame: FrameType | None) -> None:
        pid = pid_of()
        if pid is None:
            early.append(number)
        elif not (signal.Signals(number).name in _FROM_TERMINAL and _in_foreground()):
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def forward_early() -> None:
        while early:
            forward(early.pop(0), None)

    before: dict[int, object] = {}
    for name in _PASSED_ON:
        number = getattr(signal, name)
        if signal.getsignal(number) is not signal.SIG_IGN:
            with suppress(ValueError):  # not in the main thread: signals stay as they are
                before[number] = signal.signal(number, forward)
    try:
        yield forward_early
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]


def _in_foreground() -> bool:
    """Whether the terminal's Ctrl-C reaches the program without our help."""
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_CLOEXEC | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)
