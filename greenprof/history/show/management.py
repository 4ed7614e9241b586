"""The management summary: one page to print, the same in Markdown, and a line for a CO2 footprint inventory."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from greenprof.history.show import amounts, phrases
from greenprof.history.show.data import safe_cell
from greenprof.history.summary import COLUMNS, Saved, Summary, inventory_line, overlapping
from greenprof.history.targets import amount, bounds
from greenprof.i18n import ENGLISH, _, day, decimal, language, short_day
from greenprof.model import Carbon
from greenprof.reporters import _carbon as carbon_words
from greenprof.reporters import _numbers as numbers
from greenprof.reporters._kept_words import told as in_words
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
    lines = [
        "# " + _("Energy summary: {project}", project=_escaped(told["project"])),
        "",
        f"{told['period']}, {told['runs']}.",
        "",
    ]
    lines += [f"- **{name}**: {_escaped(value)}" for name, value in told["figures"]]
    lines += ["", "## " + _("Intended against actual"), ""]
    if told["targets"]:
        lines += ["| " + " | ".join(told["target_heads"]) + " |", "|" + " --- |" * len(told["target_heads"])]
        lines += ["| " + " | ".join(map(_escaped, row)) + " |" for row in told["targets"]]
    else:
        lines.append(_("No targets are set."))
    heads = (_("Program"), _("Runs"), _("Energy"), _("95 % interval"))
    lines += ["", "## " + _("Programs"), "", "| " + " | ".join(heads) + " |", "| --- | --- | --- | --- |"]
    programs = [(f"{name} ({where})" if where else name, *cells) for name, where, *cells in told["programs"]]
    lines += ["| " + " | ".join(map(_escaped, row)) + " |" for row in programs]
    lines += ["", "## " + _("Method"), "", *(f"- {_escaped(sentence)}" for sentence in told["method"])]
    return "\n".join(lines) + "\n"


def _told(summary: Summary) -> dict[str, Any]:
    used, about = summary.used, summary.used.estimated
    every = [series for series, _used in summary.programs]
    return {
        "project": neutral(summary.project),
        "period": _("{first} to {last}", first=_day(summary.begin), last=_day(summary.end)),
        "runs": phrases.number_of_runs(used.runs),
        "figures": _figures(summary),
        "target_heads": (
            _("Target"), _("Baseline"), _("Goal"), _("Actual"), _("95 % interval"), _("Saved so far"), _("Status")
        ),
        "targets": [_target(one, about) for one in summary.saved],
        "programs": [
            (
                phrases.name(series), phrases.where(series, every), numbers.count(one.runs), amounts.of(one),
                amounts.energy_within(one.interval_kwh, about=one.estimated),
            )
            for series, one in summary.programs[:PROGRAMS]
        ],
        "more": max(0, len(summary.programs) - PROGRAMS),
        "method": (*map(_, summary.method), *_sources(summary)),
    }  # fmt: skip


def _figures(summary: Summary) -> list[tuple[str, str]]:
    used, carbon, about = summary.used, summary.carbon, summary.used.estimated
    within = amounts.energy_within(used.interval_kwh, about=about)
    how = _("estimated") if about else _("measured")
    figures = [(_("Electricity"), _with(amounts.of(used), within) + f", {how}")]
    if used.unknown:
        unknown = _("{number} runs whose energy is not known", number=numbers.count(used.unknown))
        figures.append((_("Not in it"), unknown))
    if carbon is None:
        none = _("not worked out: say where the electricity comes from ([tool.greenprof.carbon])")
        figures.append((_("Emissions"), none))
    else:
        figures += _priced(carbon, about)
    return [*figures, *_saved(summary)]


def _priced(carbon: Carbon, about: bool) -> Iterator[tuple[str, str]]:
    """What the electricity comes to: in the data centre, emissions, water, the computer's making, money."""
    if carbon.pue != 1:
        amount = amounts.energy(carbon.kwh * carbon.pue, about=about)
        if carbon.interval_kwh is not None:
            low, high = (end * carbon.pue for end in carbon.interval_kwh)
            amount = _with(amount, amounts.energy_within((low, high), about=about))
        yield (
            _("With the data centre, PUE {pue}", pue=decimal(f"{carbon.pue:g}")),
            _remarked(amount, neutral(in_words(carbon.pue_source or ""))),
        )
    emitted = amounts.emissions(carbon.g_co2e, about=about)
    if carbon.interval_g is not None:
        of_energy = amounts.emissions_within(carbon.interval_g, about=about)
        emitted += " (" + _("95 % of the energy: {within}", within=of_energy) + ")"
    yield _("Emissions"), emitted
    if carbon.others:
        low, high = (carbon.kwh * carbon.pue * g_per_kwh for g_per_kwh in carbon_words.spread(carbon))
        ends = amounts.emissions_within((low, high), about=about)
        yield _("By other published factors"), numbers.about(ends) if about else ends
    if carbon.embodied_g is not None:
        share = amounts.emissions(carbon.embodied_g, about=True)
        yield _("Embodied share"), _remarked(share, in_words(carbon.embodied_method or ""))
    precision = numbers.Precision(digits=2 if about else 3, about=about)
    if carbon.water_l is not None:
        of_computer = _("on the energy of the computer, not of the data centre")
        yield (
            _("Water, WUE {wue} L/kWh", wue=decimal(f"{carbon.wue:g}")),
            _remarked(numbers.volume(carbon.water_l, precision), of_computer),
        )
    currency = neutral(carbon.currency or "")
    if carbon.cost is not None:
        price = decimal(f"{carbon.price_per_kwh:g} {currency}")
        yield (
            _("Cost of the electricity"),
            _remarked(
                f"{numbers.plain(carbon.cost, precision)} {currency}",
                _("{price} per kWh of the data centre", price=price),
            ),
        )
    if carbon.shadow_cost is not None:
        price = decimal(f"{carbon.shadow_price_per_tonne:g} {currency}")
        yield (
            _("Shadow price of the emissions"),
            _remarked(
                f"{numbers.plain(carbon.shadow_cost, precision)} {currency}",
                _("{price} per tonne of CO2e", price=price),
            ),
        )


