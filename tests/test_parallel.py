"""``greenprof.parallel``: what comes out of a pool is the pool's own, and what its calls used is known."""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

import joblib
import pytest
from cluster_work import burn, burn_in_a_thread, dies, fails, square

import greenprof.parallel
from greenprof import reporters, wire
from greenprof.errors import GreenprofError

METER = "estimate:65"


POOLS = {
    "threads": lambda: ThreadPoolExecutor(2),
    "processes": lambda: ProcessPoolExecutor(2, mp_context=get_context("spawn")),
}


@pytest.fixture(params=POOLS)
def pool(request):
    with greenprof.parallel.measured_executor(POOLS[request.param](), meter=METER) as pool:
        yield pool


def ended(pool):
    pool.shutdown()
    return pool.cluster


def test_results_and_exceptions_are_the_pool_s_own(pool):
    assert list(pool.map(square, range(20), chunksize=3)) == [square(each) for each in range(20)]
    assert pool.submit(square, number=7).result() == 49
    failed = pool.submit(fails, 3)
    with pytest.raises(KeyError, match="3"):
        failed.result()
    used = pool.submit(burn, 0.1).result()
    cluster = ended(pool)
    groups = {group.name: group for group in cluster.groups}
    assert (groups["square"].tasks, groups["fails"].erred, groups["burn"].tasks) == (21, 1, 1)
    assert used <= groups["burn"].cpu_s < used + 0.1
    assert groups["burn"].energy_j > 0
    assert pool.tasks["fails-0"].state == "erred"
    assert pool.energy_j == pytest.approx(cluster.tasks_j + cluster.overhead_j)
    (machine,) = cluster.machines
    assert machine.total_j == pytest.approx(machine.idle_j + machine.cluster_j + machine.other_j)


def test_a_call_that_is_cancelled_stays_cancelled_and_cost_nothing():
    with greenprof.parallel.measured_executor(ThreadPoolExecutor(1), meter=METER) as pool:
        hold = threading.Event()
        first = pool.submit(hold.wait)
        second = pool.submit(square, 2)
        assert second.cancel()
        hold.set()
        assert first.result()
        with pytest.raises(CancelledError):
            second.result()
    assert pool.tasks["square-0"].state == "given up"
    assert pool.tasks["square-0"].energy_j is None


def test_a_process_that_is_killed_is_lost_and_unknown():
    pool = greenprof.parallel.measured_executor(POOLS["processes"](), meter=METER)
    with pool, pytest.raises(BrokenProcessPool):
        pool.submit(dies).result()
    assert pool.tasks["dies-0"].state == "lost"
    assert pool.tasks["dies-0"].energy_j is None


def test_a_library_s_threads_count_with_the_call():
    with greenprof.parallel.measured_executor(ThreadPoolExecutor(1), meter=METER) as pool:
        pool.submit(burn_in_a_thread, 0.2).result()
    assert 0.2 <= pool.tasks["burn_in_a_thread-0"].cpu_s < 0.4


@pytest.mark.parametrize(("jobs", "backend"), [(2, "loky"), (2, "threading"), (1, None)])
def test_joblib(jobs, backend):
    with greenprof.parallel.measure(meter=METER) as m:
        used = joblib.Parallel(n_jobs=jobs, backend=backend)(m.delayed(burn)(0.03, each) for each in range(4))
    (group,) = m.cluster.groups
    assert (group.name, group.tasks) == ("burn", 4)
    assert sum(used) <= group.cpu_s < sum(used) + 0.2


def test_several_pools_and_plain_calls_in_one_measurement(tmp_path):
    with greenprof.parallel.measure(meter=METER) as m:
        with m.executor(ThreadPoolExecutor(2)) as pool:
            assert list(pool.map(square, [1, 2])) == [1, 4]
        assert m.wrap(square, "named")(3) == 9
        m.update()
        assert {group.name for group in m.cluster.groups} == {"square", "named"}
    m.save(tmp_path / "run.json")
    saved = wire.load_report(tmp_path / "run.json")
    assert saved == m.report
    text = reporters.render("text", saved)
    assert "The calls used" in text
    assert "Group of tasks" in text
    assert "the cluster" not in text


def test_a_pool_outlives_nothing_of_it(pool):
    assert pool.submit(square, 2).result() == 4
    ended(pool)
    assert not [thread for thread in threading.enumerate() if thread.name == "greenprof reader"]
    assert not pool.measurement._file.exists()


def test_used_wrongly_it_says_so_in_one_line():
    m = greenprof.parallel.measure()
    with pytest.raises(GreenprofError, match="nothing was measured yet"):
        m.cluster  # noqa: B018
    with pytest.raises(GreenprofError, match="square cannot be measured: the measurement is not open"):
        m.wrap(square)
    with m, pytest.raises(GreenprofError, match="entered once"), m:
        pass
    with pytest.raises(GreenprofError, match="unknown meter"):
        greenprof.parallel.measured_executor(ThreadPoolExecutor(1), meter="rappl")


def test_where_the_system_tells_nothing_it_says_so_in_one_line(monkeypatch):
    monkeypatch.setattr("greenprof.procstat.PATH", "/nowhere/stat")
    with pytest.raises(GreenprofError, match=r"cannot be measured on this system.*/proc/stat"):
        greenprof.parallel.measured_executor(ThreadPoolExecutor(1))
