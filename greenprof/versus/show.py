"""An outcome in words and figures: for the terminal, as Markdown, for a spreadsheet, and for tools. In English."""

from __future__ import annotations

import csv as csv_module
import io
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from greenprof import __version__
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.i18n import ENGLISH, speaking
from greenprof.pairs import Plan
from greenprof.redact import redact
from greenprof.reporters import _numbers as numbers
from greenprof.reporters._numbers import Precision
from greenprof.reporters._text import neutral, shorten
from greenprof.reporters.markdown import code
from greenprof.versus.nouns import Figure, Growth, Judged, Outcome, Row
from greenprof.versus.scaling import GOOD

FORMAT_VERSION = 1
_WIDTH = 100
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would take for the beginning of a formula


def render(format_: str, outcome: Outcome) -> str:
    """`outcome` in one of `FORMATS`."""
    with speaking(ENGLISH):
        return FORMATS[format_][0](outcome)


def format_of(path: Path) -> str:
    """The format of an output by its suffix; raises `GreenprofError` for another."""
    for name, (_, suffixes) in FORMATS.items():
        if path.suffix.lower() in suffixes:
            return name
    raise GreenprofError(f"{path}: no format has this suffix; name one with -f ({', '.join(FORMATS)})", EXIT_USAGE)


def headings(outcome: Outcome) -> list[str]:
    """Those of `cells`; what is compared comes first."""
    if outcome.meter.estimated:
        costs = ["CPU time", "median", "wall time", "joules"]
    elif outcome.quantity == "J":
        costs = ["joules", "median", "with idle", "CPU time", "wall time"]
    else:
        costs = ["CPU time", "median", "wall time", "joules", "with idle"]
    return ["", *costs, "max RSS", "runs", "ratio", "95 %", *(["verdict"] if _judges(outcome) else [])]


def cells(outcome: Outcome, place: int) -> list[str]:
    """What is said of one command, in a table."""
    row = outcome.rows[place]
    joules = row.energy_j if row.above_idle_j is None else row.above_idle_j
    digits = Precision(digits=2, about=True)
    cpu, wall = _time(row.cpu_s, first=outcome.quantity == "cpu-s"), _time(row.wall_s)
    if outcome.meter.estimated:
        costs = [cpu, _median(row.cpu_s, numbers.seconds), wall, numbers.energy(row.about_j, digits)]
    elif outcome.quantity == "J":
        costs = [_energy(joules, first=True), _median(joules, numbers.energy), _energy(row.energy_j), cpu, wall]
    else:
        costs = [cpu, _median(row.cpu_s, numbers.seconds), wall, _energy(row.above_idle_j), _energy(row.energy_j)]
    return [
        str(place + 1), *costs, _memory(row), str(len(row.runs)),
        _ratio(row.judged), _interval(row.judged),
        *([verdict(row.judged, row.case.base)] if _judges(outcome) else []),
    ]  # fmt: skip


def _judges(outcome: Outcome) -> bool:
    """Whether verdicts are asked for: of one command in several sizes it is the growth that is."""
    return not outcome.growths or len({row.case.template for row in outcome.rows}) > 1


def verdict(judged: Judged, base: int) -> str:
    """The verdict in a few words."""
    if judged.said == "same":
        return f"same as {base + 1}, to within {100 * Plan().detect:g} %"
    if judged.said in {"dearer", "cheaper"}:
        return f"{judged.said} than {base + 1}"
    return f"{judged.said}: {judged.why}" if judged.why else judged.said


def _time(figure: Figure, *, first: bool = False) -> str:
    return _mean(figure, numbers.seconds, first)


def _energy(figure: Figure | None, *, first: bool = False) -> str:
    return numbers.unknown() if figure is None else _mean(figure, numbers.energy, first)


def _mean(figure: Figure, told: Callable[[float | None, Precision], str], first: bool) -> str:
    half = _relative(figure)
    text = told(figure.mean, _precision(figure))
    return f"{text} {numbers.uncertainty(half)}" if first and half is not None else text


def _median(figure: Figure | None, told: Callable[[float | None, Precision], str]) -> str:
    return numbers.unknown() if figure is None else told(figure.median, _precision(figure))


def _precision(figure: Figure) -> Precision:
    half = _relative(figure)
    return Precision(digits=3 if half is None else min(3, numbers.significant_digits(half)), about=False)


def _relative(figure: Figure) -> float | None:
    """Half the interval of the mean, over the mean: the upper half, for the lower one ends at 0."""
    if figure.interval is None or figure.mean <= 0:
        return None
    return figure.interval[1] / figure.mean - 1


