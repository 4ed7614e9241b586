"""One call, repeated until the counter can tell."""

from __future__ import annotations

import math
import time

import pytest

import greenprof
from greenprof.errors import GreenprofError


def test_a_short_call_is_repeated_until_the_counter_can_tell(ticking_meter, spin):
    made = []

    def work(a, *, b):
        made.append(None)
        spin(0.0005)
        return a + b

    meter = ticking_meter(watts=40.0)
    result = greenprof.measure_call(work, 2, b=3, precision=0.05, max_s=3.0, meter=meter)
    assert result.value == 5
    assert not result.below_resolution
    assert result.window_s >= 0.040
    assert 1 <= result.windows <= result.calls <= len(made)
    assert result.duration_s >= 0.0005
    assert result.energy_j == pytest.approx(40 * result.duration_s, rel=0.05)
    assert result.interval_j[0] <= 40 * result.duration_s <= result.interval_j[1]
    assert result.process_j is None or 0 < result.process_j <= result.energy_j * 1.001
    assert 0 < result.overhead_s < result.duration_s
    assert (result.estimated, result.meter.name) == (False, "ticking")


def test_too_little_time_is_below_resolution(ticking_meter, spin):
    begun = time.monotonic()
    result = greenprof.measure_call(spin, 0.001, precision=0.01, max_s=0.05, meter=ticking_meter())
    assert result.below_resolution
    assert time.monotonic() - begun < 1.0
    assert any("below resolution" in note for note in result.notes)
    blink = greenprof.measure_call(int, precision=0.01, max_s=0.01, meter=ticking_meter(tick_s=0.05))
    assert (blink.energy_j, blink.interval_j, blink.below_resolution) == (None, None, True)


def test_a_call_longer_than_max_s_is_measured_once(ticking_meter):
    calls = []

    def work():
        calls.append(None)
        time.sleep(0.3)

    result = greenprof.measure_call(work, precision=0.1, max_s=0.1, meter=ticking_meter(watts=40.0))
    assert (len(calls), result.calls, result.windows) == (1, 1, 1)
    assert result.energy_j == pytest.approx(12, rel=0.1)
    assert any("one window only" in note for note in result.notes)


def test_a_counter_that_stands_still_is_not_waited_for(ticking_meter, spin):
    begun = time.monotonic()
    result = greenprof.measure_call(spin, 0.001, precision=0.5, max_s=0.1, meter=ticking_meter(watts=0.0))
    assert time.monotonic() - begun < 2.0
    assert any("stood still" in note for note in result.notes)


def test_windows_that_are_unknown_are_said_so(ticking_meter, spin):
    meter = ticking_meter()
    meter.failing = True
    result = greenprof.measure_call(spin, 0.001, precision=0.5, max_s=0.1, meter=meter)
    assert (result.energy_j, result.interval_j, result.process_j) == (None, None, None)
    assert any("unknown" in note for note in result.notes)


def test_an_exception_of_the_function_goes_through(ticking_meter):
    with pytest.raises(ZeroDivisionError):
        greenprof.measure_call(lambda: 1 / 0, meter=ticking_meter())


@pytest.mark.parametrize("precision", [0, 1, -0.1, math.nan])
def test_a_precision_that_is_none(precision):
    with pytest.raises(GreenprofError, match="precision"):
        greenprof.measure_call(int, precision=precision)


@pytest.mark.parametrize("max_s", [0, -1, math.inf, math.nan])
def test_a_time_that_is_none(max_s):
    with pytest.raises(GreenprofError, match="max_s"):
        greenprof.measure_call(int, max_s=max_s)


def test_what_cannot_be_called_plainly_is_refused():
    async def coroutine():
        pass

    def generator():
        yield

    for function, match in ((coroutine, "await"), (generator, "generator"), (3, "function")):
        with pytest.raises(GreenprofError, match=match):
            greenprof.measure_call(function)
