"""Options of the command line: what runs, what is shown and written, and what is refused."""

from __future__ import annotations

import json
import re
import sys
import xml.etree.ElementTree as ElementTree

import pytest

SUITE = """
@pytest.mark.energy_budget("5 J")
def test_marked():
    burn(0.02)

def test_measured(energy):
    energy(burn, 0.01)

def test_other():
    burn(1)
"""


def test_only_and_skip_choose_what_runs(suite):
    done = suite.run(SUITE, "--green-only", "-rs")
    done.assert_outcomes(passed=2, skipped=1)
    done.stdout.fnmatch_lines(["*--green-only is active*"])
    suite.again("--green-skip").assert_outcomes(passed=1, skipped=2)


def table(done) -> list[list[str]]:
    lines = [line for line in done.stdout.lines if line]
    start = next(place for place, line in enumerate(lines) if "energy of" in line) + 1
    return [re.split(r"\s{2,}", line) for line in lines[start : start + 3]]


def test_the_table_is_sorted_and_has_the_columns_asked_for(suite):
    done = suite.run(SUITE, "--green-columns=mean,rounds,iterations", "--green-sort=name")
    assert table(done) == [
        ["test", "energy", "rounds", "iterations"],
        ["test_marked", "20.00 mJ", "1", "1"],
        ["test_measured", "10.00 mJ", table(done)[2][2], "1"],
    ]
    names = [row[0] for row in table(suite.again("--green-sort=mean"))]
    assert names == ["test", "test_marked", "test_measured"]
    everything = "min,max,mean,stddev,median,iqr,interval,cpu,ops,rounds,iterations,queries,budget"
    assert len(table(suite.again(f"--green-columns={everything}"))[0]) == 14


