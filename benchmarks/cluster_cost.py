"""What measuring a Dask cluster costs: the same work with and without it, in turn on one cluster.

    python benchmarks/cluster_cost.py [--rounds N] [--json]

Two kinds of work: many small tasks (where the cost of a task itself counts) and few large ones (where only the readers
do). Each round runs both ways, in changing order; the figure is the median over rounds of the difference within a
round, relative to the round without measuring, in wall time and in CPU time of all processes of the cluster, with the
95 % interval of that median (order statistics). CPU time is the steadier of the two on a machine that does other work
too. What a block costs at its beginning and end is told apart, per block.

On a machine that does much else both drown in its noise. So the parts are told too, each alone, in CPU time of the
thread, the least of many repeats: what is added for a task in its worker's thread, in the scheduler and on the way
between, as a part of all that Dask needs for a small task, and what a reader's window costs, as a part of a core.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import statistics
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import msgpack
from dask.utils import key_split
from distributed import Client, LocalCluster

import greenprof.dask
from greenprof.cluster.dask_plugins import EnergySchedulerPlugin, Listening
from greenprof.cluster.ledger import ClusterLedger
from greenprof.cluster.reader import WINDOW_S, Amount, Batch, Reader, decoded, encoded
from greenprof.host import describe_host

HOST = describe_host()


def small(number: int) -> int:
    return number + 1


def large(seconds: float, _: int) -> float:
    end_s = time.thread_time() + seconds
    while time.thread_time() < end_s:
        sum(range(2000))
    return end_s


def cpu_s(client: Client) -> float:
    """CPU time of all workers, and of this process, where the scheduler is."""
    return time.process_time() + sum(client.run(time.process_time).values())


def once(client: Client, work: Callable[[int], Any], turn: int, measured: bool) -> tuple[float, float, float]:
    """Wall and CPU seconds of the work, and wall seconds of beginning and ending the block."""
    begun_s = time.perf_counter()
    with greenprof.dask.measure(client, meter="estimate:65") if measured else nullcontext():
        before_cpu_s, before_s = cpu_s(client), time.perf_counter()
        work(turn)
        wall_s, used_s = time.perf_counter() - before_s, cpu_s(client) - before_cpu_s
    return wall_s, used_s, time.perf_counter() - begun_s - wall_s


def interval(values: list[float]) -> tuple[float, float]:
    """The 95 % interval of the median, by order statistics of a binomial."""
    ordered, number = sorted(values), len(values)
    off = int(number / 2 - 0.98 * number**0.5)
    return ordered[max(0, off)], ordered[min(number - 1, number - 1 - off)]


def compare(client: Client, work: Callable[[int], Any], rounds: int) -> dict[str, Any]:
    """The cost of measuring one kind of work, relative."""
    walls, cpus, ends, unmeasured_s = [], [], [], []
    for turn in range(rounds):
        seen = {}
        for measured in (turn % 2 == 0, turn % 2 == 1):
            seen[measured] = once(client, work, 2 * turn + measured, measured)
        walls.append(seen[True][0] / seen[False][0] - 1)
        cpus.append(seen[True][1] / seen[False][1] - 1)
        unmeasured_s.append(seen[False][1])
        ends.append(seen[True][2] - seen[False][2])
    unmeasured_s.sort()
    return {
        "least_cpu_s": unmeasured_s[0],
        "wall": statistics.median(walls),
        "wall_interval": interval(walls),
        "cpu": statistics.median(cpus),
        "cpu_interval": interval(cpus),
        "block_s": statistics.median(ends),
    }


def least_us(call: Callable[[], object], times: int, repeats: int = 15) -> float:
    """Microseconds of CPU time that one call takes, the least of some repeats."""
    found = []
    for _ in range(repeats):
        begun_ns = time.thread_time_ns()
        for _ in range(times):
            call()
        found.append((time.thread_time_ns() - begun_ns) / times / 1000)
    return min(found)


def parts() -> dict[str, float]:
    """Microseconds: of a task in its thread, of a task in the scheduler, and of a window."""
    from types import SimpleNamespace

    task = SimpleNamespace(run_id=1, processing_on=SimpleNamespace(address="a"), who_wants=(), waiters=())
    tasks = {"x-1": task}
    worker = SimpleNamespace(active_threads={}, state=SimpleNamespace(tasks=tasks))
    listening, plain, ident = Listening(worker), {}, threading.get_ident()
    reader = Reader("estimate:65", window_s=3600)
    listening.readers = (reader,)

    def run(threads: dict[int, str]) -> None:
        threads[ident] = "x-1"
        del threads[ident]

    plugin = EnergySchedulerPlugin("cost")
    plugin._scheduler = SimpleNamespace(tasks=tasks, workers={"a": None})
    plugin._ledger = ClusterLedger(key_split)
    steps = (("released", "waiting"), ("waiting", "processing"), ("processing", "memory"), ("memory", "released"),
             ("released", "forgotten"))  # fmt: skip
    numbers = itertools.count()

    def schedule() -> None:
        task.run_id = next(numbers)
        key = f"x-{task.run_id}"
        tasks[key] = task
        for start, finish in steps:
            plugin.transition(key, start, finish, stimulus_id="", worker="a")
        del tasks[key]

    plugin._ledger.worker_came("a", "a", 1)
    plugin._ledger.machine_found("m", HOST, None, None)
    many = Batch([], [((f"y-{number}", number), Amount(1.0, 0.1, 0.0, 0.1)) for number in range(1000)], Amount(), 0.0)

    def tell() -> None:
        said = msgpack.unpackb(msgpack.packb(encoded(many)), use_list=False)
        plugin._ledger.heard("a", "m", decoded(said), 1.0)

    found = {
        "told_us": least_us(tell, 2) / len(many.tasks),
        "thread_us": least_us(lambda: run(listening), 2000) - least_us(lambda: run(plain), 2000),
        "scheduler_us": least_us(schedule, 2000),
        "window_us": least_us(reader.close_window, 20),
    }
    reader.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--small", type=int, default=2000, help="small tasks in a round")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50) as cluster,
        Client(cluster) as client,
    ):
        kinds = {
            f"{given.small} small tasks": lambda turn: client.gather(
                client.map(small, range(given.small), key=f"small-{turn}", pure=False)
            ),
            "4 large tasks": lambda turn: client.gather(client.map(large, [0.5] * 4, range(4), pure=False)),
        }
        found = {}
        for name, work in kinds.items():
            work(-1)
            found[name] = compare(client, work, given.rounds)
    alone = parts()
    if given.json:
        print(json.dumps({"rounds": given.rounds, "load": os.getloadavg()[0], **found, "parts": alone}))
        return
    print(f"{given.rounds} rounds, load average {os.getloadavg()[0]:.1f}")
    for name, one in found.items():
        (low, high), (cpu_low, cpu_high) = one["wall_interval"], one["cpu_interval"]
        print(
            f"{name}: CPU time {one['cpu']:+.1%} [{cpu_low:+.1%}, {cpu_high:+.1%}], "
            f"wall {one['wall']:+.1%} [{low:+.1%}, {high:+.1%}], "
            f"beginning and ending a block {1000 * one['block_s']:.0f} ms"
        )
    task_us = 1e6 * found[f"{given.small} small tasks"]["least_cpu_s"] / given.small
    added_us = alone["thread_us"] + alone["scheduler_us"] + alone["told_us"]
    print(
        f"the parts alone: {alone['thread_us']:.1f} µs a task in its thread, {alone['scheduler_us']:.1f} µs in the "
        f"scheduler and {alone['told_us']:.1f} µs on the way between, {added_us / task_us:.2%} of the "
        f"{task_us:.0f} µs that a small task takes; {alone['window_us']:.0f} µs a window, "
        f"{alone['window_us'] / 1e6 / WINDOW_S:.2%} of a core"
    )


if __name__ == "__main__":
    main()
