"""A history as one HTML page: for each series a chart of its runs with their changes, and the runs as a table."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from greenprof.history.series import METHOD, Series
from greenprof.history.show import phrases
from greenprof.i18n import _, ngettext, short_day
from greenprof.reporters import _numbers as numbers
from greenprof.reporters._page import page
from greenprof.reporters._text import neutral

POINTS = 400  # of a chart, and rows of a table: the newest
OPEN = 20
WIDTH, HEIGHT = 800.0, 160.0


def as_html(series: Sequence[Series]) -> str:
    """The page, complete in itself."""
    told = [{**_told(one), "where": phrases.where(one, series)} for one in series]
    values = {"title": _title(series), "series": told, "method": _(METHOD), "open": OPEN}
    return page(Path(__file__).parent / "history.html", values, styles=["history.css"])


def _title(series: Sequence[Series]) -> str:
    programs, hosts = {(one.project, one.name) for one in series}, {host for one in series for host in one.hosts}
    many = ngettext("{number} program", "{number} programs", len(programs), number=numbers.count(len(programs)))
    if not hosts:
        return many
    on = ngettext("{number} machine", "{number} machines", len(hosts), number=numbers.count(len(hosts)))
    if any(one.mixed for one in series):
        return _("{programs} on {machines}, mixed", programs=many, machines=on)
    return _("{programs} on {machines}", programs=many, machines=on)


def _told(one: Series) -> dict[str, Any]:
    steps = {one.counted[step.at].id: step for step in one.changes}
    last = one.counted[-1] if one.counted else None
    return {
        "name": neutral(one.name),
        "about": f"{neutral(one.project)}: {phrases.machines(one)}",
        "number": len(one.rows),
        "runs": phrases.number_of_runs(len(one.rows)),
        "no_change": phrases.no_change(one),
        "newest": None if last is None else phrases.energy(last, last.process_j),
        "within": None if last is None else numbers.energy_interval(last.interval_j, phrases.precision(last)),
        "changes": [phrases.change(one, step) for step in one.changes],
        "chart": _chart(one),
        "rows": [
            {
                "id": row.id,
                "when": f"{short_day(row.started_at)} {row.started_at:%H:%M}",
                "joules": phrases.energy(row, row.process_j),
                "raw": row.process_j,
                "within": numbers.energy_interval(row.interval_j, phrases.precision(row)),
                "cpu_s": row.cpu_s,
                "duration_s": row.duration_s,
                "commit": phrases.commit(row),
                "said": phrases.amount_of_change(one, steps[row.id])
                if row.id in steps
                else _("exit code {code}", code=row.exit_code)
                if row.exit_code
                else "",
            }
            for row in reversed(one.rows[-POINTS:])
        ],
    }


def _chart(one: Series) -> dict[str, Any] | None:
    """Points for the newest runs, a line for the median between changes; y from 0, so that heights compare."""
    counted = one.counted[-POINTS:]
    if len(counted) < 2:
        return None
    skipped = len(one.counted) - len(counted)
    top = max((row.high_j or row.process_j or 0.0) for row in counted) or 1.0

    def x(place: float) -> float:
        return round(place / (len(counted) - 1) * WIDTH, 1)

    def y(joules: float) -> float:
        return round(HEIGHT * (1 - joules / top), 1)

    steps = [step for step in one.changes if step.at > skipped]
    bounds = [0, *(step.at - skipped - 0.5 for step in steps), len(counted) - 1]
    values = sorted(one.joules[: one.changes[0].at]) if one.changes else sorted(one.joules)
    first = steps[0].before if steps else one.changes[-1].after if one.changes else values[len(values) // 2]
    medians = [first, *(step.after for step in steps)]
    return {
        "points": [
            (x(place), y(row.process_j or 0.0), y(row.low_j or 0.0), y(row.high_j or row.process_j or 0.0))
            for place, row in enumerate(counted)
        ],
        "medians": [(x(a), x(b), y(level)) for (a, b), level in zip(pairwise(bounds), medians, strict=True)],
        "steps": [x(place) for place in bounds[1:-1]],
        "top": phrases.energy(counted[-1], top),
        "begin": short_day(counted[0].started_at),
        "end": short_day(counted[-1].started_at),
        "number": len(counted),
    }
