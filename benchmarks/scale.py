"""What holds and what breaks in very large use, worked out from what small sizes cost here.

    python benchmarks/scale.py                    # small sizes, a minute or so
    python benchmarks/scale.py --full --write     # the sizes of docs/scale.md, some minutes, into the page

- **lint**: 10,000 repositories every night. The linter's CPU time and its cache are measured on folders of this
  project's own files, of two sizes; sizes of repositories, and how many change, are assumed (`Fleet`).
- **agent**: 100,000 hosts. Series and bytes of a scrape are those of the agent's own families for simulated processes.
- **history**: a billion runs. Rows are put into SQLite, and into PostgreSQL where GREENPROF_TEST_POSTGRES names one.

What is extrapolated is said with the fit: bytes by a straight line through all sizes (n), a query's time by a power of
the number of rows (n^0.5).
"""

from __future__ import annotations

import argparse
import contextlib
import heapq
import math
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "scale.md"
sys.path.insert(0, str(Path(__file__).parent))

BILLION = 10**9
Rows = list[Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much is measured."""

    files: tuple[int, int]
    rows: tuple[int, ...]
    asked: int  # queries of each kind


SMALL = Sizes(files=(5, 15), rows=(1_000, 2_000, 4_000), asked=10)
FULL = Sizes(files=(60, 180), rows=(10_000, 100_000, 1_000_000), asked=40)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A straight line through points."""

    start: float
    slope: float

    def at(self, x: float) -> float:
        """Its value."""
        return self.start + self.slope * x


def fitted(points: Sequence[tuple[float, float]]) -> Line:
    """Least squares; with a single x the mean."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    if len(set(xs)) < 2:
        return Line(start=statistics.fmean(ys), slope=0.0)
    slope, start = statistics.linear_regression(xs, ys)
    return Line(start=start, slope=slope)


# Lint


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """Assumed: sizes are lognormal, with a few very large ones; in a night some change, and in those some files."""

    repositories: int = 10_000
    median_lines: int = 5_000
    sigma: float = 1.4
    lines_a_file: int = 150
    changed_repositories: float = 0.2
    changed_files: float = 0.03

    def lines(self) -> list[int]:
        """The lines of each repository, alike in every run."""
        chance = random.Random(1)
        return [
            max(50, round(chance.lognormvariate(math.log(self.median_lines), self.sigma)))
            for _ in range(self.repositories)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class LintCost:
    """Seconds of CPU time: for a run at all, with something new and without, and for a line that is new or is not."""

    cold_start_s: float
    warm_start_s: float
    cold_s_per_line: float
    warm_s_per_line: float
    cache_bytes_per_line: float


def lint_cost(files: tuple[int, int]) -> LintCost:
    """Lints folders with so many of the project's own files, twice each: without and with what the first run kept."""
    sources = sorted((ROOT / "greenprof").rglob("*.py"))
    sources = sources[:: max(1, len(sources) // files[1])]
    cold, warm, kept = [], [], []
    for count in files:
        with tempfile.TemporaryDirectory() as folder:
            lines = 0
            (Path(folder) / "pyproject.toml").write_text("[tool.greenprof]\n")
            for number, path in enumerate(sources[:count]):
                text = path.read_text(encoding="utf-8")
                lines += text.count("\n")
                (Path(folder) / f"part_{number}.py").write_text(text, encoding="utf-8")
            cold.append((float(lines), _linted(folder)))
            warm.append((float(lines), _linted(folder)))
            cache = Path(folder) / ".greenprof"
            size = sum(each.stat().st_size for each in cache.rglob("*") if each.is_file()) if cache.is_dir() else 0
            kept.append((float(lines), float(size)))
    cold_line, warm_line = fitted(cold), fitted(warm)
    return LintCost(
        cold_start_s=max(0.0, cold_line.start),
        warm_start_s=max(0.0, warm_line.start),
        cold_s_per_line=max(0.0, cold_line.slope),
        warm_s_per_line=max(0.0, warm_line.slope),
        cache_bytes_per_line=max(0.0, fitted(kept).slope),
    )


def _linted(folder: str) -> float:
    """CPU seconds of one run over a folder, in one process: what others used it does not tell of here."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", "greenprof", "lint", "-q", "-j", "1", "."], cwd=folder, capture_output=True, check=False
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """What a night takes: CPU hours, and hours until all is done on so many cores, whole repositories or in shards."""

    cpu_h: float
    wall_h: dict[int, float]
    sharded_h: dict[int, float]


def night(fleet: Fleet, cost: LintCost, *, cold: bool, cores: Sequence[int]) -> Night:
    """Simulates a night: the longest repository first, each to the core that is free first."""
    chance = random.Random(2)
    jobs, shards = [], []
    for lines in fleet.lines():
        changed = cold or chance.random() < fleet.changed_repositories
        new = 1.0 if cold else fleet.changed_files if changed else 0.0
        work_s = lines * (new * cost.cold_s_per_line + (1 - new) * cost.warm_s_per_line)
        start_s = cost.cold_start_s if changed else cost.warm_start_s
        jobs.append(start_s + work_s)
        parts = max(1, math.ceil(work_s / 600))  # --shard: parts of ten minutes at most
        shards += [start_s + work_s / parts] * parts
    return Night(
        cpu_h=math.fsum(jobs) / 3600,
        wall_h={count: makespan_s(jobs, count) / 3600 for count in cores},
        sharded_h={count: makespan_s(shards, count) / 3600 for count in cores},
    )


def makespan_s(jobs: Sequence[float], cores: int) -> float:
    """When the last core is done, if the longest job that is left goes to the core that is free first."""
    free = [0.0] * cores
    for job in sorted(jobs, reverse=True):
        heapq.heapreplace(free, free[0] + job)
    return max(free)


def lint(sizes: Sizes) -> Rows:
    """The table of a night."""
    fleet, cost, cores = Fleet(), lint_cost(sizes.files), (4, 16, 64)
    cold, warm = (night(fleet, cost, cold=each, cores=cores) for each in (True, False))
    total = sum(fleet.lines())
    rows: Rows = [("10,000 repositories, a night", "all new (cold)", "20 % changed (warm)")]
    rows.append(("lines in all", f"{total / 1e6:,.0f} million", "the same"))
    rows.append(("CPU time a line", f"{cost.cold_s_per_line * 1e6:,.0f} µs", f"{cost.warm_s_per_line * 1e6:,.1f} µs"))
    rows.append(("CPU time of a run at all", f"{cost.cold_start_s:.2f} s", f"{cost.warm_start_s:.2f} s"))
    rows.append(("CPU time of the night", f"{cold.cpu_h:,.1f} h", f"{warm.cpu_h:,.1f} h"))
    rows += [
        (f"done on {count} cores, in shards", f"{cold.sharded_h[count]:,.2f} h", f"{warm.sharded_h[count]:,.2f} h")
        for count in cores
    ]
    rows.append(
        (f"done on {cores[-1]} cores, whole repositories", f"{cold.wall_h[64]:,.2f} h", f"{warm.wall_h[64]:,.2f} h")
    )
    rows.append(("caches of all", f"{total * cost.cache_bytes_per_line / 1e9:,.1f} GB", "the same"))
    return rows


# Agent


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrape:
    """What one host shows: series, bytes and seconds of CPU time of a text."""

    series: int
    size_bytes: int
    cpu_s: float


def scrape(groups: int) -> Scrape:
    """The agent's own families on a simulated host with so many groups of processes."""
    from simulated_processes import SimulatedProcesses

    from greenprof.monitor import prometheus
    from greenprof.monitor.watch import Watch

    machine = SimulatedProcesses(cpus=8)
    for number in range(groups):
        machine.start(f"daemon-{number}", 0.01, service=f"unit-{number}.service")
    watch = Watch(machine, machine, clock=machine, wall=lambda: machine.now_ns / 1e9)
    for _ in range(5):
        machine.sleep(1.0)
        watch.tick()
    begun_s = time.process_time()
    text = prometheus.text(watch.families())
    return Scrape(
        series=sum(bool(line) and not line.startswith("#") for line in text.splitlines()),
        size_bytes=len(text.encode()),
        cpu_s=time.process_time() - begun_s,
    )


# What the engines' own documentation says; see the page for where.
PROMETHEUS_BYTES = 2.0  # a sample
ROBUST_SAMPLES = 250_000  # a second, of a large Prometheus
MIMIR_SERIES, MIMIR_GB, MIMIR_REPLICAS = 300_000, 2.5, 3  # of an ingester's core
VICTORIA_SERIES, VICTORIA_SAMPLES = 50_000_000, 1_500_000  # of a single node


def agent(_sizes: Sizes) -> Rows:
    """The table of the fleet, by how many groups a host shows and how often it is asked."""
    hosts = 100_000
    rows: Rows = [("100,000 hosts", *(f"{groups} groups, every {every} s" for groups, every in FLEETS))]
    shown = [scrape(groups) for groups, _ in FLEETS]
    every_s = [every for _, every in FLEETS]
    active = [one.series * hosts for one in shown]
    rate = [series / every for series, every in zip(active, every_s, strict=True)]
    rows.append(("series of a host", *(f"{one.series:,}" for one in shown)))
    rows.append(("series of all", *(f"{series / 1e6:,.1f} million" for series in active)))
    rows.append(("samples a second", *(f"{each / 1e6:,.2f} million" for each in rate)))
    rows.append(
        ("text on the wire, uncompressed", *(f"{one.size_bytes * hosts / every / 1e6:,.0f} MB/s"
                                             for one, every in zip(shown, every_s, strict=True)))
    )  # fmt: skip
    rows.append(("of all agents, writing it", *(f"{one.cpu_s * hosts / every:,.1f} cores"
                                                for one, every in zip(shown, every_s, strict=True))))  # fmt: skip
    rows.append(
        ("a year at 2 bytes a sample", *(f"{each * PROMETHEUS_BYTES * 31_536_000 / 1e12:,.0f} TB" for each in rate))
    )
    rows.append(
        (
            "large Prometheus servers (250,000 samples a second)",
            *(f"{math.ceil(each / ROBUST_SAMPLES)}" for each in rate),
        )
    )
    ingesters = [series * MIMIR_REPLICAS / MIMIR_SERIES for series in active]
    rows.append(("Mimir: cores of ingesters, three replicas", *(f"{count:,.0f}" for count in ingesters)))
    rows.append(("Mimir: their memory", *(f"{count * MIMIR_GB / 1000:,.1f} TB" for count in ingesters)))
    rows.append(
        ("VictoriaMetrics: single nodes by its published case",
         *(f"{max(math.ceil(series / VICTORIA_SERIES), math.ceil(each / VICTORIA_SAMPLES))}"
           for series, each in zip(active, rate, strict=True)))
    )  # fmt: skip
    return rows


FLEETS = ((10, 60), (100, 60), (100, 15))


# History


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """What so many rows take: bytes in all, rows put in a second at the end, milliseconds of three queries."""

    rows: int
    size_bytes: int
    put_in: float
    series_ms: float
    newest_ms: float
    one_ms: float


PROJECTS = 500
START = datetime(2020, 1, 1, tzinfo=UTC)  # from then on a run every minute
_SAME = (
    "'f0f0f0f0f0f0f0f0', 'Intel(R) Xeon(R) Processor', 'rapl', false, 0.01, 1, 0, 12.5, 11.0, 200.0 + i % 97, "
    "100.0 + i % 97, 99.0, 101.0, 0.01, '0123456789abcdef0123456789abcdef01234567', 'main', false, '0.1.0'"
)
_COLUMNS = (
    "id, uid, started_at, project, command, host, cpu, meter, estimated, uncertainty, runs, exit_code, duration_s, "
    'cpu_s, total_j, process_j, low_j, high_j, g_co2e, "commit", branch, dirty, greenprof'
)
# Rows that the database makes by itself: a program would take an hour for what is to be measured.
_FILL = {
    "sqlite": f"WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i < :last) "
    f"INSERT INTO greenprof_runs ({_COLUMNS}) SELECT i, printf('%036d', i), "
    f"datetime('2020-01-01', '+' || i || ' minutes') || '.000000', 'project-' || (i % {PROJECTS}), "
    f"'python -m work --part ' || (i % 7), {_SAME} FROM n",
    "postgresql": f"INSERT INTO greenprof_runs ({_COLUMNS}) SELECT i, lpad(i::text, 36, '0'), "
    f"timestamp '2020-01-01' + i * interval '1 minute', 'project-' || (i % {PROJECTS}), "
    f"'python -m work --part ' || (i % 7), {_SAME} "
    "FROM generate_series(CAST(:first AS integer), CAST(:last AS integer)) AS n(i)",
}


def growth(address: str, counts: Sequence[int], asked: int) -> list[Growth]:
    """Fills a database of greenprof's own tables step by step, and asks it what the history asks."""
    from greenprof.history.address import parsed
    from greenprof.history.store import History, Wanted
    from greenprof.history.tables import runs

    place = parsed(address, Path())
    store = History(place, reports=False)
    engine = store._engine
    found: list[Growth] = []
    chance, there = random.Random(3), 0
    for count in counts:
        with engine.begin() as connection:
            connection.execute(sa.text(_FILL[engine.dialect.name]), {"first": there + 1, "last": count - _PUT_IN})
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("ANALYZE"))
        begun = time.perf_counter()
        for number in range(count - _PUT_IN + 1, count + 1, _BATCH):
            with engine.begin() as connection:
                connection.execute(sa.insert(runs), [_run(number + place) for place in range(_BATCH)])
        put_in = _PUT_IN / (time.perf_counter() - begun)
        there = count
        month = START + timedelta(minutes=there) - timedelta(days=30)

        def newest() -> object:
            with engine.connect() as connection:
                return connection.execute(sa.select(runs.c.id).order_by(runs.c.started_at.desc()).limit(20)).all()

        found.append(
            Growth(
                rows=there,
                size_bytes=_size(engine, place.path),
                put_in=put_in,
                series_ms=_ms(
                    lambda: store.rows(Wanted(project=f"project-{chance.randrange(PROJECTS)}", since=month)),  # noqa: B023
                    asked,
                ),
                newest_ms=_ms(newest, asked),
                one_ms=_ms(lambda: store.row(chance.randrange(1, there)), asked),  # noqa: B023 - asked at once
            )
        )
    engine.dispose()
    return found


_PUT_IN, _BATCH = 400, 200  # as the history does it: 200 runs in a transaction


def _run(number: int) -> dict[str, object]:
    joules = 100.0 + number % 97
    return {
        "id": number, "uid": f"{number:036d}", "started_at": START + timedelta(minutes=number),
        "project": f"project-{number % PROJECTS}", "command": f"python -m work --part {number % 7}", "host": "f0" * 8,
        "cpu": "Intel(R) Xeon(R) Processor", "meter": "rapl", "estimated": False, "uncertainty": 0.01, "runs": 1,
        "exit_code": 0, "duration_s": 12.5, "cpu_s": 11.0, "total_j": joules * 2, "process_j": joules, "low_j": 99.0,
        "high_j": 101.0, "g_co2e": 0.01, "commit": "c" * 40, "branch": "main", "dirty": False, "greenprof": "0.1.0",
    }  # fmt: skip


def _size(engine: sa.Engine, path: Path | None) -> int:
    if path is not None:
        return sum(each.stat().st_size for each in path.parent.glob(f"{path.name}*"))
    with engine.connect() as connection:
        return int(connection.execute(sa.text("SELECT pg_total_relation_size('greenprof_runs')")).scalar() or 0)


def _ms(ask: Callable[[], object], times: int) -> float:
    """The median of so many, in milliseconds, after one that does not count."""
    ask()
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken) * 1000


def at_a_billion(points: Sequence[tuple[int, float]]) -> tuple[float, str]:
    """A query's time there, by a power of the number of rows (a straight line through the logarithms), and the power.

    It is no less than the slowest that was measured: what falls with more rows is a busy machine.
    """
    line = fitted([(math.log(rows), math.log(max(ms, 1e-3))) for rows, ms in points])
    power = max(0.0, line.slope)
    there = math.exp(line.at(math.log(BILLION))) if power else 0.0
    return max(there, *(ms for _, ms in points)), f"n^{power:.2f}"


@contextlib.contextmanager
def postgres() -> Iterator[str | None]:
    """A database of its own on the server that is named; None where none is."""
    named = os.environ.get("GREENPROF_TEST_POSTGRES")
    if not named:
        yield None
        return
    import psycopg

    name = f"scale_{uuid.uuid4().hex[:8]}"
    words = dict(word.split("=", 1) for word in named.split())
    with psycopg.connect(named, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    try:
        yield f"postgresql://{words.get('user', '')}@/{name}?host={words.get('host', '')}"
    finally:
        with psycopg.connect(named, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def history(sizes: Sizes) -> Rows:
    """The table of both databases, and what a billion comes to."""
    rows: Rows = [
        ("runs", "database", "size", "put in a second", "a project's last 30 days", "the newest 20", "one run")
    ]
    with tempfile.TemporaryDirectory() as folder, postgres() as server:
        places = {"SQLite": str(Path(folder) / "history.db")} | ({"PostgreSQL": server} if server else {})
        for name, address in places.items():
            found = growth(address, sizes.rows, sizes.asked)
            rows += [
                (f"{one.rows:,}", name, _gb(one.size_bytes), f"{one.put_in:,.0f}", f"{one.series_ms:,.1f} ms",
                 f"{one.newest_ms:,.1f} ms", f"{one.one_ms:,.1f} ms")
                for one in found
            ]  # fmt: skip
            size = fitted([(float(one.rows), float(one.size_bytes)) for one in found]).at(BILLION)
            cells = [
                at_a_billion([(one.rows, getattr(one, kind)) for one in found])
                for kind in ("series_ms", "newest_ms", "one_ms")
            ]
            told = [f"{_time(ms)} ({fit})" for ms, fit in cells]
            rows.append(("1,000,000,000, extrapolated", name, f"{_gb(size)} (n)", "not extrapolated", *told))
    return rows


def _gb(size: float) -> str:
    return f"{size / 1e9:,.0f} GB" if size >= 1e9 else f"{size / 1e6:,.1f} MB"


def _time(ms: float) -> str:
    return f"{ms / 1000:,.0f} s" if ms >= 10_000 else f"{ms:,.1f} ms"


PARTS: dict[str, Callable[[Sizes], Rows]] = {"lint": lint, "agent": agent, "history": history}


def main() -> None:
    """Work out the tables, and print or write them."""
    from page import table, when_and_where, write

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="the sizes of the page")
    parser.add_argument("--write", action="store_true", help="into docs/scale.md")
    parser.add_argument("--part", choices=[*PARTS])
    asked = parser.parse_args()
    sizes = FULL if asked.full else SMALL
    chosen = [asked.part] if asked.part else [*PARTS]
    text = f"Measured and worked out {when_and_where()}.\n\n" + "\n".join(table(PARTS[part](sizes)) for part in chosen)
    if asked.write:
        write(PAGE, text)
    else:
        print(text)


if __name__ == "__main__":
    main()
