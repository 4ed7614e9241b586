"""The estimate: a power model over CPU time, and what it says of itself."""

from __future__ import annotations

import time
from itertools import pairwise
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenprof.calibration import Point, by_hand, made_here, store
from greenprof.meters import MeterUnavailable, info, open_meter
from greenprof.meters.estimate import (
    CALIBRATED_UNCERTAINTY,
    DEFAULT_TDP_PER_THREAD_W,
    FULL,
    IDLE,
    UNCERTAINTY,
    EstimateMeter,
    PowerModel,
    machine_notes,
    model_for,
    model_here,
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


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("GREENPROF_STATE", str(tmp_path / "state"))


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
    clock.monotonic_ns = clock.boottime_ns = lambda: clock.now
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
    model = model_for("Intel(R) Xeon(R) CPU E5-2620 v3 @ 2.40GHz", 2, 24, False)
    assert model.tdp_w == 170
    assert "'Intel Xeon E5-2620 v3' in codecarbon's table, 2 x 85 W TDP" in model.notes[0]


def test_an_unknown_processor_is_guessed_from_its_threads_and_says_so():
    model = model_for("Mystery 9000", 1, 8, False)
    assert model.tdp_w == pytest.approx(8 * DEFAULT_TDP_PER_THREAD_W)
    assert "'Mystery 9000' is not in codecarbon's table: TDP guessed as 8 CPUs" in model.notes[0]


def test_a_virtual_machine_is_not_given_the_whole_processor():
    model = model_for("AMD EPYC 7763 64-Core Processor", 1, 2, True)
    assert model.tdp_w == pytest.approx(2 * DEFAULT_TDP_PER_THREAD_W)
    said = " ".join(model.notes)
    assert "280 W TDP" in said
    assert "only its 2 CPUs are estimated" in said
    whole = model_for("AMD EPYC 7763 64-Core Processor", 1, 128, True)
    assert whole.tdp_w == 280, "the processor's own TDP is the most that its threads can have"


def test_a_tdp_given_by_hand():
    meter = open_estimate("65")
    assert meter.idle_w == pytest.approx(65 * IDLE)
    assert "65 W given by hand" in meter.notes[0]


@pytest.mark.parametrize("argument", ["", "warm", "-5", "0", "nan", "inf", "1e9"])
def test_a_tdp_that_is_none(argument):
    with pytest.raises(MeterUnavailable, match="is no number of watts"):
        open_estimate(argument)


POINTS = (
    Point(utilisation=0.01, watts=(8.0, 2.0)),
    Point(utilisation=0.5, watts=(40.0, 5.0)),
    Point(utilisation=1.0, watts=(60.0, 6.0)),
)


def calibrated(points=POINTS, **changes):
    options = {"source": "rapl", "scope": "packages and memory", "domains": ("package-0", "dram-0"), "points": points}
    made = made_here(**(options | changes))
    store(made)
    return made


def test_a_calibrated_host_is_estimated_by_its_own_watts():
    made = calibrated(notes=("something",))
    model = model_here(2)
    assert [model.power_w(u) for u in (0.0, 0.5, 1.0)] == pytest.approx([10, 45, 66])
    assert (model.domain, model.scope) == ("cpu", "packages and memory")
    assert model.uncertainty == CALIBRATED_UNCERTAINTY[3] < UNCERTAINTY
    assert model.notes[0] == f"calibrated {made.made_at[:10]} with rapl: 10.0 W at 1%, 45.0 W at 50%, 66.0 W at 100%"
    assert "95th percentile" in model.notes[1]
    assert "something" in model.notes
    meter = open_estimate(None)
    assert (meter.idle_w, meter.uncertainty, meter.whole_machine) == (10, CALIBRATED_UNCERTAINTY[3], False)
    assert open_estimate("65").uncertainty == UNCERTAINTY, "a TDP that is named goes before"


def test_two_loads_are_less_certain_and_an_error_that_was_seen_counts():
    calibrated((POINTS[0], POINTS[2]))
    assert model_here(2).uncertainty == CALIBRATED_UNCERTAINTY[2] > CALIBRATED_UNCERTAINTY[3]
    calibrated(error=0.8)
    assert model_here(2).uncertainty == 0.8


def test_where_only_idle_is_known_the_table_is_used():
    calibrated(POINTS[:1])
    assert isinstance(model_here(2), PowerModel)


def test_watts_from_a_plug_are_of_the_whole_machine():
    store(by_hand(30, 90))
    meter = open_meter("estimate").meter
    assert (meter.domains, meter.whole_machine, meter.idle_w) == (("machine",), True, 30)
    assert "read from a plug, the whole machine" in meter.scope
    assert any("was not checked" in note for note in meter.notes)


def test_a_calibration_that_cannot_be_used_is_said():
    made = calibrated()
    path = store(made)
    store(by_hand(1, 2))
    path.write_text("{")
    assert any(f"{path} is not used" in note for note in model_here(2).notes)


@given(st.lists(st.tuples(st.floats(0, 0.05), st.floats(0, 1)), max_size=30))
def test_a_curve_that_bends_upwards_takes_no_joules_back_either(spans):
    class Steep:
        domain, scope, uncertainty, notes = "cpu", "", 0.5, ()

        def power_w(self, utilisation):
            return 100 * max(0.0, utilisation - 0.9)

    clock = SimpleNamespace(now=10**12)
    clock.monotonic_ns = clock.boottime_ns = lambda: clock.now
    clock.sleep = lambda seconds: setattr(clock, "now", clock.now + round(seconds * 1e9))
    machine = Machine(clock)
    meter = EstimateMeter(Steep(), THREADS, machine.cpu_times, clock)
    joules = [0.0]
    for seconds, utilisation in spans:
        machine.run(seconds, utilisation)
        joules.append(meter.read().joules[0])
    assert joules == sorted(joules)


def test_a_suspension_is_said_and_costs_nothing(machine, meter):
    first = meter.read()
    machine.run(1.0, 0.0)
    machine.clock.suspend(3600)
    machine.run(1.0, 0.0)
    last = meter.read()
    assert last.since(first)[0] == pytest.approx(2 * 100 * IDLE)
    assert meter.notes == ("the machine was suspended for 3600 s, which are not in the joules",)


def test_what_speaks_against_the_model_is_said_of_a_machine(tmp_path):
    files = {
        "proc/self/cgroup": "0::/docker/abc\n",
        "sys/fs/cgroup/cpu.max": "150000 100000\n",
        "sys/devices/cpu_core/cpus": "0-7\n",
        "sys/devices/cpu_atom/cpus": "8-15\n",
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    container, limit, hybrid = machine_notes(16, tmp_path)
    assert "container (docker)" in container
    assert "holds this process to 1.5 of 16 CPUs" in limit
    assert "unlike cores (cpu_core 0-7, cpu_atom 8-15)" in hybrid
    assert len(machine_notes(1, tmp_path)) == 2, "a limit above what there is holds nothing back"
    assert machine_notes(16, tmp_path / "nothing") == ()


def test_the_tick_of_cpu_time_is_its_resolution(meter):
    assert info(meter).resolution_s == 0.010
