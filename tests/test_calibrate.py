"""The procedure of calibrating: on a simulated machine whose power is known, and once in real time."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import time
from contextlib import contextmanager, nullcontext
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenprof.burner import burning
from greenprof.calibrate import Bench, calibrate, calibrate_host, choose, render
from greenprof.calibration import Point, stored
from greenprof.errors import GreenprofError
from greenprof.meters.estimate import CALIBRATED_UNCERTAINTY
from greenprof.meters.rapl import RaplMeter
from greenprof.model import Reading
from greenprof.power_curve import saturation

CPUS = 8


def curved(u):
    """The watts of a well-behaved machine."""
    return 10 + 40 * saturation(u)


class Machine:
    """A machine with 8 CPUs whose time, load and power the test decides; it is its own clock and meter."""

    name, scope, domains, estimated, uncertainty = "simulated", "all of it", ("a", "b"), False, 0.01
    idle_w, max_interval_s, notes, resolution_s = None, None, (), 0.002

    def __init__(self, watts=curved, others=lambda _now_s: 0.0, cpus=CPUS, most=1.0):
        self.watts, self.others, self.cpus, self.most = watts, others, cpus, most
        self.now_s = self.busy = self.joules = self.own = 0.0
        self.jobs, self.said, self.fails, self.invalid_s = [], [], False, 0.0

    def monotonic_ns(self):
        return round(self.now_s * 1e9)

    boottime_ns = monotonic_ns

    def sleep(self, seconds):
        u = min(self.most, self.own + self.others(self.now_s))
        self.now_s += seconds
        self.busy += u * self.cpus * seconds
        self.joules += self.watts(u) * seconds

    def read(self):
        known = (None, 1.0) if self.fails else (0.9 * self.joules, 0.1 * self.joules)
        return Reading(at_ns=self.monotonic_ns(), joules=known, invalid_s=self.invalid_s)

    @contextmanager
    def work(self, processes, duty):
        self.jobs.append((processes, duty))
        self.own = min(1.0, processes * duty / self.cpus)
        yield
        self.own = 0.0

    def bench(self, tmp_path):
        return Bench(
            cpus=self.cpus, busy_s=lambda: self.busy, work=self.work, clock=self, say=self.said.append, root=tmp_path
        )


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("GREENPROF_STATE", str(tmp_path / "state"))


@pytest.fixture
def calibrated(tmp_path):
    return lambda machine, seconds=10.0: calibrate(machine, machine.bench(tmp_path / "no-such-host"), seconds)


def refused(action, *arguments, **options):
    with pytest.raises(GreenprofError) as caught:
        action(*arguments, **options)
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_machine_at_rest_is_learnt_as_it_is(calibrated):
    machine = Machine()
    made = calibrated(machine)
    assert [point.utilisation for point in made.points] == pytest.approx([0.0, 0.5, 1.0])
    assert [point.load.watts for point in made.points] == pytest.approx([curved(0), curved(0.5), curved(1)])
    assert made.idle_w(("a",)) == pytest.approx(9.0)
    assert made.idle_w(("b", "a")) == pytest.approx(10.0)
    assert made.error == pytest.approx(0.0, abs=1e-9)
    assert (made.source, made.scope, made.domains, made.notes) == ("simulated", "all of it", ("a", "b"), ())
    assert machine.jobs == [(4, 1.0), (8, 1.0), (8, 0.25)]
    assert machine.now_s == pytest.approx(4 * 10 + 3 * 0.5), "ten seconds each, and the loads settle first"
    assert machine.own == 0
    assert len(machine.said) == 4


def test_one_cpu_has_a_half_too(calibrated):
    machine = Machine(cpus=1)
    assert len(calibrated(machine).points) == 3
    assert machine.jobs == [(1, 0.5), (1, 1.0), (1, 0.25)]


def test_other_work_is_waited_for(calibrated):
    machine = Machine(others=lambda now_s: 0.5 if now_s < 20 else 0.0)
    made = calibrated(machine)
    assert made.points[0].load == pytest.approx((0.0, 10.0))
    assert machine.now_s > 50


def test_seconds_in_which_something_else_ran_are_left_out_of_idle(calibrated):
    made = calibrated(Machine(others=lambda now_s: 0.9 if round(now_s) % 3 == 0 and now_s < 16 else 0.0))
    assert made.points[0].load == pytest.approx((0.0, 10.0))


def test_a_machine_that_never_rests_is_refused(calibrated):
    machine = Machine(others=lambda _now_s: 0.3)
    said = refused(calibrated, machine)
    assert "idle watts cannot be learnt, the machine was up to 30% busy with other work (at most 1.5% will do)" in said
    assert "--idle-w" in said
    assert machine.now_s == pytest.approx(60)
    assert machine.jobs == []


def test_one_busy_core_of_many_is_not_rest(calibrated):
    assert "up to 2% busy" in refused(calibrated, Machine(cpus=64, others=lambda _now_s: 1 / 64))


def test_a_half_that_was_none_is_left_out(calibrated):
    made = calibrated(Machine(others=lambda now_s: 0.4 if 10 < now_s < 21 else 0.0))
    assert [point.utilisation for point in made.points] == pytest.approx([0.0, 1.0])
    assert made.notes == ("half load is left out: the machine was 90% busy instead",)


def test_where_the_curve_through_three_is_off_that_through_two_is_tried(calibrated):
    # Half load in a burst that draws as much as full load: true for neither a quarter nor for the rest.
    odd = {0.0: 10.0, 0.25: 18.0, 0.5: 50.0, 1.0: 50.0}
    made = calibrated(Machine(watts=lambda u: odd[u]))
    assert len(made.points) == 2
    assert made.notes == ("the curve through 3 loads is not used: it gives 37.7 W instead of 18.0 W at 25%",)
    assert 0 < made.error <= CALIBRATED_UNCERTAINTY[2]


def test_where_no_curve_holds_only_idle_is_kept(calibrated):
    odd = {0.0: 10.0, 0.25: 120.0, 0.5: 30.0, 1.0: 50.0}
    made = calibrated(Machine(watts=lambda u: odd[u]))
    assert (len(made.points), made.error, made.curve) == (1, None, None)
    assert made.notes[-1] == "only idle is kept"
    assert made.idle_w(("a", "b")) == pytest.approx(10.0)


def test_a_control_group_that_holds_back_the_load_is_named(tmp_path):
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/cgroup").write_text("0::/\n")
    (tmp_path / "sys/fs/cgroup").mkdir(parents=True)
    (tmp_path / "sys/fs/cgroup/cpu.max").write_text("200000 100000\n")
    machine = Machine(most=0.25)
    made = calibrate(machine, machine.bench(tmp_path))
    assert len(made.points) == 1
    assert made.notes == (
        "only idle is kept: the machine could be loaded to 25% only",
        "a control group holds this process to 2 of 8 CPUs",
    )


def test_watts_that_fade_under_full_load_are_said(calibrated):
    machine = Machine()
    full_since = []

    def fading(u):
        if u == 1:
            full_since.append(machine.now_s)
            return 60.0 if machine.now_s - full_since[0] < 5 else 45.0
        return curved(u)

    machine.watts = fading
    assert "at full load the watts fell from 60.0 to 45.0 within 10 s" in calibrated(machine).notes[0]


def test_joules_that_are_lost_are_left_out(calibrated):
    machine = Machine()
    sleep = machine.sleep

    def lossy(seconds):
        sleep(seconds)
        machine.invalid_s += seconds if round(machine.now_s) % 4 == 0 else 0.0
        machine.joules += 1e6 if round(machine.now_s) % 4 == 0 else 0.0

    machine.sleep = lossy
    points = calibrated(machine).points
    assert [point.load.watts for point in points] == pytest.approx([curved(0), curved(0.5), curved(1)])


def test_a_meter_that_fails_is_refused(calibrated):
    machine = Machine()
    machine.fails = True
    assert "the meter simulated could not be read" in refused(calibrated, machine)


@pytest.mark.parametrize("seconds", [0, -1, math.nan, 0.5])
def test_times_that_are_too_short(calibrated, seconds):
    assert "are too few: give at least 1" in refused(calibrated, Machine(), seconds)


def test_a_meter_that_is_too_coarse(calibrated):
    machine = Machine()
    machine.resolution_s = 5.0
    assert "too coarse for 10 seconds a load: give at least 250" in refused(calibrated, machine)
    machine.now_s = 0
    assert calibrated(machine, 250.0).points


@given(*(st.builds(Point, utilisation=st.floats(0, 1), watts=st.tuples(st.floats(0, 1e4))) for _ in range(4)))
def test_whatever_is_measured_what_is_chosen_holds_at_the_check(idle, half, full, check):
    chosen = choose(idle, half, full, check)
    assert chosen.points[0] == idle
    assert len(chosen.points) == 3 or chosen.notes
    if len(chosen.points) > 1:
        assert chosen.error <= CALIBRATED_UNCERTAINTY[len(chosen.points)]
        assert full.utilisation >= 0.9
    else:
        assert chosen.error is None


def test_by_hand_it_is_stored_and_shown():
    made, path = calibrate_host(idle_w=8, full_w=31)
    assert stored().calibrations == (made,)
    text = render("text", made, path)
    assert "with watts given by hand" in text
    assert "100% busy     31.00 W" in text
    assert text.endswith(f"Kept in {path}\n")
    assert json.loads(render("json", made, path))["points"][0] == {"utilisation": 0.0, "watts": [8.0]}
    assert "unknown format 'xml'" in refused(render, "xml", made, path)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"idle_w": 8}, "need --full-w too"),
        ({"full_w": 8}, "need --idle-w too"),
        ({"half_w": 8}, "need --idle-w too"),
        ({"idle_w": 30, "full_w": 8}, "swapped?"),
        ({"idle_w": 8, "full_w": 31, "meter": "rapl"}, "not both"),
        ({"meter": "estimate:65"}, "the meter estimate only estimates: read the watts from a plug"),
        ({"meter": "rapll"}, "did you mean rapl?"),
    ],
)
def test_what_cannot_calibrate_is_one_line(options, said):
    assert said in refused(calibrate_host, **options)
    assert stored().calibrations == ()


def test_without_any_counter_the_reason_and_the_cure_are_said(monkeypatch, tmp_path):
    from greenprof.meters import meter_kinds

    kinds = tuple(kind for kind in meter_kinds() if kind.name in ("rapl", "estimate"))
    monkeypatch.setattr("greenprof.meters.meter_kinds", lambda: kinds)
    monkeypatch.setattr("greenprof.meters.rapl.DEFAULT_ROOT", tmp_path / "none")
    said = refused(calibrate_host)
    assert "none does not exist" in said
    assert "greenprof calibrate --idle-w 8 --full-w 31" in said


def test_in_real_time_on_a_simulated_tree(powercap_tree, tmp_path):
    """Real clock, real counter files, real busy processes; only what else runs on this machine is left out."""
    tree = powercap_tree("two-sockets")
    bench = Bench(
        cpus=2,
        busy_s=lambda: load.share * 2 * time.monotonic(),
        work=lambda processes, duty: load(processes * duty / 2, burning(processes, duty)),
        clock=SimpleNamespace(monotonic_ns=time.monotonic_ns, boottime_ns=time.monotonic_ns, sleep=time.sleep),
        root=tmp_path,
    )

    class Load:
        share = 0.0

        @contextmanager
        def __call__(self, share, work=nullcontext()):  # noqa: B008
            with work:
                self.share = share
                yield
                self.share = 0.0

    load = Load()
    with tree.run_at(50):
        meter = RaplMeter(tree.root)
        made = calibrate(meter, bench, seconds=1.0)
        meter.close()
    assert made.domains == ("package-0", "dram-0", "package-1", "dram-1")
    assert len(made.points) == 3
    for point in made.points:
        assert point.load.watts == pytest.approx(50, rel=0.02)
        assert point.watts[1] == pytest.approx(5, rel=0.03)
    assert made.error < 0.02


def test_the_load_is_as_asked():
    with burning(1, 1.0):
        assert used_by_children(0.5) == pytest.approx(0.5, rel=0.5)
    with burning(2, 0.25):
        assert used_by_children(0.8) == pytest.approx(0.4, rel=0.5)
    assert used_by_children(0.0) == 0


def used_by_children(seconds):
    """CPU seconds that the children of this process use in that time."""
    import psutil

    children = psutil.Process().children()

    def cpu_s():
        return sum(sum(child.cpu_times()[:2]) for child in children)

    before = cpu_s()
    time.sleep(seconds)
    return cpu_s() - before


def test_the_load_ends_with_the_one_who_made_it():
    program = "from greenprof.burner import burning\nwith burning(1, 1.0):\n import psutil\n"
    program += " print(psutil.Process().children()[0].pid, flush=True)\n input()\n"
    owner = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    pid = int(owner.stdout.readline())
    import psutil

    burner = psutil.Process(pid)
    with owner:
        owner.kill()
    burner_ended = psutil.wait_procs([burner], timeout=5)[0]
    assert burner_ended
