"""Measures what each rule's advice saves: CPU time of its ``bad.py``, or folder ``bad``, over that of its ``good.py``.

    python benchmarks/rules.py [--write] [RULE ...]

The two run in turn, each in a process of its own, so that a change of clock speed or a busy neighbour meets both.
``--write`` puts the figures into the rules' pages. CPU time stands for energy where both sides keep
one processor busy. A rule about waiting saves either that, where the bad side keeps a processor busy
while it waits, or elapsed time, for which the machine stays awake: the larger saving is told, and named.
"""

from __future__ import annotations

import argparse
import hashlib
import inspect
import json
import platform
import runpy
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
    with ExitStack() as stack:
        bad, good = (stack.enter_context(Side(path)) for path in sides(folder))
        if bad.answer != good.answer:
            raise ValueError(f"{folder.name}: the two sides give different answers")
        times = [(bad.seconds(), good.seconds()) for _ in range(pairs)]
    by_cpu, by_clock = ([(one[clock], other[clock]) for one, other in times] for clock in (0, 1))
    waits = is_about_waiting(folder) and median_ratio(by_clock) > median_ratio(by_cpu)
    chosen = by_clock if waits else by_cpu
    low, ratio, high = statistics.quantiles([bad_s / good_s for bad_s, good_s in chosen], n=4)
    bad_s, good_s = (statistics.median(column) for column in zip(*chosen, strict=True))
    n = bad.n
    what = "elapsed time" if waits else "CPU time"
    return Saving(n=n, time=what, ratio=ratio, low=low, high=high, bad_s=bad_s, good_s=good_s)


def sides(folder: Path) -> tuple[Path, Path]:
    """The two programs of a rule: files, or, of a rule about several files, the ``run.py`` of its folders."""
    if (folder / "bad.py").exists():
        return folder / "bad.py", folder / "good.py"
    return folder / "bad" / "run.py", folder / "good" / "run.py"


class Side:
    """One of the two programs, in a process of its own: two of them could not be configured in one."""

    def __init__(self, path: Path) -> None:
        self._child = subprocess.Popen(
            [sys.executable, __file__, "--side", str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.n, self.answer = self._read()

    def __enter__(self) -> Side:
        return self

    def __exit__(self, *_: object) -> None:
        self._child.communicate()

    def seconds(self) -> tuple[float, float]:
        """CPU time and elapsed time of one more run."""
        assert self._child.stdin is not None
        self._child.stdin.write("\n")
        self._child.stdin.flush()
        return self._read()

    def _read(self) -> tuple[Any, Any]:
        assert self._child.stdout is not None
        line = self._child.stdout.readline()
        if not line:
            raise ValueError("a side of the pair failed")
        first, second = json.loads(line)
        return first, second


def be_a_side(path: Path) -> None:
    """In the child: run once, tell the size and the answer, then run again for each line that comes."""
    sys.path.insert(0, str(path.parent))
    run = runpy.run_path(str(path))["run"]
    told = sys.stdout
    sys.stdout = sys.stderr
    answer = hashlib.sha256(repr(run()).encode()).hexdigest()
    print(json.dumps([inspect.signature(run).parameters["n"].default, answer]), file=told, flush=True)
    for _ in sys.stdin:
        print(json.dumps(seconds(run)), file=told, flush=True)


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


def sentence(name: str, saving: Saving, bad: str = "bad.py", good: str = "good.py") -> str:
    """What the page says."""
    return (
        f"`{bad}` used **{saving.ratio:.3g} times** the {saving.time} of `{good}` at n = {saving.n:,}: the median of"
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
    parser.add_argument("--side", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.side is not None:
        be_a_side(options.side)
        return
    every = [path for path in FOLDER.iterdir() if sides(path)[0].exists()]
    names = options.rules or sorted(path.name.replace("_", "-") for path in every)
    for name in names:
        folder = FOLDER / name.replace("-", "_")
        if not sides(folder)[0].is_file():
            parser.error(f"no rule {name} with a bad and a good side in {FOLDER}")
        saving = measure(folder)
        print(f"{name:26} {saving.ratio:8.3g} ({saving.low:.3g} to {saving.high:.3g})   n = {saving.n}", flush=True)
        if options.write:
            told = [f"{path.parent.name}/" if path.name == "run.py" else path.name for path in sides(folder)]
            page.write(folder / "README.md", sentence(name, saving, *told))


if __name__ == "__main__":
    main()
