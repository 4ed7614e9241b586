"""The words that grade a finding: light to import, because the command line offers them before anything is done."""

from __future__ import annotations

SEVERITIES = ("error", "warning", "info")
CONFIDENCES = ("high", "medium", "low")
COSTS = ("query", "request", "row", "cpu", "idle")  # of what a finding repeats, dearest first


def is_confident(confidence: str, minimum: str) -> bool:
    """Whether `confidence` is at least `minimum`; both are of `CONFIDENCES`."""
    return CONFIDENCES.index(confidence) <= CONFIDENCES.index(minimum)
