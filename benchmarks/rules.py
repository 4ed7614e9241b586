"""Measures what each rule's advice saves: CPU time of its ``bad.py`` over that of its ``good.py``.

    python benchmarks/rules.py [--write] [RULE ...]

The two run in turn, in one process, so that a change of clock speed or a busy neighbour meets both.
``--write`` puts the figures into the rules' pages. CPU time stands for energy where both sides keep
one processor busy. A rule about waiting saves either that, where the bad side keeps a processor busy
while it waits, or elapsed time, for which the machine stays awake: the larger saving is told, and named.
"""

from __future__ import annotations

import argparse
import inspect
import platform
import runpy
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import page

from greenprof.lint import load_rules

FOLDER = Path(__file__).parent.parent / "rules"
PAIRS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """Time of ``bad.py`` over that of ``good.py``: the median pair, and the middle half of all pairs.

    ``time`` says which: "CPU time", or "elapsed time" for what only waits.
    """

    n: int
    time: str
    ratio: float
    low: float
    high: float
    bad_s: float
    good_s: float


def measure(folder: Path, pairs: int = PAIRS) -> Saving:
    """Run the two programs of a rule in turn at their default size, after one unmeasured turn.

    Raises ValueError if they do not give the same answer.
    """
    bad, good = (runpy.run_path(str(folder / name))["run"] for name in ("bad.py", "good.py"))
    if bad() != good():
        raise ValueError(f"{folder.name}: bad.py and good.py give different answers")
    times = [(seconds(bad), seconds(good)) for _ in range(pairs)]
    by_cpu, by_clock = ([(one[clock], other[clock]) for one, other in times] for clock in (0, 1))
    waits = is_about_waiting(folder) and median_ratio(by_clock) > median_ratio(by_cpu)
    chosen = by_clock if waits else by_cpu
    low, ratio, high = statistics.quantiles([bad_s / good_s for bad_s, good_s in chosen], n=4)
    bad_s, good_s = (statistics.median(column) for column in zip(*chosen, strict=True))
    n = inspect.signature(bad).parameters["n"].default
    what = "elapsed time" if waits else "CPU time"
    return Saving(n=n, time=what, ratio=ratio, low=low, high=high, bad_s=bad_s, good_s=good_s)


def median_ratio(times: Sequence[tuple[float, float]]) -> float:
    """The median of the pairs' ratios."""
    return statistics.median(bad_s / good_s for bad_s, good_s in times)


def is_about_waiting(folder: Path) -> bool:
    """Whether the cost class of a rule is ``idle``."""
    return any(rule.cost == "idle" for rule in load_rules() if rule.name == folder.name.replace("_", "-"))


def seconds(function: Callable[[], object]) -> tuple[float, float]:
    """CPU time of this process, all threads, and elapsed time, of one call; at least the clock's resolution."""
    cpu, elapsed = time.process_time(), time.perf_counter()
    function()
    return max(time.process_time() - cpu, 1e-6), max(time.perf_counter() - elapsed, 1e-6)


def sentence(name: str, saving: Saving) -> str:
    """What the page says."""
    return (
        f"`bad.py` used **{saving.ratio:.3g} times** the {saving.time} of `good.py` at n = {saving.n:,}: the median of"
        f" {PAIRS} interleaved pairs,\nof which the middle half lies between {saving.low:.3g} and {saving.high:.3g}."
        f" The medians are {saving.bad_s * 1e3:.3g} ms and {saving.good_s * 1e3:.3g} ms,\n"
        f"on {platform.python_implementation()} {platform.python_version()}, {platform.machine()}."
        f" Reproduce it with `python benchmarks/rules.py {name}`.\n"
    )


def main() -> None:
    """Measure the rules named, or all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rules", nargs="*", metavar="RULE")
    parser.add_argument("--write", action="store_true", help="write the figures into the rules' pages")
    options = parser.parse_args()
    names = options.rules or sorted(path.parent.name.replace("_", "-") for path in FOLDER.glob("*/bad.py"))
    for name in names:
        folder = FOLDER / name.replace("-", "_")
        if not (folder / "bad.py").is_file():
            parser.error(f"no rule {name} with a bad.py and a good.py in {FOLDER}")
        saving = measure(folder)
        print(f"{name:26} {saving.ratio:8.3g} ({saving.low:.3g} to {saving.high:.3g})   n = {saving.n}", flush=True)
        if options.write:
            page.write(folder / "README.md", sentence(name, saving))


if __name__ == "__main__":
    main()
