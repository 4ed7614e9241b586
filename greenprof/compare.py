"""Pure: two reports of the same work -> what got dearer and what cheaper.

Lines are the same where file, function and text are: their numbers move when a program is changed. A line whose text
has changed is gone on the one side and new on the other.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.model import Hotspot, Node, Report
from greenprof.own_code import told_by

_MOST_NODES = 3_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two runs: its joules with their 95 % interval, and how they were come by."""

    command: tuple[str, ...]
    started_at: str
    duration_s: float
    cpu_s: float
    runs: int
    energy_j: float | None
    interval_j: tuple[float, float] | None
    meter: str
    estimated: bool
    uncertainty: float
    scope: str
    cpu: str
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChange:
    """A line on both sides; ``None`` for a side that has not seen it run, or whose joules are unknown.

    Joules are the line's own and the idle ones that passed while it waited. ``difference_j`` is after less before, of a
    line that one side has not seen all of the other's. ``certain`` says whether that is more than the samples leave
    open, None where that is unknown.
    """

    path: str
    function: str
    source: str | None
    line_before: int | None
    line_after: int | None
    before_j: float | None
    after_j: float | None
    difference_j: float
    certain: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeChange:
    """A place in both call trees, with all that was called from it: joules before and after."""

    path: str
    line: int
    function: str
    before_j: float
    after_j: float
    children: tuple[NodeChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two runs side by side. ``interval_j`` is the 95 % interval of ``difference_j``, after less before.

    ``warnings`` say why the two do not compare and were compared all the same, ``notes`` what else is to be known.
    """

    before: Side
    after: Side
    difference_j: float | None
    interval_j: tuple[float, float] | None
    lines: tuple[LineChange, ...]
    tree: tuple[NodeChange, ...]
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def differs(self) -> bool | None:
        """Whether the two can be told apart at 95 %; None where the interval is unknown."""
        return None if self.interval_j is None else self.interval_j[0] > 0 or self.interval_j[1] < 0

    @property
    def ratio(self) -> float | None:
        """Joules after, over those before; None where either is unknown or there were none before.

        An error that the meter makes on both sides by the same share is not in it.
        """
        after_j, before_j = self.after.energy_j, self.before.energy_j
        return after_j / before_j if after_j is not None and before_j else None


def compare(before: Report, after: Report, *, force: bool = False) -> Comparison:
    """What changed from `before` to `after`; lines with the largest difference first.

    Raises GreenprofError (exit code 2) for reports of different machines, meters, or of a measurement and an estimate,
    unless `force`.
    """
    reasons = incomparable(before, after)
    if reasons and not force:
        raise GreenprofError(f"not compared: {'; '.join(reasons)} (--force compares all the same)", EXIT_USAGE)
    difference_j, interval_j = _difference(before, after)
    return Comparison(
        before=_side(before),
        after=_side(after),
        difference_j=difference_j,
        interval_j=interval_j,
        lines=_lines(before, after),
        tree=_tree(before.tree, after.tree),
        warnings=reasons,
        notes=_notes(before, after),
    )


def incomparable(before: Report, after: Report) -> tuple[str, ...]:
    """Why the joules of two reports do not compare; empty if they do."""
    reasons = []
    if before.host.fingerprint != after.host.fingerprint:
        reasons.append(f"the machines differ, {before.host.fingerprint} and {after.host.fingerprint}")
    if before.meter.estimated != after.meter.estimated:
        reasons.append("the one is measured and the other estimated")
    elif before.meter.name != after.meter.name or before.meter.domains != after.meter.domains:
        reasons.append(f"the meters see different things, {before.meter.name} and {after.meter.name}")
    return tuple(reasons)


def _notes(before: Report, after: Report) -> tuple[str, ...]:
    """That the lines are not those of the same code: the joules of a library stand on what counts as own."""
    one, other = told_by(before.notes), told_by(after.notes)
    if one == other:
        return ()
    what = "What counts as the program's own code differs, so the same joules may stand on other lines"
    return (f"{what}: {one} before, {other} after.",)


def _side(report: Report) -> Side:
    return Side(
        command=report.run.command,
        started_at=report.run.started_at,
        duration_s=report.run.duration_s,
        cpu_s=report.run.cpu_s,
        runs=report.run.runs,
        energy_j=report.energy.process_j,
        interval_j=report.energy.interval_j,
        meter=report.meter.name,
        estimated=report.meter.estimated,
        uncertainty=report.meter.uncertainty,
        scope=report.meter.scope,
        cpu=report.host.cpu,
        fingerprint=report.host.fingerprint,
    )


def _difference(before: Report, after: Report) -> tuple[float | None, tuple[float, float] | None]:
    """Half-widths add in quadrature: what both share of the meter's error would make it smaller, and is not known."""
    old, new = before.energy, after.energy
    if old.process_j is None or new.process_j is None:
        return None, None
    difference_j = new.process_j - old.process_j
    if old.interval_j is None or new.interval_j is None:
        return difference_j, None
    # The upper half: the lower one ends at 0.
    half_j = math.hypot(old.interval_j[1] - old.process_j, new.interval_j[1] - new.process_j)
    return difference_j, (difference_j - half_j, difference_j + half_j)


_Key = tuple[str, str, str]


def _lines(before: Report, after: Report) -> tuple[LineChange, ...]:
    old, new = _by_text(before.hotspots), _by_text(after.hotspots)
    changes = []
    for key in dict.fromkeys((*old, *new)):
        for place in range(max(len(old[key]), len(new[key]))):
            was = old[key][place] if place < len(old[key]) else None
            now = new[key][place] if place < len(new[key]) else None
            changes.append(_change(was, now, _samples_j(before), _samples_j(after)))
    return tuple(sorted((one for one in changes if one), key=lambda one: -abs(one.difference_j)))


def _by_text(spots: Iterable[Hotspot]) -> defaultdict[_Key, list[Hotspot]]:
    """Lines by file, function and text, those with the same in the order of their numbers."""
    found: defaultdict[_Key, list[Hotspot]] = defaultdict(list)
    for spot in sorted(spots, key=lambda one: one.line):
        text = f":{spot.line}" if spot.source is None and spot.line else (spot.source or "").strip()
        found[spot.path, spot.function, text].append(spot)
    return found


def _change(was: Hotspot | None, now: Hotspot | None, before_j: float, after_j: float) -> LineChange | None:
    spot = now or was
    if spot is None or all(one is None or one.self_j is None for one in (was, now)):
        return None
    old, new = _joules(was), _joules(now)
    difference_j = (new or 0.0) - (old or 0.0)
    margins = [
        one.margin * whole_j
        for one, whole_j in ((was, before_j), (now, after_j))
        if one is not None and one.margin is not None
    ]
    return LineChange(
        path=spot.path,
        function=spot.function,
        source=spot.source,
        line_before=was.line if was else None,
        line_after=now.line if now else None,
        before_j=old,
        after_j=new,
        difference_j=difference_j,
        certain=abs(difference_j) > math.hypot(*margins) if margins else None,
    )


def _joules(spot: Hotspot | None) -> float | None:
    return None if spot is None or spot.self_j is None else spot.self_j + (spot.idle_j or 0.0)


def _samples_j(report: Report) -> float:
    """The joules that shares of samples are shares of."""
    return sum(spot.self_j or 0.0 for spot in report.hotspots)


def _tree(before: Sequence[Node], after: Sequence[Node]) -> tuple[NodeChange, ...]:
    """Both call trees in one, dearest places first; what is too small to matter is left out."""
    whole_j = sum(node.total_j or 0.0 for node in (*before, *after))
    return _merged(before, after, whole_j / _MOST_NODES)


def _merged(before: Sequence[Node], after: Sequence[Node], least_j: float) -> tuple[NodeChange, ...]:
    sides: dict[tuple[str, str], tuple[list[Node], list[Node]]] = {}
    for side, nodes in enumerate((before, after)):
        for node in nodes:
            sides.setdefault((node.path, node.function), ([], []))[side].append(node)
    merged = []
    for old, new in sides.values():
        before_j, after_j = (sum(node.total_j or 0.0 for node in nodes) for nodes in (old, new))
        if before_j + after_j <= least_j:
            continue
        below = [[child for node in nodes for child in node.children] for nodes in (old, new)]
        shown = (new or old)[0]
        merged.append(
            NodeChange(
                path=shown.path,
                line=shown.line,
                function=shown.function,
                before_j=before_j,
                after_j=after_j,
                children=_merged(below[0], below[1], least_j),
            )
        )
    return tuple(sorted(merged, key=lambda one: -(one.before_j + one.after_j)))
