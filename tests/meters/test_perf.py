"""The power PMU: a simulated machine whose truth is known, and the real system call on a software event."""

from __future__ import annotations

import errno
import functools
import itertools
import os
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from greenprof.meters import MeterUnavailable, info, open_meter
from greenprof.meters.perf import PMU, open_machine
from greenprof.perf_event import SOFTWARE_TASK_CLOCK, TYPE_SOFTWARE, Attributes, open_event

WATTS = 50.0
SCALE = "2.3283064365386962890625e-10"
PMU_TYPE = 23
CODES = {"energy-cores": 1, "energy-pkg": 2, "energy-ram": 3, "energy-gpu": 4, "energy-psys": 5}


@dataclass
class Power:
    """A simulated machine: what it has drawn, and the registers that its kernel's PMU counts with."""

    root: Path
    shares: dict[tuple[str, int], float]  # (event, CPU) -> its share of the machine's power
    clock: object = None
    unit: int = 16  # the registers count in 2**-unit J
    drawn_j: float = 0.0
    broken: tuple[int, ...] = ()  # CPUs whose events the kernel has given up
    refused: int | None = None
    asked: list = None  # type: ignore[assignment]
    open_now: int = 0

    def step(self, joules):
        self.drawn_j += joules

    def register(self, event, cpu):
        return int(self.drawn_j * self.shares[event, cpu] * 2**self.unit) % 2**32

    def open_event(self, attributes, *, pid, cpu):
        self.asked = [*(self.asked or []), (attributes, pid, cpu)]
        if self.refused is not None:
            raise OSError(self.refused, os.strerror(self.refused))
        event = {code: name for name, code in CODES.items()}[attributes.config]
        if cpu in self.broken or (event, cpu) not in self.shares:
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))
        return SimulatedEvent(self, event, cpu)


class SimulatedEvent:
    """Counts as the kernel does (arch/x86/events/rapl.c): signed 32-bit steps, added up."""

    def __init__(self, power, event, cpu):
        self.power, self.event, self.cpu = power, event, cpu
        self.previous = power.register(event, cpu)
        self.count = 0
        self.closed = False
        power.open_now += 1

    def read(self):
        assert not self.closed
        if self.cpu in self.power.broken:
            return None
        now = self.power.register(self.event, self.cpu)
        step = (now - self.previous) % 2**32
        self.count += (step if step < 2**31 else step - 2**32) << (32 - self.power.unit)
        self.previous = now
        return (self.count % 2**64,)

    def close(self):
        if not self.closed:
            self.closed = True
            self.power.open_now -= 1


