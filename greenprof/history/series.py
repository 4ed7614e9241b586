"""Pure: kept runs as series, one for each program on each machine, and where their joules changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from greenprof.history.rows import Row
from greenprof.i18n import N_
from greenprof.stats import Change, change_points

METHOD = N_(
    "A change is marked where the joules before and behind differ by a rank sum test (Mann-Whitney, Bonferroni over "
    "all places, 5 % a series; Hawkins and Deng 2010) and their medians by 2 % or more; drift is found as steps. "
    "Runs that failed, and those whose joules are unknown, are listed but not compared."
)
_BARS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Runs that compare, oldest first. ``counted`` are those with joules that ended well; changes are places in it."""

    project: str
    name: str
    hosts: tuple[str, ...]
    meters: tuple[str, ...]
    rows: tuple[Row, ...]
    counted: tuple[Row, ...]
    changes: tuple[Change, ...]

    @property
    def mixed(self) -> bool:
        """Whether runs of several machines or meters are together, as somebody asked for."""
        return len(self.hosts) > 1 or len(self.meters) > 1

    @property
    def joules(self) -> list[float]:
        """The program's joules of each counted run."""
        return [row.process_j for row in self.counted if row.process_j is not None]

    @property
    def newest(self) -> tuple[Row, ...]:
        """The counted runs since the last change."""
        return self.counted[self.changes[-1].at if self.changes else 0 :]


def series_of(rows: Sequence[Row], *, mix_hosts: bool = False) -> list[Series]:
    """The series in `rows` (oldest first), that with the newest run first; machines are kept apart unless asked."""
    groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        key = (row.project, row.name) if mix_hosts else (row.project, row.name, row.host, row.meter)
        groups[key].append(row)
    made = [_series(group) for group in groups.values()]
    return sorted(made, key=lambda one: one.rows[-1].started_at, reverse=True)


def _series(rows: Sequence[Row]) -> Series:
    counted = tuple(row for row in rows if row.process_j is not None and not row.exit_code)
    return Series(
        project=rows[0].project,
        name=rows[0].name,
        hosts=tuple(dict.fromkeys(row.host for row in rows)),
        meters=tuple(dict.fromkeys(row.meter for row in rows)),
        rows=tuple(rows),
        counted=counted,
        changes=change_points([row.process_j for row in counted if row.process_j is not None]),
    )


def sparkline(values: Sequence[float], width: int = 32) -> str:
    """All values as bars from the least to the most, medians of neighbours where there are more; flat where steady."""
    number = min(width, len(values))
    bounds = [round(place * len(values) / number) for place in range(number + 1)] if number else []
    shown = [median(values[start:end]) for start, end in pairwise(bounds)]
    if not shown:
        return ""
    low, high = min(shown), max(shown)
    if high - low <= 0.01 * high:
        return _BARS[3] * len(shown)
    return "".join(_BARS[round((value - low) / (high - low) * (len(_BARS) - 1))] for value in shown)
