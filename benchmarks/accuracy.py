"""How right profilers are: greenprof and its peers on programs that know themselves how they used their CPU time.

    python benchmarks/accuracy.py [--python PYTHON ...] [--tools greenprof,py_spy] [--scenarios shares,threads]
                                  [--rate 500] [--quick] [--write]

Each program (`programs/accuracy/`) reads its CPU clocks around its parts and writes down what they used. Each tool
profiles it in turn; the error is the difference between its shares and those of the same run. See ACCURACY.md.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import page
import profilers
from parts import FunctionsOnly, Parts, largest_error, normalised, total_variation
from phased_power import joule_ratio
from profilers import Installed
from running import run

HERE = Path(__file__).parent
PROGRAMS = HERE / "programs" / "accuracy"
PAGE = HERE / "ACCURACY.md"
QUICK_S = 2.0
FUNCTIONS_ONLY, FAILED = "functions only", "failed"
TRIES = 3
# One thread for NumPy's linear algebra: its truth is the clock of the thread that calls it.
VARIABLES = {"OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A program, how many seconds of CPU time it uses, and the error that greenprof is to stay within."""

    name: str
    program: str
    seconds: float
    goal_points: float


SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario(name="shares", program="shares.py", seconds=25, goal_points=1),
        Scenario(name="threads", program="threads.py", seconds=8, goal_points=0.5),
        Scenario(name="sleeps", program="sleeps.py", seconds=8, goal_points=0.5),
        Scenario(name="tasks", program="tasks.py", seconds=10, goal_points=0.5),
        Scenario(name="generators", program="generators.py", seconds=8, goal_points=1),
        Scenario(name="C calls", program="c_calls.py", seconds=10, goal_points=2),
        Scenario(name="loop lines", program="loop_lines.py", seconds=12, goal_points=5),
        Scenario(name="children", program="children.py", seconds=16, goal_points=1),
    )
}
PHASES = "phases"
PHASES_S = 12.0
SPELLS_S = {0.2: 0.05, 0.05: 0.15}  # length of a spell: by how much the joule ratio may be off


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one tool said of one run.

    Errors are in points: `largest_points` of a share, `variation_points` of all shares together (total variation), both
    None with a reason in `why`. `truth_off` is how far a truth that is put together is off the whole, relative.
    `samples` are those that greenprof's report stands on.
    """

    python: str
    scenario: str
    tool: str
    largest_points: float | None = None
    variation_points: float | None = None
    shares: dict[str, float] = field(default_factory=dict)
    truth: dict[str, float] = field(default_factory=dict)
    samples: int | None = None
    truth_off: float | None = None
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Phase:
    """Joules of the hot function over those of the cool one in spells of `spell_s`, found and true; or why not."""

    python: str
    spell_s: float
    found: float | None = None
    truth: float | None = None
    why: str = ""


def main() -> None:
    """Run what is asked for and print or write the tables."""
    wanted = _arguments()
    outcomes: list[Outcome] = []
    phases: list[Phase] = []
    versions: dict[str, str] = {}
    for base in wanted.python:
        chosen = profilers.tools_on(base, wanted)
        tools, missing = profilers.installable(chosen, base, wanted.cache)
        versions |= {name: profilers.version(name, installed) for name, installed in tools.items()}
        python = profilers.python_version(base)
        for name in (name for name in wanted.scenarios if name != PHASES):
            for tool in chosen:
                if tool in missing:
                    outcomes.append(Outcome(python=python, scenario=name, tool=tool, why=missing[tool]))
                    continue
                for _ in range(TRIES):
                    outcome = measured(SCENARIOS[name], tool, tools[tool], python, wanted.rate, quick=wanted.quick)
                    if not outcome.why.startswith(FAILED):
                        break
                outcomes.append(outcome)
                _tell(f"{python} {name}, {tool}: {_cell(outcomes[-1], 'largest_points')}")
        if PHASES in wanted.scenarios and "greenprof" in tools:
            for spell_s in SPELLS_S:
                phases.append(_phase(tools["greenprof"], python, spell_s, wanted.rate, wanted.quick))
                _tell(f"{python} phases, {spell_s:g} s: {_ratio(phases[-1])}")
    if wanted.format == "json":
        rows = {"outcomes": [asdict(row) for row in outcomes], "phases": [asdict(row) for row in phases]}
        text = json.dumps(rows, indent=1) + "\n"
    else:
        text = render(outcomes, phases, versions, wanted.rate)
    print(text, end="")
    if wanted.write:
        page.write(PAGE, render(outcomes, phases, versions, wanted.rate))


def measured(scenario: Scenario, name: str, installed: Installed, python: str, rate_hz: int, *, quick: bool) -> Outcome:
    """One run of a program under one tool, and how right the tool was."""
    seconds = min(QUICK_S, scenario.seconds) if quick else scenario.seconds
    profiler = profilers.profiler(name)
    said = {"python": python, "scenario": scenario.name, "tool": name}
    with tempfile.TemporaryDirectory(prefix="accuracy-") as folder:
        work, output = Path(folder) / "work", Path(folder) / "profile.json"
        shutil.copytree(PROGRAMS, work, ignore=shutil.ignore_patterns("__pycache__"))
        command = profiler.command(installed, [scenario.program, str(seconds)], output, rate_hz)
        ran = run(command, work, VARIABLES, timeout_s=30 + 10 * seconds)
        truth, off = _truth(work), work / "off.json"
        if ran.exit_code or not truth:
            return Outcome(**said, why=f"{FAILED} with {ran.exit_code}: {ran.said}")
        try:
            shares = Parts(work.glob("*.py")).shares(profiler.stacks(output))
        except FunctionsOnly:
            return Outcome(**said, why=FUNCTIONS_ONLY)
        except (OSError, ValueError, LookupError, TypeError, EOFError) as failure:
            return Outcome(**said, why=f"its profile cannot be read: {failure!r}")
        if not shares:
            return Outcome(**said, why="saw nothing of the program")
        return Outcome(
            **said,
            largest_points=largest_error(shares, truth),
            variation_points=total_variation(shares, truth),
            shares=shares,
            truth=truth,
            samples=profiler.samples(output) if name == "greenprof" else None,  # type: ignore[attr-defined]
            truth_off=json.loads(off.read_text(encoding="utf-8")) if off.exists() else None,
        )


def _truth(work: Path) -> dict[str, float]:
    """The shares of the parts by the programs' own clocks, all processes together."""
    spent: dict[str, float] = {}
    for file in work.glob("truth-*.json"):
        for name, seconds in json.loads(file.read_text(encoding="utf-8")).items():
            spent[name] = spent.get(name, 0.0) + seconds
    return normalised(spent)