MACHINES = {
    # shares of each event; where the CPUs sit; the PMU's cpumask; the processor
    "client": (
        {("energy-pkg", 0): 1.0, ("energy-cores", 0): 0.6, ("energy-gpu", 0): 0.1, ("energy-psys", 0): 1.6},
        {0: (0, 0), 1: (0, 0)},
        "0",
        {},
    ),
    "two-sockets": (
        {("energy-pkg", 0): 0.5, ("energy-ram", 0): 0.1, ("energy-pkg", 8): 0.3, ("energy-ram", 8): 0.1},
        {cpu: (cpu // 8, 0) for cpu in range(16)},
        "0,8",
        {"model": 0x55},
    ),
    "dies": (
        {("energy-pkg", 0): 0.6, ("energy-ram", 0): 0.1, ("energy-pkg", 1): 0.25, ("energy-ram", 1): 0.05},
        {0: (0, 0), 1: (0, 1), 2: (0, 0), 3: (0, 1)},
        "0-1",
        {"model": 0x55},
    ),
    "amd": (
        {("energy-pkg", 0): 1.0},
        {0: (0, 0), 1: (0, 0)},
        "0",
        {"vendor": "AuthenticAMD", "family": 0x19, "model": 0x21},
    ),
    # Linux 6.9 to 6.11 listed each die of an AMD package, and all of them show the package.
    "amd-mirrored": (
        {("energy-pkg", 0): 1.0, ("energy-pkg", 4): 1.0},
        {0: (0, 0), 4: (0, 1)},
        "0,4",
        {"vendor": "AuthenticAMD", "family": 0x19, "model": 0x21},
    ),
    "psys-only": ({("energy-psys", 0): 1.0}, {0: (0, 0)}, "0", {}),
    "stuck": ({("energy-pkg", 0): 0.0}, {0: (0, 0)}, "0", {}),
    "dead-memory": ({("energy-pkg", 0): 1.0, ("energy-ram", 0): 0.0}, {0: (0, 0)}, "0", {}),
}


@pytest.fixture
def machine(tmp_path, describe_processor):
    """Build the files of a simulated machine."""
    built = itertools.count()

    def build(name="client"):
        shares, places, cpumask, processor = MACHINES[name]
        root = tmp_path / f"{name}-{next(built)}"
        root.mkdir()
        describe_processor(root, places, **processor)
        write_pmu(root, {event for event, _ in shares}, cpumask)
        return Power(root, shares)

    return build


def write_pmu(root, events, cpumask, *, number=PMU_TYPE, scale=SCALE):
    folder = root / PMU
    (folder / "events").mkdir(parents=True)
    (folder / "format").mkdir()
    (folder / "type").write_text(f"{number}\n")
    (folder / "cpumask").write_text(f"{cpumask}\n")
    (folder / "format/event").write_text("config:0-7\n")
    for event in events:
        (folder / "events" / event).write_text(f"event={CODES[event]:#04x}\n")
        (folder / "events" / f"{event}.scale").write_text(f"{scale}\n")
        (folder / "events" / f"{event}.unit").write_text("Joules\n")
    return folder


@pytest.fixture
def kept(machine):
    """The same machine for each example."""
    return functools.cache(machine)


@pytest.fixture
def opened(machine, simulated_clock):
    """A simulated machine that draws 50 W, its clock, and the meter on it."""
    meters = []

    def build(name="client", watts=WATTS):
        power = machine(name)
        clock = simulated_clock(power, watts)
        meter = open_machine(power.root, clock=clock, opener=power.open_event)
        meters.append(meter)
        return power, clock, meter

    yield build
    for meter in meters:
        meter.close()


def total(joules):
    return None if None in joules else sum(joules)


@pytest.mark.parametrize(
    ("name", "domains"),
    [
        ("client", ("package-0",)),
        ("two-sockets", ("package-0", "dram-0", "package-1", "dram-1")),
        ("dies", ("package-0-die-0", "dram-0-die-0", "package-0-die-1", "dram-0-die-1")),
        ("amd", ("package-0",)),
        ("amd-mirrored", ("package-0",)),
        ("psys-only", ("psys",)),
        ("dead-memory", ("package-0",)),
    ],
)
def test_the_domains_add_up_to_the_machine_under_the_names_of_powercap(opened, name, domains):
    _, clock, meter = opened(name)
    assert meter.domains == domains
    first = meter.read()
    clock.sleep(0.1)
    second = meter.read()
    assert total(second.since(first)) == pytest.approx(5.0, abs=1e-4)
    assert second.invalid_s == 0


def test_the_kernel_is_asked_for_the_whole_machine_on_the_cpu_of_each_package(opened):
    power, _, _ = opened("two-sockets")
    asked = {(attributes.config, cpu) for attributes, _, cpu in power.asked}
    assert asked == {(2, 0), (3, 0), (2, 8), (3, 8)}
    assert all(pid == -1 and attributes.type == PMU_TYPE for attributes, pid, _ in power.asked)
    # The PMU refuses whatever excludes or samples something.
    assert all(attributes.flags == attributes.read_format == 0 for attributes, _, _ in power.asked)


def test_an_amd_package_that_the_kernel_lists_for_each_die_is_counted_once(opened):
    power, _, meter = opened("amd-mirrored")
    assert [cpu for _, _, cpu in power.asked] == [0]
    assert meter.notes == ("CPU 4 left out: it shows the counters of a package that is counted already",)


def test_dead_memory_is_left_out_and_named(opened):
    _, _, meter = opened("dead-memory")
    assert meter.notes == ("dram-0 left out: its counter does not move",)
    assert "memory" not in meter.scope


def test_what_is_said_beside_the_numbers(opened):
    _, _, meter = opened("two-sockets")
    said = info(meter, meter.read())
    assert (said.name, said.estimated, said.idle_w, said.invalid_s) == ("perf", False, None, 0)
    assert 0 < said.uncertainty < 0.2
    assert "memory" in said.scope
    assert "platform" in opened("psys-only")[2].scope


def test_a_failed_read_is_unknown_and_the_count_that_starts_anew_is_no_energy(opened):
    power, clock, meter = opened("two-sockets")
    clock.sleep(5)
    first = meter.read()
    clock.sleep(0.1)
    power.broken = (8,)
    gone = meter.read()
    assert gone.joules[:2] != (None, None)
    assert gone.joules[2:] == (None, None)
    power.broken = ()
    clock.sleep(0.1)
    meter.read()
    clock.sleep(0.1)
    back = meter.read()
    assert total(back.since(first)[:2]) == pytest.approx(0.3 * 30)
    # Of the other package only what was drawn after the new start is known.
    assert total(back.since(first)[2:]) == pytest.approx(0.1 * 20)
    assert back.invalid_s == pytest.approx(0.2)
    assert any("cannot be known" in note for note in meter.notes)


def test_a_counter_that_stops_is_unknown_not_zero(opened):
    _, clock, meter = opened()
    meter.read()
    clock.watts = 0.0
    for _ in range(10):
        clock.sleep(0.1)
        last = meter.read()
    assert last.joules == (None,)
    assert any("stood still" in note for note in meter.notes)
    clock.watts = WATTS
    clock.sleep(0.1)
    assert meter.read().joules[0] == pytest.approx(5.0, abs=1e-3)


def test_a_step_that_no_processor_can_draw_is_not_believed(opened):
    power, clock, meter = opened()
    first = meter.read()
    clock.sleep(0.1)
    power.step(10_000)
    assert meter.read().joules == (None,)
    clock.sleep(0.1)
    after = meter.read()
    assert after.since(first)[0] == pytest.approx(5.0, abs=1e-3)
    assert after.invalid_s == pytest.approx(0.1)


def test_a_suspension_is_unknown_time(opened):
    power, clock, meter = opened()
    first = meter.read()
    clock.sleep(0.1)
    clock.suspend(60)
    power.step(2.0)
    assert meter.read().invalid_s == pytest.approx(0.1)
    clock.sleep(0.1)
    assert meter.read().since(first)[0] == pytest.approx(5.0, abs=1e-4)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([14, 16]),
    st.lists(st.tuples(st.floats(0.0031, 1.0), st.floats(0.01, 1.0)), min_size=1, max_size=30),
)
@example(unit=16, history=[(1.0, 1.0)])
def test_with_the_keep_alive_the_truth_is_found_at_any_power(kept, simulated_clock, unit, history):
    # 1000 W in a package and 32 s between two reads: the kernel alone would lose sight of the register's sign.
    power = kept("amd")
    power.unit = unit
    clock = simulated_clock(power, WATTS)
    meter = open_machine(power.root, clock=clock, opener=power.open_event)
    first, began_j = meter.read(), power.drawn_j
    for share_of_power, share_of_interval in history:
        clock.watts = 1000.0 * share_of_power
        clock.sleep(share_of_interval * meter.max_interval_s)
        reading = meter.read()
        assert total(reading.since(first)) == pytest.approx(power.drawn_j - began_j, abs=1e-3)
    assert reading.invalid_s == 0
    meter.close()


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([14, 16]),
    st.lists(st.tuples(st.floats(0.05, 0.99), st.floats(0.2, 9)), min_size=2, max_size=12),
)
def test_read_too_seldom_it_is_true_or_said_to_be_unknown(kept, simulated_clock, unit, history):
    power = kept("amd")
    power.unit = unit
    clock = simulated_clock(power, WATTS)
    meter = open_machine(power.root, clock=clock, opener=power.open_event)
    known = [(meter.read(), power.drawn_j)]
    for share_of_power, intervals in history:
        clock.watts = 1000.0 * share_of_power
        clock.sleep(intervals * meter.max_interval_s)
        reading = meter.read()
        if reading.joules[0] is None:
            continue
        before, before_j = known[-1]
        told_j = reading.since(before)[0]
        assert told_j >= 0
        if reading.invalid_s == before.invalid_s:
            assert told_j == pytest.approx(power.drawn_j - before_j, abs=1e-3)
        known.append((reading, power.drawn_j))
    meter.close()


