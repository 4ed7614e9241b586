"""Whose joules they are, on a simulated machine whose truth is known."""

from __future__ import annotations

import sys
import tracemalloc
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenprof.monitor.ledger import OTHER, UNSEEN, shares
from greenprof.monitor.system import Group, parsed, placed
from greenprof.monitor.watch import Watch

_PLACE = Path(__file__).parents[2] / "benchmarks" / "simulated_processes.py"
_SPEC = spec_from_file_location("simulated_processes", _PLACE)
assert _SPEC is not None
assert _SPEC.loader is not None
simulated_processes = module_from_spec(_SPEC)
sys.modules[_SPEC.name] = simulated_processes
_SPEC.loader.exec_module(simulated_processes)
Machine = simulated_processes.SimulatedProcesses


def watch_of(machine, most_groups=100):
    return Watch(machine, machine, most_groups=most_groups, clock=machine, wall=lambda: machine.now_ns / 1e9)


def ticks(machine, watch, times, seconds=1.0):
    for _ in range(times):
        machine.sleep(seconds)
        watch.tick()


def joules(watch):
    return {group: account.joules for group, account in watch.ledger.rows()}


def assert_closes(watch):
    """Groups, the two that stand for the rest, what is forgotten and idle are the machine's total."""
    ledger = watch.ledger
    together = sum(joules(watch).values()) + ledger.forgotten_j + ledger.idle_j
    assert together == pytest.approx(watch.total_j, rel=1e-9, abs=1e-9)


def test_steady_processes_get_what_they_drew_and_idle_is_nobodys():
    machine = Machine(idle_w=10, watts_per_cpu=15)
    machine.start("nginx", 0.5, service="nginx.service")
    machine.start("postgres", 0.25)
    machine.start("asleep")
    watch = watch_of(machine)
    ticks(machine, watch, 60)
    found = joules(watch)
    assert found[Group("nginx", "nginx.service")] == pytest.approx(0.5 * 60 * 15, rel=0.002)
    assert found[Group("postgres")] == pytest.approx(0.25 * 60 * 15, rel=0.002)
    assert Group("asleep") not in found, "who uses nothing takes no place"
    assert watch.ledger.idle_j == pytest.approx(600)
    assert found[UNSEEN] < 0.01 * watch.total_j
    assert watch.total_w == pytest.approx(10 + 0.75 * 15)
    assert_closes(watch)


def test_without_idle_watts_the_shares_are_of_the_whole():
    machine = Machine(idle_w=None)
    machine.start("only", 1.0)
    watch = watch_of(machine)
    ticks(machine, watch, 10)
    assert joules(watch)[Group("only")] == pytest.approx(watch.total_j, rel=0.01)
    assert not any(family.name.startswith("greenprof_host_idle") for family in watch.families())


def test_interrupts_are_nobodys_and_not_the_processes():
    machine = Machine()
    machine.start("worker", 0.5)
    machine.kernel_load = 0.5
    watch = watch_of(machine)
    ticks(machine, watch, 60)
    found = joules(watch)
    assert found[UNSEEN] == pytest.approx(0.5 * 60 * 15, rel=0.01)
    assert found[Group("worker")] == pytest.approx(0.5 * 60 * 15, rel=0.01)


def test_a_group_keeps_what_its_ended_processes_used_and_what_they_used_at_the_end():
    machine = Machine()
    shell = machine.start("make", 0.01)
    watch = watch_of(machine)
    for _ in range(30):
        compiler = machine.start("cc1", 1.0, parent=shell)
        ticks(machine, watch, 2)
        machine.sleep(0.7)  # which nobody sees
        machine.end(compiler)
        machine.sleep(0.3)
        watch.tick()
    found = joules(watch)
    assert found[Group("cc1")] == pytest.approx(machine.truth_j["cc1"], rel=0.02)
    assert found[UNSEEN] < 0.02 * watch.total_j
    assert_closes(watch)


def test_children_that_nobody_saw_are_told_to_who_waited_for_them():
    machine = Machine()
    script = machine.start("configure", 0.05)
    watch = watch_of(machine)
    for _ in range(30):
        for _ in range(10):
            machine.short("true", 0.03, parent=script)
        ticks(machine, watch, 1)
    truth_j = machine.truth_j["true"] + machine.truth_j["configure"]
    assert joules(watch)[Group("configure")] == pytest.approx(truth_j, rel=0.02)
    assert_closes(watch)