def _memory(row: Row) -> str:
    if row.max_rss_bytes is None:
        return f"<{numbers.size(row.rss_below_bytes)}"
    return numbers.size(row.max_rss_bytes)


def _ratio(judged: Judged) -> str:
    return "" if judged.ratio is None else _times(judged.ratio)


def _interval(judged: Judged) -> str:
    return "" if judged.interval is None else " to ".join(map(_times, judged.interval))


def _times(ratio: float) -> str:
    return f"{ratio:.3f}" if ratio < 1 else f"{ratio:.2f}" if ratio < 100 else f"{ratio:,.0f}"


def sentences(outcome: Outcome) -> list[str]:
    """What was found of two commands or more, in words: only what is certain."""
    what = "joules" if outcome.quantity == "J" else "CPU time"
    found = []
    for row in outcome.rows:
        judged, base = row.judged, outcome.rows[row.case.base]
        if not _judges(outcome) or judged.ratio is None or judged.said not in {"dearer", "cheaper"}:
            continue
        found.append(
            f"{shorten(row.case.name, _WIDTH)} uses {_times(judged.ratio)} times the {what} of "
            f"{shorten(base.case.name, _WIDTH)} (95 %: {_interval(judged)})"
        )
    return found


def method(outcome: Outcome) -> list[str]:
    """How the figures were come by, and what they cover."""
    meter = outcome.meter
    if meter.estimated:
        joules = (
            f"Joules are estimated ({meter.name}, {numbers.uncertainty(meter.uncertainty)}), by the share of CPU time "
            "and above rest; so CPU time is compared"
        )
    elif meter.idle_w is None:
        joules = (
            f"Joules are measured ({meter.name}) and those of the whole machine: its power at rest is not known "
            "(greenprof calibrate)"
        )
    else:
        joules = (
            f"Joules are measured ({meter.name}), of the whole machine while a command ran, less "
            f"{numbers.power(meter.idle_w, Precision(digits=3, about=False))} that it uses at rest; "
            "'with idle' is before that"
        )
    return [
        f"{joules}. Covers: {neutral(meter.scope)}.",
        "The commands ran in turn, round after round. ± is half the 95 % interval of the mean; ratios are from round "
        "to round, and verdicts hold at 99 % for all of them together.",
    ]


def remarks(outcome: Outcome) -> list[str]:
    """What a reader has to know beside the figures."""
    of_rows = [f"{place + 1}: {warning}" for place, row in enumerate(outcome.rows) for warning in row.warnings]
    return [*outcome.notes, *of_rows]


def grows(growth: Growth) -> str:
    """The order of growth of a command, in a sentence."""
    if growth.order is None:
        fits = ", ".join(f"{fit.order} {_percent(fit.deviation)}" for fit in growth.fits[:3])
        return f"it cannot be said how this grows with {growth.parameter}: {growth.why} (off by: {fits})"
    best = growth.fits[0]
    fits = f"off by {_percent(best.deviation)}"
    others = ", ".join(f"{fit.order} {_percent(fit.deviation)}" for fit in growth.fits[1:3])
    if growth.order == "constant":
        return f"does not grow with {growth.parameter} in these sizes (constant {fits})"
    start = f", {_percent(1 - best.share)} of the largest is start-up" if best.share < 0.995 else ""
    return f"grows like {growth.order} ({fits}{start}; {others})"


def _percent(share: float) -> str:
    return f"{100 * share:.2g} %" if share < 0.995 else f"{100 * share:,.0f} %"


def text(outcome: Outcome) -> str:
    """The commands by number, a table, the growth, and what it all rests on."""
    lines = [f"{place + 1:>3}  {_safe(row.case.name)}" for place, row in enumerate(outcome.rows)]
    table = [headings(outcome), *(cells(outcome, place) for place in range(len(outcome.rows)))]
    widths = [max(len(line[column]) for line in table) for column in range(len(table[0]))]
    lines.append("")
    for line in table:
        told = [cell.rjust(width) for cell, width in zip(line, widths, strict=True)]
        told[-1] = line[-1]
        lines.append("  ".join(told).rstrip())
    lines.append("")
    lines += [f"{neutral(said)}." for said in sentences(outcome)]
    for growth in outcome.growths:
        lines.append(f"{_safe(growth.name)}: {grows(growth)}.")
    lines += [f"Note: {neutral(remark)}." for remark in remarks(outcome)]
    lines += method(outcome)
    return "\n".join(lines) + "\n"


