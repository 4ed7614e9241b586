"""A session as JSON: what pytest-benchmark writes, in which its tools read seconds, and ``energy`` beside it.

Each of ``benchmarks`` has ``stats`` (wall seconds of a call) and ``energy``: joules of this process and of the machine
with their intervals, CPU seconds, the rounds, the meter, the budgets. Units are in the names.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from greenprof import __version__
from greenprof.pytest_plugin import suite as suites
from greenprof.pytest_plugin.commit import commit_info
from greenprof.pytest_plugin.summary import summary

if TYPE_CHECKING:
    from greenprof.model import Host
    from greenprof.pytest_plugin.options import Options
    from greenprof.pytest_plugin.result import TestEnergy
    from greenprof.pytest_plugin.suite import Suite

FORMAT, VERSION = "greenprof-session", 1


def document(
    tests: Sequence[TestEnergy], suite: Suite | None, options: Options, root: Path, host: Host
) -> dict[str, Any]:
    """The whole session."""
    whole: dict[str, Any] = {
        "format": FORMAT,
        "format_version": VERSION,
        "machine_info": _machine_info(host),
        "commit_info": commit_info(root),
        "benchmarks": [_benchmark(test, options) for test in tests],
        "datetime": datetime.now(UTC).isoformat(),
        "version": __version__,
    }
    if suite is not None:
        whole["suite"] = suites.to_json(suite)
    return whole


def _machine_info(host: Host) -> dict[str, Any]:
    """What pytest-benchmark tells of a machine; its name stays unknown, for that is nobody's business."""
    return {
        "node": host.fingerprint,
        "processor": platform.processor(),
        "machine": platform.machine(),
        "python_compiler": platform.python_compiler(),
        "python_implementation": platform.python_implementation(),
        "python_implementation_version": platform.python_version(),
        "python_version": platform.python_version(),
        "python_build": list(platform.python_build()),
        "release": platform.release(),
        "system": platform.system(),
        "cpu": {"brand_raw": host.cpu, "count": host.cores, "python_version": sys.version},
        "fingerprint": host.fingerprint,
        "virtualised": host.virtualised,
        "governor": host.governor,
    }


def _benchmark(test: TestEnergy, options: Options) -> dict[str, Any]:
    series = test.series
    seconds = [one.wall_s for one in series.rounds]
    return {
        "group": None,
        "name": test.name,
        "fullname": test.nodeid,
        "params": test.params,
        "param": test.param,
        "extra_info": dict(test.extra_info or {}),
        "options": {
            "disable_gc": False,
            "timer": "perf_counter",
            "min_rounds": options.min_rounds,
            "max_time": options.max_time_s,
            "min_time": options.min_time_s,
            "warmup": False,
        },
        "stats": {
            **(summary(seconds) or {}),
            "data": seconds,
            "iterations": max(one.calls for one in series.rounds),
        },
        "energy": {
            "unit": {"calls": "call", "block": "block", "test": "test"}[series.mode],
            "scope": options.scope,
            "estimated": series.meter.estimated,
            "meter": asdict(series.meter),
            "process_j": series.process_j,
            "process_interval_j": series.process_interval_j,
            "machine_j": series.machine_j,
            "machine_interval_j": series.machine_interval_j,
            "cpu_s": series.cpu_s,
            "cpu_interval_s": series.cpu_interval_s,
            "process_stats_j": summary(series.rounds_j("process")),
            "machine_stats_j": summary(series.rounds_j("machine")),
            "cpu_stats_s": summary([one.cpu_s for one in series.rounds]),
            "rounds": [asdict(one) for one in series.rounds],
            "queries": series.queries,
            "counts": series.counts,
            "budgets": [asdict(held) for held in test.budgets],
            "regress": test.regress,
            "lines": [asdict(line) for line in test.lines],
            "notes": list(series.notes),
        },
        "outcome": test.outcome,
    }


def stats_of(saved: Mapping[str, Any], scope: str, is_cpu: bool) -> Mapping[str, Any] | None:
    """The summary of a saved test's joules or CPU seconds; None where it holds none."""
    energy = saved.get("energy")
    found = energy.get("cpu_stats_s" if is_cpu else f"{scope}_stats_j") if isinstance(energy, dict) else None
    return found if isinstance(found, dict) else None
