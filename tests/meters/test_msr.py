"""The model-specific registers, on sparse files that stand in for the devices; the truth is known."""

from __future__ import annotations

import errno
import functools
import itertools
import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from greenprof.errors import GreenprofError
from greenprof.meters import MeterUnavailable, info, open_meter
from greenprof.meters.msr import open_machine

WATTS = 50.0
INTEL = {"units": 0x606, "package": 0x611, "dram": 0x619}
AMD = {"units": 0xC0010299, "package": 0xC001029B}
RYZEN = {"vendor": "AuthenticAMD", "family": 0x19, "model": 0x21}
HASWELL_EP, SAPPHIRE_RAPIDS, BAY_TRAIL = 0x3F, 0x8F, 0x37


@dataclass
class SimulatedRegister:
    """A counter: its share of the machine's power, the joules of one count, and where it stands at the start."""

    share: float
    unit_j: float
    start: int = 1_000_000

    def raw(self, drawn_j):
        return (self.start + int(drawn_j * self.share / self.unit_j)) % 2**32


@dataclass
class Machine:
    """A machine's registers in sparse files, and what it has truly drawn."""

    root: Path
    units: dict[tuple[int, int], int] = field(default_factory=dict)
    registers: dict[tuple[int, int], SimulatedRegister] = field(default_factory=dict)
    drawn_j: float = 0.0

    def device(self, cpu):
        return self.root / f"dev/cpu/{cpu}/msr"

    def write(self, cpu, number, value):
        descriptor = os.open(self.device(cpu), os.O_WRONLY)
        os.pwrite(descriptor, value.to_bytes(8, "little"), number)
        os.close(descriptor)

    def step(self, joules):
        self.drawn_j += joules
        for (cpu, number), units in self.units.items():
            if self.device(cpu).exists():
                self.write(cpu, number, units)
        for (cpu, number), register in self.registers.items():
            if self.device(cpu).exists():
                # The upper half is reserved and may hold anything.
                self.write(cpu, number, register.raw(self.drawn_j) | (0xDEAD << 32))

    def begin_at(self, raw):
        """All counters stand at `raw`, as on another day."""
        for register in self.registers.values():
            register.start = raw
        self.drawn_j = 0.0
        self.step(0)

    def remove(self, cpu):
        self.device(cpu).rename(self.device(cpu).with_name("away"))

    def empty(self, cpu):
        """The device shows nothing until the machine's next step."""
        os.truncate(self.device(cpu), 0)


def one_socket(unit=14, **more):
    return {0: {"unit": unit, "package": 1.0, **more}}


MACHINES = {
    # for each CPU that stands for a package: the unit's exponent and the shares; where the CPUs sit; the processor
    "client": (one_socket(dram=0.0), {0: (0, 0), 1: (0, 0)}, {}),
    "amd": (one_socket(unit=16), {0: (0, 0), 1: (0, 1)}, RYZEN),
    "hygon": (one_socket(unit=16), {0: (0, 0)}, {"vendor": "HygonGenuine", "family": 0x18, "model": 1}),
    "two-sockets": (
        {0: {"unit": 14, "package": 0.5, "dram": 0.1}, 2: {"unit": 14, "package": 0.3, "dram": 0.1}},
        {0: (0, 0), 1: (0, 0), 2: (1, 0), 3: (1, 0)},
        {"model": SAPPHIRE_RAPIDS},
    ),
    "haswell-ep": (
        {0: {"unit": 14, "package": 0.7, "dram": 0.3, "memory_unit": 16}},
        {0: (0, 0)},
        {"model": HASWELL_EP},
    ),
    "bay-trail": ({0: {"unit": -5, "package": 1.0}}, {0: (0, 0)}, {"model": BAY_TRAIL}),
    "dies": (
        {0: {"unit": 14, "package": 0.6}, 1: {"unit": 14, "package": 0.4, "start": 77}},
        {0: (0, 0), 1: (0, 1)},
        {"model": 0x55},
    ),
    "mirrored-dies": (
        {0: {"unit": 14, "package": 1.0}, 1: {"unit": 14, "package": 1.0}},
        {0: (0, 0), 1: (0, 1)},
        {"model": 0x55},
    ),
    "stuck": ({0: {"unit": 14, "package": 0.0}}, {0: (0, 0)}, {}),
}