def _safe(name: str) -> str:
    return shorten(neutral(name), _WIDTH)


def markdown(outcome: Outcome) -> str:
    """For a pull request or a page."""
    heads = headings(outcome)
    lines = [
        f"| # | command | {' | '.join(heads[1:])} |",
        f"| --: | :-- |{' --: |' * (len(heads) - 2)} :-- |",
    ]
    for place, row in enumerate(outcome.rows):
        number, *told = cells(outcome, place)
        lines.append(f"| {number} | {code(_safe(row.case.name))} | {' | '.join(map(_in_table, told))} |")
    lines.append("")
    lines += [f"- {code(_safe(growth.name))}: {grows(growth)}." for growth in outcome.growths]
    lines += [f"- {code(neutral(remark))}" for remark in remarks(outcome)]
    lines += ["", *(f"<sub>{_in_table(line)}</sub>" for line in method(outcome))]
    return "\n".join(lines) + "\n"


def _in_table(cell: str) -> str:
    return cell.replace("|", "\\|").replace("<", "&lt;")


_COLUMNS = (
    "number", "name", "command", "runs", "cpu_s", "cpu_low_s", "cpu_high_s", "cpu_median_s", "cpu_least_s",
    "cpu_most_s", "wall_s", "wall_median_s", "above_idle_j", "above_idle_low_j", "above_idle_high_j", "energy_j",
    "about_j", "max_rss_bytes", "quantity", "baseline", "ratio", "ratio_low", "ratio_high", "p_value", "verdict",
)  # fmt: skip


def csv(outcome: Outcome) -> str:
    """A row for each command, unrounded, with a column for each parameter; what is unknown is empty."""
    out = io.StringIO()
    parameters = [name for name, _ in outcome.rows[0].case.parameters]
    writer = csv_module.writer(out, lineterminator="\n")
    writer.writerow([*_COLUMNS, *(f"parameter_{name}" for name in parameters)])
    for place, row in enumerate(outcome.rows):
        cpu, wall, judged = row.cpu_s, row.wall_s, row.judged
        above, whole = row.above_idle_j, row.energy_j
        values = [
            place + 1, row.case.name, _command(row), len(row.runs), cpu.mean, *_ends(cpu.interval), cpu.median,
            cpu.least, cpu.most, wall.mean, wall.median, above and above.mean, *_ends(above.interval if above else None),
            whole and whole.mean, row.about_j, row.max_rss_bytes, outcome.quantity, row.case.base + 1, judged.ratio,
            *_ends(judged.interval), judged.p_value, judged.said, *(value for _, value in row.case.parameters),
        ]  # fmt: skip
        writer.writerow([_cell(value) for value in values])
    return out.getvalue()


def _command(row: Row) -> str:
    return " ".join(redact(row.case.command.split(" ")))


def _ends(interval: tuple[float, float] | None) -> Sequence[float | None]:
    return (None, None) if interval is None else interval


def _cell(value: object) -> object:
    """Text that a spreadsheet takes for no formula; nothing for what is unknown."""
    if value is None:
        return ""
    if isinstance(value, str):
        text = neutral(value)
        return f"'{text}" if text.startswith(_FORMULA) and not _is_number(text) else text
    return value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def as_json(outcome: Outcome) -> str:
    """Everything, every run too; infinite ends of an interval are null."""
    rows = [
        {"name": row.case.name, "command": _command(row), "parameters": dict(row.case.parameters),
         "baseline": row.case.base, **{key: value for key, value in asdict(row).items() if key != "case"}}
        for row in outcome.rows
    ]  # fmt: skip
    data = {
        "format": "greenprof-versus", "version": FORMAT_VERSION, "greenprof": __version__,
        "quantity": outcome.quantity, "host": asdict(outcome.host), "meter": asdict(outcome.meter),
        "commands": rows, "growth": [asdict(growth) for growth in outcome.growths], "good_fit": GOOD,
        "notes": outcome.notes,
    }  # fmt: skip
    return json.dumps(_plain(data), indent=2, allow_nan=False, ensure_ascii=False) + "\n"


def _plain(value: object) -> object:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return neutral(value, multiline=True) if isinstance(value, str) else value


FORMATS: Mapping[str, tuple[Callable[[Outcome], str], tuple[str, ...]]] = {
    "text": (text, (".txt",)),
    "markdown": (markdown, (".md", ".markdown")),
    "json": (as_json, (".json",)),
    "csv": (csv, (".csv",)),
}
