"""Keep CPUs busy: processes that do nothing but arithmetic, all the time or a part of it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

# Long enough for the clock and the sleep states to follow, short enough for a second's look to see many.
PERIOD_S = 0.1


@contextmanager
def burning(processes: int, duty: float) -> Iterator[None]:
    """Inside, `processes` processes are busy for `duty` (0 to 1) of every tenth of a second, each a little later.

    They end with the context, and by themselves if this process is killed.
    """
    started: list[subprocess.Popen[bytes]] = []
    try:
        for place in range(processes):
            phase_s = PERIOD_S * place / processes
            command = [sys.executable, "-I", "-S", "-c", _BURN, str(duty), str(PERIOD_S), str(phase_s)]
            started.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
        for process in started:
            assert process.stdout is not None
            process.stdout.readline()
        yield
    finally:
        for process in started:
            process.kill()
        for process in started:
            with process:
                process.wait()


# The pipe's other end closes when its owner is gone, however it went.
_BURN = """
import select, sys, time
duty, period_s, phase_s = map(float, sys.argv[1:])
print("burning", flush=True)
start = time.monotonic() + phase_s
while not select.select([sys.stdin], [], [], max(0.0, start - time.monotonic()))[0]:
    end, number = start + duty * period_s, 1
    while time.monotonic() < end:
        for _ in range(500):
            number = number * 1103515245 + 12345 & 0x7FFFFFFF
    start = max(start + period_s, end)
"""
