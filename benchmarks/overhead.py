"""What profilers cost: CPU time of a program under greenprof and its peers, beside that of the program alone.

    python benchmarks/overhead.py [--python PYTHON ...] [--tools greenprof,py_spy] [--programs mixed,deltablue]
                                  [--rates 100,500] [--pairs 20] [--write]

Pairs of runs, one with and one without the tool, in alternating order, until the 95 % interval of the slowdown is as
narrow as is wanted. See OVERHEAD.md.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import page
import profilers
from profilers import Installed
from running import run

from greenprof.stats import half_width, t_95

HERE = Path(__file__).parent
PROGRAMS = HERE / "programs" / "overhead"
PAGE = HERE / "OVERHEAD.md"
NAMES = ("mixed", "deltablue")
DELTABLUE = "pyperformance/data-files/benchmarks/bm_deltablue/run_benchmark.py"
LEAST_PAIRS = 3
VARIABLES = {"PYTHONHASHSEED": "0"}


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What one run used, in seconds.

    `work_cpu_s` is the CPU time (user + system, all threads) of the program's process while it worked, `around_cpu_s`
    that of the same process before and up to the end of its work, `other_cpu_s` that of all else that the command
    started, and of the process after its work. `own_share` is greenprof's own CPU time by its report, of one core.
    """

    work_cpu_s: float
    around_cpu_s: float
    other_cpu_s: float
    elapsed_s: float
    own_share: float | None = None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A tool's cost for one program: the slowdown with the half-width of its 95 % interval, from so many pairs.

    `start_s` is CPU time that it adds to the program's process before its work, `other_core` its CPU time outside of
    the program, as a share of one core while the command ran. All None with a reason in `why`.
    """

    python: str
    program: str
    tool: str
    rate_hz: int | None
    pairs: int = 0
    slowdown: float | None = None
    half_width: float | None = None
    start_s: float | None = None
    other_core: float | None = None
    own_share: float | None = None
    why: str = ""


class Contest:
    """One tool at one rate on one program: pairs of runs until the slowdown is known well enough."""

    def __init__(self, program: Program, tool: str, installed: Installed, rate_hz: int | None) -> None:
        self.tool, self.rate_hz, self.why = tool, rate_hz, ""
        self._program, self._installed = program, installed
        self._pairs: list[tuple[Cost, Cost]] = []

    def add_pair(self) -> None:
        """A run alone and one under the tool; which comes first changes with every pair."""
        order = (False, True) if len(self._pairs) % 2 else (True, False)
        costs = {}
        for profiled in order:
            try:
                costs[profiled] = self._program.cost(self._installed, self.tool if profiled else None, self.rate_hz)
            except RuntimeError as failure:
                self.why = str(failure)
                return
        self._pairs.append((costs[False], costs[True]))

    def settled(self, precision: float, most: int) -> bool:
        """Whether no further pair is wanted."""
        if self.why or len(self._pairs) >= most:
            return True
        return len(self._pairs) >= LEAST_PAIRS and self._half_width() <= precision

    def outcome(self, python: str) -> Outcome:
        """What the pairs say."""
        said = {"python": python, "program": self._program.name, "tool": self.tool, "rate_hz": self.rate_hz}
        if not self._pairs:
            return Outcome(**said, why=self.why)
        shares = [with_it.own_share for _, with_it in self._pairs if with_it.own_share is not None]
        return Outcome(
            **said,
            pairs=len(self._pairs),
            slowdown=math.exp(trimmed(self._ratios())[0]),
            half_width=self._half_width() if len(self._pairs) > 1 else None,
            start_s=statistics.median(one.around_cpu_s - alone.around_cpu_s for alone, one in self._pairs),
            other_core=statistics.median(
                max(0.0, one.other_cpu_s - alone.other_cpu_s) / one.elapsed_s for alone, one in self._pairs
            ),
            own_share=statistics.median(shares) if shares else None,
            why=self.why,
        )

    def _ratios(self) -> list[float]:
        return [math.log(one.work_cpu_s / alone.work_cpu_s) for alone, one in self._pairs]

    def _half_width(self) -> float:
        return trimmed(self._ratios())[1]


def trimmed(values: Sequence[float]) -> tuple[float, float]:
    """The mean of the middle of `values`, and half its 95 % interval: a fifth at each end is what the machine did else.

    The interval is that of Tukey and McLaughlin (Sankhya A 25, 1963), by the variance of the values with their ends
    pulled in. Fewer than five are all kept.
    """
    ordered, cut = sorted(values), len(values) // 5
    middle = ordered[cut : len(ordered) - cut]
    if cut == 0:
        return statistics.fmean(values), half_width(values)
    pulled_in = [middle[0]] * cut + middle + [middle[-1]] * cut
    kept = len(middle) / len(values)
    error = statistics.stdev(pulled_in) / (kept * math.sqrt(len(values)))
    return statistics.fmean(middle), t_95(len(middle) - 1) * error


class Program:
    """A program of fixed work, about so many seconds long without a profiler."""

    def __init__(self, name: str, installed: Installed, seconds: float) -> None:
        self.name, self.units = name, 1
        self._seconds = seconds
        while (used_s := self.cost(installed, None, None).work_cpu_s) < seconds / 4:
            self.units = math.ceil(self.units * min(10.0, seconds / 3 / max(used_s, 1e-6)))
        self.units = max(1, round(self.units * seconds / used_s))

    def cost(self, installed: Installed, tool: str | None, rate_hz: int | None) -> Cost:
        """One run. Raises RuntimeError if it fails."""
        with tempfile.TemporaryDirectory(prefix="overhead-") as folder:
            work, output = Path(folder) / "work", Path(folder) / "profile.json"
            shutil.copytree(PROGRAMS, work, ignore=shutil.ignore_patterns("__pycache__"))
            if self.name == "deltablue":
                shutil.copy(_deltablue(installed), work / "deltablue_source.py")
            words = [f"{self.name}.py", str(self.units)]
            command = [str(installed.python), *words]
            if tool is not None:
                command = profilers.profiler(tool).command(installed, words, output, rate_hz or 0)
            ran = run(command, work, VARIABLES, timeout_s=60 + 30 * self._seconds)
            found = work / "cost.json"
            if ran.exit_code or not found.exists():
                raise RuntimeError(f"failed with {ran.exit_code}: {ran.said}")
            used = json.loads(found.read_text(encoding="utf-8"))
            own = profilers.profiler("greenprof").own_share(output) if tool == "greenprof" else None  # type: ignore[attr-defined]
        return Cost(
            work_cpu_s=used["work_cpu_s"],
            around_cpu_s=used["process_cpu_s"] - used["work_cpu_s"],
            other_cpu_s=ran.cpu_s - used["process_cpu_s"],
            elapsed_s=ran.elapsed_s,
            own_share=own,
        )


def _deltablue(installed: Installed) -> Path:
    """The benchmark's source in the installed package pyperformance. Raises RuntimeError if there is none."""
    for packages in installed.python.parent.parent.glob("lib/python3*/site-packages"):
        if (packages / DELTABLUE).exists():
            return packages / DELTABLUE
    raise RuntimeError("pyperformance is not installed")


