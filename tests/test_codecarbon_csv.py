"""CodeCarbon's columns from greenprof's numbers."""

from __future__ import annotations

import csv
import dataclasses
import uuid
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

import greenprof
from greenprof import codecarbon_csv
from greenprof.errors import GreenprofError
from greenprof.meters.rapl import RaplMeter
from greenprof.model import Carbon, Energy, Host, MeterInfo, Overhead, Report, Run

CARBON = Carbon(kwh=0.0, g_co2e=0.0, factor_g_per_kwh=300.0, factor_source="x", factor_year=2023, pue=1.5, wue=2.0)


def report(domains_j, process_j=None, carbon=None, duration_s=10.0) -> Report:
    amounts = list(domains_j.values())
    total_j = None if None in amounts else sum(amounts)
    return Report(
        run=Run(
            command=("python", "app.py"), started_at="2026-11-21T20:00:00Z", duration_s=duration_s, exit_code=0,
            cpu_s=1.0, processes=1, max_rss_bytes=None, read_bytes=None, written_bytes=None,
        ),
        host=Host(
            cpu="A CPU", cores=8, os="Linux 6", python="3.12.1", virtualised=False, governor=None, fingerprint="f",
        ),
        meter=MeterInfo(name="rapl", estimated=False, domains=tuple(domains_j), uncertainty=0.05, scope="s"),
        energy=Energy(
            total_j=total_j, domains_j=domains_j, idle_j=None, process_j=process_j, other_j=None,
            unattributed_j=None, mean_w=None, interval_j=None,
        ),
        hotspots=(), functions=(), findings=(), tree=(), timeline=(), processes=(),
        overhead=Overhead(cpu_s=0.0, wall_s=0.0), carbon=carbon,
    )  # fmt: skip


def test_the_columns_are_codecarbons():
    data = pytest.importorskip("codecarbon.output_methods.emissions_data")
    assert tuple(field.name for field in dataclasses.fields(data.EmissionsData)) == codecarbon_csv.COLUMNS


def test_a_report_in_its_units():
    domains_j = {"package-0": 1800.0, "package-1": 900.0, "dram-0": 900.0, "gpu-0": 3600.0}
    line = codecarbon_csv.row(report(domains_j, 720.0, CARBON), project_name="shop", run_id="7")
    assert line["energy_consumed"] == pytest.approx(0.002 * 1.5)
    assert line["cpu_energy"] == pytest.approx(0.00075 * 1.5)
    assert (line["ram_energy"], line["gpu_energy"]) == (pytest.approx(0.00025 * 1.5), pytest.approx(0.001 * 1.5))
    assert (line["cpu_power"], line["ram_power"]) == (pytest.approx(270 * 1.5), pytest.approx(90 * 1.5))
    assert line["emissions"] == pytest.approx(0.003 * 0.3)
    assert line["emissions_rate"] == pytest.approx(0.003 * 0.3 / 10)
    assert line["water_consumed"] == pytest.approx(0.006)
    assert (line["project_name"], line["run_id"], line["tracking_mode"]) == ("shop", "7", "machine")
    assert (line["cpu_model"], line["cpu_count"], line["pue"], line["wue"]) == ("A CPU", 8, 1.5, 2.0)
    ended = datetime.fromisoformat("2026-11-21T20:00:10Z").astimezone().strftime("%Y-%m-%dT%H:%M:%S")
    assert (line["timestamp"], line["duration"]) == (ended, 10.0)
    for column in ("country_name", "gpu_count", "ram_total_size", "cpu_utilization_percent", "codecarbon_version"):
        assert line[column] is None


def test_the_process_share_has_devices_only_where_there_is_one():
    line = codecarbon_csv.row(report({"package-0": 3600.0}, 720.0), tracking_mode="process")
    assert line["energy_consumed"] == line["cpu_energy"] == pytest.approx(0.0002)
    line = codecarbon_csv.row(report({"package-0": 3600.0, "dram": 360.0}, 720.0), tracking_mode="process")
    assert (line["energy_consumed"], line["cpu_energy"], line["ram_energy"]) == (pytest.approx(0.0002), None, None)


def test_without_a_factor_there_are_no_emissions_and_psys_is_no_device():
    line = codecarbon_csv.row(report({"psys": 3600.0}))
    assert line["energy_consumed"] == pytest.approx(0.001)
    for column in ("cpu_energy", "emissions", "emissions_rate", "water_consumed", "pue", "wue"):
        assert line[column] is None
    assert uuid.UUID(line["run_id"])


