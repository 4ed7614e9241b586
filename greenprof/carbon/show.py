"""How the calculator, the forecast and the list of factors are shown: text, Markdown, CSV and JSON of one value."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, tzinfo
from typing import Any

from greenprof.carbon import codecarbon_data, presets
from greenprof.carbon.factors import named_factor, names
from greenprof.carbon.forecast import Advice, Slot
from greenprof.carbon.hourly import Hours
from greenprof.carbon.what_if import Calculation
from greenprof.i18n import _, decimal, short_day
from greenprof.reporters import _carbon as told
from greenprof.reporters import _numbers as numbers
from greenprof.reporters._kept_words import told as in_words
from greenprof.reporters._text import neutral

_EXACT = numbers.Precision(digits=4, about=False)  # of what a user has given as it is
_SLOTS_SHOWN = 5

Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Facts (label, amount, remark), then a table; beside them the same for other programs, unrounded."""

    title: str
    facts: tuple[Cells, ...]
    columns: Cells
    rows: tuple[Cells, ...]
    numbers: frozenset[int]  # the columns that stand to the right
    raw: tuple[dict[str, Any], ...]  # the rows of the CSV
    data: dict[str, Any]  # the JSON
    table_title: str = ""


def render(format_: str, shown_: Shown) -> str:
    """`shown_` as ``text``, ``markdown``, ``csv`` or ``json``."""
    if format_ == "json":
        return json.dumps(shown_.data, ensure_ascii=False, allow_nan=False, indent=2, default=_json) + "\n"
    if format_ == "csv":
        return _csv(shown_.raw)
    return _markdown(shown_) if format_ == "markdown" else _text(shown_)


def calculation(found: Calculation) -> Shown:
    """The emissions that were asked for, and the table of what would change them."""
    carbon = found.carbon
    precision = _EXACT if not found.uncertainty else numbers.Precision(
        digits=numbers.significant_digits(found.uncertainty), about=False
    )  # fmt: skip
    priced = any(row.cost is not None for row in found.what_if)
    rows = []
    for row in found.what_if:
        sign = "+" if row.difference_g > 0 else "−" if row.difference_g < 0 else ""
        rows.append(
            (
                in_words(row.what),
                numbers.electricity(row.kwh * row.pue, precision),
                decimal(f"{row.factor_g_per_kwh:.4g}"),
                numbers.mass(row.g_co2e, precision),
                f"{sign}{numbers.mass(abs(row.difference_g), precision)}" if sign else "",
                numbers.share(abs(row.difference_g), carbon.g_co2e).join((sign, "")) if sign and carbon.g_co2e else "",
                *((f"{numbers.plain(row.cost, precision)} {carbon.currency}",) if priced else ()),
            )
        )
    return Shown(
        title=decimal(f"{carbon.kwh:,.10g} kWh"),
        facts=tuple((row.label, row.told, row.remark) for row in told.rows(carbon, precision)),
        table_title=_("What if"),
        columns=("", _("Electricity"), "g/kWh", "CO2e", _("Difference"), "", *((_("Cost"),) if priced else ())),
        rows=tuple(rows),
        numbers=frozenset(range(1, 7)),
        raw=tuple(asdict(row) for row in found.what_if),
        data={"carbon": asdict(carbon), "what_if": [asdict(row) for row in found.what_if]},
    )


def advice(found: Advice, hours: Hours, kwh: float | None) -> Shown:
    """The best hour and what it saves, then the best few slots."""

    def at(slot: Slot) -> str:
        return _("{low} to {high}", low=_moment(slot.start, hours.zone), high=_moment(slot.end, hours.zone))

    def grams(slot: Slot) -> str:
        return "" if kwh is None else f", {numbers.mass(kwh * slot.g_per_kwh, _EXACT)} CO2e"

    def amount(slot: Slot) -> str:
        return decimal(f"{slot.g_per_kwh:.4g} g/kWh") + grams(slot)

    saved, best, first = found.saved, found.best, found.first
    less = _("nothing to save")
    if saved:
        share = decimal(f"{100 * saved:.0f} %")
        less = (
            _("{share} less than the first", share=share) if found.past else _("{share} less than at once", share=share)
        )
    if saved and kwh is not None:
        less += f": {numbers.mass(kwh * (first.g_per_kwh - best.g_per_kwh), _EXACT)} CO2e"
    facts = [
        (_("best"), at(best), f"{amount(best)}; {less}"),
        (_("at once") if not found.past else _("first"), at(first), amount(first)),
        (_("worst"), at(found.worst), amount(found.worst)),
        (_("mean of all"), "", decimal(f"{found.mean_g_per_kwh:.4g} g/kWh")),
    ]
    if found.past:
        facts.append((_("note"), _("the whole forecast is past"), _("it is judged as it stands")))
    ranked = sorted(found.slots, key=lambda slot: (slot.g_per_kwh, slot.start))
    raw = tuple(
        {
            "start": slot.start.astimezone(hours.zone),
            "end": slot.end.astimezone(hours.zone),
            "g_per_kwh": slot.g_per_kwh,
            "g_co2e": None if kwh is None else kwh * slot.g_per_kwh,
        }
        for slot in ranked
    )
    by_start = {slot.start: entry for slot, entry in zip(ranked, raw, strict=True)}
    return Shown(
        title=_("When to run"),
        facts=tuple(facts),
        table_title=_("The best starts"),
        columns=(_("Start"), _("End"), "g/kWh"),
        rows=tuple(
            (_moment(slot.start, hours.zone), _moment(slot.end, hours.zone), decimal(f"{slot.g_per_kwh:.4g}"))
            for slot in ranked[:_SLOTS_SHOWN]
        ),
        numbers=frozenset((2,)),
        raw=raw,
        data={
            "forecast": hours.where,
            "best": by_start[best.start],
            "first": by_start[first.start],
            "worst": by_start[found.worst.start],
            "mean_g_per_kwh": found.mean_g_per_kwh,
            "saved": saved,
            "saved_g": None if kwh is None else kwh * (first.g_per_kwh - best.g_per_kwh),
            "past": found.past,
            "slots": list(raw),
        },
    )


