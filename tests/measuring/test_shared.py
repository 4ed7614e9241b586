"""One meter for all threads; what keeps it alive; forks."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import greenprof


def test_threads_share_one_open_meter(powercap_tree):
    tree = powercap_tree()
    spec = f"rapl:{tree.root}"
    results, barrier = [], threading.Barrier(4)

    def work():
        barrier.wait()
        for _ in range(20):
            with greenprof.measure(spec) as m:
                time.sleep(0.005)
            results.append(m)

    with tree.run_at(40.0):
        with greenprof.measure(spec) as outer:
            threads = [threading.Thread(target=work) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        links = [str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    counter = str(tree.energy_file("intel-rapl:0").resolve())
    assert [link for link in links if os.path.realpath(link) == counter] == [counter]
    assert len(results) == 80
    # The simulated counter may lag, but never by much of a second.
    assert all(m.energy_j is not None and 0 <= m.energy_j <= 40 * (m.duration_s + 0.3) for m in results)
    assert outer.energy_j == pytest.approx(40 * outer.duration_s, abs=40 * 0.1)


def keepers() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "greenprof keep-alive"}


def test_a_long_block_is_kept_alive_over_wraps_and_nothing_runs_after_it(powercap_tree):
    # 200 J per turn at up to 400 W: over 1.2 s nobody could tell one wrap from two without a reading in between.
    tree = powercap_tree(range_uj=200_000_000, start_uj=190_000_000)
    before = keepers()
    with tree.run_at(100.0):
        with greenprof.measure(f"rapl:{tree.root}") as m:
            (keeper,) = keepers() - before
            time.sleep(1.2)
        assert m.energy_j == pytest.approx(100 * m.duration_s, rel=0.25)
        keeper.join(timeout=5)
        assert not keeper.is_alive()
        with greenprof.measure(f"rapl:{tree.root}") as m:
            assert keepers() - before


def test_a_meter_that_never_wraps_starts_no_thread(ticking_meter):
    before = keepers()
    with greenprof.measure(ticking_meter()):
        assert keepers() <= before


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_fork_opens_its_own_meter(powercap_tree):
    tree = powercap_tree()
    spec = f"rapl:{tree.root}"
    with tree.run_at(40.0):
        with greenprof.measure(spec):
            pass
        pid = os.fork()
        if pid == 0:
            with greenprof.measure(spec) as own:
                time.sleep(0.05)
            os._exit(0 if own.energy_j and not own.estimated else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0

        with greenprof.measure(spec) as parents:
            pid = os.fork()
            if pid == 0:
                parents.__exit__(None, None, None)
                os._exit(0 if parents.energy_j is None else 1)
            assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
            time.sleep(0.05)
        assert parents.energy_j is not None


def test_a_fork_without_an_open_block_finds_no_second_thread(powercap_tree):
    tree = powercap_tree()
    code = f"""
import greenprof, os, threading, warnings
with greenprof.measure("rapl:{tree.root}"):
    assert threading.active_count() == 2
warnings.simplefilter("error")
pid = os.fork()
if pid == 0:
    os._exit(0)
os.waitpid(pid, 0)
assert threading.active_count() == 1
"""
    with tree.run_at(40.0):
        done = subprocess.run(
            [sys.executable, "-X", "dev", "-c", code], capture_output=True, text=True, check=False, timeout=60
        )
    assert (done.returncode, done.stderr) == (0, "")
