"""Runs greenprof and its peers on one simulated powercap tree after the other, and says how wrong each of them is.

    python benchmarks/peers/run.py [--tools greenprof,pyRAPL] [--layouts single,wrap] [--seconds 3] [--write]

Each tool measures the same job, in its own environment, at constant known power. What it should have
said is watts times the time between the job's own start and end. Needs root; see README.md.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import environments
import page
import sandbox
import table
from layouts import ALL, WATTS, Layout
from simulated_powercap import Movement

HERE = Path(__file__).parent
EXIT_USAGE = 2
TIMEOUT_S = 90
WRAP_TRIES = 5
# The wrap must lie within the job, away from its ends.
MARGIN_S = 0.1
COST_TOOLS = ("greenprof", "pyRAPL", "pyJoules")
COST_PAIRS, COST_ROUNDS = 2000, 3


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one tool said of one job, and the truth.

    `joules` is ``None`` where it said that it does not know; `refused` is its own error, `crashed` one that
    it did not mean. `truth_j` is ``None`` where nobody can know. `longest_tick_s` is how late the simulated
    counters were at worst, `beside_s` what the tool took besides the job.
    """

    tool: str
    version: str
    layout: str
    joules: float | None
    truth_j: float | None
    domains: dict[str, float | None]
    total_j: float | None
    refused: str | None
    crashed: str | None
    longest_tick_s: float
    beside_s: float | None


def main() -> None:
    """Run what is asked for and print or write the tables."""
    wanted = _arguments()
    lacking = sandbox.missing()
    if lacking:
        print(f"benchmarks/peers/run.py {lacking}", file=sys.stderr)
        sys.exit(EXIT_USAGE)
    pythons = {tool: environments.python_of(tool, wanted.cache) for tool in wanted.tools}
    bench = Bench(pythons, wanted.cache, wanted.seconds)
    outcomes = [
        outcome
        for name in wanted.layouts
        for tool in wanted.tools
        for outcome in bench.cell(tool, name, wanted.repeats)
    ]
    costs = bench.costs() if wanted.cost else {}
    if wanted.format == "json":
        text = json.dumps({"outcomes": [asdict(outcome) for outcome in outcomes], "costs_us": costs}, indent=1) + "\n"
    else:
        text = table.render(outcomes, costs, wanted.seconds)
    if wanted.output is None:
        print(text, end="")
    else:
        wanted.output.write_text(text, encoding="utf-8")
    if wanted.write:
        page.write(HERE / "README.md", table.render(outcomes, costs, wanted.seconds))