def _moment(at: datetime, zone: tzinfo) -> str:
    """A moment to the minute, with its offset: ``2026-11-29 13:00+01:00``, ``29-11-2026 13:00+01:00``."""
    local = at.astimezone(zone)
    return f"{short_day(local)} {local.isoformat(timespec='minutes')[11:]}"


def known() -> Shown:
    """Every factor that is known by a country or a name, and the averages of PUE."""
    countries = codecarbon_data.countries()
    found = [(code, name, codecarbon_data.country(code)) for code, name in countries.items()]
    named = [(name, *named_factor(name)) for name in names()]
    listed = [(f"--country {code}", name, factor) for code, name, factor in found]
    listed += [(f"--carbon-factor {name}", countries.get(country, country), factor) for name, country, factor in named]
    return Shown(
        title=_("Factors in g CO2e/kWh, and averages of PUE"),
        facts=tuple(
            (f"--pue {name}", decimal(f"{pue.value:g}"), in_words(pue.source)) for name, pue in presets.PUES.items()
        ),
        columns=("", _("Country"), "g/kWh", _("Year"), _("Method")),
        rows=tuple(
            (
                option,
                name,
                decimal(f"{factor.g_per_kwh:.4g}"),
                str(factor.year),
                told.qualities(factor.method, factor.scope),
            )
            for option, name, factor in listed
        ),
        numbers=frozenset((2, 3)),
        raw=tuple({"option": option, "country": name, **asdict(factor)} for option, name, factor in listed),
        data={
            "factors": [{"option": option, "country": name, **asdict(factor)} for option, name, factor in listed],
            "pue": {name: asdict(pue) for name, pue in presets.PUES.items()},
        },
    )


def _json(value: object) -> str:
    assert isinstance(value, datetime)
    return value.isoformat()


def _csv(rows: Sequence[dict[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow(
            {key: value.isoformat() if isinstance(value, datetime) else value for key, value in row.items()}
        )
    return out.getvalue()


def _markdown(shown_: Shown) -> str:
    def cell(text: str) -> str:
        return neutral(text).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")

    lines = [f"## {cell(shown_.title)}", ""]
    lines += [f"- **{cell(label)}**: {cell(amount)}{f' ({cell(remark)})' if remark else ''}"
              for label, amount, remark in shown_.facts]  # fmt: skip
    lines += ["", *([f"### {shown_.table_title}", ""] if shown_.table_title else [])]
    lines += ["| " + " | ".join(shown_.columns) + " |"]
    lines += ["| " + " | ".join("--:" if n in shown_.numbers else "---" for n in range(len(shown_.columns))) + " |"]
    lines += ["| " + " | ".join(map(cell, row)) + " |" for row in shown_.rows]
    return "\n".join(lines) + "\n"


def _text(shown_: Shown) -> str:
    lines = [neutral(shown_.title)]
    lines += _columns(shown_.facts, frozenset(), "  ")
    lines += ["", *([shown_.table_title] if shown_.table_title else [])]
    lines += _columns((shown_.columns, *shown_.rows), shown_.numbers, "  ")
    return "\n".join(lines) + "\n"


def _columns(rows: Sequence[Cells], right: frozenset[int], indent: str) -> list[str]:
    table = [tuple(map(neutral, row)) for row in rows]
    widths = [max(len(row[place]) for row in table) for place in range(len(table[0]))]
    return [
        (
            indent
            + "  ".join(
                c.rjust(w) if n in right else c.ljust(w) for n, (c, w) in enumerate(zip(row, widths, strict=True))
            )
        ).rstrip()
        for row in table
    ]
