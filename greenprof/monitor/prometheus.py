"""Pure: families as text that Prometheus reads.

Two formats: the text format 0.0.4 (prometheus.io, "Exposition formats"), which the textfile collector of node_exporter
takes too, and OpenMetrics 1.0, which has units and the time since when a counter counts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping

from greenprof.monitor.families import Family, Point

TEXT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
OPENMETRICS_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"

_SUFFIXES = {"counter": "_total", "info": "_info", "gauge": ""}
_LABEL = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})
_HELP = str.maketrans({"\\": r"\\", "\n": r"\n"})


def text(families: Iterable[Family]) -> str:
    """The text format 0.0.4. A line ``# UNIT`` is a comment to it."""
    return "".join(f"{line}\n" for family in families for line in _text_lines(family))


def openmetrics(families: Iterable[Family]) -> str:
    """OpenMetrics 1.0."""
    lines = [line for family in families for line in _openmetrics_lines(family)]
    return "".join(f"{line}\n" for line in (*lines, "# EOF"))


def _text_lines(family: Family) -> Iterator[str]:
    if not family.points:
        return
    name = family.name + _SUFFIXES[family.kind]
    yield f"# HELP {name} {family.help.translate(_HELP)}"
    yield f"# TYPE {name} {'counter' if family.kind == 'counter' else 'gauge'}"
    if family.unit:
        yield f"# UNIT {name} {family.unit}"
    yield from _samples(name, family.points)


def _openmetrics_lines(family: Family) -> Iterator[str]:
    if not family.points:
        return
    yield f"# TYPE {family.name} {family.kind}"
    if family.unit:
        yield f"# UNIT {family.name} {family.unit}"
    yield f"# HELP {family.name} {family.help.translate(_LABEL)}"
    name = family.name + _SUFFIXES[family.kind]
    for point in family.points:  # all of one point stand together
        labels = _labels(point.labels)
        yield f"{name}{labels} {_number(point.value)}"
        if family.kind == "counter" and point.created_s is not None:
            yield f"{family.name}_created{labels} {_number(point.created_s)}"


def _samples(name: str, points: Iterable[Point]) -> Iterator[str]:
    for point in points:
        yield f"{name}{_labels(point.labels)} {_number(point.value)}"


def _labels(labels: Mapping[str, str]) -> str:
    """An empty label is the same as none."""
    kept = ",".join(f'{name}="{value.translate(_LABEL)}"' for name, value in labels.items() if value)
    return f"{{{kept}}}" if kept else ""


def _number(value: float) -> str:
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "+Inf" if value > 0 else "-Inf"
    return str(int(value)) if value == int(value) and abs(value) < 2**53 else repr(value)
