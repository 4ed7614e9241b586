"""Measuring from inside a program: a block (`measure`), a function (`measured`), a call (`measure_call`).

Read in this order: `shared` (one open meter per process), `tally` (pure arithmetic on two marks),
`block`, `decorator`, `calls`.
"""

from __future__ import annotations

from greenprof.measuring.block import Measurement, measure
from greenprof.measuring.calls import CallResult, measure_call
from greenprof.measuring.decorator import measured

__all__ = ["CallResult", "Measurement", "measure", "measure_call", "measured"]
