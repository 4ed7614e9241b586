"""Cycles and instructions: on simulated events, and the real system call on the kernel's clock of CPU time."""

from __future__ import annotations

import dataclasses
import errno
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenprof import perf_event
from greenprof.hardware_counters import Counts, open_counters

SPIN = "import time\nwhile time.process_time() < {seconds}: pass\n"
# What a program spends itself, in a thread and in a child.
FAMILY = """
import subprocess, sys, threading, time
def spin(seconds, clock):
    begun = clock()
    while clock() - begun < seconds: pass
spin(0.05, time.thread_time)
thread = threading.Thread(target=spin, args=(0.05, time.thread_time))
thread.start(); thread.join()
child = "import time\\nwhile time.process_time() < 0.1: pass"
subprocess.run([sys.executable, "-S", "-c", child])
"""


class Simulated:
    """Events that show what they are told to; refuses what `refuse` says."""

    def __init__(self, *shown, refuse=lambda attributes: None):
        self.shown = list(shown)
        self.refuse = refuse
        self.asked = []
        self.open_now = 0

    def __call__(self, attributes, *, pid, cpu):
        self.asked.append((attributes, pid, cpu))
        number = self.refuse(attributes)
        if number:
            raise OSError(number, os.strerror(number))
        return SimulatedEvent(self, self.shown.pop(0))


class SimulatedEvent:
    def __init__(self, owner, shown):
        self.owner, self.shown, self.closed = owner, shown, False
        owner.open_now += 1

    def read(self):
        return self.shown

    def close(self):
        self.owner.open_now -= not self.closed
        self.closed = True


@pytest.fixture
def machine(tmp_path):
    """A machine with one kind of cores, or with the PMUs of several."""

    def build(**pmus):
        for name, number in pmus.items():
            folder = tmp_path / "sys/bus/event_source/devices" / name
            folder.mkdir(parents=True)
            (folder / "type").write_text(f"{number}\n")
        return tmp_path

    return build


def test_both_are_counted_with_the_children_and_the_kernel(machine):
    opener = Simulated((10, 7, 7), (20, 7, 7))
    counters = open_counters(42, root=machine(), opener=opener)
    assert counters.reason is None
    assert counters.read() == Counts(cycles=10, instructions=20, user_only=False)
    assert [(attributes.type, attributes.config, pid, cpu) for attributes, pid, cpu in opener.asked] == [
        (perf_event.TYPE_HARDWARE, perf_event.HARDWARE_CYCLES, 42, perf_event.ANY_CPU),
        (perf_event.TYPE_HARDWARE, perf_event.HARDWARE_INSTRUCTIONS, 42, perf_event.ANY_CPU),
    ]
    for attributes, _, _ in opener.asked:
        assert attributes.flags & perf_event.FLAG_INHERIT
        assert attributes.flags & perf_event.FLAG_EXCLUDE_GUEST
        assert not attributes.flags & (perf_event.FLAG_EXCLUDE_KERNEL | perf_event.FLAG_DISABLED)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM])
def test_without_permission_for_the_kernel_the_rest_is_counted_and_said_to_be_the_rest(machine, number):
    opener = Simulated(
        (10, 7, 7),
        (20, 7, 7),
        refuse=lambda attributes: 0 if attributes.flags & perf_event.FLAG_EXCLUDE_KERNEL else number,
    )
    counters = open_counters(42, root=machine(), opener=opener)
    assert counters.reason is None
    assert counters.read() == Counts(cycles=10, instructions=20, user_only=True)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EACCES, "kernel.perf_event_paranoid is 3: it takes 2 or less, or the capability CAP_PERFMON"),
        (errno.EPERM, "containers"),
        (errno.ENOENT, "virtual machines"),
        (errno.EOPNOTSUPP, "virtual machines"),
        (errno.ENOSYS, "perf_event_open"),
        (errno.ESRCH, "No such process"),
        (errno.EMFILE, "Too many open files"),
    ],
)
def test_a_refusal_is_a_reason_and_no_number(machine, number, words):
    root = machine()
    (root / "proc/sys/kernel").mkdir(parents=True)
    (root / "proc/sys/kernel/perf_event_paranoid").write_text("3\n")
    counters = open_counters(42, root=root, opener=Simulated(refuse=lambda attributes: number))
    assert counters.reason.startswith("cycles and instructions are not counted: ")
    assert words in counters.reason
    assert "\n" not in counters.reason
    assert counters.read() == Counts(cycles=None, instructions=None, user_only=False)
    counters.close()


def test_one_that_is_refused_leaves_nothing_open(machine):
    refuse = {perf_event.HARDWARE_CYCLES: 0, perf_event.HARDWARE_INSTRUCTIONS: errno.ENOENT}
    opener = Simulated((10, 7, 7), refuse=lambda attributes: refuse[attributes.config])
    assert open_counters(42, root=machine(), opener=opener).reason is not None
    assert opener.open_now == 0


@given(st.integers(0, 2**62), st.integers(1, 2**40), st.integers(1, 2**40))
def test_a_count_is_scaled_by_the_time_that_it_ran(count, enabled_ns, running_ns):
    running_ns = min(enabled_ns, running_ns)
    opener = Simulated((count, enabled_ns, running_ns), (count, enabled_ns, enabled_ns))
    told = open_counters(42, root=Path("/nowhere"), opener=opener).read()
    assert told.instructions == count
    assert told.cycles >= count
    assert told.cycles * running_ns == pytest.approx(count * enabled_ns, abs=running_ns)


