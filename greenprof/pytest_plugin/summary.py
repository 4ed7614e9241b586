"""Pure: what a row of numbers amounts to, in the words and by the definitions of pytest-benchmark's JSON."""

from __future__ import annotations

import statistics
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Any


def stddev(values: Sequence[float]) -> float:
    """The standard deviation of a sample, 0 for a single value."""
    return statistics.stdev(values) if len(values) > 1 else 0.0


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    """The quartiles, by linear interpolation between order statistics (type 7 of Hyndman and Fan, 1996)."""
    if len(values) < 2:
        return (values[0],) * 3
    first, second, third = statistics.quantiles(values, n=4, method="inclusive")
    return first, second, third


def iqr(values: Sequence[float]) -> float:
    """The distance between the quartiles."""
    first, _, third = quartiles(values)
    return third - first


def summary(values: Sequence[float]) -> dict[str, Any] | None:
    """All of it, in the unit of the values; None without values."""
    if not values:
        return None
    ordered = sorted(values)
    mean, spread = statistics.fmean(ordered), stddev(ordered)
    first, median, third = quartiles(ordered)
    low, high = first - 1.5 * (third - first), third + 1.5 * (third - first)
    far = sum(not mean - spread <= value <= mean + spread for value in ordered)
    out = sum(not low <= value <= high for value in ordered)
    return {
        "min": ordered[0],
        "max": ordered[-1],
        "mean": mean,
        "stddev": spread,
        "rounds": len(ordered),
        "median": median,
        "iqr": third - first,
        "q1": first,
        "q3": third,
        "iqr_outliers": out,
        "stddev_outliers": far,
        "outliers": f"{far};{out}",
        "ld15iqr": ordered[min(bisect_left(ordered, low), len(ordered) - 1)],
        "hd15iqr": ordered[max(bisect_right(ordered, high) - 1, 0)],
        "ops": 1 / mean if mean else 0.0,
        "total": sum(ordered),
    }