def main() -> None:
    """Run what is asked for and print or write the table."""
    wanted = _arguments()
    outcomes = [outcome for base in wanted.python for outcome in _measured(base, wanted)]
    text = json.dumps([asdict(each) for each in outcomes], indent=1) + "\n" if wanted.format == "json" else ""
    shown = render(outcomes, wanted.versions, wanted.seconds)
    print(text or shown, end="")
    if wanted.write:
        page.write(PAGE, shown)


def _measured(base: Path, wanted: argparse.Namespace) -> Iterator[Outcome]:
    tools, missing = profilers.installable(profilers.tools_on(base, wanted), base, wanted.cache)
    wanted.versions |= {name: profilers.version(name, installed) for name, installed in tools.items()}
    python = profilers.python_version(base)
    for name in wanted.programs if tools else ():
        try:
            program = Program(name, next(iter(tools.values())), wanted.seconds)
        except RuntimeError as failure:
            missing |= dict.fromkeys(tools, str(failure))
            continue
        contests = [
            Contest(program, tool, installed, rate)
            for tool, installed in tools.items()
            for rate in (wanted.rates if profilers.profiler(tool).RATES else [None])
        ]
        going = contests
        while going:  # in rounds, so that a slow hour of the machine meets all tools
            for contest in going:
                contest.add_pair()
            going = [each for each in going if not each.settled(wanted.precision, _most(each.tool, wanted))]
        for contest in contests:
            outcome = contest.outcome(python)
            print(f"{python} {name}, {' '.join(_row(outcome))}", file=sys.stderr)
            yield outcome
    for tool, why in missing.items():
        yield Outcome(python=python, program="all", tool=tool, rate_hz=None, why=why)