def test_what_orphans_had_used_is_not_told_a_second_time():
    machine = Machine()
    starter = machine.start("starter", 0.01)
    daemon = machine.start("daemon", 0.5, parent=starter)
    watch = watch_of(machine)
    ticks(machine, watch, 20)
    machine.end(starter)
    ticks(machine, watch, 20)
    machine.end(daemon)  # init has waited for it
    ticks(machine, watch, 5)
    found = joules(watch)
    assert found[Group("daemon")] == pytest.approx(machine.truth_j["daemon"], rel=0.01)
    assert found.get(Group("init"), 0.0) < 0.1
    assert_closes(watch)


def test_children_that_nobody_waits_for_hide_no_others():
    machine = Machine()
    server = machine.start("server", 0.1)
    watch = watch_of(machine)
    for _ in range(10):
        worker = machine.start("worker", 0.5, parent=server)
        ticks(machine, watch, 3)
        machine.end(worker, waited_for=False)
    for _ in range(20):
        machine.short("helper", 0.3, parent=server)
        ticks(machine, watch, 1)
    told_j = joules(watch)[Group("server")] - machine.truth_j["server"]
    assert told_j == pytest.approx(machine.truth_j["helper"], rel=0.1)


def test_a_process_id_that_is_given_out_anew_is_another_process():
    machine = Machine()
    pid = machine.start("old", 0.5)
    watch = watch_of(machine)
    ticks(machine, watch, 10)
    machine.end(pid, waited_for=False)
    machine.start("new", 1.0, pid=pid)
    ticks(machine, watch, 10)
    found = joules(watch)
    assert found[Group("old")] == pytest.approx(0.5 * 10 * 15, rel=0.01)
    assert found[Group("new")] == pytest.approx(1.0 * 10 * 15, rel=0.01)


def test_exec_changes_the_group():
    machine = Machine()
    pid = machine.start("sh", 1.0)
    watch = watch_of(machine)
    ticks(machine, watch, 10)
    machine.table[pid].command = "python"
    ticks(machine, watch, 10)
    found = joules(watch)
    late = 3  # looks at which its clock alone was read
    assert found[Group("python")] >= (10 - late) * 14.9
    assert found[Group("sh")] + found[Group("python")] == pytest.approx(20 * 15, rel=0.01)
    assert watch.processes[Group("python")] == 1
    assert Group("sh") not in watch.processes


def test_a_reading_that_fails_loses_nothing_and_guesses_nothing():
    machine = Machine()
    machine.start("a", 0.5)
    watch = watch_of(machine)
    ticks(machine, watch, 5)
    before = joules(watch)
    machine.unreadable = True
    ticks(machine, watch, 5)
    assert joules(watch) == before
    assert watch.total_w is None
    machine.unreadable = False
    ticks(machine, watch, 5)
    assert joules(watch)[Group("a")] == pytest.approx(0.5 * 15 * 15, rel=0.01)
    assert_closes(watch)


def test_a_meter_that_cannot_be_read_at_first_begins_later():
    machine = Machine()
    machine.start("a", 1.0)
    machine.unreadable = True
    watch = watch_of(machine)
    ticks(machine, watch, 3)
    machine.unreadable = False
    ticks(machine, watch, 3)
    assert watch.total_j == pytest.approx(2 * 25)
    assert watch.total_w == pytest.approx(25)
    assert_closes(watch)


def test_memory_does_not_grow_with_the_processes_that_go_by():
    machine = Machine()
    watch = watch_of(machine, most_groups=20)
    parents = [machine.start(f"parent-{number}", 0.1) for number in range(10)]

    def go_by(seconds):
        for _ in range(seconds):
            jobs = [
                machine.start(f"job-{machine.now_ns // 10**9 * 10 + place}", 0.05, parent=parent)
                for place, parent in enumerate(parents)
            ]
            ticks(machine, watch, 1)
            for job in jobs:
                machine.end(job)

    go_by(100)
    tracemalloc.start()
    try:
        go_by(20)
        before, _ = tracemalloc.get_traced_memory()
        go_by(400)
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    grown = after - before - 100 * len(machine.truth_j)  # the simulation keeps the truth of every name
    assert grown < 400_000
    assert len(watch.ledger.shown) == 20
    assert_closes(watch)


def test_more_groups_than_places_are_in_other_and_the_hottest_get_a_place():
    machine = Machine(cpus=64)
    for number in range(20):
        machine.start(f"cool-{number}", 0.01)
    watch = watch_of(machine, most_groups=10)
    ticks(machine, watch, 30)
    assert len(watch.ledger.shown) == 10
    assert joules(watch)[OTHER] == pytest.approx(10 * 0.01 * 30 * 15, rel=0.02)
    machine.start("hot", 2.0)
    ticks(machine, watch, 90)
    found = joules(watch)
    assert len(watch.ledger.shown) == 10
    assert found[Group("hot")] > 0.5 * machine.truth_j["hot"]
    assert watch.ledger.forgotten_j > 0
    assert_closes(watch)