@pytest.fixture
def machine(public_folder, describe_processor):
    """Build the files of a simulated machine."""
    built = itertools.count()

    def build(name="client"):
        packages, places, processor = MACHINES[name]
        root = public_folder / f"{name}-{next(built)}"
        root.mkdir()
        describe_processor(root, places, **processor)
        numbers = AMD if "vendor" in processor else INTEL
        made = Machine(root)
        for cpu, told in packages.items():
            made.device(cpu).parent.mkdir(parents=True)
            made.device(cpu).touch(0o600)
            exponent = told["unit"]
            begin = told.get("start", 1_000_000)
            made.registers[cpu, numbers["package"]] = SimulatedRegister(
                told["package"], 2.0**-exponent if exponent > 0 else 2**-exponent / 1e6, begin
            )
            if "dram" in told:
                unit_j = 2.0 ** -told.get("memory_unit", exponent)
                made.registers[cpu, numbers["dram"]] = SimulatedRegister(told["dram"], unit_j, begin)
            # Units of power and time are in the bits around those of energy.
            made.units[cpu, numbers["units"]] = 0xA0003 | abs(exponent) << 8
        made.step(0)
        return made

    return build


@pytest.fixture
def kept(machine):
    """The same machine for each example: sparse files of 3 GB are slow to remove."""
    return functools.cache(machine)


@pytest.fixture
def opened(machine, simulated_clock):
    """A simulated machine that draws 50 W, its clock, and the meter on it."""
    meters = []

    def build(name="client", watts=WATTS):
        made = machine(name)
        clock = simulated_clock(made, watts)
        meter = open_machine(made.root, clock=clock)
        meters.append(meter)
        return made, clock, meter

    yield build
    for meter in meters:
        meter.close()


def total(joules):
    return None if None in joules else sum(joules)


@pytest.mark.parametrize(
    ("name", "domains"),
    [
        ("client", ("package-0",)),
        ("amd", ("package-0",)),
        ("hygon", ("package-0",)),
        ("two-sockets", ("package-0", "dram-0", "package-1", "dram-1")),
        ("haswell-ep", ("package-0", "dram-0")),
        ("bay-trail", ("package-0",)),
        ("dies", ("package-0-die-0", "package-0-die-1")),
        ("mirrored-dies", ("package-0-die-0",)),
    ],
)
def test_the_domains_add_up_to_the_machine_under_the_names_of_powercap(opened, name, domains):
    _, clock, meter = opened(name)
    assert meter.domains == domains
    first = meter.read()
    clock.sleep(0.1)
    second = meter.read()
    assert total(second.since(first)) == pytest.approx(5.0, abs=3e-4)
    assert second.invalid_s == 0


def test_what_is_left_out_is_named(opened):
    assert opened("client")[2].notes == ("dram-0 left out: its counter does not move",)
    (note,) = opened("mirrored-dies")[2].notes
    assert note.startswith("package-0-die-1 not counted again: it shows the counter of register 0x611 of ")


def test_what_is_said_beside_the_numbers(opened):
    _, _, meter = opened("two-sockets")
    said = info(meter, meter.read())
    assert (said.name, said.estimated, said.idle_w, said.invalid_s) == ("msr", False, None, 0)
    assert 0 < said.uncertainty < 0.2
    assert "memory" in said.scope


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["amd", "two-sockets", "haswell-ep", "client"]),
    st.integers(0, 2**32 - 1),
    st.lists(st.tuples(st.floats(0.0031, 1.0), st.floats(0.01, 1.0)), min_size=1, max_size=25),
)
def test_with_the_keep_alive_the_truth_is_found_over_any_wrap(kept, simulated_clock, name, start, history):
    made = kept(name)
    made.begin_at(start)
    clock = simulated_clock(made, WATTS)
    meter = open_machine(made.root, clock=clock)
    first, began_j = meter.read(), made.drawn_j
    for share_of_power, share_of_interval in history:
        clock.watts = 1000.0 * share_of_power
        clock.sleep(share_of_interval * meter.max_interval_s)
        reading = meter.read()
        assert total(reading.since(first)) == pytest.approx(made.drawn_j - began_j, abs=1e-3)
    assert reading.invalid_s == 0
    meter.close()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.integers(0, 2**32 - 1),
    st.lists(
        st.tuples(st.floats(0.05, 0.99), st.floats(0.2, 9), st.sampled_from(["", "", "", "fail"])),
        min_size=2,
        max_size=12,
    ),
)
def test_read_too_seldom_or_in_vain_it_is_true_or_said_to_be_unknown(kept, simulated_clock, start, history):
    made = kept("amd")
    made.begin_at(start)
    clock = simulated_clock(made, WATTS)
    meter = open_machine(made.root, clock=clock)
    known = [(meter.read(), made.drawn_j)]
    for share_of_power, intervals, event in history:
        clock.watts = 1000.0 * share_of_power
        clock.sleep(intervals * meter.max_interval_s)
        if event == "fail":
            made.empty(0)
            assert meter.read().joules == (None,)
            continue
        reading = meter.read()
        before, before_j = known[-1]
        told_j = reading.since(before)[0]
        assert told_j >= 0
        if reading.invalid_s == before.invalid_s:
            assert told_j == pytest.approx(made.drawn_j - before_j, abs=1e-3)
        known.append((reading, made.drawn_j))
    meter.close()


