"""What stands for a meter where none works: joules stay unknown, and CPU time and counts are held to their budgets."""

from __future__ import annotations

import time

from greenprof.model import Reading

NAME = "none"


class NoMeter:
    """Knows no joules; ``notes`` say why."""

    name, domains, scope = NAME, ("unknown",), "nothing"
    estimated, uncertainty = False, 0.0
    idle_w: float | None = None
    max_interval_s: float | None = None
    resolution_s = 1e-4

    def __init__(self, why: str) -> None:
        self.notes: tuple[str, ...] = (why,)

    def read(self) -> Reading:
        """Nothing is known, but the time."""
        return Reading(at_ns=time.monotonic_ns(), joules=(None,))

    def close(self) -> None:
        """There is nothing to close."""