@pytest.mark.parametrize(
    ("shown", "cycles"),
    [((0, 0, 0), 0), ((0, 5, 0), None), (None, None), ((9, 5, 6), 9)],
    ids=["not run yet", "never got the hardware", "cannot be read", "clocks apart"],
)
def test_what_is_not_known_is_none(machine, shown, cycles):
    counters = open_counters(42, root=machine(), opener=Simulated(shown, (1, 5, 5)))
    assert counters.read() == Counts(cycles=cycles, instructions=1, user_only=False)


def test_two_kinds_of_cores_are_counted_together(machine):
    # Three quarters of the time on the fast cores, and no sharing: nothing is scaled.
    opener = Simulated((300, 8, 6), (50, 8, 2), (900, 8, 3), (100, 8, 1))
    counters = open_counters(42, root=machine(cpu_core=4, cpu_atom=10), opener=opener)
    assert [attributes.config >> 32 for attributes, _, _ in opener.asked] == [4, 10, 4, 10]
    # The instructions shared the hardware with others, half of the time.
    assert counters.read() == Counts(cycles=350, instructions=2000, user_only=False)


def test_a_kind_of_core_that_cannot_be_read_leaves_the_sum_unknown(machine):
    opener = Simulated((300, 8, 6), None, (900, 8, 3), (100, 8, 1))
    counters = open_counters(42, root=machine(cpu_core=4, cpu_atom=10), opener=opener)
    assert counters.read().cycles is None


def test_closing_twice_does_no_harm_and_reading_after_it_is_unknown(machine):
    opener = Simulated((10, 7, 7), (20, 7, 7))
    counters = open_counters(42, root=machine(), opener=opener)
    assert opener.open_now == 2
    counters.close()
    counters.close()
    assert opener.open_now == 0
    assert counters.read() == Counts(cycles=None, instructions=None, user_only=False)


def cpu_clock(attributes, *, pid, cpu):
    """The real system call, with nanoseconds of CPU time in the place of cycles and instructions."""
    return perf_event.open_event(
        dataclasses.replace(attributes, type=perf_event.TYPE_SOFTWARE, config=perf_event.SOFTWARE_TASK_CLOCK),
        pid=pid,
        cpu=cpu,
    )


def counts_here():
    counters = open_counters(0, opener=cpu_clock)
    counters.close()
    return counters.reason is None


real = pytest.mark.skipif(not counts_here(), reason="this system does not let this user count its own processes")


def children_cpu_s():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


@real
def test_really_what_is_started_from_now_on_is_counted_and_this_process_is_not():
    counters, before_s = open_counters(opener=cpu_clock), children_cpu_s()
    subprocess.run([sys.executable, "-S", "-c", FAMILY], check=True)
    spent_s = children_cpu_s() - before_s
    begun = time.process_time()
    while time.process_time() - begun < 0.1:
        pass
    counts = counters.read()
    counters.close()
    # Only the time between fork and exec is missing.
    assert counts.cycles / 1e9 == pytest.approx(spent_s, abs=0.03)
    assert counts.cycles == pytest.approx(counts.instructions, rel=0.02)


@real
def test_really_a_process_that_runs_already_is_counted_from_now_on():
    command = [sys.executable, "-S", "-c", "input()\n" + SPIN.format(seconds=0.2)]
    before_s = children_cpu_s()
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        time.sleep(0.1)
        counters = open_counters(process.pid, opener=cpu_clock)
        asleep = counters.read()
        process.communicate(b"\n")
    spent_s = children_cpu_s() - before_s
    counts = counters.read()
    counters.close()
    assert asleep.cycles / 1e9 < 0.05
    assert 0.1 < counts.cycles / 1e9 <= spent_s + 0.01


@real
def test_really_no_descriptor_is_left_open_and_none_is_inherited():
    def counting():
        # The folder lists the descriptor that it is read through, which is gone afterwards.
        paths = [path for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
        return [int(path.name) for path in paths if "perf_event" in str(path.readlink())]

    assert counting() == []
    counters = open_counters(0, opener=cpu_clock)
    assert len(counting()) >= 2
    assert not any(os.get_inheritable(descriptor) for descriptor in counting())
    counters.close()
    assert counting() == []


def test_really_a_process_that_is_gone_is_a_reason():
    with subprocess.Popen([sys.executable, "-S", "-c", ""]) as process:
        process.wait()
        assert open_counters(process.pid, opener=cpu_clock).reason is not None


def test_really_on_this_machine_it_counts_or_says_why_not():
    counters = open_counters(0)
    counts = counters.read()
    counters.close()
    assert (counters.reason is None) == (counts.cycles is not None)


def test_where_there_is_no_such_system_call(monkeypatch):
    monkeypatch.setattr("greenprof.perf_event.os.uname", lambda: SimpleNamespace(machine="vax"))
    assert "no perf_event_open" in open_counters(0).reason
    monkeypatch.undo()
    monkeypatch.setattr("greenprof.perf_event.sys.platform", "darwin")
    assert "no perf_event_open" in open_counters(0).reason