def _saved(summary: Summary) -> Iterator[tuple[str, str]]:
    """What was saved in all, unless targets count the same runs: those savings do not add up."""
    known, about = [one for one in summary.saved if one.kwh is not None], summary.used.estimated
    twice = overlapping(known)
    if twice:
        names = ", ".join(neutral(one.progress.target.name) for one in twice)
        yield _("Saved against the baselines"), _("no total: these targets count the same runs: {names}", names=names)
    elif known:
        total = sum(one.kwh or 0.0 for one in known)
        ends = [sum(one.interval_kwh[end] for one in known if one.interval_kwh) for end in (0, 1)]
        within = amounts.energy_within((ends[0], ends[1]), about=about)
        yield _("Saved against the baselines"), _with(amounts.energy(total, about=about), within)


def _remarked(amount: str, remark: str) -> str:
    return f"{amount}, {remark}" if remark else amount


def _with(amount: str, within: str) -> str:
    return _("{amount} (95 %: {within})", amount=amount, within=within)


def _day(moment: datetime) -> str:
    """A day of the period: as in a table where that is a usual way to write it, else in words."""
    return short_day(moment) if language() == ENGLISH else day(moment)


def _target(saved: Saved, about: bool) -> tuple[str, ...]:
    now = saved.progress
    target, unit = now.target, now.target.unit
    within = "" if now.interval is None else bounds(now.interval, unit, about=now.estimated)
    less = _("not known") if saved.kwh is None else amounts.energy(saved.kwh, about=about)
    if saved.interval_kwh is not None:
        ends = amounts.energy_within(saved.interval_kwh, about=about)
        less = _("{amount} ({within}) in {runs}", amount=less, within=ends, runs=phrases.number_of_runs(saved.runs))
    if saved.elsewhere:
        runs = phrases.number_of_runs(saved.elsewhere)
        less += "; " + _("not counted: {runs} on another machine or by another meter", runs=runs)
    return (
        neutral(target.name), f"{amount(target.baseline, unit)}, {short_day(target.baseline_date)}",
        f"{amount(target.goal, unit)}, {short_day(target.by)}", amount(now.actual, unit, about=now.estimated), within,
        less, _(now.status),
    )  # fmt: skip


def _sources(summary: Summary) -> list[str]:
    meters, hosts = ", ".join(map(neutral, summary.meters)), ", ".join(map(neutral, summary.hosts))
    said = [_("Meters: {meters}; machines: {hosts}.", meters=meters, hosts=hosts)]
    carbon = summary.carbon
    if carbon is not None:
        kind = carbon_words.qualities(carbon.factor_method, carbon.factor_scope)
        year = _("year not said") if carbon.factor_year is None else carbon.factor_year
        source = f"{neutral(in_words(carbon.factor_source))}, {year}{f'; {kind}' if kind else ''}"
        said.append(
            _(
                "Emissions: electricity × PUE {pue} × {factor} g CO2e/kWh ({source}).",
                pue=decimal(f"{carbon.pue:g}"), factor=decimal(f"{carbon.factor_g_per_kwh:.4g}"), source=source,
            )
        )  # fmt: skip
    return said


def _escaped(text: str) -> str:
    for character in "\\|<`*_[":
        text = text.replace(character, f"\\{character}" if character != "<" else "&lt;")
    return text
