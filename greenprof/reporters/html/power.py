"""Watts over time as a step chart: where the lines run, what ran in each span, and the same in words and as a table."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from greenprof.i18n import N_, _, decimal
from greenprof.model import Power, Ran
from greenprof.reporters import _numbers as numbers
from greenprof.reporters._text import neutral, place, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from greenprof.model import Report

SIZE = 1000.0  # the drawing's own units in both directions; the page stretches it
SPANS_DRAWN = 400
SPANS_LISTED = 60
MOST_RAN = 4  # functions named in one span
MOST_LANES = 8
NAME_WIDTH = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A mark on an axis: how far along it, from 0 to 1, and what it says."""

    at: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A span of the run in the chart: where it lies, from 0 to 1, and what happened in it, line by line."""

    left: float
    width: float
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """SVG paths of the machine's and the program's watts, the axes, the summary and the data table.

    `peak` is the place in `drawn` of the span in which the program took most watts.
    """

    machine: str
    program: str
    watts: tuple[Tick, ...]
    seconds: tuple[Tick, ...]
    summary: str
    drawn: tuple[Span, ...]
    peak: int
    spans: tuple[Power, ...]
    merged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One function over time: the SVG path of the watts that went to it, and the most it took."""

    function: Ran
    path: str
    most_w: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Lanes:
    """The functions that took most joules, one below the other on one scale that ends at `top_w`."""

    lanes: tuple[Lane, ...]
    seconds: tuple[Tick, ...]
    top_w: float
    more: int


def chart(report: Report, short: Mapping[str, str] = MappingProxyType({})) -> Chart | None:
    """The chart, or ``None`` where no span of the run has a known power; `short` names paths."""
    if not _known(report):
        return None
    drawn = merge(report.timeline, SPANS_DRAWN)
    start_s, end_s = _bounds(drawn)
    peak_w = max(max(span.total_w or 0.0, span.process_w or 0.0) for span in drawn)
    top_w, watt_ticks = _axis(peak_w, 4)
    listed = merge(report.timeline, SPANS_LISTED)
    return Chart(
        machine="".join(_steps(drawn, lambda span: span.total_w, top_w, closed=False)),
        program="".join(_steps(drawn, lambda span: span.process_w, top_w, closed=True)),
        watts=tuple(Tick(at=watts / top_w, label=decimal(f"{watts:g} W")) for watts in watt_ticks),
        seconds=_second_ticks(start_s, end_s),
        summary=_summary(report),
        drawn=tuple(
            Span(
                left=(span.start_s - start_s) / (end_s - start_s),
                width=(span.end_s - span.start_s) / (end_s - start_s),
                words=_words(span, report, short),
            )
            for span in drawn
        ),
        peak=max(range(len(drawn)), key=lambda place: drawn[place].process_w or 0.0),
        spans=listed,
        merged=math.ceil(len(report.timeline) / len(listed)),
    )


def lanes(report: Report) -> Lanes | None:
    """What ran when, or ``None`` where that was not seen: the dearest functions, each with its watts over time."""
    drawn = merge(report.timeline, SPANS_DRAWN)
    watts: dict[tuple[str, int, str], dict[int, float]] = defaultdict(dict)
    for number, span in enumerate(drawn):
        for ran in span.ran:
            if ran.process_w is not None:
                watts[ran.path, ran.line, ran.function][number] = ran.process_w
    if not watts or not _known(report):
        return None

    def joules(taken: dict[int, float]) -> float:
        return sum(w * (drawn[number].end_s - drawn[number].start_s) for number, w in taken.items())

    dearest = sorted(watts.items(), key=lambda item: -joules(item[1]))
    top_w = max((w for _, taken in dearest[:MOST_LANES] for w in taken.values()), default=0.0) or 1.0
    start_s, end_s = _bounds(drawn)
    return Lanes(
        lanes=tuple(_lane(key, taken, drawn, top_w) for key, taken in dearest[:MOST_LANES]),
        seconds=_second_ticks(start_s, end_s),
        top_w=top_w,
        more=max(0, len(dearest) - MOST_LANES),
    )


def _lane(key: tuple[str, int, str], taken: dict[int, float], drawn: Sequence[Power], top_w: float) -> Lane:
    path, line, function = key
    most_w = max(taken.values())
    alone = [
        Power(start_s=span.start_s, end_s=span.end_s, total_w=None, process_w=taken.get(number, 0.0))
        for number, span in enumerate(drawn)
    ]
    return Lane(
        function=Ran(path=path, line=line, function=function, process_w=most_w),
        path="".join(_steps(alone, lambda span: span.process_w, top_w, closed=True)),
        most_w=most_w,
    )


def name(ran: Ran, short: Mapping[str, str]) -> str:
    """A function as a chart names it, safe to show: ``monthly_report shop.py:35``; a command by its own name."""
    where = place(short.get(ran.path, ran.path), ran.line, NAME_WIDTH)
    return where if ran.line == 0 else f"{shorten(neutral(ran.function), NAME_WIDTH)} {where}"