def refused(power, clock=None):
    with pytest.raises(MeterUnavailable) as caught:
        open_machine(power.root, clock=clock, opener=power.open_event)
    assert "\n" not in str(caught.value)
    assert power.open_now == 0
    return caught.value


@pytest.mark.parametrize("level", [1, 2, 4])
def test_no_permission_says_the_paranoia_and_both_ways_out(machine, level):
    power = machine("two-sockets")
    (power.root / "proc/sys/kernel").mkdir(parents=True)
    (power.root / "proc/sys/kernel/perf_event_paranoid").write_text(f"{level}\n")
    power.refused = errno.EACCES
    failure = refused(power)
    assert f"kernel.perf_event_paranoid is {level}: it takes 0 or less" in failure.reason
    assert "CAP_PERFMON" in failure.reason
    assert failure.cure.startswith("sudo sysctl kernel.perf_event_paranoid=0 ")
    assert "sudo setcap cap_perfmon=ep $(readlink -f $(which python3))" in failure.cure


def test_a_sandbox_and_a_security_policy_are_not_blamed_on_the_paranoia(machine):
    power = machine()
    power.refused = errno.EPERM
    assert "containers" in refused(power).reason
    (power.root / "proc/sys/kernel").mkdir(parents=True)
    (power.root / "proc/sys/kernel/perf_event_paranoid").write_text("-1\n")
    power.refused = errno.EACCES
    failure = refused(power)
    assert "paranoid" not in failure.reason
    assert "PERFMON" in failure.cure


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSYS, "no perf_event_open"), (errno.ENOENT, "no such counter"), (errno.EMFILE, "too many open files")],
)
def test_other_refusals_of_the_kernel(machine, number, words):
    power = machine()
    power.refused = number
    assert words in refused(power).reason.lower()


