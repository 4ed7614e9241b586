"""Pure: what a handful of repeated measurements allow one to say."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

# Two-sided 95 % points of Student's t for 1 to 30 degrees of freedom (NIST/SEMATECH e-Handbook, 1.3.6.7.2).
_T_95 = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
    2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
)  # fmt: skip


def t_95(degrees_of_freedom: int) -> float:
    """Student's t, two-sided 95 %; beyond the table the expansion 1.96 + 2.37 / df, within 0.1 %."""
    if degrees_of_freedom < 1:
        raise ValueError("an interval needs at least two measurements")
    if degrees_of_freedom <= len(_T_95):
        return _T_95[degrees_of_freedom - 1]
    return 1.96 + 2.37 / degrees_of_freedom


def half_width(values: Sequence[float]) -> float:
    """Half the 95 % interval of the mean of `values`, in their unit; 0 for a single value."""
    if len(values) < 2:
        return 0.0
    return t_95(len(values) - 1) * statistics.stdev(values) / math.sqrt(len(values))


def interval(values: Sequence[float], relative: float, absolute: float = 0.0) -> tuple[float, float]:
    """The 95 % interval of a mean of measurements, none of which can be below 0.

    The meter's uncertainty, `relative` to the mean and `absolute` in its unit, is common to all runs,
    so repeating does not shrink it; it and the spread between the runs are independent and add in
    quadrature (JCGM 100:2008, 5.1.2).
    """
    mean = statistics.fmean(values)
    half = math.hypot(mean * relative, absolute, half_width(values))
    return max(0.0, mean - half), mean + half


def share_margin(share: float, samples: int) -> float | None:
    """Half the 95 % interval of a share that was seen in so many samples (0.01 is one point); None without samples.

    Wilson's score interval, which holds for rare lines too (NIST/SEMATECH e-Handbook, 7.2.4.1).
    """
    if samples < 1:
        return None
    z = 1.96
    share = min(1.0, max(0.0, share))
    return z / (1 + z * z / samples) * math.sqrt(share * (1 - share) / samples + (z / (2 * samples)) ** 2)
