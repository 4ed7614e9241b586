"""Watts over time as a step chart: where the lines run, and the same in words and as a table."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from greenprof.model import Power
from greenprof.reporters import _numbers as numbers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from greenprof.model import Report

SIZE = 1000.0  # the drawing's own units in both directions; the page stretches it
SPANS_DRAWN = 400
SPANS_LISTED = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A mark on an axis: how far along it, from 0 to 1, and what it says."""

    at: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """SVG paths of the machine's and the program's watts, the axes, the summary and the data table."""

    machine: str
    program: str
    watts: tuple[Tick, ...]
    seconds: tuple[Tick, ...]
    summary: str
    spans: tuple[Power, ...]
    merged: int


def chart(report: Report) -> Chart | None:
    """The chart, or ``None`` where no span of the run has a known power."""
    known = [power for power in report.timeline if power.total_w is not None or power.process_w is not None]
    if not known:
        return None
    drawn = merge(report.timeline, SPANS_DRAWN)
    start_s, end_s = drawn[0].start_s, max(drawn[-1].end_s, drawn[0].start_s + 1e-9)
    peak_w = max(max(span.total_w or 0.0, span.process_w or 0.0) for span in drawn)
    top_w, watt_ticks = _axis(peak_w, 4)
    _, second_ticks = _axis(end_s - start_s, 5)
    listed = merge(report.timeline, SPANS_LISTED)
    return Chart(
        machine="".join(_steps(drawn, "total_w", start_s, end_s, top_w, closed=False)),
        program="".join(_steps(drawn, "process_w", start_s, end_s, top_w, closed=True)),
        watts=tuple(Tick(at=watts / top_w, label=f"{watts:g} W") for watts in watt_ticks),
        seconds=tuple(Tick(at=s / (end_s - start_s), label=f"{s:g} s") for s in second_ticks if s <= end_s - start_s),
        summary=_summary(report),
        spans=listed,
        merged=math.ceil(len(report.timeline) / len(listed)),
    )


def merge(timeline: Sequence[Power], most: int) -> tuple[Power, ...]:
    """At most `most` spans: neighbours become one with their time-weighted mean, so no joule is lost."""
    together = max(1, math.ceil(len(timeline) / most))
    groups = (timeline[start : start + together] for start in range(0, len(timeline), together))
    return tuple(
        Power(
            start_s=group[0].start_s,
            end_s=group[-1].end_s,
            total_w=_mean([(span.end_s - span.start_s, span.total_w) for span in group]),
            process_w=_mean([(span.end_s - span.start_s, span.process_w) for span in group]),
        )
        for group in groups
    )


def _mean(weighed: Sequence[tuple[float, float | None]]) -> float | None:
    known = [(weight, value) for weight, value in weighed if value is not None]
    weight = sum(weight for weight, _ in known)
    return sum(weight * value for weight, value in known) / weight if weight > 0 else None


def _axis(end: float, most: int) -> tuple[float, tuple[float, ...]]:
    """The end of an axis that holds `end`, and ticks at multiples of 1, 2 or 5 times a power of ten."""
    if end <= 0:
        return 1.0, (0.0, 1.0)
    magnitude = 10.0 ** math.floor(math.log10(end / most))
    step = next(factor * magnitude for factor in (1, 2, 5, 10) if factor * magnitude * most >= end * 0.999999)
    steps = math.ceil(end / step - 1e-9)
    return steps * step, tuple(round(i * step, 12) for i in range(steps + 1))


def _steps(
    spans: Sequence[Power], field: str, start_s: float, end_s: float, top_w: float, *, closed: bool
) -> Iterator[str]:
    """SVG path commands: one step per span, a gap where the power is unknown, down to zero if `closed`."""
    drawing = False
    for span in spans:
        watts = getattr(span, field)
        left, right = (SIZE * (at - start_s) / (end_s - start_s) for at in (span.start_s, span.end_s))
        if watts is None:
            yield f"V{SIZE:g}" if drawing and closed else ""
            drawing = False
            continue
        height = SIZE - SIZE * watts / top_w
        if not drawing:
            yield f"M{left:.1f} {SIZE:g}V{height:.1f}" if closed else f"M{left:.1f} {height:.1f}"
        else:
            yield f"V{height:.1f}"
        yield f"H{right:.1f}"
        drawing = True
    if drawing and closed:
        yield f"V{SIZE:g}"


def _summary(report: Report) -> str:
    precision = numbers.precision(report)
    machine = [power.total_w for power in report.timeline if power.total_w is not None]
    program = [power.process_w for power in report.timeline if power.process_w is not None]
    parts = []
    if machine:
        low, high = numbers.power(min(machine), precision), numbers.power(max(machine), precision)
        parts.append(f"The machine drew between {low} and {high}")
    if program:
        parts.append(f"the program's share was {numbers.power(max(program), precision)} at most")
    unknown = sum(power.total_w is None for power in report.timeline)
    gaps = f" Gaps are times without a valid reading ({unknown} of {len(report.timeline)})." if unknown else ""
    sentence = "; ".join(parts)
    return sentence[:1].upper() + sentence[1:] + "." + gaps
