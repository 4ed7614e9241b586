"""A Dask cluster on a machine whose joules are known by construction."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from uuid import uuid4

import pytest
from cluster_work import Counting, burn, burn_in_a_child, burn_in_a_thread, burn_inside, fail_at_first
from simulated_machine import IDLE_W, PER_CPU_S

import greenprof.dask
from greenprof import wire
from greenprof.errors import GreenprofError


@pytest.fixture
def measured(dask_client, machine):
    def run(work):
        before_j = machine.now_j()
        with greenprof.dask.measure(dask_client, meter=machine.meter) as m:
            begun_j = machine.now_j()
            result = work(dask_client)
            ended_j = machine.now_j()
        m.truth_j = (ended_j - begun_j, machine.now_j() - before_j)
        return m, result

    return run


def test_the_sum_over_tasks_is_what_the_cluster_used(measured):
    m, used = measured(lambda client: client.gather(client.map(burn, [0.05, 0.1, 0.2] * 10, range(30), pure=False)))
    (told,) = m.cluster.machines
    assert told.idle_j + told.cluster_j + told.other_j == pytest.approx(told.total_j, rel=0.02)
    # Of the machine's work the cluster has all but the client's own, and the tasks have nearly all of that.
    assert m.cluster.tasks_j == pytest.approx(PER_CPU_S * sum(used), rel=0.03)
    assert m.energy_j == pytest.approx(m.cluster.tasks_j + m.cluster.overhead_j + m.cluster.scheduler_j)
    least_j, most_j = m.truth_j
    assert least_j * 0.99 < told.total_j < most_j * 1.01
    assert told.idle_j == pytest.approx(IDLE_W * told.known_s)
    assert sum(worker.tasks_j for worker in m.cluster.workers) == pytest.approx(m.cluster.tasks_j)
    assert sum(group.energy_j for group in m.cluster.groups) == pytest.approx(m.cluster.tasks_j)


def test_failed_attempts_are_of_the_task_and_told_apart(measured, tmp_path):
    m, _ = measured(lambda client: client.submit(fail_at_first, str(tmp_path), 0.2, retries=3, key="shaky").result())
    task = m.tasks["shaky"]
    assert (task.state, task.attempts, task.lost) == ("done", 3, 0)
    assert 3 * 0.2 <= task.cpu_s < 3 * 0.2 + 0.3  # an exception is taken apart, and packed, in the task's own thread
    assert task.energy_j == pytest.approx(PER_CPU_S * task.cpu_s, rel=0.1)
    assert 0.5 < task.retried_j / task.energy_j < 0.8
    assert m.cluster.retried_j == pytest.approx(task.retried_j)


def test_a_task_that_fails_for_good_is_told(measured):
    m, error = measured(lambda client: client.submit(burn, "much", key="wrong").exception())
    assert isinstance(error, TypeError)
    assert m.tasks["wrong"].state == "erred"
    (group,) = m.cluster.groups
    assert (group.name, group.erred, group.attempts) == ("wrong", 1, 1)


def test_a_library_s_threads_count_with_the_task_that_runs(measured):
    m, _ = measured(lambda client: client.submit(burn_in_a_thread, 0.4, key="threaded").result())
    assert 0.4 <= m.tasks["threaded"].cpu_s < 0.6


def test_tasks_within_tasks_and_actors_count_for_themselves(measured):
    def work(client):
        client.submit(burn_inside, 0.2, key="outer").result()
        actor = client.submit(Counting, actor=True, key=f"counting-{uuid4().hex}").result()
        actor.work(0.2).result()
        with pytest.raises(ValueError, match="not now"):
            actor.work(0.2).result()
        return actor.work(0.2).result()

    m, _ = measured(work)
    assert 0.2 <= m.tasks["within"].cpu_s < 0.3
    assert m.tasks["outer"].cpu_s < 0.25
    assert 0.4 <= m.tasks["counting.work"].cpu_s < 0.6


def test_a_child_of_a_task_counts_with_it(dask_client):
    with greenprof.dask.measure(dask_client) as m:
        dask_client.submit(burn_in_a_child, 0.5, key="outside").result()
    assert m.tasks["outside"].cpu_s == pytest.approx(0.5, abs=0.2)
    assert m.report.meter.estimated


def test_two_measurements_at_once_see_the_same_and_disturb_nothing(dask_client):
    with greenprof.dask.measure(dask_client, meter="estimate:65") as outer:
        dask_client.submit(burn, 0.1, key="first").result()
        with greenprof.dask.measure(dask_client, meter="estimate:65") as inner:
            dask_client.submit(burn, 0.2, key="second").result()
            inner.update()
            assert inner.tasks["second"].energy_j > 0
    assert set(outer.tasks) == {"first", "second"}
    assert set(inner.tasks) == {"second"}
    assert dask_client.submit(burn, 0.01).result() >= 0.01


def test_a_meter_that_cannot_be_opened_leaves_cpu_time_and_says_why(dask_client):
    with greenprof.dask.measure(dask_client, meter="rapl:/nowhere") as m:
        dask_client.submit(burn, 0.1, key="unmeasured").result()
    assert m.tasks["unmeasured"].energy_j is None
    assert m.tasks["unmeasured"].cpu_s > 0.09
    assert m.energy_j is None
    assert any("/nowhere" in note for note in m.report.notes)
    assert m.report.energy.total_j is None


def test_workers_may_share_a_process(new_cluster):
    with new_cluster(2, 1, processes=False) as client, greenprof.dask.measure(client, meter="estimate:65") as m:
        used = sum(client.gather(client.map(burn, [0.1] * 4, range(4), pure=False)))
    assert sum(group.cpu_s for group in m.cluster.groups) == pytest.approx(used, rel=0.2)
    assert len(m.cluster.workers) == 2
    assert len(m.cluster.machines) == 1


def test_an_asynchronous_client_is_measured_too(dask_client):
    from distributed import Client

    async def work():
        async with (
            Client(dask_client.scheduler.address, asynchronous=True) as client,
            greenprof.dask.measure(client, meter="estimate:65") as m,
        ):
            await client.submit(burn, 0.1, key="awaited")
        with pytest.raises(GreenprofError, match="the client is closed"):
            async with greenprof.dask.measure(client):
                pass
        return m

    assert asyncio.run(work()).tasks["awaited"].energy_j > 0


def test_a_worker_that_is_killed_is_told_and_its_task_done_elsewhere(dask_client, powercap_tree, tmp_path):
    tree = powercap_tree()
    with tree.run_at(40), greenprof.dask.measure(dask_client, meter=f"rapl:{tree.root}") as m:
        future = dask_client.submit(burn, 2.5, key="long")
        time.sleep(1.6)
        ((address, (running,)),) = [(who, keys) for who, keys in dask_client.processing().items() if keys]
        assert running == "long"
        os.kill(dask_client.run(os.getpid, workers=[address])[address], signal.SIGKILL)
        assert future.result(timeout=30) >= 2.5
    lost = next(worker for worker in m.cluster.workers if worker.address == address)
    assert lost.state == "lost"
    assert 0 < lost.known_until_s < lost.ended_s
    task = m.tasks["long"]
    assert (task.state, task.attempts, task.lost) == ("done", 2, 1)
    assert 0 < task.retried_j < task.energy_j
    assert task.cpu_s > 2.5
    report = m.report
    assert any(f"the worker {lost.name} was lost" in note for note in report.notes)
    (machine,) = m.cluster.machines
    assert machine.total_j == pytest.approx(40 * machine.known_s, rel=0.03)
    assert machine.known_s == pytest.approx(report.run.duration_s, abs=0.7)
    m.save(tmp_path / "run.json")
    assert wire.load_report(tmp_path / "run.json") == report