@given(
    packages=st.lists(st.none() | st.floats(0, 1e9), min_size=1, max_size=4),
    memory=st.none() | st.floats(0, 1e9),
    seconds=st.floats(0, 1e6),
    carbon=st.sampled_from([None, CARBON]),
)
def test_unknown_is_empty_and_devices_add_up(packages, memory, seconds, carbon):
    domains_j = {f"package-{place}": joules for place, joules in enumerate(packages)} | {"dram": memory}
    line = codecarbon_csv.row(report(domains_j, carbon=carbon, duration_s=seconds))
    assert tuple(line) == codecarbon_csv.COLUMNS
    assert (line["cpu_energy"] is None) == (None in packages)
    assert (line["ram_energy"] is None) == (memory is None)
    assert (line["energy_consumed"] is None) == (None in domains_j.values())
    if line["energy_consumed"] is not None:
        assert line["energy_consumed"] == pytest.approx(line["cpu_energy"] + line["ram_energy"], abs=1e-12)
    assert (line["emissions"] is None) == (carbon is None or line["energy_consumed"] is None)
    assert all(value is None or value >= 0 for value in line.values() if isinstance(value, float))


def test_a_measured_block(powercap_tree, simulated_clock):
    tree = powercap_tree()
    clock = simulated_clock(tree, 36.0)
    meter = RaplMeter(tree.root, clock=clock)
    with greenprof.measure(meter) as m:
        clock.sleep(100.0)
    line = codecarbon_csv.row(m, carbon=CARBON)
    assert line["energy_consumed"] == pytest.approx(0.0015)
    assert line["emissions"] == pytest.approx(0.00045)
    assert line["cpu_count"] > 0


def test_another_tracking_mode():
    with pytest.raises(GreenprofError, match="machine, process"):
        codecarbon_csv.row(report({"package-0": 1.0}), tracking_mode="planet")


def test_rows_are_appended_under_one_header(tmp_path):
    path = tmp_path / "emissions.csv"
    path.touch()
    line = codecarbon_csv.row(report({"package-0": 3600.0}), project_name='a "quoted", name')
    codecarbon_csv.append(path, line)
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n"), encoding="utf-8")  # as some editors leave it
    codecarbon_csv.append(path, line)
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["project_name"] for row in rows] == ['a "quoted", name'] * 2
    assert rows[0]["country_name"] == ""
    assert float(rows[1]["energy_consumed"]) == pytest.approx(0.001)


def test_the_order_of_an_existing_file_is_kept(tmp_path):
    path = tmp_path / "emissions.csv"
    path.write_text(",".join(reversed(codecarbon_csv.COLUMNS)) + "\n", encoding="utf-8")
    codecarbon_csv.append(path, codecarbon_csv.row(report({"package-0": 3600.0}), run_id="7"))
    with path.open(newline="", encoding="utf-8") as file:
        assert next(csv.DictReader(file))["run_id"] == "7"


def test_codecarbon_takes_the_file_for_its_own(tmp_path):
    outputs = pytest.importorskip("codecarbon.output_methods.file")
    pandas = pytest.importorskip("pandas")
    path = tmp_path / "emissions.csv"
    codecarbon_csv.append(path, codecarbon_csv.row(report({"package-0": 3600.0})))
    columns = list(pandas.read_csv(path).columns)
    assert columns == list(codecarbon_csv.COLUMNS)
    assert outputs.FileOutput("emissions.csv", str(tmp_path)).has_valid_headers(
        type("Data", (), {"values": dict.fromkeys(codecarbon_csv.COLUMNS)})()
    )


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"one,two\n", "lacks timestamp"),
        (",".join((*codecarbon_csv.COLUMNS, "mood")).encode(), "has mood as well"),
        (",".join((*codecarbon_csv.COLUMNS, "wue")).encode(), "twice"),
        (b"\xff\xfe\x00", "no row can be added"),
    ],
)
def test_a_file_of_something_else_is_left_alone(tmp_path, content, match):
    path = tmp_path / "emissions.csv"
    path.write_bytes(content)
    with pytest.raises(GreenprofError, match=match):
        codecarbon_csv.append(path, codecarbon_csv.row(report({"package-0": 1.0})))
    assert path.read_bytes() == content


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(GreenprofError, match="no row can be added"):
        codecarbon_csv.append(tmp_path / "no" / "emissions.csv", codecarbon_csv.row(report({"package-0": 1.0})))
