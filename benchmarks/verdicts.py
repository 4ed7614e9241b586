"""How often verdicts are wrong: false alarms over unchanged work, and what is found of 5 % more work.

    python benchmarks/verdicts.py decide --minutes 60          # add decisions of greenprof to the file of results
    python benchmarks/verdicts.py peer --minutes 20            # the same work under pytest-benchmark's compare-fail
    python benchmarks/verdicts.py tell [--write]               # count them, with a simulation from the recorded spreads

Each decision is one race in processes of its own: A against A, or A against A with 105 units of work in place of 100.
It is taken as one of a suite of 100 tests, and counted again as one of 20 and as the only one: a larger suite asks for
more pairs, and the first of them are the same. A busy process runs beside all of it (--neighbours), besides whatever
else the machine does; its load is recorded. Results are appended to a file, so that it may be stopped and go on.
pytest-benchmark must be installed for `peer`: pip install pytest-benchmark.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import page

from greenprof.pairs import Match, Plan, race_many, standing
from greenprof.pairs.loads import KINDS, UNITS, load
from greenprof.stats import rate_interval

HERE = Path(__file__).parent
RESULTS = HERE / "verdict_runs" / "decisions.jsonl"
PEER_RESULTS = HERE / "verdict_runs" / "peer.jsonl"
SUITES = (1, 20, 100)
MORE = 1.05
# Work by its size: (units, repeats of each). Functions take 0.07 to 3 ms, tests 40 to 300 ms.
FUNCTIONS = ((20, 1), (UNITS, 1), (UNITS, 3))
TEST_MS = (40, 100, 200, 300)
_NEIGHBOUR = """
import os, sys
while os.getppid() == int(sys.argv[1]):  # it ends with who started it, however and how soon that ends
    sorted([str(i) for i in range(20_000)])
