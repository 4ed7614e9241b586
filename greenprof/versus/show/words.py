"""An outcome in words and figures, the same in every format. In English."""

from __future__ import annotations

from collections.abc import Callable

from greenprof.pairs import Plan
from greenprof.reporters import _numbers as numbers
from greenprof.reporters._numbers import Precision
from greenprof.reporters._text import neutral, shorten
from greenprof.versus.nouns import Figure, Growth, Judged, Outcome, Row

WIDTH = 100


def headings(outcome: Outcome) -> list[str]:
    """Those of `cells`; what is compared comes first."""
    if outcome.meter.estimated:
        costs = ["CPU time", "median", "wall time", "joules"]
    elif outcome.quantity == "J":
        costs = ["joules", "median", *_with_idle(outcome, "with idle"), "CPU time", "wall time"]
    else:
        costs = ["CPU time", "median", "wall time", "joules", *_with_idle(outcome, "with idle")]
    return ["", *costs, "max RSS", "runs", "ratio", "95 %", *(["verdict"] if judges(outcome) else [])]


def cells(outcome: Outcome, place: int) -> list[str]:
    """What is said of one command, in a table."""
    row = outcome.rows[place]
    joules = row.energy_j if row.above_idle_j is None else row.above_idle_j
    digits = Precision(digits=2, about=True)
    cpu, wall = _time(row.cpu_s, first=outcome.quantity == "cpu-s"), _time(row.wall_s)
    if outcome.meter.estimated:
        costs = [cpu, _median(row.cpu_s, numbers.seconds), wall, numbers.energy(row.about_j, digits)]
    elif outcome.quantity == "J":
        whole = _with_idle(outcome, _energy(row.energy_j))
        costs = [_energy(joules, first=True), _median(joules, numbers.energy), *whole, cpu, wall]
    else:
        whole = _with_idle(outcome, _energy(row.energy_j))
        costs = [cpu, _median(row.cpu_s, numbers.seconds), wall, _energy(joules), *whole]
    return [
        str(place + 1), *costs, _memory(row), str(len(row.runs)),
        _ratio(row.judged), _interval(row.judged),
        *([verdict(row.judged, row.case.base)] if judges(outcome) else []),
    ]  # fmt: skip


def judges(outcome: Outcome) -> bool:
    """Whether verdicts are asked for: of one command in several sizes it is the growth that is."""
    return not outcome.growths or len({row.case.template for row in outcome.rows}) > 1


def _with_idle(outcome: Outcome, cell: str) -> list[str]:
    """A column of the joules before those at rest are taken off, where they can be."""
    return [] if outcome.meter.idle_w is None else [cell]


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
        if not judges(outcome) or judged.ratio is None or judged.said not in {"dearer", "cheaper"}:
            continue
        found.append(
            f"{shorten(row.case.name, WIDTH)} uses {_times(judged.ratio)} times the {what} of "
            f"{shorten(base.case.name, WIDTH)} (95 %: {_interval(judged)})"
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
    turns = "The commands ran in turn, round after round. ± is half the 95 % interval of the mean"
    ratios = "; ratios are from round to round, and verdicts hold at 99 % for all of them together" * judges(outcome)
    return [f"{joules}. Covers: {neutral(meter.scope)}.", f"{turns}{ratios}."]


def remarks(outcome: Outcome) -> list[str]:
    """What a reader has to know beside the figures."""
    of_rows = [f"{place + 1}: {warning}" for place, row in enumerate(outcome.rows) for warning in row.warnings]
    return [*outcome.notes, *of_rows]


def grows(growth: Growth) -> str:
    """The order of growth of a command, in a sentence."""
    if growth.order is None:
        fits = ", ".join(f"{fit.order} {percent(fit.deviation)}" for fit in growth.fits[:3])
        return f"it cannot be said how this grows with {growth.parameter}: {growth.why} (off by: {fits})"
    best = growth.fits[0]
    fits = f"off by {percent(best.deviation)}"
    others = ", ".join(f"{fit.order} {percent(fit.deviation)}" for fit in growth.fits[1:3])
    if growth.order == "constant":
        return f"does not grow with {growth.parameter} in these sizes (constant {fits})"
    start = f", {percent(1 - best.share)} of the largest is start-up" if best.share < 0.995 else ""
    return f"grows like {growth.order} ({fits}{start}; {others})"


def percent(share: float) -> str:
    """A share in percent, two digits of it."""
    return f"{100 * share:.2g} %" if share < 0.995 else f"{100 * share:,.0f} %"
