"""The management summary: one page to print, the same in Markdown, and a line for a CO2 footprint inventory."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from greenprof.history.show import amounts, phrases
from greenprof.history.show.data import safe_cell
from greenprof.history.summary import COLUMNS, Saved, Summary, inventory_line
from greenprof.history.targets import amount
from greenprof.reporters import _numbers as numbers
from greenprof.reporters._page import page
from greenprof.reporters._text import neutral

PROGRAMS = 8


def as_csv(summary: Summary) -> str:
    """The inventory's line, with its heading."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerow({key: safe_cell(value) for key, value in inventory_line(summary).items()})
    return out.getvalue()


def as_html(summary: Summary) -> str:
    """One page, complete in itself."""
    return page(Path(__file__).parent / "summary.html", _told(summary), styles=["history.css"])


def as_markdown(summary: Summary) -> str:
    """The same in Markdown."""
    told = _told(summary)
    lines = [f"# Energy summary: {_escaped(told['project'])}", "", f"{told['period']}, {told['runs']}.", ""]
    lines += [f"- **{name}**: {value}" for name, value in told["figures"]]
    lines += ["", "## Intended against actual", ""]
    if told["targets"]:
        lines += ["| " + " | ".join(told["target_heads"]) + " |", "|" + " --- |" * len(told["target_heads"])]
        lines += ["| " + " | ".join(map(_escaped, row)) + " |" for row in told["targets"]]
    else:
        lines.append("No targets are set.")
    lines += ["", "## Programs", "", "| Program | Runs | Energy | 95 % interval |", "| --- | --- | --- | --- |"]
    lines += ["| " + " | ".join(map(_escaped, row)) + " |" for row in told["programs"]]
    lines += ["", "## Method", "", *(f"- {_escaped(sentence)}" for sentence in told["method"])]
    return "\n".join(lines) + "\n"


def _told(summary: Summary) -> dict[str, Any]:
    used, about = summary.used, summary.used.estimated
    return {
        "project": neutral(summary.project),
        "period": f"{summary.begin:%Y-%m-%d} to {summary.end:%Y-%m-%d}",
        "runs": f"{numbers.count(used.runs)} {'run' if used.runs == 1 else 'runs'}",
        "figures": _figures(summary),
        "target_heads": ("Target", "Baseline", "Goal", "Actual", "95 % interval", "Saved so far", "Status"),
        "targets": [_target(one, about) for one in summary.saved],
        "programs": [
            (
                phrases.name(series), numbers.count(one.runs), amounts.of(one),
                amounts.energy_within(one.interval_kwh, about=one.estimated),
            )
            for series, one in summary.programs[:PROGRAMS]
        ],
        "more": max(0, len(summary.programs) - PROGRAMS),
        "method": (*summary.method, *_sources(summary)),
    }  # fmt: skip


def _figures(summary: Summary) -> list[tuple[str, str]]:
    used, carbon, about = summary.used, summary.carbon, summary.used.estimated
    within = amounts.energy_within(used.interval_kwh, about=about)
    figures = [("Electricity", f"{amounts.of(used)} (95 %: {within}), {'estimated' if about else 'measured'}")]
    if used.unknown:
        figures.append(("Not in it", f"{numbers.count(used.unknown)} runs whose energy is not known"))
    if carbon is None:
        figures.append(("Emissions", "not worked out: say where the electricity comes from ([tool.greenprof.carbon])"))
    else:
        said = amounts.emissions(carbon.g_co2e, about=about)
        if carbon.interval_g is not None:
            said += f" (95 % of the energy: {amounts.emissions_within(carbon.interval_g, about=about)})"
        figures.append(("Emissions", said))
        if carbon.others:
            g_per_kwh = [*(other.g_per_kwh for other in carbon.others), carbon.factor_g_per_kwh]
            low, high = (carbon.kwh * carbon.pue * each for each in (min(g_per_kwh), max(g_per_kwh)))
            figures.append(("By other published factors", amounts.emissions_within((low, high), about=about)))
    known = [one for one in summary.saved if one.kwh is not None]
    if known:
        total = sum(one.kwh or 0.0 for one in known)
        ends = [sum(one.interval_kwh[end] for one in known if one.interval_kwh) for end in (0, 1)]
        within = amounts.energy_within((ends[0], ends[1]), about=about)
        figures.append(("Saved against the baselines", f"{amounts.energy(total, about=about)} (95 %: {within})"))
    return figures


def _target(saved: Saved, about: bool) -> tuple[str, ...]:
    now = saved.progress
    target, unit = now.target, now.target.unit
    within = "" if now.interval is None else " to ".join(amount(end, "").strip() for end in now.interval) + f" {unit}"
    less = "not known" if saved.kwh is None else amounts.energy(saved.kwh, about=about)
    if saved.interval_kwh is not None:
        less += f" ({amounts.energy_within(saved.interval_kwh, about=about)}) in {numbers.count(saved.runs)} runs"
    return (
        neutral(target.name), f"{amount(target.baseline, unit)}, {target.baseline_date}",
        f"{amount(target.goal, unit)}, {target.by}", amount(now.actual, unit, about=now.estimated), within, less,
        now.status,
    )  # fmt: skip


def _sources(summary: Summary) -> list[str]:
    said = [f"Meters: {', '.join(map(neutral, summary.meters))}; machines: {', '.join(map(neutral, summary.hosts))}."]
    carbon = summary.carbon
    if carbon is not None:
        kind = ", ".join(
            each for each in (carbon.factor_method and f"{carbon.factor_method}-based", carbon.factor_scope) if each
        )
        year = "year not said" if carbon.factor_year is None else carbon.factor_year
        said.append(
            f"Emissions: electricity × PUE {carbon.pue:g} × {carbon.factor_g_per_kwh:.4g} g CO2e/kWh "
            f"({neutral(carbon.factor_source)}, {year}{f'; {kind}' if kind else ''})."
        )
    return said


def _escaped(text: str) -> str:
    for character in "\\|<`*_[":
        text = text.replace(character, f"\\{character}" if character != "<" else "&lt;")
    return text
