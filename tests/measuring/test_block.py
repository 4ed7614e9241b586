"""Blocks measured from inside, against counters whose truth is known."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import greenprof
from greenprof.errors import GreenprofError


def test_a_block_holds_the_joules_of_the_machine(machine):
    meter, clock, _ = machine("two-sockets", watts=80.0)
    with greenprof.measure(meter, name="load") as m:
        clock.sleep(2.5)
    assert m.energy_j == pytest.approx(200.0, abs=1e-5)
    assert m.domains_j == pytest.approx({"package-0": 100, "dram-0": 20, "package-1": 60, "dram-1": 20}, abs=1e-5)
    assert m.interval_j == pytest.approx((200 * 0.95, 200 * 1.05), rel=1e-3)
    assert (m.duration_s, m.invalid_s, m.estimated, m.name) == (pytest.approx(2.5), 0.0, False, "load")
    assert (m.meter.name, m.meter.estimated, m.meter.domains) == ("rapl", False, meter.domains)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", m.started_at)
    assert "200 J" in repr(m)


def test_it_is_final_after_the_block_and_running_inside(machine):
    meter, clock, _ = machine(watts=10.0)
    with greenprof.measure(meter) as m:
        clock.sleep(1.0)
        assert m.energy_j == pytest.approx(10.0, abs=1e-5)
        clock.sleep(1.0)
        assert m.energy_j == pytest.approx(20.0, abs=1e-5)
    clock.sleep(5.0)
    assert m.energy_j == pytest.approx(20.0, abs=1e-5)
    assert m.duration_s == pytest.approx(2.0)


def test_before_the_block_nothing_is_known(machine):
    meter, _, _ = machine()
    m = greenprof.measure(meter)
    assert (m.energy_j, m.interval_j, m.process_j, m.duration_s, m.started_at) == (None, None, None, 0.0, None)
    assert m.estimated is False
    assert "not begun" in repr(m)


def test_an_exception_fills_it_and_goes_on(machine):
    meter, clock, _ = machine(watts=10.0)
    m = greenprof.measure(meter)
    with pytest.raises(ZeroDivisionError), m:
        clock.sleep(1.0)
        1 / 0  # noqa: B018
    assert m.energy_j == pytest.approx(10.0, abs=1e-5)


def test_nested_blocks_see_the_same_joules(machine):
    meter, clock, _ = machine(watts=10.0)
    with greenprof.measure(meter) as outer:
        clock.sleep(1.0)
        with greenprof.measure(meter) as inner:
            clock.sleep(2.0)
        clock.sleep(3.0)
    assert inner.energy_j == pytest.approx(20.0, abs=1e-5)
    assert outer.energy_j == pytest.approx(60.0, abs=1e-5)


def test_one_measurement_entered_twice_ends_with_the_outer_block_and_can_be_used_again(machine):
    meter, clock, _ = machine(watts=10.0)
    m = greenprof.measure(meter)
    with m:
        clock.sleep(1.0)
        with m:
            clock.sleep(1.0)
        clock.sleep(1.0)
    assert m.energy_j == pytest.approx(30.0, abs=1e-5)
    with m:
        clock.sleep(4.0)
    assert m.energy_j == pytest.approx(40.0, abs=1e-5)


def test_a_wrap_in_the_block(machine):
    meter, clock, tree = machine(watts=100.0, range_uj=1_000_000_000, start_uj=990_000_000)
    with greenprof.measure(meter) as m:
        clock.sleep(2.0)
    assert tree.raw("intel-rapl:0") < 990_000_000
    assert m.energy_j == pytest.approx(200.0, abs=1e-5)


def test_a_reset_makes_the_block_unknown_and_the_next_one_not(machine):
    meter, clock, tree = machine(watts=10.0)
    with greenprof.measure(meter) as m:
        clock.sleep(60.0)
        tree.reset("intel-rapl:0", 3)
        clock.sleep(1.0)
        assert m.energy_j is None  # asking is reading: the next reading settles what happened
        clock.sleep(1.0)
    assert (m.energy_j, m.interval_j, m.process_j) == (None, None, None)
    assert m.invalid_s > 50
    assert any("cannot be known" in note for note in m.meter.notes)
    assert "unknown" in repr(m)
    with greenprof.measure(meter) as later:
        clock.sleep(1.0)
    assert later.energy_j == pytest.approx(10.0, abs=1e-5)
    assert later.invalid_s == 0


def test_a_suspended_machine_makes_the_block_unknown(machine):
    meter, clock, _ = machine()
    with greenprof.measure(meter) as m:
        clock.sleep(1.0)
        clock.suspend(3600.0)
    assert m.energy_j is None
    assert m.invalid_s == pytest.approx(1.0)


def test_a_domain_that_cannot_be_read_at_the_end_is_unknown_not_zero(machine):
    meter, clock, tree = machine("two-sockets")
    with greenprof.measure(meter) as m:
        clock.sleep(1.0)
        tree.write("intel-rapl:1", b"")
    assert m.energy_j is None
    assert m.domains_j["package-1"] is None
    assert m.domains_j["package-0"] == pytest.approx(25.0, abs=1e-5)


def test_a_block_that_the_counter_cannot_resolve_has_no_joules(machine):
    meter, clock, _ = machine()
    with greenprof.measure(meter) as m:
        clock.sleep(0.0015)
    assert m.below_resolution
    assert m.energy_j is None
    assert "below resolution" in repr(m)
    with greenprof.measure(meter) as m:
        clock.sleep(0.040)
    assert not m.below_resolution
    low, high = m.interval_j
    assert (high - low) / 2 / m.energy_j == pytest.approx(math.hypot(0.05, 0.05), rel=1e-3)  # 2 ticks of 40


def test_a_long_time_without_a_block_is_no_blocks_concern(machine):
    meter, clock, _ = machine(watts=100.0, range_uj=10_000_000)
    with greenprof.measure(meter) as m:
        clock.sleep(0.01)
    clock.sleep(3600.0)
    with greenprof.measure(meter) as m:
        clock.sleep(0.01)
    assert m.energy_j == pytest.approx(1.0, abs=1e-5)
    assert m.invalid_s == 0


def test_unknown_meters_are_refused_when_the_block_is_entered(tmp_path):
    m = greenprof.measure(f"rapl:{tmp_path / 'nothing'}")
    with pytest.raises(GreenprofError, match="does not exist"), m:
        pass
    with pytest.raises(GreenprofError, match="unknown meter"), greenprof.measure("rapple"):
        pass


def test_any_blocks_match_the_truth(machine):
    """Random powers, lengths and nestings over counters that wrap every 2 kJ."""
    meter, clock, _ = machine("two-sockets", range_uj=2_000_000_000)

    @settings(max_examples=150, deadline=None)
    @given(st.data())
    def holds(data):
        clock.watts = 50
        clock.sleep(0.1)
        running, truth, stood_still = [], [], False
        for _ in range(data.draw(st.integers(1, 12))):
            if data.draw(st.booleans()):
                running.append((greenprof.measure(meter).__enter__(), 0.0))
            elif running:
                truth.append(running.pop(data.draw(st.integers(0, len(running) - 1))))
                truth[-1][0].__exit__(None, None, None)
            clock.watts, seconds = data.draw(st.integers(0, 150)), data.draw(st.floats(0.001, 0.3))
            stood_still |= clock.watts == 0
            clock.sleep(seconds)
            running = [(m, joules + clock.watts * seconds) for m, joules in running]
        for m, joules in running:
            m.__exit__(None, None, None)
            truth.append((m, joules))
        for m, joules in truth:
            if m.energy_j is None:
                assert m.below_resolution or stood_still
            else:
                assert m.energy_j == pytest.approx(joules, abs=1e-4)
                assert 0 <= m.interval_j[0] <= m.energy_j <= m.interval_j[1]

    holds()
