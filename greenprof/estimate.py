"""What a finding costs, before a run has said it in joules: what is repeated, and how often at most.

One query costs more than any handling of its rows, so what is repeated counts first, and how often after it.
"""

from __future__ import annotations

from greenprof.grades import COSTS
from greenprof.model import Finding

_POWERS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def estimate(finding: Finding) -> str | None:
    """``query × n²``, ``row × 1,000 × n``: n stands for as many as there are data. None where nothing is repeated."""
    if finding.cost not in COSTS:
        return None
    known = [f"{finding.rounds:,}"] if finding.rounds is not None and finding.rounds > 1 else []
    power = finding.open_loops or 0
    data = [f"n{str(power).translate(_POWERS) if power > 1 else ''}"] if power else []
    return " × ".join([finding.cost, *known, *data])


def dearest_first(finding: Finding) -> tuple[int, int, int]:
    """A key to sort findings by: what is repeated, how many loops the data decide, how many rounds are known."""
    place = COSTS.index(finding.cost) if finding.cost in COSTS else len(COSTS)
    return place, -(finding.open_loops or 0), -(finding.rounds or 0)
