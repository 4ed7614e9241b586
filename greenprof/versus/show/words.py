"""An outcome in words and figures, the same in every format."""

from __future__ import annotations

from collections.abc import Callable

from greenprof.i18n import _, decimal
from greenprof.model import MeterInfo
from greenprof.pairs import Plan
from greenprof.reporters import _numbers as numbers
from greenprof.reporters._kept_words import told as in_words
from greenprof.reporters._numbers import Precision
from greenprof.reporters._text import neutral, shorten
from greenprof.versus.nouns import Figure, Growth, Judged, Outcome, Row

WIDTH = 100


def headings(outcome: Outcome) -> list[str]:
    """Those of `cells`; what is compared comes first."""
    joules = [_("joules"), *_with_idle(outcome, _("with idle"))]
    if outcome.quantity == "J":
        costs = [joules[0], _("median"), *joules[1:], _("CPU time"), _("wall time")]
    else:
        costs = [_("CPU time"), _("median"), _("wall time"), *joules]
    verdicts = [_("verdict")] if judges(outcome) else []
    return ["", *costs, _("max RSS"), _("runs"), _("ratio"), decimal("95 %"), *verdicts]


def cells(outcome: Outcome, place: int) -> list[str]:
    """What is said of one command, in a table."""
    row = outcome.rows[place]
    joules = row.energy_j if row.above_idle_j is None else row.above_idle_j
    about = Precision(digits=2, about=True)
    cpu, wall = _time(row.cpu_s, first=outcome.quantity == "cpu-s"), _time(row.wall_s)
    whole = _with_idle(outcome, _energy(row.energy_j))
    if outcome.quantity == "J":
        costs = [_energy(joules, first=True), _median(joules, numbers.energy), *whole, cpu, wall]
    else:
        shown = numbers.energy(row.about_j, about) if outcome.meter.estimated else _energy(joules)
        costs = [cpu, _median(row.cpu_s, numbers.seconds), wall, shown, *whole]
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
    return [] if outcome.meter.idle_w is None or outcome.meter.estimated else [cell]


def verdict(judged: Judged, base: int) -> str:
    """The verdict in a few words."""
    number = base + 1
    if judged.said == "baseline":
        return _("the baseline")
    if judged.said == "same":
        return _("same as {number}, to within {share}", number=number, share=decimal(f"{100 * Plan().detect:g} %"))
    if judged.said == "dearer":
        return _("dearer than {number}", number=number)
    if judged.said == "cheaper":
        return _("cheaper than {number}", number=number)
    said = _("inconclusive") if judged.said == "inconclusive" else numbers.unknown()
    why = "; ".join(in_words(part) for part in judged.why.split("; "))
    return f"{said}: {why}" if why else said


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
    return "" if judged.interval is None else numbers.span(*map(_times, judged.interval))


def _times(ratio: float) -> str:
    return decimal(f"{ratio:.3f}" if ratio < 1 else f"{ratio:.2f}" if ratio < 100 else f"{ratio:,.0f}")


def sentences(outcome: Outcome) -> list[str]:
    """What was found of two commands or more, in words: only what is certain."""
    found = []
    for row in outcome.rows:
        judged, base = row.judged, outcome.rows[row.case.base]
        if not judges(outcome) or judged.ratio is None or judged.said not in {"dearer", "cheaper"}:
            continue
        values = {
            "one": name(row.case.name), "other": name(base.case.name), "ratio": _times(judged.ratio),
            "interval": _interval(judged),
        }  # fmt: skip
        found.append(
            _("{one} uses {ratio} times the joules of {other} (95 % interval {interval}).", **values)
            if outcome.quantity == "J"
            else _("{one} uses {ratio} times the CPU time of {other} (95 % interval {interval}).", **values)
        )
    return found


def name(text: str) -> str:
    """What a command is called, safe and short enough to show."""
    return shorten(neutral(text), WIDTH)


def method(outcome: Outcome) -> list[str]:
    """How the figures were come by, and what they cover."""
    meter = outcome.meter
    if meter.estimated:
        joules = _(
            "Joules are estimated ({meter}, {uncertainty}), by the share of CPU time and above rest; so CPU time is "
            "compared.",
            meter=meter.name, uncertainty=numbers.uncertainty(meter.uncertainty),
        )  # fmt: skip
    else:
        joules = measured_joules(meter)
    turns = _("The commands ran in turn, round after round. ± is half the 95 % interval of the mean.")
    ratios = _("Ratios are from round to round, and verdicts hold at 99 % for all of them together.")
    covers = _("Covers: {what}.", what=neutral(in_words(meter.scope)))
    return [f"{joules} {covers}", f"{turns} {ratios}" if judges(outcome) else turns]


def measured_joules(meter: MeterInfo) -> str:
    """What measured joules are of: the whole machine's, with or without what it uses at rest."""
    if meter.idle_w is None:
        return _(
            "Joules are measured ({meter}) and those of the whole machine: its power at rest is not known "
            "(greenprof calibrate).",
            meter=meter.name,
        )
    return _(
        "Joules are measured ({meter}), of the whole machine while a command ran, less {power} that it uses at "
        "rest; 'with idle' is before that.",
        meter=meter.name, power=numbers.power(meter.idle_w, Precision(digits=3, about=False)),
    )  # fmt: skip


def remarks(outcome: Outcome) -> list[str]:
    """What a reader has to know beside the figures."""
    of_rows = [f"{place + 1}: {in_words(said)}" for place, row in enumerate(outcome.rows) for said in row.warnings]
    return [_("Note: {what}.", what=neutral(said)) for said in (*map(in_words, outcome.notes), *of_rows)]


def grows(growth: Growth) -> str:
    """The order of growth of a command, in a sentence."""
    best, *others = growth.fits
    off = [f"{in_words(fit.order)} {percent(fit.deviation)}" for fit in others[:2]]
    if growth.order is None:
        return _(
            "It cannot be said how this grows with {name}: {why} (off by: {fits}).",
            name=growth.parameter, why=in_words(growth.why),
            fits=", ".join([f"{in_words(best.order)} {percent(best.deviation)}", *off]),
        )  # fmt: skip
    if growth.order == "constant":
        return _(
            "Does not grow with {name} in these sizes (off by {share}).",
            name=growth.parameter, share=percent(best.deviation),
        )  # fmt: skip
    return _(
        "Grows like {order} (off by {share}, where {start} of the largest is start-up; {fits}).",
        order=in_words(growth.order), share=percent(best.deviation), start=percent(1 - best.share),
        fits=", ".join(off),
    )  # fmt: skip


def percent(share: float) -> str:
    """A share in percent, two digits of it."""
    if share < 0.001:
        return decimal("<0.1 %") if share > 0 else decimal("0 %")
    return decimal(f"{100 * share:.2g} %" if share < 0.995 else f"{100 * share:,.0f} %")
