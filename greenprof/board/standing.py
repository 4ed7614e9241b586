"""Pure: what a board shows of a challenge. Each team's best, in tie groups, apart by what it was measured with."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from greenprof.board.event import Event
from greenprof.board.model import JUDGED, Result
from greenprof.board.ranking import rank
from greenprof.board.submissions import Entry

PROGRESS_TEAMS = 6  # lines that can still be told apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A team's best: its place, whether it shares that, and how many submissions of the team were judged."""

    rank: int
    tied: bool
    leads: bool
    entry: Entry
    judged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Results that may be set against each other: of one machine, and all measured, or all estimated."""

    estimated: bool
    host: str
    cpu: str
    meter: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A team's best score over time: ``points`` are the moments at which it became better."""

    team: str
    points: tuple[tuple[datetime, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is shown of a challenge. ``held_back`` results were judged and are not shown before the reveal."""

    challenge: str
    measured: tuple[Table, ...]
    estimated: tuple[Table, ...]
    progress: tuple[Progress, ...]
    pending: int
    rejected: int
    held_back: int
    frozen: bool

    @property
    def tables(self) -> tuple[Table, ...]:
        """Measured ones first."""
        return self.measured + self.estimated


def standing(
    challenge: str, entries: Sequence[Entry], results: Callable[[Sequence[int]], Mapping[int, Result]], event: Event,
    now: datetime, *, everything: bool,
) -> Standing:  # fmt: skip
    """The standing of a challenge, from its entries; with `everything` also what a freeze holds back.

    `results` brings the whole results of the submissions whose numbers it is given: those that decide ties.
    """
    shown = [one for one in entries if everything or not event.hides(one.received_at, now)]
    judged = [one for one in shown if one.state == JUDGED and one.score is not None]
    best = _best(judged)
    whole = results([one.id for one in best])
    places: dict[tuple[bool, str], list[Entry]] = defaultdict(list)
    for one in best:
        places[bool(one.estimated), one.host or ""].append(one)
    number = Counter(one.team_id for one in judged)
    tables = [_table(key, members, whole, number) for key, members in sorted(places.items())]
    return Standing(
        challenge=challenge,
        measured=tuple(table for table in tables if not table.estimated),
        estimated=tuple(table for table in tables if table.estimated),
        progress=_progress(judged, tables),
        pending=sum(one.pending for one in shown),
        rejected=sum(one.state == "rejected" for one in shown),
        held_back=len(entries) - len(shown),
        frozen=event.frozen(now),
    )


def _best(judged: Iterable[Entry]) -> list[Entry]:
    """The lowest score of each team on each machine; the earlier one of two that are equal."""
    found: dict[tuple[int, bool | None, str | None], Entry] = {}
    for one in sorted(judged, key=lambda one: (one.score or 0.0, one.id)):
        found.setdefault((one.team_id, one.estimated, one.host), one)
    return list(found.values())


def _table(
    key: tuple[bool, str], members: Sequence[Entry], whole: Mapping[int, Result], judged: Mapping[int, int]
) -> Table:
    by_uid = {whole[one.id].submission: one for one in members}
    lines = []
    for group in rank(whole[one.id] for one in members):
        for place, result in enumerate(group.results):
            entry = by_uid[result.submission]
            tied = len(group.results) > 1
            lines.append(Line(rank=group.rank, tied=tied, leads=place == 0, entry=entry, judged=judged[entry.team_id]))
    one = whole[members[0].id]
    return Table(
        estimated=key[0], host=key[1], cpu=one.host.cpu if one.host else "", meter=one.meter.name if one.meter else "",
        lines=tuple(lines),
    )  # fmt: skip


def _progress(judged: Sequence[Entry], tables: Sequence[Table]) -> tuple[Progress, ...]:
    """Of the first teams of the first table: measured ones where there are any."""
    if not tables:
        return ()
    shown = [line.entry for line in tables[0].lines[:PROGRESS_TEAMS]]
    found = []
    for best in shown:
        points: list[tuple[datetime, float]] = []
        for one in sorted(judged, key=lambda one: one.id):
            same = (one.team_id, one.estimated, one.host) == (best.team_id, best.estimated, best.host)
            if same and one.score is not None and (not points or one.score < points[-1][1]):
                points.append((one.received_at, one.score))
        found.append(Progress(team=best.team, points=tuple(points)))
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A logarithmic scale on which equal steps are equal factors: scores are ratios."""

    low: float
    high: float

    @classmethod
    def of(cls, lines: Iterable[Line]) -> Scale:
        """One that holds every interval, and 1: the reference."""
        ends = [end for line in lines for end in (line.entry.low, line.entry.high, line.entry.score) if end]
        low, high = min([*ends, 1.0]), max([*ends, 1.0])
        room = math.log(high / low) * 0.04 + 0.05
        return cls(low=low * math.exp(-room), high=high * math.exp(room))

    def place(self, score: float) -> float:
        """Where a score is, from 0 to 1."""
        share = math.log(max(score, 1e-12) / self.low) / math.log(self.high / self.low)
        return min(1.0, max(0.0, share))

    def ticks(self) -> list[float]:
        """Round scores within it: powers of ten, with 2 and 5 between where there is room."""
        powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        fine = math.log10(self.high / self.low) < 3
        found = [step * 10.0**power for power in powers for step in ((1, 2, 5) if fine else (1,))]
        return [tick for tick in found if self.low <= tick <= self.high]