def _most(tool: str, wanted: argparse.Namespace) -> int:
    return wanted.pairs if tool == "greenprof" else wanted.peer_pairs


def render(outcomes: Sequence[Outcome], versions: dict[str, str], seconds: float) -> str:
    """The tables as Markdown."""
    pythons = list(dict.fromkeys(row.python for row in outcomes))
    parts = [
        f"Measured on {page.when_and_where()} with CPython {', '.join(pythons)}; programs of {seconds:g} s.\n"
        f"Versions: {', '.join(f'{tool} {version}' for tool, version in versions.items() if version)}.\n"
    ]
    head = ["tool", "samples a second", "slowdown", "pairs", "start, ms", "other CPU", "its own report"]
    for python in pythons:
        for program in NAMES:
            rows = [_row(row) for row in outcomes if (row.python, row.program) == (python, program) and row.pairs]
            if rows:
                parts += [f"**{program}**, CPython {python}\n", page.table([head, *rows])]
    whys = dict.fromkeys(
        f"- {row.tool} (CPython {row.python}, {row.program}): {row.why}" for row in outcomes if row.why
    )
    return "\n".join([*parts, *whys]) + ("\n" if whys else "")


def _row(row: Outcome) -> list[str]:
    if row.slowdown is None or row.start_s is None or row.other_core is None:
        return [row.tool, str(row.rate_hz or ""), row.why]
    return [
        row.tool,
        str(row.rate_hz or ""),
        f"{row.slowdown:.3f}" + (f" ± {row.half_width * row.slowdown:.3f}" if row.half_width is not None else ""),
        str(row.pairs),
        f"{row.start_s * 1e3:.0f}",
        f"{row.other_core:.1%}",
        f"{row.own_share:.1%}" if row.own_share is not None else "",
    ]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="What greenprof and its peers cost a program in CPU time.")
    profilers.add_arguments(parser)
    parser.add_argument("--programs", type=profilers.names_of(NAMES), default=NAMES, metavar="NAMES",
                        help=f"comma-separated, of: {','.join(NAMES)}. [all]")  # fmt: skip
    parser.add_argument("--rates", type=lambda text: [int(word) for word in text.split(",")], default=[100, 500],
                        metavar="HZ,HZ", help="samples a second. [100,500]")  # fmt: skip
    parser.add_argument("--seconds", type=float, default=2.0, help="length of a program, alone. [%(default)s]")
    parser.add_argument("--precision", type=float, default=0.01, metavar="SHARE",
                        help="the half-width of the 95 %% interval that is wanted. [%(default)s]")  # fmt: skip
    parser.add_argument("--pairs", type=int, default=20, help="the most pairs, for greenprof. [%(default)s]")
    parser.add_argument("--peer-pairs", type=int, default=3, help="the most pairs, for the others. [%(default)s]")
    parser.add_argument("--write", action="store_true", help=f"put the tables into {PAGE.name} as well")
    wanted = parser.parse_args()
    wanted.versions = {}
    return wanted


if __name__ == "__main__":
    main()
