"""The kernel's side of measuring a cell: start the helper, let it read this process, and take what it saw."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING

from greenprof.errors import GreenprofError
from greenprof.notebook.helper import Answer, Order
from greenprof.record import check_system
from greenprof.sampler.inside import ASKED_FOR
from greenprof.wire import recordings_from_json

if TYPE_CHECKING:
    from greenprof.model import Recording

_PR_SET_PTRACER = 0x59616D61  # prctl(2); of the Yama security module, unknown to a kernel without it
_PATIENCE_S = 10.0


class Measurement:
    """Measures this very process from beside it, from entering the ``with`` block until `recording` is asked for.

    `meter` is a name or ``name:argument``, by default the first that works; samples are `interval_s` apart. Entering
    raises `GreenprofError` where that cannot be measured. Where this process cannot be read from outside, or with
    `inside`, a thread of its own samples it, and the recording says so.
    """

    def __init__(self, meter: str | None, interval_s: float, *, inside: bool = False) -> None:
        self._meter = meter
        self._interval_s = interval_s
        self._inside = inside
        self._stop_sampling: Callable[[], None] = _nothing

    def __enter__(self) -> Measurement:
        check_system()
        if threading.current_thread() is not threading.main_thread():
            raise GreenprofError("only what runs in the kernel's main thread can be measured")
        self._folder = tempfile.TemporaryDirectory(prefix="greenprof-")
        self._helper = subprocess.Popen(
            [sys.executable, "-P", "-m", "greenprof.notebook.helper"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # an interrupted cell interrupts the kernel, not its helper
            encoding="utf-8",
        )
        try:
            self._begin()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        self._close()

    def _begin(self) -> None:
        _may_be_read_by(self._helper.pid)
        _hand_over(self._folder.name)
        order = Order(
            pid=os.getpid(),
            command=tuple(sys.orig_argv),
            folder=self._folder.name,
            meter=self._meter,
            interval_s=self._interval_s,
            inside=ASKED_FOR if self._inside else None,
        )
        answer = Answer(**json.loads(self._ask(order.line())))
        if answer.error is not None:
            raise GreenprofError(answer.error)
        if answer.refused is not None:
            self._stop_sampling = _sample_inside(self._folder.name, answer.refused, self._interval_s)

    def recording(self) -> Recording:
        """Stop, and what was seen."""
        self._stop_sampling()
        return recordings_from_json(json.loads(self._ask("\n")), "what was measured")[0]

    def _ask(self, line: str) -> str:
        """One line to the helper, and its answer.

        Raises:
            GreenprofError: if it has ended instead.
        """
        assert self._helper.stdin is not None
        assert self._helper.stdout is not None
        answer = ""
        try:
            self._helper.stdin.write(line)
            self._helper.stdin.flush()
            answer = self._helper.stdout.readline()
        except BrokenPipeError:
            pass
        if not answer:
            _, said = self._helper.communicate(timeout=_PATIENCE_S)
            last = said.strip().rpartition("\n")[2]
            raise GreenprofError(f"the process that measures has ended ({last or self._helper.returncode})")
        return answer

    def _close(self) -> None:
        self._stop_sampling()
        for stream in filter(None, (self._helper.stdin, self._helper.stdout, self._helper.stderr)):
            with suppress(BrokenPipeError):
                stream.close()
        try:
            self._helper.wait(timeout=_PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._helper.kill()
            self._helper.wait()
        _may_be_read_by(0)
        self._folder.cleanup()


def _nothing() -> None:
    """There is no sampler to stop."""


def _hand_over(folder: str) -> None:
    from greenprof.target.greenprof_handover import hand_over

    hand_over(folder)


def _sample_inside(folder: str, why: str, interval_s: float) -> Callable[[], None]:
    from greenprof.target.greenprof_inside import InsideSampler

    sampler = InsideSampler(folder, why, interval_s)
    sampler.begin()
    return sampler.end


def _may_be_read_by(pid: int) -> None:
    """Let process `pid` read the memory of this one, 0 for nobody; where Yama is not asked, nothing happens."""
    import ctypes

    number = ctypes.c_ulong
    ctypes.CDLL(None).prctl(_PR_SET_PTRACER, number(pid), number(0), number(0), number(0))
