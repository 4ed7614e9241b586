"""From watts that are read now and then to joules."""

from __future__ import annotations


class PowerIntegral:
    """The trapezoid rule over readings of power, and how far it may be off.

    Between two readings the power may have changed at once or at the last moment; half of that
    difference is the band, so a power that changed is less certain than one that stood. Of a span
    longer than `longest_span_s` nothing is known: it adds no joules, and `lost_ns` says when it was.
    """

    __slots__ = ("_band_j", "_last", "_longest_span_s", "joules", "lost_ns")

    def __init__(self, longest_span_s: float) -> None:
        self._longest_span_s = longest_span_s
        self._last: tuple[float, int] | None = None
        self._band_j = 0.0
        self.joules = 0.0
        self.lost_ns: tuple[int, int] | None = None

    @property
    def band(self) -> float:
        """How far the joules may be off for what happened between the readings, relative."""
        return self._band_j / self.joules if self.joules > 0 else 0.0

    def advance(self, watts: float | None, at_ns: int) -> float | None:
        """Joules since the first good reading; ``None`` where `watts` could not be read (``None``)."""
        self.lost_ns = None
        if watts is None:
            return None
        if self._last is not None:
            before_w, before_ns = self._last
            elapsed_s = (at_ns - before_ns) / 1e9
            if elapsed_s > self._longest_span_s:
                self.lost_ns = (before_ns, at_ns)
            else:
                self.joules += (before_w + watts) / 2 * elapsed_s
                self._band_j += abs(before_w - watts) / 2 * elapsed_s
        self._last = (watts, at_ns)
        return self.joules
