"""The tables of a comparison, as Markdown."""

from __future__ import annotations

import platform
import re
import statistics
import textwrap
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from layouts import ALL, WATTS  # isort: skip  (it opens the way to the folder above)

import page

if TYPE_CHECKING:
    from run import Outcome

RIGHT = 0.01
# Two runs that differ by no more than this share say the same.
ALIKE = 0.02
# From here on per cents say less than joules.
ABSURD = 100.0


def error(outcome: Outcome) -> float | None:
    """How far off the answer is, relative to the truth; ``None`` where there is no answer or no truth."""
    if outcome.joules is None or outcome.truth_j is None:
        return None
    return (outcome.joules - outcome.truth_j) / outcome.truth_j


def surprising(outcome: Outcome) -> bool:
    """Whether it is anything but the right answer, or none where none can be given."""
    if not ALL[outcome.layout].knowable:
        return bool(outcome.crashed) or outcome.joules is not None
    off = error(outcome)
    return off is None or abs(off) > RIGHT


def cell(outcome: Outcome) -> str:
    """One outcome in a few characters."""
    if outcome.crashed:
        return f"crash: {outcome.crashed.partition(':')[0]}"
    if outcome.refused or outcome.joules is None:
        return "unknown"
    off = error(outcome)
    if off is None:
        return f"says {_joules(outcome.joules)}"
    return f"{off * 100:+.2f} %" if abs(off) < ABSURD else f"says {_joules(outcome.joules)}"


def render(outcomes: Sequence[Outcome], costs: dict[str, float], seconds: float) -> str:
    """Both tables, what they were measured with, and the words of each refusal and crash."""
    tools = list(dict.fromkeys(outcome.tool for outcome in outcomes))
    names = list(dict.fromkeys(outcome.layout for outcome in outcomes))
    rows = [["layout", *tools]]
    for name in names:
        rows.append([name, *(_cells([o for o in outcomes if (o.tool, o.layout) == (tool, name)]) for tool in tools)])
    beside = [[o.beside_s for o in outcomes if o.tool == tool and o.beside_s is not None] for tool in tools]
    rows.append(["*s beside the job*", *(f"{statistics.median(times):.1f}" if times else "" for times in beside)])
    parts = [
        f"{_when_and_where(outcomes, seconds)}\n",
        page.table(rows),
        f"{_verdict(outcomes)}\n" if "greenprof" in tools else "",
        _words(outcomes),
        _totals(outcomes),
    ]
    if costs:
        parts.append("What one start and stop costs (layout single, median):\n")
        parts.append(
            page.table([["", "µs"], *([_COST_NAMES.get(tool, tool), f"{us:.1f}"] for tool, us in costs.items())])
        )
    return "\n".join(part for part in parts if part)


_COST_NAMES = {
    "greenprof": "greenprof, `measure()`",
    "pyRAPL": "pyRAPL, `begin()` and `end()`",
    "pyJoules": "pyJoules, `start()` and `stop()`",
}


def _cells(outcomes: Sequence[Outcome]) -> str:
    shown = [cell(outcome) for outcome in outcomes]
    # Of runs of different length the joules differ, so they are compared as shares of the truth where there is one.
    sizes = [outcome.joules and outcome.joules / (outcome.truth_j or 1.0) for outcome in outcomes]
    known = [size for size in sizes if size is not None]
    scale = 1.0 if all(outcome.truth_j for outcome in outcomes) else max(map(abs, known), default=0.0)
    alike = len(known) == len(sizes) and max(known) - min(known) <= ALIKE * scale
    return shown[-1] if alike else ", then ".join(dict.fromkeys(shown))


def _joules(joules: float) -> str:
    return f"{joules:,.0f} J" if abs(joules) >= 10 else f"{joules:.2g} J"


def _when_and_where(outcomes: Sequence[Outcome], seconds: float) -> str:
    versions = {outcome.tool: outcome.version for outcome in outcomes if outcome.version != "?"}
    ticks_ms = [outcome.longest_tick_s * 1e3 for outcome in outcomes]
    return (
        f"Measured on {datetime.now(UTC):%Y-%m-%d} with {platform.python_implementation()} {platform.python_version()}"
        f" on {platform.system()} {platform.release()} ({platform.machine()}): a job of {seconds:g} s at {WATTS:g} W.\n"
        f"Versions: {', '.join(f'{tool} {version}' for tool, version in versions.items())}.\n"
        f"The longest time between two ticks of the simulated counters, which should be 1 ms, was"
        f" {statistics.median(ticks_ms):.0f} ms in the median run\nand {max(ticks_ms):.0f} ms in the worst;"
        " it matters at the two ends of the job only."
    )


def _verdict(outcomes: Sequence[Outcome]) -> str:
    own = [outcome for outcome in outcomes if outcome.tool == "greenprof"]
    offs = [abs(off) for off in map(error, own) if off is not None]
    worst = f"{max(offs) * 100:.2f} %" if offs else "none"
    wrong = [outcome.layout for outcome in own if surprising(outcome)]
    return f"greenprof's worst error: {worst}. Wrong or unknown where it need not be: {', '.join(wrong) or 'nowhere'}."


def _words(outcomes: Sequence[Outcome]) -> str:
    said: dict[tuple[str, str], list[str]] = {}
    for outcome in outcomes:
        words = outcome.crashed or outcome.refused
        if words:
            places = said.setdefault((outcome.tool, re.sub(r"/tmp/\S*?/class", "/sys/class", words)), [])
            places.extend([] if outcome.layout in places else [outcome.layout])
    if not said:
        return ""
    lines = [
        f"- {tool} ({', '.join(places)}): `{textwrap.shorten(words, 200, placeholder=' …')}`"
        for (tool, words), places in said.items()
    ]
    return "The words of each refusal and crash:\n\n" + "\n".join(lines) + "\n"


def _totals(outcomes: Sequence[Outcome]) -> str:
    lines = []
    for tool in dict.fromkeys(outcome.tool for outcome in outcomes):
        offs = [
            f"{outcome.layout} {(outcome.total_j - outcome.truth_j) / outcome.truth_j:+.0%}"
            for outcome in outcomes
            if outcome.tool == tool and outcome.total_j is not None and outcome.truth_j is not None
        ]
        if offs:
            shown = ", ".join(dict.fromkeys(offs))
            lines.append(f"- {tool}'s own total, with what it adds from constants, against the same truth: {shown}")
    return "\n".join(lines) + "\n" if lines else ""
