"""What counting statements costs: CPU time of small queries with and without it, for each way to send them.

    python benchmarks/query_counting.py [--queries 100000] [WAY ...]

Each way runs in a process of its own. The queries go out in short turns, in which the methods of `sqlite3` are those
that count and those that do not, in the order A B B A, so that a change of clock speed or a busy neighbour meets both.
Told is the median of the ratios, with the middle half of them.
"""

from __future__ import annotations

import argparse
import gc
import runpy
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from greenprof.query_counts import counted_in

PROGRAM = Path(__file__).parent / "programs" / "queries" / "small_queries.py"
TARGET = Path(__file__).parents[1] / "greenprof" / "target" / "greenprof_watch.py"
TURN_S = 0.03
METHODS = [
    (kind, name)
    for kind in (sqlite3.Cursor, sqlite3.Connection)
    for name in ("execute", "executemany", "executescript", "fetchmany", "fetchall")
    if name in kind.__dict__
]


def use(methods: dict[tuple[type, str], Any]) -> None:
    """Let these be the methods of `sqlite3`, and Python forget those that were."""
    modified = type.__dict__["__abstractmethods__"]
    for (kind, name), method in methods.items():
        (names,) = (each for each in gc.get_referents(kind.__dict__) if type(each) is dict)
        names[name] = method
        modified.__set__(kind, frozenset())
        modified.__delete__(kind)


def cpu_s(send: Callable[[int], None], queries: int) -> float:
    """CPU seconds of so many queries."""
    begun_s = time.process_time()
    send(queries)
    return time.process_time() - begun_s


def measure(way: str, queries: int) -> str:
    """What one way costs, in words. Raises RuntimeError if its statements were not all counted."""
    native = {(kind, name): kind.__dict__[name] for kind, name in METHODS}
    with tempfile.TemporaryDirectory() as folder:
        runpy.run_path(str(TARGET))["begin"](folder)
        counting = {(kind, name): kind.__dict__[name] for kind, name in METHODS}
        send = runpy.run_path(str(PROGRAM))["WAYS"][way]()
        send(100)
        turn = max(10, round(TURN_S / cpu_s(send, 100) * 100))
        gc.disable()  # a full collection is dearer than a turn
        without_s, with_s, ratios = [], [], []
        for _ in range(max(2, queries // (4 * turn))):
            turns = []
            for methods in (native, counting, counting, native):
                use(methods)
                turns.append(cpu_s(send, turn))
            without_s += [turns[0], turns[3]]
            with_s += turns[1:3]
            ratios.append(sum(turns[1:3]) / (turns[0] + turns[3]))
        counted = max((one.count for one in counted_in(Path(folder)) or ()), default=0)
    if counted < len(with_s) * turn:
        raise RuntimeError(f"{way}: {counted} of {len(with_s) * turn} statements were counted")
    low, middle, high = (100 * (ratio - 1) for ratio in statistics.quantiles(ratios, n=4))
    each_us, added_us = min(without_s) / turn * 1e6, (min(with_s) - min(without_s)) / turn * 1e6
    return f"| {way} | {each_us:.1f} µs | {added_us:.1f} µs | {middle:+.1f} % | {low:+.1f} to {high:+.1f} % |"


def main() -> None:
    """Measure and tell."""
    ways = list(runpy.run_path(str(PROGRAM))["WAYS"])
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ways", nargs="*", metavar="WAY", help=f"of {', '.join(ways)}; all by default")
    parser.add_argument("--queries", type=int, default=100_000, help="of each way")
    options = parser.parse_args()
    if len(options.ways) == 1:
        print(measure(options.ways[0], options.queries))
        return
    print(
        "| sent by | a query takes at least | counting adds | which is | middle half |\n| --- | --- | --- | --- | --- |"
    )
    for way in options.ways or ways:
        subprocess.run([sys.executable, __file__, way, "--queries", str(options.queries)], check=True)


if __name__ == "__main__":
    main()
