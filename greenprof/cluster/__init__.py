"""Joules of work that is spread over threads, processes and machines: tasks of Dask, of executors, of joblib.

Read in this order: `clocks` (CPU time of threads and children), `reader` (one process's look at its machine: windows
of joules, shared over the tasks that run in it), `ledger` (pure: what the readers of a cluster have told, put together
task by task, worker by worker, machine by machine), `told` (that ledger as a `Report`). `dask_plugins` and
`dask_measuring` bring them into a Dask cluster; `greenprof.parallel` uses them on one machine.
"""
