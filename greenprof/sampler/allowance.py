"""How much of a processor something may use: a part of one in the long run, more for a moment."""

from __future__ import annotations

import time


class Allowance:
    """CPU time that is earned as time passes, `part` of a processor, up to `saved_s` of it, and then spent.

    What was saved lets a first look cost more than the later ones (a token bucket).
    """

    def __init__(self, part: float, saved_s: float) -> None:
        self._part = part
        self._most_s = self._credit_s = saved_s
        self._since_s = time.monotonic()

    @property
    def is_overdrawn(self) -> bool:
        """Whether more was spent than had been earned until now."""
        return self._credit_s < 0 and self._credit_s + (time.monotonic() - self._since_s) * self._part < 0

    def spend(self, cpu_s: float) -> None:
        """Note what was used."""
        now_s = time.monotonic()
        earned_s = (now_s - self._since_s) * self._part
        self._credit_s = min(self._most_s, self._credit_s + earned_s) - cpu_s
        self._since_s = now_s
