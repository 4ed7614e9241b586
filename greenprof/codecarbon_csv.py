"""Rows for CodeCarbon's ``emissions.csv``, so that greenprof's numbers fit where its are read already.

The columns are those of CodeCarbon 3.1: seconds, kilograms of CO2 equivalent, kilowatt-hours and watts (both
times the PUE of the data centre, where one is given), litres. What greenprof does not know stays empty, never 0.
"""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.host import describe_host
from greenprof.measuring import Measurement
from greenprof.model import Carbon, Host, MeterInfo, Report

COLUMNS = (
    "timestamp", "project_name", "run_id", "experiment_id", "duration", "emissions", "emissions_rate", "cpu_power",
    "gpu_power", "ram_power", "cpu_energy", "gpu_energy", "ram_energy", "energy_consumed", "water_consumed",
    "country_name", "country_iso_code", "region", "cloud_provider", "cloud_region", "os", "python_version",
    "codecarbon_version", "cpu_count", "cpu_model", "gpu_count", "gpu_model", "longitude", "latitude",
    "ram_total_size", "tracking_mode", "cpu_utilization_percent", "gpu_utilization_percent",
    "ram_utilization_percent", "ram_used_gb", "on_cloud", "pue", "wue",
)  # fmt: skip

TRACKING_MODES = ("machine", "process")

Row = dict[str, str | float | int | None]

