"""A Dask cluster of several processes on a simulated machine."""

from __future__ import annotations

import os
from contextlib import contextmanager

import cluster_work
import pytest
import simulated_machine

from greenprof import procstat
from greenprof.meters import registers


@contextmanager
def cluster_of(workers, threads=1, **options):
    """A client of a new cluster on this machine."""
    from distributed import Client, LocalCluster

    with (
        LocalCluster(
            n_workers=workers, threads_per_worker=threads, dashboard_address=None, silence_logs=50, **options
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


@pytest.fixture
def new_cluster():
    """Make clusters: ``with new_cluster(workers, threads) as client:``."""
    return cluster_of


@pytest.fixture(scope="session")
def dask_client():
    """Two workers, each a process with two threads."""
    with cluster_of(2, 2) as client:
        client.gather(client.map(cluster_work.burn, [0.001] * 20, range(20), pure=False))  # what they import, imported
        yield client


@pytest.fixture
def machine(dask_client, powercap_tree, tmp_path_factory, monkeypatch):
    """The simulated machine on which `dask_client` works; its ``meter`` and its truth."""
    tree, stat = powercap_tree(), tmp_path_factory.mktemp("proc") / "stat"
    pids = [os.getpid(), *dask_client.run(os.getpid).values()]
    with simulated_machine.moving(tree, stat, pids) as simulation:
        monkeypatch.setattr(procstat, "PATH", str(stat))
        monkeypatch.setattr(registers, "idle_of", lambda _: (simulated_machine.IDLE_W, ()))
        dask_client.run(cluster_work.simulate, str(stat), simulated_machine.IDLE_W)
        simulation.meter = f"rapl:{tree.root}"
        try:
            yield simulation
        finally:
            dask_client.run(cluster_work.stop_simulating)