def test_a_process_may_call_itself_what_it_likes():
    machine = Machine()
    machine.start("(other)", 0.5)
    machine.start("(unseen)", 0.5)
    watch = watch_of(machine)
    ticks(machine, watch, 3)
    names = [group for group, _ in watch.ledger.rows()]
    assert len(names) == len(set(names))
    assert_closes(watch)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_counters_never_go_down_and_the_books_always_close(data):
    machine = Machine(cpus=8, idle_w=data.draw(st.sampled_from([None, 0.0, 10.0])))
    watch = watch_of(machine, most_groups=data.draw(st.integers(1, 4)))
    before = {}
    for _ in range(data.draw(st.integers(1, 25))):
        alive = [pid for pid in machine.table if pid != 1]
        what = data.draw(st.sampled_from(["start", "start", "end", "exec", "short", "fail", "reuse"]))
        parent = data.draw(st.sampled_from([1, *alive]))
        if what == "start":
            machine.start(data.draw(st.sampled_from("abcdef")), data.draw(st.floats(0, 1)), parent=parent)
        elif what == "short":
            machine.short("x", data.draw(st.floats(0, 0.5)), parent=parent)
        elif alive and what == "end":
            machine.end(data.draw(st.sampled_from(alive)), waited_for=data.draw(st.booleans()))
        elif alive and what == "exec":
            machine.table[data.draw(st.sampled_from(alive))].command = "y"
        elif alive and what == "reuse":
            pid = data.draw(st.sampled_from(alive))
            machine.end(pid)
            machine.start("z", 0.3, pid=pid)
        machine.unreadable = what == "fail"
        machine.sleep(data.draw(st.sampled_from([0.1, 1.0, 5.0])))
        watch.tick()
        now = {(group, account.created_s): account.joules for group, account in watch.ledger.rows()}
        for key, value in now.items():
            assert value >= before.get(key, 0.0)
        before = now
        if not machine.unreadable:
            assert_closes(watch)


@given(
    st.dictionaries(st.sampled_from("abc").map(Group), st.floats(0, 10)),
    st.dictionaries(st.sampled_from("abc").map(Group), st.floats(0, 10)),
    st.floats(0, 40), st.floats(-1, 1),
)  # fmt: skip
def test_shares_are_never_less_than_nothing_nor_more_than_there_was(own, told, busy_s, debt_s):
    made = shares(own, told, busy_s, debt_s, 4)
    assert made.unseen_s >= 0
    assert all(seconds >= 0 for seconds in made.cpu_s.values())
    together_s = sum(made.cpu_s.values()) + made.unseen_s
    assert together_s <= max(sum(own.values()), busy_s + max(0.0, debt_s)) + 1e-9


STAT = b"%d (%s) S 7 1 1 0 -1 %d 1 2 3 4 5 6 100 50 20 0 1 0 4242 1 2 3"


def test_a_name_may_hold_blanks_and_brackets():
    stat = parsed(STAT % (9, b"a) S 1 (b", 0))
    assert (stat.command, stat.parent, stat.start, stat.children_s) == ("a) S 1 (b", 7, 4242, 1.5)
    assert parsed(STAT % (9, b"kworker/0:1-events", 0x200040)).command == "kworker"
    assert parsed(STAT % (9, b"sshd: a/b", 0)).command == "sshd: a/b"
    assert parsed(STAT % (9, b"\x1b[2J\xff", 0)).command == "?[2J\ufffd"


@pytest.mark.parametrize("line", [b"", b"1 (x", b"1 (x) S", b"(x) S 1 2 3 4 5 6"])
def test_what_is_no_stat_is_a_process_that_is_gone(line):
    with pytest.raises(ProcessLookupError):
        parsed(line)


ID = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("cgroup", "place"),
    [
        ("0::/\n", ("", "")),
        ("", ("", "")),
        ("0::/system.slice/nginx.service\n", ("nginx.service", "")),
        ("1:name=systemd:/system.slice/cron.service\n0::/\n", ("cron.service", "")),
        (f"0::/system.slice/docker-{ID}.scope\n", ("", ID[:12])),
        (f"0::/docker/{ID}\n", ("", ID[:12])),
        (f"0::/kubepods.slice/kubepods-burstable.slice/cri-containerd-{ID}.scope\n", ("", ID[:12])),
        (f"0::/system.slice/nomad.service/{ID}\n", ("nomad.service", ID[:12])),
        ("0::/user.slice/user-1000.slice/session-17.scope\n", ("session-*.scope", "")),
        ("0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-firefox-77.scope\n", ("app-*.scope", "")),
    ],
)
def test_a_control_group_tells_the_service_and_the_container(cgroup, place):
    assert placed(cgroup.encode()) == place
