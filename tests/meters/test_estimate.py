"""The estimate: a power model over CPU time, and what it says of itself."""

from __future__ import annotations

import time
from itertools import pairwise
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenprof.meters import MeterUnavailable, info
from greenprof.meters.estimate import (
    DEFAULT_TDP_PER_THREAD_W,
    FULL,
    IDLE,
    EstimateMeter,
    PowerModel,
    model_for,
    power_ratio,
)
from greenprof.meters.estimate import open as open_estimate

MODEL = PowerModel(tdp_w=100.0, notes=())
THREADS = 4


class Machine:
    """A machine of 4 CPUs whose CPU time the test decides."""

    def __init__(self, clock):
        self.clock, self.user, self.steal, self.fails = clock, 1000.0, 0.0, False

    def cpu_times(self):
        if self.fails:
            raise OSError("not now")
        return SimpleNamespace(user=self.user, system=50.0, idle=9.0, iowait=self.user, steal=self.steal)

    def run(self, seconds, utilisation):
        self.user += seconds * utilisation * THREADS
        self.clock.sleep(seconds)


@pytest.fixture
def machine(simulated_clock):
    return Machine(simulated_clock())


@pytest.fixture
def meter(machine):
    return EstimateMeter(MODEL, THREADS, machine.cpu_times, machine.clock)


def test_the_curve_goes_from_idle_to_full_and_flattens():
    assert power_ratio(0) == IDLE
    assert power_ratio(1) == pytest.approx(FULL)
    steps = [power_ratio((n + 1) / 10) - power_ratio(n / 10) for n in range(10)]
    assert steps == sorted(steps, reverse=True)
    assert min(steps) > 0


@pytest.mark.parametrize(
    ("utilisation", "watts"), [(0.0, 100 * IDLE), (1.0, 100 * FULL), (0.5, 100 * power_ratio(0.5))]
)
def test_constant_load_is_power_times_time(machine, meter, utilisation, watts):
    first = meter.read()
    for _ in range(20):
        machine.run(0.1, utilisation)
        last = meter.read()
    assert last.since(first)[0] == pytest.approx(watts * 2.0)
    assert last.invalid_s == 0


@given(st.lists(st.tuples(st.floats(0, 2), st.floats(-0.5, 3)), max_size=30))
def test_never_less_than_idle_nor_more_than_full_and_never_backwards(spans):
    clock = SimpleNamespace(now=10**12)
    clock.monotonic_ns = lambda: clock.now
    clock.sleep = lambda seconds: setattr(clock, "now", clock.now + round(seconds * 1e9))
    machine = Machine(clock)
    meter = EstimateMeter(MODEL, THREADS, machine.cpu_times, clock)
    start_ns, joules = clock.now, [0.0]
    for seconds, utilisation in spans:
        # A counter of CPU time that goes backwards (a CPU taken offline) must not take joules back.
        machine.user += seconds * utilisation * THREADS
        clock.sleep(seconds)
        joules.append(meter.read().joules[0])
    elapsed_s = (clock.now - start_ns) / 1e9
    assert 100 * IDLE * elapsed_s - 1e-6 <= joules[-1] <= 100 * FULL * elapsed_s + 1e-6
    if all(utilisation >= 0 for _, utilisation in spans):
        assert all(later >= earlier - 1e-9 for earlier, later in pairwise(joules))


def test_cpu_times_that_cannot_be_read_now_are_unknown_and_then_made_good(machine, meter):
    first = meter.read()
    machine.fails = True
    machine.run(0.3, 1.0)
    assert meter.read().joules == (None,)
    machine.fails = False
    machine.run(0.7, 1.0)
    assert meter.read().since(first)[0] == pytest.approx(100 * FULL)


def test_stolen_time_is_said_and_is_no_work_of_ours(machine, meter):
    machine.run(1.0, 0.0)
    meter.read()
    assert meter.notes == ()
    machine.steal += 1.0
    machine.run(1.0, 0.0)
    last = meter.read()
    assert last.joules[0] == pytest.approx(2 * 100 * IDLE)
    assert meter.notes == ("the hypervisor gave 12% of the CPU time to others: run times are longer for it",)


def test_this_machine_uses_more_when_it_works():
    meter = open_estimate(None)
    assert info(meter).estimated
    assert info(meter).idle_w > 0
    first = meter.read()
    deadline = time.monotonic() + 0.3
    while time.monotonic() < deadline:
        pass
    last = meter.read()
    elapsed_s = (last.at_ns - first.at_ns) / 1e9
    assert last.since(first)[0] > 1.2 * meter.idle_w * elapsed_s
    meter.close()


def test_a_known_processor_is_named_with_its_sockets():
    model = model_for("Intel(R) Xeon(R) CPU E5-2620 v3 @ 2.40GHz", 2, 24, False, None)
    assert model.tdp_w == 170
    assert "'Intel Xeon E5-2620 v3' in codecarbon's table, 2 x 85 W TDP" in model.notes[0]


def test_an_unknown_processor_is_guessed_from_its_threads_and_says_so():
    model = model_for("Mystery 9000", 1, 8, False, None)
    assert model.tdp_w == pytest.approx(8 * DEFAULT_TDP_PER_THREAD_W)
    assert "'Mystery 9000' is not in codecarbon's table: TDP guessed as 8 CPUs" in model.notes[0]


def test_a_virtual_machine_is_not_given_the_whole_processor():
    model = model_for("AMD EPYC 7763 64-Core Processor", 1, 2, True, "docker")
    assert model.tdp_w == pytest.approx(2 * DEFAULT_TDP_PER_THREAD_W)
    said = " ".join(model.notes)
    assert "280 W TDP" in said
    assert "only its 2 CPUs are estimated" in said
    assert "container (docker)" in said
    whole = model_for("AMD EPYC 7763 64-Core Processor", 1, 128, True, None)
    assert whole.tdp_w == 280, "the processor's own TDP is the most that its threads can have"


def test_a_tdp_given_by_hand():
    meter = open_estimate("65")
    assert meter.idle_w == pytest.approx(65 * IDLE)
    assert "65 W given by hand" in meter.notes[0]


@pytest.mark.parametrize("argument", ["", "warm", "-5", "0", "nan", "inf", "1e9"])
def test_a_tdp_that_is_none(argument):
    with pytest.raises(MeterUnavailable, match="is no number of watts"):
        open_estimate(argument)
