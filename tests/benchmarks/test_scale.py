"""The arithmetic of the page on very large use, and its tables at the smallest size."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))
_SPEC = importlib.util.spec_from_file_location("scale", ROOT / "benchmarks" / "scale.py")
scale = importlib.util.module_from_spec(_SPEC)
sys.modules["scale"] = scale
_SPEC.loader.exec_module(scale)

TINY = scale.Sizes(files=(1, 3), rows=(500, 1_000), asked=2)


@given(st.lists(st.floats(0.1, 1e4), min_size=1, max_size=60), st.integers(1, 16))
def test_no_core_works_longer_than_the_least_that_is_possible_allows(jobs, cores):
    ends = scale.makespan_s(jobs, cores)
    least = max(*jobs, sum(jobs) / cores)
    assert least - 1e-6 <= ends <= least * 4 / 3 + max(jobs) / 3 + 1e-6


def test_a_warm_night_takes_less_and_shards_end_no_later():
    fleet = scale.Fleet(repositories=300)
    cost = scale.LintCost(
        cold_start_s=0.3, warm_start_s=0.2, cold_s_per_line=1e-4, warm_s_per_line=1e-6, cache_bytes_per_line=40.0
    )
    cold, warm = (scale.night(fleet, cost, cold=each, cores=(1, 8)) for each in (True, False))
    assert warm.cpu_h < cold.cpu_h
    assert cold.cpu_h == pytest.approx(300 * 0.3 / 3600 + sum(fleet.lines()) * 1e-4 / 3600)
    assert cold.wall_h[1] == pytest.approx(cold.cpu_h) and cold.sharded_h[8] <= cold.wall_h[8] * 1.05


@given(st.floats(0, 1), st.floats(0.01, 100))
def test_a_power_is_found_again(power, factor):
    points = [(rows, factor * rows**power) for rows in (10_000, 100_000, 1_000_000)]
    there, fit = scale.at_a_billion(points)
    assert there == pytest.approx(factor * 1e9**power, rel=0.01) and fit == f"n^{power:.2f}"


def test_what_gets_faster_with_more_rows_is_not_made_faster_still():
    assert scale.at_a_billion([(1_000, 5.0), (10_000, 4.0)]) == (5.0, "n^0.00")


@pytest.mark.parametrize("part", ["lint", "agent", "history"])
def test_every_part_makes_its_table_at_the_smallest_size(part, monkeypatch):
    monkeypatch.delenv("GREENPROF_TEST_POSTGRES", raising=False)
    head, *rows = scale.PARTS[part](TINY)
    assert rows and all(len(row) == len(head) for row in rows)
    assert not [cell for row in rows for cell in row if "nan" in cell or "-" in cell[:1]]


def test_series_of_a_host_grow_by_two_a_group():
    assert scale.scrape(30).series - scale.scrape(10).series == 40


def test_the_page_has_the_tables_of_all_parts():
    text = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")
    assert re.search(
        r"measured: begin.*10,000 repositories.*100,000 hosts.*1,000,000,000, extrapolated", text, re.DOTALL
    )