def _phase(installed: Installed, python: str, spell_s: float, rate_hz: int, quick: bool) -> Phase:
    own = profilers.profiler("greenprof").executable(installed)  # type: ignore[attr-defined]
    command = [own, "run", "--interval", str(1 / rate_hz)]
    try:
        ratio = joule_ratio(command, installed.python, spell_s, QUICK_S if quick else PHASES_S)
    except (RuntimeError, OSError, KeyError) as failure:
        return Phase(python=python, spell_s=spell_s, why=str(failure))
    return Phase(python=python, spell_s=spell_s, found=ratio.found, truth=ratio.truth)


def render(outcomes: Sequence[Outcome], phases: Sequence[Phase], versions: dict[str, str], rate_hz: int) -> str:
    """The tables as Markdown."""
    pythons = list(dict.fromkeys(row.python for row in (*outcomes, *phases)))
    parts = [
        f"Measured on {page.when_and_where()} with CPython {', '.join(pythons)}, at {rate_hz} samples a second.\n"
        f"Versions: {', '.join(f'{tool} {version}' for tool, version in versions.items() if version)}.\n"
    ]
    for python in pythons:
        rows = [row for row in outcomes if row.python == python]
        if rows:
            parts.append(f"**CPython {python}**: the largest error of a share, in points\n")
            parts.append(_table(rows, "largest_points", goals=True))
            parts.append("All that stands on a wrong part (total variation), in points\n")
            parts.append(_table(rows, "variation_points"))
            parts.append(_remarks(rows))
    if phases:
        parts.append("Joules of a function at 60 W over those of one at 20 W, of equal CPU time\n")
        parts.append(
            page.table([["CPython", "spells", "greenprof", "truth", "error", "goal"], *map(_phase_row, phases)])
        )
    return "\n".join(part for part in parts if part)


def _table(rows: Sequence[Outcome], figure: str, *, goals: bool = False) -> str:
    tools, names = (list(dict.fromkeys(each)) for each in zip(*((row.tool, row.scenario) for row in rows), strict=True))
    cells = {(row.scenario, row.tool): _cell(row, figure) for row in rows}
    head = ["scenario", *(["goal"] if goals else []), *tools]
    body = [
        [name, *([f"{SCENARIOS[name].goal_points:g}"] if goals else []), *(cells[name, tool] for tool in tools)]
        for name in names
    ]
    return page.table([head, *body])


def _cell(outcome: Outcome, figure: str) -> str:
    points = getattr(outcome, figure)
    return f"{points:.2f}" if points is not None else FUNCTIONS_ONLY if outcome.why == FUNCTIONS_ONLY else "—"


def _remarks(rows: Sequence[Outcome]) -> str:
    whys: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        if row.why and row.why != FUNCTIONS_ONLY:
            whys.setdefault((row.tool, row.why), []).append(row.scenario)
    lines = [f"- {tool} ({', '.join(names)}): {why}" for (tool, why), names in whys.items()]
    counts = [f"{row.scenario} {row.samples:,}" for row in rows if row.samples is not None]
    if counts:
        lines.append(f"- greenprof's samples: {', '.join(counts)}")
    offs = [abs(row.truth_off) for row in rows if row.truth_off is not None]
    if offs:
        lines.append(f"- the costs of the loop's lines add up to the loop within {max(offs):.1%}")
    return "\n".join(lines) + "\n" if lines else ""


def _phase_row(phase: Phase) -> list[str]:
    found, truth = (f"{ratio:.2f}" if ratio is not None else "—" for ratio in (phase.found, phase.truth))
    spell = f"{phase.spell_s * 1e3:.0f} ms"
    return [phase.python, spell, found, truth, _ratio(phase), f"{SPELLS_S[phase.spell_s]:.0%}"]


def _ratio(phase: Phase) -> str:
    return f"{phase.found / phase.truth - 1:+.1%}" if phase.found is not None and phase.truth else phase.why


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="How right greenprof and its peers are about CPU shares and lines.")
    profilers.add_arguments(parser)
    known = (*SCENARIOS, PHASES)
    parser.add_argument("--scenarios", type=profilers.names_of(known), default=known, metavar="NAMES",
                        help=f"comma-separated, of: {','.join(known)}. [all]")  # fmt: skip
    parser.add_argument("--rate", type=int, default=500, metavar="HZ", help="samples a second. [%(default)s]")
    parser.add_argument("--quick", action="store_true", help=f"programs of {QUICK_S:g} s, to see that all works")
    parser.add_argument("--write", action="store_true", help=f"put the tables into {PAGE.name} as well")
    return parser.parse_args()


def _tell(text: str) -> None:
    print(text, file=sys.stderr)


if __name__ == "__main__":
    main()