class Bench:
    """Runs tools in sandboxes and remembers how long each takes until its job begins."""

    def __init__(self, pythons: dict[str, Path], cache: Path, seconds: float) -> None:
        self._pythons, self._seconds = pythons, seconds
        self._lead_s: dict[str, float] = {}
        self._readable = [Path(sys.base_prefix), Path(sys.prefix), HERE.parents[1]]
        if cache.exists():
            self._readable.append(cache.resolve())

    def cell(self, tool: str, name: str, repeats: int) -> list[Outcome]:
        """One outcome; up to `repeats` where it is a surprising one."""
        outcomes = []
        while not outcomes or (len(outcomes) < repeats and table.surprising(outcomes[-1])):
            outcomes.append(self._once(tool, name))
            _tell(f"{tool}, {name}: {table.cell(outcomes[-1])}")
        return outcomes

    def costs(self) -> dict[str, float]:
        """Median µs of a start and a stop on the layout ``single``: the median of rounds in turn."""
        found: dict[str, list[float]] = {}
        wanted = [tool for tool in COST_TOOLS if tool in self._pythons]
        for _ in range(COST_ROUNDS):
            for tool in wanted:
                with tempfile.TemporaryDirectory(prefix="peers-") as folder:
                    tree = sandbox.prepare(Path(folder), ALL["single"])
                    with tree.run_at(WATTS):
                        lines, said = self._talk(tool, ALL["single"], Path(folder), ["--pairs", str(COST_PAIRS)])
                if not lines or "median_us" not in lines[-1]:
                    raise RuntimeError(f"{tool} gave no cost: {lines or said}")
                found.setdefault(tool, []).append(lines[-1]["median_us"])
        return {tool: statistics.median(times) for tool, times in found.items()}

    def _once(self, tool: str, name: str) -> Outcome:
        if not ALL[name].wraps:
            return self._run(tool, name, ALL[name])[0]
        for _ in range(WRAP_TRIES):
            wraps_s = self._lead_s.get(tool, 1.0) + self._seconds / 2
            outcome, begun_s = self._run(tool, name, _wrapping_after(ALL[name], wraps_s))
            if begun_s is None or begun_s + MARGIN_S < wraps_s < begun_s + self._seconds - MARGIN_S:
                return outcome
        raise RuntimeError(f"{tool} takes so unevenly long to begin that no wrap can be placed in its job")

    def _run(self, tool: str, name: str, layout: Layout) -> tuple[Outcome, float | None]:
        """The outcome, and when the job began: seconds after the counters began to move."""
        with tempfile.TemporaryDirectory(prefix="peers-") as folder:
            tree = sandbox.prepare(Path(folder), layout)
            begun = time.monotonic()
            with tree.run_at(WATTS) as movement:
                words = ["--seconds", str(self._seconds)]
                lines, said = self._talk(tool, layout, Path(folder), words, movement)
        took_s = time.monotonic() - begun
        answer: dict[str, Any] = lines[-1] if lines else {}
        span_ns = (answer.get("begun_ns"), answer.get("ended_ns"))
        job_s = None if None in span_ns else (span_ns[1] - span_ns[0]) / 1e9
        begun_s = None if not lines or "begun_ns" not in lines[0] else (lines[0]["begun_ns"] - movement.begun_ns) / 1e9
        if begun_s is not None:
            self._lead_s[tool] = begun_s
        if "version" not in answer:
            answer["crashed"] = said
        outcome = Outcome(
            tool=tool,
            version=answer.get("version", "?"),
            layout=name,
            joules=answer.get("joules"),
            truth_j=WATTS * job_s if layout.knowable and job_s is not None else None,
            domains=answer.get("domains", {}),
            total_j=answer.get("total_j"),
            refused=answer.get("refused"),
            crashed=answer.get("crashed"),
            longest_tick_s=movement.longest_tick_s,
            beside_s=None if job_s is None else took_s - job_s,
        )
        return outcome, begun_s

    def _talk(
        self, tool: str, layout: Layout, folder: Path, words: list[str], movement: Movement | None = None
    ) -> tuple[list[dict[str, Any]], str]:
        """Run the measuring script; its answers, and what it said if it gave none."""
        adapter = HERE / "adapters" / f"{tool}.py"
        run = [str(self._pythons[tool]), str(HERE / "measure.py"), str(adapter), *words]
        environment = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": str(folder / "home"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        command = sandbox.command(folder, layout, run, self._readable)
        lines = []
        with (
            tempfile.TemporaryFile() as errors,
            subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
        ):
            assert process.stdout is not None
            late = threading.Timer(TIMEOUT_S, process.kill)
            late.start()
            for line in process.stdout:
                lines.append(json.loads(line))
                if layout.vanishes and movement is not None and len(lines) == 1:
                    time.sleep(self._seconds / 2)
                    movement.vanish(layout.vanishes)
            late.cancel()
            process.wait()
            errors.seek(0)
            said = errors.read().decode(errors="replace").strip().splitlines()
        if process.returncode == -9:
            return lines, f"no answer in {TIMEOUT_S} s"
        return lines, said[-1] if said else f"no answer (exit code {process.returncode})"


def _wrapping_after(layout: Layout, seconds: float) -> Layout:
    def near_its_end(zone: Any) -> Any:
        return replace(zone, start_uj=round(zone.range_uj - WATTS * zone.share * seconds * 1e6))

    return replace(layout, zones=tuple(near_its_end(zone) for zone in layout.zones))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="How wrong greenprof and its peers are on simulated powercap trees.")
    known = environments.tools()
    parser.add_argument("--tools", default=",".join(known), help="comma-separated, of: %(default)s")
    parser.add_argument("--layouts", default=",".join(ALL), help="comma-separated, of: %(default)s")
    parser.add_argument("--seconds", type=float, default=3.0, help="length of the job. [%(default)s]")
    parser.add_argument("--repeats", type=int, default=2, help="runs of what is surprising. [%(default)s]")
    parser.add_argument("--no-cost", dest="cost", action="store_false", help="do not time a start and a stop")
    parser.add_argument("-f", "--format", choices=("markdown", "json"), default="markdown")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="[standard output]")
    parser.add_argument("--write", action="store_true", help="put the tables into README.md as well")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "greenprof-peers", metavar="FOLDER",
                        help="where the tools' environments are kept. [%(default)s]")  # fmt: skip
    wanted = parser.parse_args()
    wanted.tools = _of(wanted.tools, known, parser, "tool")
    wanted.layouts = _of(wanted.layouts, tuple(ALL), parser, "layout")
    if wanted.seconds < 0.5:
        parser.error("--seconds must be 0.5 or more: something is to happen in the middle of the job")
    return wanted


def _of(text: str, known: Sequence[str], parser: argparse.ArgumentParser, what: str) -> list[str]:
    chosen = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in chosen if name not in known]
    if unknown or not chosen:
        parser.error(f"unknown {what} {', '.join(unknown) or 'none'}; there are: {', '.join(known)}")
    return chosen


def _tell(text: str) -> None:
    if sys.stderr.isatty():
        width = shutil.get_terminal_size().columns
        print(text[:width], file=sys.stderr)


if __name__ == "__main__":
    main()
