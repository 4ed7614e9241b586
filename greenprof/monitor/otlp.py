"""Families as OpenTelemetry metrics (OTLP 1): JSON, or protobuf with the extra ``otlp``.

The joules of hardware have the names of OpenTelemetry's semantic conventions (status: development): ``hw.host.energy``
for a meter of the whole machine, ``hw.energy`` with ``hw.type`` for one of its parts, so that a sum over ``hw.energy``
counts nothing twice. A process is told by ``process.executable.name``, a container by ``container.id``. What has no
name there keeps greenprof's own, with dots.

One value is built, in the JSON mapping of the protocol; the protobuf is made of that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from greenprof import __version__
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.monitor.families import Family, Point

JSON_TYPE = "application/json"
PROTOBUF_TYPE = "application/x-protobuf"
MACHINE = ("machine", "psys")  # domains that are the whole machine

_CUMULATIVE = 2
_UNITS = {"joules": "J", "watts": "W", "seconds": "s", "bytes": "By", "grams": "g", "ratio": "1"}
_ATTRIBUTES = {"command": "process.executable.name", "container": "container.id", "service": "greenprof.service"}
_TYPES = (
    (re.compile(r"gpu|nvml|nvidia", re.IGNORECASE), "gpu"),
    (re.compile(r"dram|memory", re.IGNORECASE), "memory"),
    (re.compile(r"^BAT|battery", re.IGNORECASE), "battery"),
)
# Families whose points are parts of the hardware; greenprof_run_host_joules counts over one run only.
_HARDWARE = {
    "greenprof_host_joules": "energy",
    "greenprof_run_host_joules": "energy",
    "greenprof_host_watts": "power",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Families of one host, said of one moment. ``host`` are attributes of the resource.

    Times are seconds since 1970; ``started_s`` is since when sums count whose points do not say so themselves.
    """

    families: tuple[Family, ...]
    host: Mapping[str, str]
    at_s: float
    started_s: float | None = None


def to_json(batches: Iterable[Batch]) -> str:
    """The body of a request with the JSON encoding."""
    return json.dumps(request(batches), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def to_protobuf(batches: Iterable[Batch]) -> bytes:
    """The body of a request with the protobuf encoding; raises `GreenprofError` without the extra ``otlp``."""
    check_protobuf()
    from google.protobuf.json_format import ParseDict
    from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

    return bytes(ParseDict(request(batches), ExportMetricsServiceRequest()).SerializeToString())


def check_protobuf() -> None:
    """Raise `GreenprofError` where the messages of OpenTelemetry are not installed."""
    try:
        import_module("opentelemetry.proto.collector.metrics.v1.metrics_service_pb2")
    except ImportError:
        raise GreenprofError(
            "OTLP as protobuf needs the extra otlp: pip install 'greenprof[otlp]', or take -f otlp-json", EXIT_USAGE
        ) from None


def request(batches: Iterable[Batch]) -> dict[str, Any]:
    """An ``ExportMetricsServiceRequest`` in the JSON mapping."""
    return {"resourceMetrics": [_resource_metrics(batch) for batch in batches]}


def _resource_metrics(batch: Batch) -> dict[str, Any]:
    attributes = {"service.name": "greenprof", "service.version": __version__, **batch.host}
    metrics = [metric for family in batch.families for metric in _metrics(family, batch)]
    return {
        "resource": {"attributes": _attributes(attributes)},
        "scopeMetrics": [{"scope": {"name": "greenprof", "version": __version__}, "metrics": metrics}],
    }


def hardware(domain: str) -> tuple[bool, dict[str, str]]:
    """Whether a meter's domain is the whole machine, and the attributes of ``hw.*`` for it."""
    if domain in MACHINE:
        return True, {"hw.id": domain}
    kind = next((kind for pattern, kind in _TYPES if pattern.search(domain)), "cpu")
    return False, {"hw.id": domain, "hw.type": kind}


def _metrics(family: Family, batch: Batch) -> list[dict[str, Any]]:
    if not family.points:
        return []
    if family.name not in _HARDWARE:
        return [_metric(family, _own_name(family), family.points, batch)]
    what = _HARDWARE[family.name]
    whole: list[Point] = []
    parts: list[Point] = []
    for point in family.points:
        is_whole, attributes = hardware(point.labels["domain"])
        others = {name: value for name, value in point.labels.items() if name != "domain"}
        kept = Point(value=point.value, labels={**attributes, **others}, created_s=point.created_s)
        (whole if is_whole else parts).append(kept)
    named = ((f"hw.host.{what}", whole), (f"hw.{what}", parts))
    return [_metric(family, name, points, batch, total=what == "energy") for name, points in named if points]


def _metric(family: Family, name: str, points: Sequence[Point], batch: Batch, total: bool = False) -> dict[str, Any]:
    is_sum = total or family.kind == "counter"
    data: dict[str, Any] = {"dataPoints": [_point(point, batch, with_start=is_sum) for point in points]}
    if is_sum:
        data.update(aggregationTemporality=_CUMULATIVE, isMonotonic=True)
    return {
        "name": name,
        "description": family.help,
        "unit": _UNITS.get(family.unit, "1"),
        "sum" if is_sum else "gauge": data,
    }


def _own_name(family: Family) -> str:
    """``greenprof_process_joules`` is ``greenprof.process.energy``: OpenTelemetry keeps units out of names."""
    name = family.name.removesuffix(f"_{family.unit}") if family.unit else family.name
    word = {"joules": "energy", "watts": "power", "seconds": "time", "grams": "mass"}.get(family.unit)
    last = name.rpartition("_")[2]
    if word and last not in (word, "duration"):
        name = f"{name}_{word}"
    if family.kind == "info":
        name = f"{name}_info"
    scope, _, rest = name.partition("_")
    group, _, rest = rest.partition("_")
    return ".".join(part for part in (scope, group, rest) if part)


def _point(point: Point, batch: Batch, with_start: bool) -> dict[str, Any]:
    made: dict[str, Any] = {
        "attributes": _attributes({_ATTRIBUTES.get(name, name): value for name, value in point.labels.items()}),
        "timeUnixNano": _nanoseconds(batch.at_s),
        "asDouble": float(point.value),
    }
    start_s = point.created_s if point.created_s is not None else batch.started_s
    if with_start and start_s is not None:
        made["startTimeUnixNano"] = _nanoseconds(start_s)
    return made


def _nanoseconds(seconds: float) -> str:
    """A whole number as text, as the JSON mapping has those of 64 bits."""
    return str(max(0, round(seconds * 1e9)))


def _attributes(labels: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{"key": name, "value": {"stringValue": value}} for name, value in labels.items() if value]
