"""The constants and the error band of the estimate are what the named data set gives, and nothing else."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from greenprof.meters import estimate

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "power_model.py"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("power_model_benchmark", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def test_every_constant_is_the_recomputed_one(script):
    for name, value in script.constants().items():
        assert getattr(estimate, name) == value, name


def test_the_band_covers_machines_that_the_model_has_not_seen(script):
    unseen = script.unseen_errors(script.rows())
    assert sum(error <= estimate.UNCERTAINTY for error in unseen) >= 0.95 * len(unseen)
    assert script.percentile(unseen) > estimate.UNCERTAINTY - 0.01, "the band is no wider than it must be"


def test_the_model_as_shipped_is_within_its_band_on_what_it_was_fitted_to(script):
    errors = script.errors(script.rows(), script.shipped())
    assert script.percentile(errors) < estimate.UNCERTAINTY
    assert script.percentile(errors) == pytest.approx(0.403, abs=0.001)


def test_the_calibrated_band_covers_loads_of_another_kind(script):
    for points, band in estimate.CALIBRATED_UNCERTAINTY.items():
        errors = script.calibrated_both_ways(script.rows(), points)
        assert len(errors) == 44
        assert sum(error <= band for error in errors) >= 0.95 * len(errors)
        assert script.percentile(errors) > band - 0.01, "the band is no wider than it must be"


def test_each_load_that_is_calibrated_narrows_the_band():
    known = estimate.CALIBRATED_UNCERTAINTY
    assert known[3] < known[2] < estimate.UNCERTAINTY


def test_the_kind_of_half_load_decides_nothing(script):
    rows = script.rows()
    some, all_ = script.SOME_CORES, script.ALL_CORES
    from_some = script.percentile(script.calibrated_errors(rows, 3, under=some, tested_on=all_))
    from_all = script.percentile(script.calibrated_errors(rows, 3, under=all_, tested_on=some))
    assert from_some == pytest.approx(0.338, abs=0.001)
    assert from_all == pytest.approx(0.377, abs=0.001)


def test_a_calibrated_curve_errs_less_than_straight_lines(script):
    rows = script.rows()
    for points in (2, 3):
        bent, straight = [], []
        for machine in script.MACHINES:
            for under, tested_on in ((script.ALL_CORES, script.SOME_CORES), (script.SOME_CORES, "all_cores")):
                curve = script.calibrated(rows, machine, under, points)
                line = replace(curve, knee=1e9)
                for row in rows:
                    if row.machine is machine and row.kind == tested_on:
                        bent.append(abs(row.watts / curve.power_w(row.utilisation) - 1))
                        straight.append(abs(row.watts / line.power_w(row.utilisation) - 1))
        assert script.percentile(bent) < 0.85 * script.percentile(straight)


def test_the_data_are_two_machines_and_forty_four_readings(script):
    rows = script.rows()
    assert len(rows) == 44
    assert {row.machine.name for row in rows} == {"AMD EPYC 8024P", "2 x Intel Xeon E5-2620 v3"}
    assert all(0 <= row.utilisation <= 1 and 10 < row.watts < 200 for row in rows)


def test_percentile_against_known_values(script):
    assert script.percentile([float(n) for n in range(101)]) == 95
    assert script.percentile([3.0]) == 3
    assert script.percentile([float(n) for n in range(44)]) == 41, "42 of 44 is the least that is 95 %"
    assert script.percentile([0.0, 1.0], 0.25) == 0.0
