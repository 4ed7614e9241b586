"""How wrong the estimate is: fit the power model of greenprof.meters.estimate and compute its error.

Run it: ``python benchmarks/power_model.py``. The data are RAPL readings of two servers at known load
(benchmarks/data/rapl-load-profiles, see the README there). The fit is least squares of the error's
logarithm. The band that greenprof prints must hold for a machine that the model has never seen, so it is
the 95th percentile of the error on each server of the model fitted to the *other* one, for a known TDP
and for a TDP guessed from the number of threads. The error is relative to the estimate, because the
band is printed around the estimate.

The band of a calibrated model must hold for a kind of load that it was not calibrated with. So the curve
goes through the readings of each server at idle, half and full load of one kind, with the knee fitted to the
other server, and its error is that on the other kind: all CPUs equally busy (all_cores), or some fully
busy and the others idle (some_cores). Both ways together give the percentile.
"""

from __future__ import annotations

import csv
import itertools
import math
from dataclasses import dataclass
from pathlib import Path

from greenprof import power_curve
from greenprof.meters import estimate
from greenprof.power_curve import Curve, Load

FOLDER = Path(__file__).parent / "data" / "rapl-load-profiles"
ALL_CORES, SOME_CORES = "all_cores", "some_cores"
CALIBRATED_AT = {2: (0.0, 1.0), 3: (0.0, 0.5, 1.0)}
SHARES = tuple(share / 100 for share in range(5, 61))
KNEES = tuple(knee / 20 for knee in range(1, 61))


@dataclass(frozen=True)
class Machine:
    """A server of the data set: its TDP over all sockets, and its hardware threads."""

    prefix: str
    name: str
    tdp_w: float
    threads: int


MACHINES = (
    Machine("amd_epyc_8024p", "AMD EPYC 8024P", 90, 16),
    Machine("e5-2620", "2 x Intel Xeon E5-2620 v3", 2 * 85, 24),
)


@dataclass(frozen=True)
class Row:
    """One reading of 30 s: how busy the machine was (0 to 1), and what it drew."""

    machine: Machine
    utilisation: float
    watts: float
    kind: str


@dataclass(frozen=True)
class Fit:
    """The constants of the model, and the TDP per thread of the machines that it was fitted to."""

    idle: float
    full: float
    knee: float
    tdp_per_thread_w: float

    def ratio(self, utilisation: float) -> float:
        return estimate.power_ratio(utilisation, self.idle, self.full, self.knee)


def rows() -> list[Row]:
    found = []
    for machine in MACHINES:
        for path in sorted(FOLDER.glob(f"{machine.prefix}*.csv")):
            with path.open(newline="") as file:
                for line in csv.DictReader(file):
                    watts = float(line["rapl_energy"]) * 3.6e6 / float(line["duration"])
                    found.append(Row(machine, float(line["cpu_load"]) / 100, watts, line["load_type"]))
    return found


def fit(data: list[Row]) -> Fit:
    """The least squares of the logarithm of the error, which weighs twice too much as half too little.

    For each shape (idle / full, knee) the best height is the mean of the logarithms, so only shapes are tried.
    """
    machines = {row.machine for row in data}
    per_thread_w = sum(machine.tdp_w / machine.threads for machine in machines) / len(machines)
    best_spread, best = math.inf, None
    for share, knee in itertools.product(SHARES, KNEES):
        logs = [
            math.log(row.watts / row.machine.tdp_w / estimate.power_ratio(row.utilisation, share, 1.0, knee))
            for row in data
        ]
        mean = sum(logs) / len(logs)
        spread = sum((log - mean) ** 2 for log in logs)
        if spread < best_spread:
            best_spread, best = spread, Fit(share * math.exp(mean), math.exp(mean), knee, per_thread_w)
    assert best is not None
    return best


def errors(data: list[Row], model: Fit, *, tdp_known: bool = True) -> list[float]:
    """The relative errors of the model, as shares of what it estimates."""
    found = []
    for row in data:
        tdp_w = row.machine.tdp_w if tdp_known else model.tdp_per_thread_w * row.machine.threads
        estimated = tdp_w * model.ratio(row.utilisation)
        found.append(abs(row.watts - estimated) / estimated)
    return found


