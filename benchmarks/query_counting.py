"""What counting statements costs: CPU time of 100,000 small queries with and without it, for each way to send them.

    python benchmarks/query_counting.py [--queries 20000] [--pairs 5] [WAY ...]

Each way runs in processes of its own, in turn with and without counting and without a sampler, so that a change of
clock speed or a busy neighbour meets both. Told are the median of the pairs and their middle half.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from greenprof.query_counts import counted_in
from greenprof.sampler import target_environment

PROGRAM = Path(__file__).parent / "programs" / "queries" / "small_queries.py"
WAYS = ("django", "sqlalchemy-orm", "sqlalchemy-core", "sqlite3")


def cpu_s(way: str, queries: int, *, counting: bool) -> float:
    """CPU seconds that the queries took, as the program tells them.

    Raises RuntimeError if they were not all counted.
    """
    with tempfile.TemporaryDirectory() as folder:
        environment = target_environment(os.environ, Path(folder), queries=counting)
        command = [sys.executable, str(PROGRAM), way, str(queries)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        counted = max((one.count for one in counted_in(Path(folder)) or ()), default=0)
    if counting and counted < queries:
        raise RuntimeError(f"{way}: {counted} of {queries} statements were counted")
    return float(done.stdout)


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ways", nargs="*", metavar="WAY", help=f"of {', '.join(WAYS)}; all by default")
    parser.add_argument("--queries", type=int, default=20_000, help="in each process")
    parser.add_argument("--pairs", type=int, default=5)
    options = parser.parse_args()
    for way in options.ways or WAYS:
        pairs = [
            (cpu_s(way, options.queries, counting=False), cpu_s(way, options.queries, counting=True))
            for _ in range(options.pairs)
        ]
        low, middle, high = statistics.quantiles([100 * (with_s / without_s - 1) for without_s, with_s in pairs], n=4)
        without_s, with_s = (statistics.median(column) for column in zip(*pairs, strict=True))
        each_ns = (with_s - without_s) / options.queries * 1e9
        print(
            f"{way:<16} {without_s / options.queries * 1e6:8.2f} µs a query, counted {middle:+.1f} % "
            f"({low:+.1f} to {high:+.1f}), {each_ns:.0f} ns each"
        )


if __name__ == "__main__":
    main()
