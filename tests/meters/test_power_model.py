"""The constants and the error band of the estimate are what the named data set gives, and nothing else."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from greenprof.meters import estimate

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "power_model.py"


@pytest.fixture(scope="module")
def benchmark():
    spec = importlib.util.spec_from_file_location("power_model_benchmark", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def test_every_constant_is_the_recomputed_one(benchmark):
    for name, value in benchmark.constants().items():
        assert getattr(estimate, name) == value, name


def test_the_band_covers_machines_that_the_model_has_not_seen(benchmark):
    unseen = benchmark.unseen_errors(benchmark.rows())
    assert sum(error <= estimate.UNCERTAINTY for error in unseen) >= 0.95 * len(unseen)
    assert benchmark.percentile(unseen) > estimate.UNCERTAINTY - 0.01, "the band is no wider than it must be"


def test_the_model_as_shipped_is_within_its_band_on_what_it_was_fitted_to(benchmark):
    errors = benchmark.errors(benchmark.rows(), benchmark.shipped())
    assert benchmark.percentile(errors) < estimate.UNCERTAINTY
    assert benchmark.percentile(errors) == pytest.approx(0.398, abs=0.001)


def test_the_data_are_two_machines_and_forty_four_readings(benchmark):
    rows = benchmark.rows()
    assert len(rows) == 44
    assert {row.machine.name for row in rows} == {"AMD EPYC 8024P", "2 x Intel Xeon E5-2620 v3"}
    assert all(0 <= row.utilisation <= 1 and 10 < row.watts < 200 for row in rows)


def test_percentile_against_known_values(benchmark):
    assert benchmark.percentile([float(n) for n in range(101)]) == 95
    assert benchmark.percentile([3.0]) == 3
    assert benchmark.percentile([0.0, 1.0], 0.25) == 0.25