"""


@contextmanager
def neighbours(number: int) -> Iterator[None]:
    """Inside, so many processes sort and allocate all the time, wherever the system puts them."""
    busy = [subprocess.Popen([sys.executable, "-I", "-S", "-c", _NEIGHBOUR, str(os.getpid())]) for _ in range(number)]
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()


def milliseconds(kind: str) -> float:
    """CPU time of UNITS units here, roughly."""
    piece = load(kind)
    piece.start(None, 1)
    try:
        piece.go("", 5)
        piece.collect()
        piece.go("", 20)
        return piece.collect() / 20 * 1e3
    finally:
        piece.stop()


def decide(size: str, changed: bool, chance: random.Random, ms: dict[str, float]) -> dict[str, object]:
    """One decision, as a line of the results."""
    kind = chance.choice(KINDS)
    if size == "function":
        units, repeats = chance.choice(FUNCTIONS)
    else:
        units, repeats = UNITS, max(1, round(chance.choice(TEST_MS) / ms[kind]))
    base, head = load(kind, units, repeats), load(kind, round(units * MORE) if changed else units, repeats)
    before, begun_s = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    verdict = race_many([Match(base=base, head=head)], tests=max(SUITES))[0]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "size": size, "kind": kind, "changed": changed, "ms": round((verdict.base_cost or 0) * 1e3, 3),
        "pair_s": Plan().pair_s, "outcome": verdict.outcome, "ratios": [round(ratio, 5) for ratio in verdict.ratios],
        "cpu_s": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 2),
        "wall_s": round(time.monotonic() - begun_s, 1), "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def run_decisions(minutes: float, results: Path, seed: int) -> None:
    """Add decisions, most of them of small functions, until the time is over."""
    chance, until_s = random.Random(seed), time.monotonic() + 60 * minutes
    ms = {kind: milliseconds(kind) for kind in KINDS}
    weights = {("function", False): 14, ("function", True): 3, ("test", False): 2, ("test", True): 1}
    while time.monotonic() < until_s:
        ((size, changed),) = chance.choices(list(weights), list(weights.values()))
        line = decide(size, changed, chance, ms)
        with results.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


# pytest-benchmark, beside it


def peer_session(folder: Path, units: int, timer: str, compare: bool) -> tuple[int, dict[str, float]]:
    """A session that is saved, or compared with the one saved; its exit code, and the mean of each test in seconds."""
    tests = "\n".join(
        f"{load(kind, units).argv[-1]}\ndef test_{kind}(benchmark, work=work):\n    benchmark(work)\n" for kind in KINDS
    )
    (folder / "test_work.py").write_text(tests, encoding="utf-8")
    how = ["--benchmark-compare=0001", "--benchmark-compare-fail=mean:5%"] if compare else ["--benchmark-save=base"]
    options = ["-q", "-p", "pytest_benchmark.plugin", "-p", "no:cacheprovider", f"--benchmark-timer={timer}", *how]
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "--benchmark-json=now.json", "test_work.py"], cwd=folder,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}, capture_output=True, check=False,
    )  # fmt: skip
    told = json.loads((folder / "now.json").read_text(encoding="utf-8"))
    return ran.returncode, {each["name"]: each["stats"]["mean"] for each in told["benchmarks"]}


def run_peer(minutes: float, results: Path) -> None:
    """Sessions of pytest-benchmark: saved, then compared with one unchanged and one with 5 % more work in each test."""
    until_s = time.monotonic() + 60 * minutes
    while time.monotonic() < until_s:
        for timer in ("time.perf_counter", "time.process_time"):
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                _, before = peer_session(folder, UNITS, timer, compare=False)
                for changed in (False, True):
                    code, now = peer_session(folder, round(UNITS * MORE) if changed else UNITS, timer, compare=True)
                    slower = [test for test, mean in now.items() if mean > 1.05 * before[test]]
                    line = {
                        "timer": timer, "changed": changed, "code": code, "slower": slower, "tests": len(now),
                        "load": round(os.getloadavg()[0], 1),
                    }  # fmt: skip
                    with results.open("a", encoding="utf-8") as file:
                        file.write(json.dumps(line) + "\n")


# What came of it


def alarm(ratios: Sequence[float], tests: int, plan: Plan) -> tuple[bool, int]:
    """Whether one test of a suite, the others unchanged, is told to have changed; and after how many pairs."""
    state = standing(ratios, plan, tests)
    used = len(ratios)
    if not state.wanted:  # it may have been decided earlier
        used = next(number for number in range(6, used + 1) if not standing(ratios[:number], plan, tests).wanted)
        state = standing(ratios[:used], plan, tests)
    return state.confirmed and state.p_value * tests <= plan.alpha, used


def rate(hits: int, trials: int) -> str:
    """A rate, with its interval."""
    low, high = rate_interval(hits, trials)
    return f"{hits} of {trials} ({low:.2%} to {high:.2%})"


def decisions_table(lines: Sequence[dict[str, object]]) -> str:
    """Alarms and CPU time by kind of work and size of suite."""
    rows = [
        ["work", "suite", "false alarms, A/A", "found, A/B +5 %", "CPU s of A/A, mean", "CPU s of A/B, median", "95th"]
    ]
    for size in ("function", "test"):
        for tests in SUITES:
            counts: dict[bool, list[bool]] = {False: [], True: []}
            cpu: dict[bool, list[float]] = {False: [], True: []}
            for line in lines:
                if line["size"] == size:
                    ratios: list[float] = line["ratios"]  # type: ignore[assignment]
                    told, used = alarm(ratios, tests, Plan())
                    counts[bool(line["changed"])].append(told)
                    if line.get("pair_s") != Plan().pair_s:
                        continue  # an earlier version took longer
                    cpu[bool(line["changed"])].append(float(line["cpu_s"]) * used / len(ratios))  # type: ignore[arg-type]
            if not (cpu[False] and cpu[True]):
                continue
            rows.append([
                {"function": "functions of 0.07 to 3 ms", "test": "tests of 40 to 300 ms"}[size], f"{tests}",
                rate(sum(counts[False]), len(counts[False])), rate(sum(counts[True]), len(counts[True])),
                f"{statistics.mean(cpu[False]):.1f}", f"{statistics.median(cpu[True]):.1f}",
                f"{sorted(cpu[True])[int(0.95 * len(cpu[True]))]:.1f}",
            ])  # fmt: skip
    return page.table(rows)


def peer_table(lines: Sequence[dict[str, object]]) -> str:
    """What pytest-benchmark said, test by test and session by session."""
    rows = [
        ["pytest-benchmark, `mean:5%`", "tests said slower, A/A", "sessions failed, A/A", "tests said slower, A/B +5 %"]
    ]
    for timer in ("time.perf_counter", "time.process_time"):
        by = {
            changed: [line for line in lines if line["timer"] == timer and line["changed"] is changed]
            for changed in (False, True)
        }
        if by[False]:
            slower = {changed: sum(len(line["slower"]) for line in by[changed]) for changed in by}  # type: ignore[arg-type]
            tests = {changed: sum(int(line["tests"]) for line in by[changed]) for changed in by}  # type: ignore[call-overload]
            failed = sum(line["code"] != 0 for line in by[False])
            rows.append([
                f"`{timer}`", rate(slower[False], tests[False]), rate(failed, len(by[False])),
                rate(slower[True], tests[True]),
            ])  # fmt: skip
    return page.table(rows)


def _simulated(job: tuple[list[float], float, int, int, int]) -> tuple[int, int]:
    """Decisions over pairs drawn from recorded ones (with a random sign, so that nothing has changed but `shift`)."""
    ratios, shift, tests, trials, seed = job
    chance, plan, alarms, pairs = random.Random(seed), Plan(), 0, 0
    for _ in range(trials):
        drawn: list[float] = []
        while (state := standing(drawn, plan, tests)).wanted:
            drawn += [shift + chance.choice((-1, 1)) * chance.choice(ratios) for _ in range(state.wanted)]
        alarms += state.confirmed and state.p_value * tests <= plan.alpha
        pairs += len(drawn)
    return alarms, pairs


def simulation_table(lines: Sequence[dict[str, object]], trials: int) -> str:
    """Rates over pairs drawn from all that were recorded for unchanged work: finer than real runs can be counted."""
    rows = [["work", "suite", "sd of a pair", "false alarms", "found of +5 %", "pairs, A/A", "pairs, A/B"]]
    jobs, heads = [], []
    for size in ("function", "test"):
        ratios = [ratio for line in lines if line["size"] == size and not line["changed"] for ratio in line["ratios"]]  # type: ignore[attr-defined]
        if not ratios:
            continue
        for tests in SUITES:
            heads.append((size, tests, statistics.stdev(ratios)))
            jobs += [(ratios, 0.0, tests, trials, 1), (ratios, math.log(MORE), tests, trials // 10, 2)]
    with ProcessPoolExecutor() as pool:
        done = list(pool.map(_simulated, jobs))
    for (size, tests, spread), same, more in zip(heads, done[::2], done[1::2], strict=True):
        rows.append([
            size, f"{tests}", f"{spread:.1%}", rate(same[0], trials), rate(more[0], trials // 10),
            f"{same[1] / trials:.1f}", f"{more[1] / (trials // 10):.1f}",
        ])  # fmt: skip
    return page.table(rows)


def read(results: Path) -> list[dict[str, object]]:
    """The lines of a file of results; none if it is not there."""
    if not results.exists():
        return []
    return [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]


def tell(results: Path, peer: Path, trials: int) -> str:
    """All tables."""
    lines, others = read(results), read(peer)
    loads = [float(line["load"]) for line in lines]  # type: ignore[arg-type]
    quartiles = statistics.quantiles(loads, n=4)
    text = (
        f"Measured on {page.when_and_where()} with CPython {sys.version.split()[0]}, {os.cpu_count()} CPUs; load of "
        f"the machine meanwhile {quartiles[1]:.1f} (middle half {quartiles[0]:.1f} to {quartiles[2]:.1f}).\n"
        "Intervals are exact, at 95 %. CPU time includes the start of every process.\n\n"
    )
    text += decisions_table(lines) + "\n"
    if others:
        text += peer_table(others) + "\n"
    return text + "Pairs drawn from those that were recorded for unchanged work:\n\n" + simulation_table(lines, trials)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["decide", "peer", "tell"])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--neighbours", type=int, default=1)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--trials", type=int, default=20_000, help="simulated decisions")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--peer-results", type=Path, default=PEER_RESULTS)
    parser.add_argument("--write", action="store_true", help="write the tables into VERDICTS.md")
    given = parser.parse_args()
    if given.what == "tell":
        text = tell(given.results, given.peer_results, given.trials)
        print(text)
        if given.write:
            page.write(HERE / "VERDICTS.md", text)
        return
    with neighbours(given.neighbours):
        if given.what == "decide":
            run_decisions(given.minutes, given.results, given.seed or time.time_ns())
        else:
            run_peer(given.minutes, given.peer_results)


if __name__ == "__main__":
    main()