def test_a_memory_event_that_is_refused_is_left_out(machine, simulated_clock):
    power = machine("two-sockets")
    del power.shares["energy-ram", 8]
    meter = open_machine(power.root, clock=simulated_clock(power, WATTS), opener=power.open_event)
    assert meter.domains == ("package-0", "dram-0", "package-1")
    assert meter.notes == ("dram-1 left out: it cannot be opened (No such device)",)
    meter.close()
    assert power.open_now == 0


def test_a_package_that_is_refused_takes_all_with_it(machine):
    power = machine("two-sockets")
    power.broken = (8,)
    assert "package-1 cannot be counted" in refused(power).reason


def test_a_counter_that_never_moves_is_no_measurement(machine, simulated_clock):
    power = machine("stuck")
    assert "does not move: that is not zero joules" in refused(power, simulated_clock(power, WATTS)).reason


def test_machines_without_the_pmu(machine, tmp_path):
    power = Power(tmp_path / "nowhere", {})
    failure = refused(power)
    assert "no Linux with perf events" in failure.reason
    (power.root / PMU.parent).mkdir(parents=True)
    failure = refused(power)
    assert "shows perf no energy counters" in failure.reason
    assert "modprobe rapl" in failure.cure


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("type", ""),
        ("type", "software"),
        ("events/energy-pkg", "umask=0x02"),
        ("events/energy-pkg", "event=two"),
        ("events/energy-pkg", ""),
        ("format/event", "config1:0-7"),
        ("events/energy-pkg.scale", "0"),
        ("events/energy-pkg.scale", "-1e-9"),
        ("events/energy-pkg.scale", "nan"),
        ("events/energy-pkg.scale", "1/0"),
        ("events/energy-pkg.unit", "Watts"),
    ],
)
def test_an_event_that_is_not_told_in_joules_is_refused(machine, file, content):
    power = machine()
    (power.root / PMU / file).write_text(content)
    failure = refused(power)
    assert "do not tell an event in joules" in failure.reason
    assert failure.cure.startswith("see what they hold: grep")


