"""Pure: what readers have told is put together so that it closes, whatever comes in which order."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenprof.cluster import ledger as states
from greenprof.cluster.ledger import ClusterLedger
from greenprof.cluster.reader import Amount, Batch, MachineWindow, decoded, encoded
from greenprof.model import Host, MeterInfo

HOST = Host(cpu="x", cores=4, os="Linux", python="3.12", virtualised=False, governor=None, fingerprint="f")
METER = MeterInfo(name="rapl", estimated=False, domains=("package-0",), uncertainty=0.01, scope="the package")
SECOND = 10**9


def window(start_s, end_s, watts=50.0, idle_w=20.0):
    length = end_s - start_s
    return MachineWindow(
        start_ns=round(start_s * SECOND),
        end_ns=round(end_s * SECOND),
        total_j=None if watts is None else watts * length,
        idle_j=None if watts is None or idle_w is None else idle_w * length,
        busy_s=length,
    )


def batch(windows, tasks=(), rest=0.0):
    return Batch(
        list(windows),
        [((key, run), Amount(joules, joules / 10, 0.0, 1.0)) for key, run, joules in tasks],
        Amount(rest, rest / 10),
        0.001,
    )


@pytest.fixture
def cluster():
    made = ClusterLedger(lambda key: str(key).split("-")[0])
    made.machine_found("m", HOST, METER, None)
    for name in "ab":
        made.worker_came(name, f"worker {name}", 1)
    return made


def test_two_workers_on_a_machine_count_it_once(cluster):
    for name in "ab":
        for start in range(4):
            cluster.heard(name, "m", batch([window(start, start + 1)]), start + 1.0)
    (machine,) = cluster.result("dask").machines
    assert (machine.total_j, machine.idle_j, machine.known_s) == pytest.approx((200, 80, 4))


def test_two_machines_count_twice(cluster):
    cluster.machine_found("other", HOST, METER, None)
    cluster.heard("a", "m", batch([window(0, 2)]), 2.0)
    cluster.heard("b", "other", batch([window(0, 2)]), 2.0)
    assert [machine.total_j for machine in cluster.result("dask").machines] == [100, 100]


def test_a_lost_reader_leaves_no_gap_where_another_one_reads_on(cluster):
    cluster.heard("a", "m", batch([window(0, 0.5), window(0.5, 1)]), 1.0)
    cluster.worker_went("a", 1.4, lost=True)
    cluster.heard("b", "m", batch([window(0.2, 0.7), window(0.7, 1.2), window(1.2, 1.7)]), 1.7)
    (machine,) = cluster.result("dask").machines
    assert machine.total_j == pytest.approx(50 * 1.7)
    lost, there = cluster.result("dask").workers
    assert (lost.state, lost.known_until_s, lost.ended_s) == ("lost", 1.0, 1.4)
    assert there.state == "present"


def test_one_that_was_never_heard_of_has_no_joules(cluster):
    cluster.worker_went("a", 1.4, lost=True)
    lost, _ = cluster.result("dask").workers
    assert (lost.tasks_j, lost.overhead_j, lost.known_until_s) == (None, None, None)
    assert cluster.result("dask").machines[0].total_j is None


def test_time_without_a_reading_is_in_nothing(cluster):
    cluster.heard("a", "m", batch([window(0, 1), window(1, 2, None), window(2, 3)]), 3.0)
    (machine,) = cluster.result("dask").machines
    assert (machine.total_j, machine.known_s, machine.unknown_s) == pytest.approx((100, 2, 1))


def test_attempts_but_the_last_are_retried(cluster):
    cluster.assigned("fit-1", 1, "a")
    cluster.heard("a", "m", batch([window(0, 1)], [("fit-1", 1, 3.0)]), 1.0)
    cluster.ended("fit-1", 1, "a", states.ERRED)
    cluster.assigned("fit-1", 2, "b")
    cluster.ended("fit-1", 2, "b", states.DONE)
    cluster.heard("b", "m", batch([window(1, 2)], [("fit-1", 2, 5.0)]), 2.0)
    result = cluster.result("dask")
    (task,) = result.tasks
    assert (task.energy_j, task.retried_j, task.attempts, task.state) == (8.0, 3.0, 2, "done")
    (group,) = result.groups
    assert (group.name, group.energy_j, group.retried_j, group.erred) == ("fit", 8.0, 3.0, 0)
    assert result.retried_j == 3.0


def test_a_task_that_was_moved_before_it_began_was_tried_once(cluster):
    cluster.assigned("fit-1", 1, "a")
    cluster.heard("b", "m", batch([window(0, 1)], [("fit-1", 2, 5.0)]), 1.0)
    cluster.ended("fit-1", 2, "b", states.DONE)
    (task,) = cluster.result("dask").tasks
    assert (task.attempts, task.retried_j, task.workers) == (1, 0.0, ("worker b",))


def test_a_task_whose_worker_told_nothing_is_unknown_not_zero(cluster):
    cluster.assigned("fit-1", 1, "a")
    cluster.ended("fit-1", 1, "a", states.DONE)
    (task,) = cluster.result("dask").tasks
    assert (task.energy_j, task.state) == (None, "done")


def test_beyond_so_many_keys_tasks_are_in_their_group_only(cluster, monkeypatch):
    monkeypatch.setattr(states, "MOST_TASKS", 2)
    for number in range(5):
        cluster.assigned(f"fit-{number}", number, "a")
    cluster.heard("a", "m", batch([window(0, 1)], [(f"fit-{number}", number, 1.0) for number in range(5)]), 1.0)
    result = cluster.result("dask")
    (group,) = result.groups
    assert (group.tasks, group.energy_j, len(result.tasks)) == (5, 5.0, 2)
    assert result.tasks_j == 5.0


told = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(0, 5), st.integers(1, 3), st.floats(0, 30), st.floats(0, 5)),
    min_size=1,
    max_size=30,
)


@given(told)
def test_it_closes_whatever_is_told(rows):
    cluster = ClusterLedger(lambda key: str(key).split("-")[0])
    cluster.machine_found("m", HOST, METER, None)
    for name in "ab":
        cluster.worker_came(name, name, 1)
    for second, (worker, task, run, joules, rest) in enumerate(rows):
        cluster.heard(
            worker, "m", batch([window(second, second + 1)], [(f"fit-{task}", run, joules)], rest), second + 1.0
        )
    result = cluster.result("dask")
    (machine,) = result.machines
    assert result.tasks_j == pytest.approx(sum(group.energy_j or 0 for group in result.groups))
    assert result.tasks_j == pytest.approx(sum(task.energy_j or 0 for task in result.tasks))
    assert result.tasks_j == pytest.approx(sum(worker.tasks_j or 0 for worker in result.workers))
    assert machine.cluster_j == pytest.approx(result.tasks_j + result.overhead_j)
    known = machine.idle_j + machine.cluster_j + machine.other_j
    assert known == pytest.approx(max(machine.total_j, machine.idle_j + machine.cluster_j))
    assert 0 <= result.retried_j <= result.tasks_j + 1e-9


@given(st.lists(st.floats(0.1, 3), min_size=1, max_size=10), st.lists(st.floats(0.1, 3), min_size=1, max_size=10))
def test_readers_out_of_step_cover_a_machine_once(one, other):
    cluster = ClusterLedger()
    cluster.machine_found("m", HOST, METER, None)
    spans = {}
    for name, lengths in (("a", one), ("b", other)):
        cluster.worker_came(name, name, 1)
        spans[name] = list(itertools.pairwise(itertools.accumulate(lengths, initial=0.0)))
    for name, (start, end) in sorted(
        ((name, span) for name, each in spans.items() for span in each), key=lambda pair: pair[1][1]
    ):
        cluster.heard(name, "m", batch([window(start, end)]), end)
    (machine,) = cluster.result("dask").machines
    longest = max(sum(one), sum(other))
    assert machine.total_j == pytest.approx(50 * longest, rel=1e-6)


def test_a_batch_survives_its_way():
    sent = batch([window(0, 1), window(1, 2, None)], [(("x", 1), 7, 2.0), ("y", None, 1.0)], 0.5)
    assert decoded(encoded(sent)) == sent