def test_the_keep_alive_is_well_within_the_fastest_wrap(opened):
    # 2**32 counts of 2**-16 J at 1000 W, of 2**-14 J at 1000 W, and of memory's 2**-16 J at 400 W.
    assert opened("amd")[2].max_interval_s == pytest.approx(65.536 / 2)
    assert opened("two-sockets")[2].max_interval_s == pytest.approx(262.144 / 2)
    assert opened("haswell-ep")[2].max_interval_s == pytest.approx(163.84 / 2)


def test_a_failed_read_is_unknown_and_then_made_good(opened):
    made, clock, meter = opened("two-sockets")
    first = meter.read()
    clock.sleep(0.1)
    made.empty(2)
    gone = meter.read()
    assert gone.joules[2:] == (None, None)
    assert total(gone.since(first)[:2]) == pytest.approx(3.0, abs=3e-4)
    clock.sleep(0.1)
    back = meter.read()
    assert total(back.since(first)) == pytest.approx(10.0, abs=3e-4)
    assert back.invalid_s == 0


def test_a_reset_loses_the_interval_and_no_more(opened):
    made, clock, meter = opened()
    first = meter.read()
    clock.sleep(0.1)
    made.registers[0, 0x611].start -= 500_000
    made.step(0)
    assert meter.read().joules == (None,)
    clock.sleep(0.1)
    after = meter.read()
    assert after.since(first)[0] == pytest.approx(5.0, abs=3e-4)
    assert after.invalid_s == pytest.approx(0.1)


def test_a_counter_that_stops_is_unknown_not_zero(opened):
    _, clock, meter = opened()
    meter.read()
    clock.watts = 0.0
    for _ in range(10):
        clock.sleep(0.1)
        last = meter.read()
    assert last.joules == (None,)
    assert any("stood still" in note for note in meter.notes)


def test_a_suspension_is_unknown_time(opened):
    _, clock, meter = opened()
    meter.read()
    clock.sleep(0.1)
    clock.suspend(60)
    assert meter.read().invalid_s == pytest.approx(0.1)


def test_a_cpu_that_is_switched_off_is_not_asked(machine, simulated_clock):
    made = machine("amd")
    (made.root / "sys/devices/system/cpu/cpu0/online").write_text("0\n")
    made.device(1).parent.mkdir()
    made.device(0).rename(made.device(1))
    made.registers = {(1, number): register for (_, number), register in made.registers.items()}
    made.units.clear()
    meter = open_machine(made.root, clock=simulated_clock(made, WATTS))
    assert meter.domains == ("package-0",)
    meter.close()


def refused(root, clock=None):
    with pytest.raises(MeterUnavailable) as caught:
        open_machine(root, clock=clock)
    assert "\n" not in str(caught.value)
    return caught.value


def test_a_counter_that_never_moves_is_no_measurement(machine, simulated_clock):
    made = machine("stuck")
    assert "does not move: that is not zero joules" in refused(made.root, simulated_clock(made, WATTS)).reason