def merge(timeline: Sequence[Power], most: int) -> tuple[Power, ...]:
    """At most `most` spans: neighbours become one with their time-weighted mean, so no joule is lost."""
    together = max(1, math.ceil(len(timeline) / most))
    if together == 1:
        return tuple(timeline)
    groups = (timeline[start : start + together] for start in range(0, len(timeline), together))
    return tuple(
        Power(
            start_s=group[0].start_s,
            end_s=group[-1].end_s,
            total_w=_mean([(span.end_s - span.start_s, span.total_w) for span in group]),
            process_w=_mean([(span.end_s - span.start_s, span.process_w) for span in group]),
            ran=_ran(group),
        )
        for group in groups
    )


def _ran(group: Sequence[Power]) -> tuple[Ran, ...]:
    """What ran in several spans, with the mean over all of them; a function not named in a span took nothing there."""
    joules: dict[tuple[str, int, str], float] = defaultdict(float)
    for span in group:
        for ran in span.ran:
            joules[ran.path, ran.line, ran.function] += (ran.process_w or 0.0) * (span.end_s - span.start_s)
    elapsed_s = sum(span.end_s - span.start_s for span in group)
    dearest = sorted(joules.items(), key=lambda item: -item[1])[:MOST_RAN]
    return tuple(
        Ran(path=path, line=line, function=function, process_w=joule / elapsed_s if elapsed_s > 0 else None)
        for (path, line, function), joule in dearest
    )


def _mean(weighed: Sequence[tuple[float, float | None]]) -> float | None:
    known = [(weight, value) for weight, value in weighed if value is not None]
    weight = sum(weight for weight, _ in known)
    return sum(weight * value for weight, value in known) / weight if weight > 0 else None


def _known(report: Report) -> bool:
    return any(power.total_w is not None or power.process_w is not None for power in report.timeline)


def _bounds(spans: Sequence[Power]) -> tuple[float, float]:
    return spans[0].start_s, max(spans[-1].end_s, spans[0].start_s + 1e-9)


def _axis(end: float, most: int) -> tuple[float, tuple[float, ...]]:
    """The end of an axis that holds `end`, and ticks at multiples of 1, 2 or 5 times a power of ten."""
    if end <= 0:
        return 1.0, (0.0, 1.0)
    magnitude = 10.0 ** math.floor(math.log10(end / most))
    step = next(factor * magnitude for factor in (1, 2, 5, 10) if factor * magnitude * most >= end * 0.999999)
    steps = math.ceil(end / step - 1e-9)
    return steps * step, tuple(round(i * step, 12) for i in range(steps + 1))


def _second_ticks(start_s: float, end_s: float) -> tuple[Tick, ...]:
    _, seconds = _axis(end_s - start_s, 5)
    return tuple(Tick(at=s / (end_s - start_s), label=decimal(f"{s:g} s")) for s in seconds if s <= end_s - start_s)


def _steps(
    spans: Sequence[Power], watts_of: Callable[[Power], float | None], top_w: float, *, closed: bool
) -> Iterator[str]:
    """SVG path commands: one step per span, a gap where the power is unknown, down to zero if `closed`."""
    start_s, end_s = _bounds(spans)
    pen, right = "", 0.0  # the height that the pen is at, empty while it is up, and how far it has to go
    down = f"V{SIZE:g}" if closed else ""
    for span in spans:
        watts = watts_of(span)
        if watts is None:
            yield f"H{right:.1f}{down}" if pen else ""
            pen = ""
            continue
        left, height = SIZE * (span.start_s - start_s) / (end_s - start_s), f"{SIZE - SIZE * watts / top_w:.1f}"
        if not pen:
            yield f"M{left:.1f} {SIZE:g}V{height}" if closed else f"M{left:.1f} {height}"
        elif height != pen:
            yield f"H{right:.1f}V{height}"
        pen, right = height, SIZE * (span.end_s - start_s) / (end_s - start_s)
    yield f"H{right:.1f}{down}" if pen else ""


def _words(span: Power, report: Report, short: Mapping[str, str]) -> str:
    """What happened in a span: its time, its watts, then one line for each function that ran."""
    precision = numbers.precision(report)
    watts = [
        _(who, watts=numbers.power(value, precision))
        for who, value in ((N_("machine {watts}"), span.total_w), (N_("program {watts}"), span.process_w))
        if value is not None
    ]
    lines = [
        numbers.span(decimal(f"{span.start_s:.2f}"), decimal(f"{span.end_s:.2f} s")),
        ", ".join(watts) or _("no valid reading"),
    ]
    lines += [f"{numbers.power(ran.process_w, precision)} {name(ran, short)}" for ran in span.ran]
    return "\n".join(lines)


def _summary(report: Report) -> str:
    precision = numbers.precision(report)
    machine = [power.total_w for power in report.timeline if power.total_w is not None]
    program = [power.process_w for power in report.timeline if power.process_w is not None]
    parts = []
    if machine:
        low, high = numbers.power(min(machine), precision), numbers.power(max(machine), precision)
        parts.append(_("the machine drew between {low} and {high}", low=low, high=high))
    if program:
        most = numbers.power(max(program), precision)
        parts.append(_("the program's share was {watts} at most", watts=most))
    unknown = sum(power.total_w is None for power in report.timeline)
    gaps = ""
    if unknown:
        gaps = " " + _(
            "Gaps are times without a valid reading ({number} of {all}).", number=unknown, all=len(report.timeline)
        )
    sentence = "; ".join(parts)
    return sentence[:1].upper() + sentence[1:] + "." + gaps
