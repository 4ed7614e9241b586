"""How a command that has made something ends when it is told to: it tidies up."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


def end_on_signals() -> list[int]:
    """Ctrl-C, SIGTERM and SIGHUP end it the same way: what was copied is removed on the way out.

    Gives a list that gets the number of the signal: what is raised where Python itself is at work, in a finaliser say,
    gets lost. It is no SystemExit, which a rule or the like may be asked not to raise.
    """
    told: list[int] = []

    def end(number: int, _frame: object) -> None:
        told.append(number)
        raise KeyboardInterrupt

    for number in _numbers():
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, end)
    return told


@contextmanager
def ending_on_signals() -> Iterator[list[int]]:
    """The same for a block, after which signals do again what they did before."""
    before = {number: signal.getsignal(number) for number in _numbers()}
    try:
        yield end_on_signals()
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)


@contextmanager
def noting_signals() -> Iterator[list[int]]:
    """For a block that asks now and then whether it is to end: the first signal is only noted, the second ends it."""
    before = {number: signal.getsignal(number) for number in _numbers()}
    told: list[int] = []

    def note(number: int, _frame: object) -> None:
        told.append(number)
        if len(told) > 1:
            raise KeyboardInterrupt

    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, note)
    try:
        yield told
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)


def _numbers() -> list[signal.Signals]:
    return [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