_JOULES_PER_KWH = 3.6e6
# By how a domain's name begins. What holds more than one device (psys, a battery) is in the sum alone.
_DEVICES = {"package": "cpu", "cpu": "cpu", "dram": "ram", "gpu": "gpu"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Used:
    """What the two kinds of sources have in common."""

    started_at: str | None
    duration_s: float
    domains_j: Mapping[str, float | None]
    total_j: float | None
    process_j: float | None
    meter: MeterInfo
    host: Host
    carbon: Carbon | None


def row(
    source: Report | Measurement,
    *,
    project_name: str = "greenprof",
    run_id: str | None = None,
    tracking_mode: str = "machine",
    carbon: Carbon | None = None,
) -> Row:
    """The values of `source` by column, ``None`` where unknown.

    `tracking_mode` says whose joules they are: those of the whole ``machine``, or the share of the
    ``process``, which is not known device by device if the meter counts several. Emissions and water need
    a carbon factor: the report's own, or `carbon`, of which only factor, PUE and WUE are used. The run's id
    is a new one (UUID) unless `run_id` is given. Raises `GreenprofError` for another tracking mode.
    """
    if tracking_mode not in TRACKING_MODES:
        raise GreenprofError(f"tracking_mode is one of {', '.join(TRACKING_MODES)}, not {tracking_mode!r}", EXIT_USAGE)
    used = _of_report(source, carbon) if isinstance(source, Report) else _of_measurement(source, carbon)
    factors, seconds = used.carbon, used.duration_s
    consumed = _kwh(used.total_j if tracking_mode == "machine" else used.process_j, factors)
    kwh = {device: _kwh(joules, factors) for device, joules in _by_device(used, tracking_mode).items()}
    known: Row = {f"{device}_energy": energy for device, energy in kwh.items()}
    known |= {f"{device}_power": _watts(energy, seconds) for device, energy in kwh.items()}
    if factors is not None and consumed is not None:
        emissions_kg = consumed * factors.factor_g_per_kwh / 1000
        known |= {
            "emissions": emissions_kg,
            "emissions_rate": emissions_kg / seconds if seconds > 0 else None,
            "water_consumed": None if factors.wue is None else consumed * factors.wue,
        }
    known |= {
        "timestamp": _ended_at(used),
        "project_name": project_name,
        "run_id": str(uuid.uuid4()) if run_id is None else run_id,
        "duration": seconds,
        "energy_consumed": consumed,
        "os": used.host.os,
        "python_version": used.host.python,
        "cpu_count": used.host.cores,
        "cpu_model": used.host.cpu,
        "tracking_mode": tracking_mode,
        "pue": None if factors is None else factors.pue,
        "wue": None if factors is None else factors.wue,
    }
    return {column: known.get(column) for column in COLUMNS}


def append(path: Path | str, line: Row) -> None:
    """Add a row to the file, which is begun with a header if it is not there or empty.

    The columns of an existing file are kept in their order. Raises `GreenprofError`, and changes
    nothing, if they are not those of the row, or the file cannot be read or written.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        header = next(csv.reader(io.StringIO(text)), None)
        columns = list(line) if header is None else header
        if sorted(columns) != sorted(line):
            raise GreenprofError(f"{path}: {_difference(columns, line)}; name another file", EXIT_USAGE)
        addition = io.StringIO()
        writer = csv.writer(addition, lineterminator="\n")
        if header is None:
            writer.writerow(columns)
        writer.writerow("" if line[column] is None else line[column] for column in columns)
        with path.open("a", encoding="utf-8", newline="") as file:
            file.write(("" if text.endswith("\n") or not text else "\n") + addition.getvalue())
    except (OSError, UnicodeDecodeError, csv.Error) as failure:
        reason = failure.strerror if isinstance(failure, OSError) else failure
        raise GreenprofError(f"{path}: no row can be added ({reason})", EXIT_USAGE) from None


def _of_report(report: Report, carbon: Carbon | None) -> _Used:
    return _Used(
        started_at=report.run.started_at,
        duration_s=report.run.duration_s,
        domains_j=report.energy.domains_j,
        total_j=report.energy.total_j,
        process_j=report.energy.process_j,
        meter=report.meter,
        host=report.host,
        carbon=report.carbon if carbon is None else carbon,
    )


def _of_measurement(measurement: Measurement, carbon: Carbon | None) -> _Used:
    return _Used(
        started_at=measurement.started_at,
        duration_s=measurement.duration_s,
        domains_j=measurement.domains_j,
        total_j=measurement.energy_j,
        process_j=measurement.process_j,
        meter=measurement.meter,
        host=describe_host(),
        carbon=carbon,
    )


def _by_device(used: _Used, tracking_mode: str) -> dict[str, float | None]:
    """Joules of each device that the meter counts on its own."""
    domains: dict[str | None, list[str]] = {}
    for domain in used.domains_j:
        domains.setdefault(_device(domain), []).append(domain)
    devices = [device for device in domains if device is not None]
    if tracking_mode == "machine":
        return {device: _sum(used.domains_j[domain] for domain in domains[device]) for device in devices}
    # A share by CPU time is one number: where there is one device it is that device's.
    return dict.fromkeys(devices, used.process_j if len(domains) == 1 else None)


def _device(domain: str) -> str | None:
    return next((device for start, device in _DEVICES.items() if domain.startswith(start)), None)


def _sum(joules: Iterable[float | None]) -> float | None:
    amounts = list(joules)
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if len(known) == len(amounts) else None


def _kwh(joules: float | None, carbon: Carbon | None) -> float | None:
    return None if joules is None else joules / _JOULES_PER_KWH * (1.0 if carbon is None else carbon.pue)


def _watts(kwh: float | None, seconds: float) -> float | None:
    return None if kwh is None or seconds <= 0 else kwh * _JOULES_PER_KWH / seconds


def _ended_at(used: _Used) -> str | None:
    """The end of the run in local time without a zone, as the other rows of such a file have it."""
    if used.started_at is None:
        return None
    try:
        started = datetime.fromisoformat(used.started_at)
    except ValueError:
        return None
    return (started + timedelta(seconds=used.duration_s)).astimezone().strftime("%Y-%m-%dT%H:%M:%S")


def _difference(columns: list[str], line: Row) -> str:
    if len(set(columns)) != len(columns):
        return "its header names a column twice"
    lacks = [column for column in line if column not in columns]
    more = [column for column in columns if column not in line]
    said = [f"lacks {', '.join(lacks)}"] * bool(lacks) + [f"has {', '.join(more)} as well"] * bool(more)
    return f"the header does not fit: it {' and '.join(said)}"