@pytest.mark.parametrize("content", ["", "\n", "a", "-1", "3-1", "0-99999999999", "0;1", "0,,1"])
def test_a_cpumask_that_names_no_cpu_is_refused(machine, content):
    power = machine()
    (power.root / PMU / "cpumask").write_text(content)
    assert "names no CPU" in refused(power).reason


def test_parts_of_a_package_are_no_machine(machine):
    power = machine()
    for event in ("energy-pkg", "energy-psys"):
        (power.root / PMU / "events" / event).unlink()
    assert "no event for a package" in refused(power).reason


def test_closing_twice_does_no_harm(machine, simulated_clock):
    power = machine("dies")
    meter = open_machine(power.root, clock=simulated_clock(power, WATTS), opener=power.open_event)
    assert power.open_now == 4
    meter.close()
    meter.close()
    assert power.open_now == 0


def may_count_the_machine():
    try:
        open_event(Attributes(type=TYPE_SOFTWARE, config=SOFTWARE_TASK_CLOCK), pid=-1, cpu=0).close()
    except OSError:
        return False
    return True


@pytest.mark.skipif(not may_count_the_machine(), reason="this user may not count the whole machine")
def test_the_real_system_call_on_a_machine_of_exactly_one_watt(tmp_path, describe_processor):
    # The kernel's task clock of a CPU counts a billion times in a second; taken for nanojoules that is 1 W.
    describe_processor(tmp_path, {0: (0, 0)})
    folder = write_pmu(tmp_path, {"energy-pkg"}, "0", number=TYPE_SOFTWARE, scale="1e-9")
    (folder / "events/energy-pkg").write_text(f"event={SOFTWARE_TASK_CLOCK:#x}\n")
    before = len(list(Path("/proc/self/fd").iterdir()))
    meter = open_meter(f"perf:{tmp_path}").meter
    first = meter.read()
    time.sleep(0.2)
    last = meter.read()
    meter.close()
    elapsed_s = (last.at_ns - first.at_ns) / 1e9
    assert meter.domains == ("package-0",)
    assert last.since(first)[0] == pytest.approx(elapsed_s, rel=0.02)
    assert last.invalid_s == 0
    assert len(list(Path("/proc/self/fd").iterdir())) == before


@pytest.mark.skipif(os.geteuid() != 0 or not may_count_the_machine(), reason="needs root, to give its rights up")
def test_the_real_system_call_as_an_ordinary_user(public_folder, describe_processor, ordinary_user):
    describe_processor(public_folder, {0: (0, 0)})
    folder = write_pmu(public_folder, {"energy-pkg"}, "0", number=TYPE_SOFTWARE, scale="1e-9")
    (folder / "events/energy-pkg").write_text(f"event={SOFTWARE_TASK_CLOCK:#x}\n")
    level = Path("/proc/sys/kernel/perf_event_paranoid").read_text().strip()
    if int(level) < 1:
        pytest.skip("this system lets everyone count")
    (public_folder / "proc/sys/kernel").mkdir(parents=True)
    (public_folder / "proc/sys/kernel/perf_event_paranoid").write_text(level)
    with ordinary_user(), pytest.raises(MeterUnavailable, match=f"perf_event_paranoid is {level}"):
        open_machine(public_folder)