def test_a_module_that_is_not_loaded(machine):
    made = machine()
    made.remove(0)
    failure = refused(made.root)
    assert "the module msr is not loaded" in failure.reason
    assert "sudo modprobe msr" in failure.cure


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to give its rights up")
def test_no_permission(machine, ordinary_user):
    made = machine()
    with ordinary_user():
        failure = refused(made.root)
    assert "may be read by root only" in failure.reason
    assert "root" in failure.cure


@contextmanager
def failing(monkeypatch, call, number, path="/dev/cpu/"):
    """Inside, the system call `call` fails on an MSR device."""
    real = getattr(os, call)

    def fail(first, *others):
        if call == "pread" or path in str(first):
            raise OSError(number, os.strerror(number))
        return real(first, *others)

    with monkeypatch.context() as patch:
        patch.setattr(os, call, fail)
        yield


@pytest.mark.parametrize("call", ["open", "pread"])
@pytest.mark.parametrize(
    ("lockdown", "words"),
    [
        (None, "CAP_SYS_RAWIO"),
        ("[none] integrity confidentiality", "CAP_SYS_RAWIO"),
        ("none [integrity] confidentiality", "Secure Boot"),
        ("none integrity [confidentiality]", "Secure Boot"),
    ],
)
def test_a_missing_capability_is_told_from_secure_boot(machine, monkeypatch, call, lockdown, words):
    made = machine()
    if lockdown is not None:
        (made.root / "sys/kernel/security").mkdir(parents=True)
        (made.root / "sys/kernel/security/lockdown").write_text(f"{lockdown}\n")
    with failing(monkeypatch, call, errno.EPERM):
        failure = refused(made.root)
    assert words in failure.reason
    assert "rapl" in failure.cure


def test_a_device_that_fails_otherwise(machine, monkeypatch):
    made = machine()
    with failing(monkeypatch, "open", errno.ENXIO):
        assert "No such device or address" in refused(made.root).reason


def test_a_processor_without_the_register(machine, monkeypatch):
    made = machine()
    with failing(monkeypatch, "pread", errno.EIO):
        assert "is empty or not there" in refused(made.root).reason


@pytest.mark.parametrize("content", [b"", b"\0" * 0x700, b"\0" * 0x608, b"\0" * 0x606 + b"\x03\0\x0a" + b"\0" * 99])
def test_a_hypervisor_that_shows_no_unit_of_energy(machine, content):
    made = machine()
    made.device(0).write_bytes(content)
    assert "is empty or not there" in refused(made.root).reason


def test_a_device_that_ends_before_its_counter(machine, simulated_clock):
    made = machine()
    os.truncate(made.device(0), 0x612)
    made.registers.clear()
    made.units.clear()
    assert "holds no number" in refused(made.root, simulated_clock(made)).reason


@pytest.mark.parametrize(
    ("processor", "words"),
    [
        ("", "an unknown maker"),
        ("\0\xff: \n:::\n", "an unknown maker"),
        ("vendor_id : CentaurHauls\nmodel : 15\n", "CentaurHauls, model 15"),
        ("vendor_id : GenuineIntel\ncpu family : 6\nmodel : 77\n", "GenuineIntel, model 77"),
    ],
)
def test_a_processor_whose_units_are_not_known(machine, processor, words):
    made = machine()
    (made.root / "proc/cpuinfo").write_text(processor, encoding="utf-8")
    assert words in refused(made.root).reason


def test_a_folder_that_is_no_machine(tmp_path):
    assert "an unknown maker" in refused(tmp_path).reason
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/cpuinfo").write_text("vendor_id : GenuineIntel\n")
    assert "no package" in refused(tmp_path).reason


def test_the_door_names_reason_and_cure(machine):
    made = machine()
    made.remove(0)
    with pytest.raises(GreenprofError, match=r"the meter msr cannot be used: .*; to change that: .*modprobe msr"):
        open_meter(f"msr:{made.root}")


def test_no_descriptor_is_left_open(machine, opened, simulated_clock):
    def descriptors():
        return len(list(Path("/proc/self/fd").iterdir()))

    before = descriptors()
    _, _, meter = opened("two-sockets")
    stuck = machine("stuck")
    refused(stuck.root, simulated_clock(stuck))
    made = machine("two-sockets")
    made.remove(2)
    refused(made.root)
    meter.close()
    meter.close()
    assert descriptors() == before
