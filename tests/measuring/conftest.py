"""Machines to measure on: one in simulated time, and a meter that ticks in real time."""

from __future__ import annotations

import time

import pytest

from greenprof.meters.rapl import RaplMeter
from greenprof.model import Reading


@pytest.fixture
def machine(powercap_tree, simulated_clock):
    """A machine in simulated time: ``build(layout, watts, **zone)`` -> (meter, clock, tree)."""

    def build(layout="single", watts=50.0, **zone):
        tree = powercap_tree(layout, **zone)
        clock = simulated_clock(tree, watts)
        return RaplMeter(tree.root, clock=clock), clock, tree

    return build


class TickingMeter:
    """Constant power in real time, seen through a counter that moves every `tick_s`."""

    name, estimated, domains = "ticking", False, ("package-0",)
    uncertainty, scope, idle_w, max_interval_s, notes = 0.0, "a test", None, None, ()

    def __init__(self, watts: float = 40.0, tick_s: float = 0.001) -> None:
        self.watts, self.tick_ns = watts, int(tick_s * 1e9)
        self.resolution_s = 2 * tick_s
        self.began_ns, self.failing = time.monotonic_ns(), False

    def read(self) -> Reading:
        now_ns = time.monotonic_ns()
        ticks = (now_ns - self.began_ns) // self.tick_ns
        joules = None if self.failing else ticks * self.tick_ns / 1e9 * self.watts
        return Reading(at_ns=now_ns, joules=(joules,))

    def close(self) -> None:
        raise AssertionError("the meter is the caller's to close")


@pytest.fixture
def ticking_meter() -> type[TickingMeter]:
    """A meter of known power: ``ticking_meter(watts=40.0, tick_s=0.001)``."""
    return TickingMeter


@pytest.fixture
def spin():
    """Keep a processor busy: ``spin(seconds)``."""

    def run(seconds: float) -> None:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            pass

    return run