def unseen_errors(data: list[Row], *, tdp_known: bool = True) -> list[float]:
    """The errors on each machine of the model that was fitted to the others."""
    found = []
    for machine in MACHINES:
        model = fit([row for row in data if row.machine is not machine])
        found += errors([row for row in data if row.machine is machine], model, tdp_known=tdp_known)
    return found


def calibrated(data: list[Row], machine: Machine, kind: str, points: int) -> Curve:
    """What a calibration of `machine` under one kind of load gives, with the knee of the other machines."""
    knee = fit([row for row in data if row.machine is not machine]).knee
    readings = [row for row in data if row.machine is machine and row.kind == kind]
    nearest = [min(readings, key=lambda row: abs(row.utilisation - at)) for at in CALIBRATED_AT[points]]
    return power_curve.fit([Load(row.utilisation, row.watts) for row in nearest], knee)


def calibrated_errors(data: list[Row], points: int, *, under: str, tested_on: str) -> list[float]:
    """The errors of each machine's calibrated model under another kind of load."""
    found = []
    for machine in MACHINES:
        curve = calibrated(data, machine, under, points)
        for row in data:
            if row.machine is machine and row.kind == tested_on:
                estimated = curve.power_w(row.utilisation)
                found.append(abs(row.watts - estimated) / estimated)
    return found


def calibrated_both_ways(data: list[Row], points: int) -> list[float]:
    """The errors of the calibrated models under the kind of load that each was not calibrated with."""
    ways = ((ALL_CORES, SOME_CORES), (SOME_CORES, ALL_CORES))
    return [error for a, b in ways for error in calibrated_errors(data, points, under=a, tested_on=b)]


def percentile(values: list[float], share: float = 0.95) -> float:
    """The least value that at least `share` of the values do not exceed (nearest rank)."""
    return sorted(values)[max(0, math.ceil(share * len(values) - 1e-9) - 1)]


def constants() -> dict[str, object]:
    """What greenprof.meters.estimate must say: the fit to both machines, and the band, rounded up.

    Two machines say too little to give a guessed TDP a narrower band than a known one, so one band serves both.
    """
    data = rows()
    model = fit(data)
    return {
        "IDLE": round(model.idle, 2),
        "FULL": round(model.full, 2),
        "KNEE": round(model.knee, 2),
        "DEFAULT_TDP_PER_THREAD_W": round(model.tdp_per_thread_w, 1),
        "UNCERTAINTY": _up(max(percentile(unseen_errors(data, tdp_known=known)) for known in (True, False))),
        "CALIBRATED_UNCERTAINTY": {
            points: _up(percentile(calibrated_both_ways(data, points))) for points in CALIBRATED_AT
        },
    }


def shipped() -> Fit:
    """The model exactly as greenprof uses it."""
    return Fit(estimate.IDLE, estimate.FULL, estimate.KNEE, estimate.DEFAULT_TDP_PER_THREAD_W)


def _up(value: float) -> float:
    return math.ceil(value * 100) / 100


def main() -> None:
    data = rows()
    print(f"{len(data)} readings of {len(MACHINES)} machines")
    for name, value in constants().items():
        print(f"{name:26} computed {value!s:22} in the code {getattr(estimate, name)!s}")
    print("\nrelative error                                          mean    95th percentile")
    cases = {
        "as shipped, on what it was fitted to": errors(data, shipped()),
        "fitted to the other machine": unseen_errors(data),
        "… and the TDP guessed from threads": unseen_errors(data, tdp_known=False),
    }
    for points in CALIBRATED_AT:
        cases |= {
            f"calibrated at {points} loads, both ways": calibrated_both_ways(data, points),
            "… all CPUs, tested with some CPUs": calibrated_errors(data, points, under=ALL_CORES, tested_on=SOME_CORES),
            "… some CPUs, tested with all CPUs": calibrated_errors(data, points, under=SOME_CORES, tested_on=ALL_CORES),
        }
        for name, found in cases.items():
            print(f"{name:54} {sum(found) / len(found):6.1%} {percentile(found):10.1%}")
        cases = {}


if __name__ == "__main__":
    main()
