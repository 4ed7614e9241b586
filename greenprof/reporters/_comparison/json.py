"""A comparison as JSON; units are in the names."""

from __future__ import annotations

from dataclasses import asdict

from greenprof import __version__
from greenprof.compare import Comparison
from greenprof.wire import dumps


def render(comparison: Comparison) -> str:
    """Format 1: the fields of `Comparison`, whether the two can be told apart, and after as a share of before."""
    header = {"format": "greenprof-comparison", "version": 1, "greenprof": __version__}
    return dumps({**header, "differs": comparison.differs, "ratio": comparison.ratio, **asdict(comparison)})
