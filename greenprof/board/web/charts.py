"""Pure: where the marks of a chart are. Scores are ratios, so equal steps are equal factors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from greenprof.board.model import Result
from greenprof.board.standing import Progress, Scale

_WIDTH, _HEIGHT = 760.0, 260.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 44.0, 600.0, 12.0, 246.0
_LINE = 16.0  # between two names


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A round score, and how far down it is."""

    value: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A team's line: steps down, each where it became better."""

    number: int
    team: str
    path: str
    points: tuple[tuple[float, float], ...]
    label_y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Best scores over time, in the units of an SVG drawing."""

    ticks: tuple[Tick, ...]
    series: tuple[Series, ...]
    width: float = _WIDTH
    height: float = _HEIGHT
    left: float = _LEFT
    right: float = _RIGHT

    @classmethod
    def of(cls, progress: Sequence[Progress]) -> Chart | None:
        """The chart of these teams, None where there is nothing that went on."""
        moments = [at.timestamp() for one in progress for at, _score in one.points]
        if len(moments) < 2 or max(moments) == min(moments):
            return None
        scores = [score for one in progress for _at, score in one.points]
        room = math.log(max(scores) / min(scores)) * 0.08 + 0.05
        scale = Scale(low=min(scores) * math.exp(-room), high=max(scores) * math.exp(room))
        first, span = min(moments), max(moments) - min(moments)

        def place(moment: float, score: float) -> tuple[float, float]:
            x = _LEFT + (_RIGHT - _LEFT) * (moment - first) / span
            return round(x, 1), round(_BOTTOM - (_BOTTOM - _TOP) * scale.place(score), 1)

        lines = [[place(at.timestamp(), score) for at, score in one.points] for one in progress]
        names = _apart([line[-1][1] for line in lines])
        series = tuple(
            Series(number=number, team=one.team, path=_steps(line), points=tuple(line), label_y=round(label + 4, 1))
            for number, (one, line, label) in enumerate(zip(progress, lines, names, strict=True), 1)
        )
        ticks = tuple(Tick(value=value, y=place(first, value)[1]) for value in scale.ticks())
        return cls(ticks=ticks, series=series)


def _steps(points: Sequence[tuple[float, float]]) -> str:
    path = f"M{points[0][0]} {points[0][1]}"
    for x, y in points[1:]:
        path += f"H{x}V{y}"
    return path + f"H{_RIGHT}"


def _apart(wanted: Sequence[float]) -> list[float]:
    """Heights as near to those wanted as they can be with a line's height between each two of them."""
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    found = [0.0] * len(wanted)
    last = -math.inf
    for place in order:
        last = found[place] = max(wanted[place], last + _LINE)
    over = max(0.0, last - _BOTTOM)
    return [height - over for height in found]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dots:
    """The ratio of each pair of runs, on the scale of all of them."""

    score: float
    places: tuple[tuple[float, float], ...]
    ticks: tuple[tuple[float, float], ...]

    @classmethod
    def of(cls, result: Result) -> Dots | None:
        """The dots of a result, None where a pair has no ratio to show."""
        ratios = [ratio for pair in result.readings if (ratio := _ratio(result.quantity, pair)) is not None]
        if result.score is None or len(ratios) < 2:
            return None
        low, high = min([*ratios, result.score]), max([*ratios, result.score])
        room = math.log(high / low) * 0.06 + 0.01
        scale = Scale(low=low * math.exp(-room), high=high * math.exp(room))
        places = tuple((scale.place(ratio), 12.0 + 9.0 * (number % 4)) for number, ratio in enumerate(ratios))
        marks = (scale.low * (scale.high / scale.low) ** share for share in (0.1, 0.5, 0.9))
        ticks = tuple((scale.place(mark), float(f"{mark:.3g}")) for mark in marks)
        return cls(score=scale.place(result.score), places=places, ticks=ticks)


def _ratio(quantity: str | None, pair: object) -> float | None:
    name = "joules" if quantity == "joules" else "cpu_s"
    one, other = (getattr(getattr(pair, side), name) for side in ("submission", "reference"))
    return one / other if one and other and one > 0 and other > 0 else None