def test_it_is_said_once_what_the_joules_are(suite):
    done = suite.run(SUITE)
    lines = [line for line in done.stdout.lines if line.startswith("Joules are measured by known")]
    assert len(lines) == 1
    assert "all of it, per " in lines[0]
    done = suite.again("--green-meter=guessed", "--green-scope=process")
    done.stdout.fnmatch_lines(["Joules are estimated by guessed (±100 %; a test); this process's share by CPU time, *"])


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("--green-columns=mean,colour", "*'colour' is no column; columns: *"),
        ("--green-sort=size", "*'size' is none of mean, min, *"),
        ("--green-min-rounds=0", "*'0' is no whole number above 0*"),
        ("--green-max-time=soon", "*'soon' is no number of seconds above 0*"),
        ("--green-compare-fail=mean", "*'mean' is no limit: write FIELD:5% or FIELD:2mJ*"),
        ("--green-compare-fail=mean:2 queries", "*energy is not told in queries*"),
        ("--green-compare=nothing.json", "*'nothing.json' is neither the number of a kept session nor a file*"),
        ("--green-save=a/b", "*'a/b' is no name for a session*"),
        ("--green-json=no/where.json", "*--green-json: no/where.json cannot be written, it is a folder or in none*"),
        ("--green-histogram=no/where", "*--green-histogram: no/where is in no folder*"),
        ("--green-meter=rapple", "*unknown meter 'rapple'*"),
        ("--green-estimated=maybe", "*'maybe' is none of warn, fail, ignore*"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused_in_one_line(suite, option, said):
    done = suite.run(SUITE, option)
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines([said])
    done.stderr.no_fnmatch_line("*Traceback*")


def test_a_setting_that_makes_no_sense_is_refused(suite):
    (suite.path / "pytest.ini").write_text("[pytest]\ngreen_min_rounds = few\n", encoding="utf-8")
    done = suite.run(SUITE, quick=False)
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(["*green_min_rounds in *pytest.ini: 'few' is no whole number above 0"])


def test_a_budget_in_the_settings_that_makes_no_sense_is_an_error_of_each_test(suite):
    (suite.path / "pytest.ini").write_text("[pytest]\ngreen_budget = much\n", encoding="utf-8")
    done = suite.run(SUITE)
    done.assert_outcomes(passed=2, errors=1)
    done.stdout.fnmatch_lines(["green_budget in the settings: 'much' is not a budget*"])


def test_the_meter_of_the_project_is_taken(suite):
    (suite.path / "pyproject.toml").write_text('[tool.greenprof]\nmeter = "guessed"\n', encoding="utf-8")
    suite.write(SUITE)
    done = suite.pytester.runpytest_inprocess(*suite.quick, "-p", "no:asyncio")
    done.stdout.fnmatch_lines(["Joules are estimated by guessed *"])


def test_the_json_is_that_of_pytest_benchmark_and_more(suite):
    suite.run(SUITE, "--green-json=out.json").assert_outcomes(passed=3)
    document = json.loads((suite.path / "out.json").read_text(encoding="utf-8"))
    assert {"machine_info", "commit_info", "benchmarks", "datetime", "version"} <= document.keys()
    one = next(one for one in document["benchmarks"] if one["name"] == "test_measured")
    assert one["fullname"] == "test_it.py::test_measured"
    wanted = (
        "min max mean stddev rounds median iqr q1 q3 iqr_outliers stddev_outliers outliers ld15iqr hd15iqr ops total"
    )
    assert set(wanted.split()) | {"total", "data", "iterations"} == one["stats"].keys()
    assert one["stats"]["min"] <= one["stats"]["median"] <= one["stats"]["max"]
    energy = one["energy"]
    assert energy["machine_j"] == pytest.approx(0.01, abs=1e-6)
    assert energy["machine_stats_j"]["min"] == pytest.approx(0.01, abs=1e-6)
    assert energy["unit"], energy["estimated"] == ("call", False)
    assert energy["cpu_s"] > 0


def test_a_tool_for_pytest_benchmark_reads_it(suite):
    pytest.importorskip("pytest_benchmark")
    suite.run(SUITE, "--green-json=out.json").assert_outcomes(passed=3)
    done = suite.pytester.run(sys.executable, "-m", "pytest_benchmark", "compare", "out.json")
    assert done.ret == 0
    done.stdout.fnmatch_lines(["*benchmark: 2 tests*", "Name (time in ms)*Min*Max*Mean*", "test_m*", "test_m*"])


def test_the_histogram_is_a_picture_of_all_rounds(suite):
    suite.run(SUITE, "--green-histogram=picture").assert_outcomes(passed=3)
    (path,) = suite.path.glob("picture_*.svg")
    text = path.read_text(encoding="utf-8")
    assert ElementTree.fromstring(text).tag == "{http://www.w3.org/2000/svg}svg"
    assert "test_measured: 10 mJ in the median of" in text


def test_github_shows_what_is_over_at_the_test(suite, monkeypatch):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    code = '@pytest.mark.energy_budget("10 mJ")\ndef test_dear():\n    burn(1)\n'
    done = suite.run(code)
    done.stdout.fnmatch_lines(["::error file=test_it.py,line=*,title=test_dear%3A over budget::over its *"])
    done = suite.again("--green-meter=guessed")
    done.stdout.fnmatch_lines(["::warning file=test_it.py,line=*::over its budget*"])
    monkeypatch.delenv("GITHUB_ACTIONS")
    suite.again().stdout.no_fnmatch_line("::*")


def test_of_a_project_in_a_folder_github_is_told_the_whole_path(suite, monkeypatch):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(suite.path.parent))
    done = suite.run('@pytest.mark.energy_budget("10 mJ")\ndef test_dear():\n    burn(1)\n')
    done.stdout.fnmatch_lines([f"::error file={suite.path.name}/test_it.py,line=*"])


def test_values_that_json_has_no_word_for_are_written_as_text(suite):
    done = suite.run(
        """
@pytest.mark.parametrize("x", [float("inf"), 2.5])
def test_it(energy, x):
    energy.extra_info[(1, 2)] = 3
    energy.extra_info["nan"] = float("nan")
    with energy:
        pass
""",
        "--green-json=out.json",
        "--green-save=kept",
    )
    assert done.ret == 0
    found = json.loads((suite.path / "out.json").read_text())["benchmarks"]
    assert [one["params"] for one in found] == [{"x": "inf"}, {"x": 2.5}]
    assert found[0]["extra_info"] == {"(1, 2)": 3, "nan": "nan"}


def test_a_test_may_go_to_another_folder(suite):
    done = suite.run(
        """
def test_away(energy, tmp_path, monkeypatch):
    import os
    os.chdir(tmp_path)
    energy(burn, 0.01)
""",
        "--green-json=out.json",
        "--green-save=away",
    )
    done.assert_outcomes(passed=1)
    assert (suite.path / "out.json").is_file()
    assert len(list((suite.path / ".greenprof" / "sessions").glob("*/0001_away.json"))) == 1
