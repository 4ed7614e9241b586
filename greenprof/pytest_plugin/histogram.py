"""An SVG of all rounds (``--green-histogram``): a box for each test, joules upwards, on a logarithmic scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from greenprof.pytest_plugin.summary import quartiles
from greenprof.reporters import _numbers as numbers

if TYPE_CHECKING:
    from greenprof.pytest_plugin.result import TestEnergy

_LEFT, _TOP, _HEIGHT, _STEP, _BOX, _BELOW = 90, 40, 320, 60, 28, 190
_PLAIN = numbers.Precision(digits=2, about=False)


def drawing(tests: Sequence[TestEnergy], scope: str) -> str | None:
    """The picture; None where no joules are known."""
    rows = [
        (test.name, values) for test in tests if (values := [one for one in test.series.rounds_j(scope) if one > 0])
    ]
    if not rows:
        return None
    low = math.floor(math.log10(min(min(values) for _, values in rows)))
    high = math.ceil(math.log10(max(max(values) for _, values in rows)))
    high = max(high, low + 1)
    width, bottom = _LEFT + _STEP * len(rows) + 40, _TOP + _HEIGHT

    def y(joules: float) -> float:
        return bottom - _HEIGHT * (math.log10(joules) - low) / (high - low)

    how = "estimated" if any(test.series.meter.estimated for test in tests) else "measured"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{bottom + _BELOW}" role="img" '
        f'font-family="sans-serif" font-size="12" fill="#222">',
        f"<title>Joules of each test, {how}</title>",
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="{_LEFT}" y="22" font-size="14">Joules per call, {how} (box: quartiles, dots: rounds)</text>',
    ]
    for power in range(low, high + 1):
        at = y(10.0**power)
        parts.append(f'<line x1="{_LEFT}" x2="{width - 20}" y1="{at:.1f}" y2="{at:.1f}" stroke="#ddd"/>')
        label = numbers.energy(10.0**power, _PLAIN)
        parts.append(f'<text x="{_LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{escape(label)}</text>')
    for place, (name, values) in enumerate(rows):
        parts += _box(name, values, _LEFT + _STEP * place + _STEP / 2, bottom, y)
    return "\n".join([*parts, "</svg>", ""])


def _box(name: str, values: Sequence[float], x: float, bottom: float, y: object) -> list[str]:
    assert callable(y)
    first, median, third = quartiles(sorted(values))
    left = x - _BOX / 2
    said = f"{name}: {numbers.energy(median, _PLAIN)} in the median of {len(values)} rounds"
    return [
        f"<g><title>{escape(said)}</title>",
        f'<line x1="{x}" x2="{x}" y1="{y(max(values)):.1f}" y2="{y(min(values)):.1f}" stroke="#467"/>',
        f'<rect x="{left}" y="{y(third):.1f}" width="{_BOX}" height="{max(1.0, y(first) - y(third)):.1f}" '
        'fill="#bcd" stroke="#467"/>',
        f'<line x1="{left}" x2="{left + _BOX}" y1="{y(median):.1f}" y2="{y(median):.1f}" stroke="#124" '
        'stroke-width="2"/>',
        *(f'<circle cx="{x}" cy="{y(value):.1f}" r="1.5" fill="#124"/>' for value in values),
        f'<text transform="translate({x + 4},{bottom + 14}) rotate(60)">{escape(name[:30])}</text></g>',
    ]
