"""Joules of a Dask cluster: per task, per group of tasks, per worker and for the whole job.

    with greenprof.dask.measure(client) as m:
        result = client.compute(graph).result()
    print(m.tasks[key].energy_j, m.cluster.workers)
    m.save("run.json")  # greenprof report run.json

Needs ``pip install 'greenprof[dask]'`` where the client, the scheduler and the workers run. See docs/clusters.md.
"""

from __future__ import annotations

try:
    import distributed as _distributed  # noqa: F401
except ImportError as _missing:
    from greenprof.errors import EXIT_USAGE, GreenprofError

    raise GreenprofError(
        f"greenprof.dask needs distributed ({_missing}): pip install 'greenprof[dask]'", EXIT_USAGE
    ) from None

from greenprof.cluster.dask_measuring import ClusterMeasurement, measure

__all__ = ["ClusterMeasurement", "measure"]
