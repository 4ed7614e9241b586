"""The formats that other tools read: SARIF and GitHub's annotations, CSV, JSON; several at once, and in a browser."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from greenprof import reporters

TESTS = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def sarif():
    schema = json.loads((TESTS / "lint" / "schemas" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    return jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())


@pytest.fixture(scope="module")
def saved(shop, tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / "saved.json"
    path.write_text(reporters.render("json", shop), encoding="utf-8")
    return str(path)


def greenprof(*words, folder, **environment):
    return subprocess.run(
        [sys.executable, "-m", "greenprof", *words], capture_output=True, text=True, cwd=folder, check=False,
        env={**os.environ, "GITHUB_STEP_SUMMARY": "", **environment},
    )  # fmt: skip


def test_every_sarif_log_is_valid(report, sarif):
    log = json.loads(reporters.render("sarif", report))
    assert list(sarif.iter_errors(log)) == []
    (run,) = log["runs"]
    assert len(run["results"]) == len(report.findings)
    for result in run["results"]:
        assert 0 <= result.get("rank", 0) <= 100
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_a_sarif_result_has_its_joules_and_their_share_as_rank(shop):
    (run,) = json.loads(reporters.render("sarif", shop))["runs"]
    dearest = max(shop.findings, key=lambda finding: finding.energy_j or 0.0)
    first = run["results"][0]
    assert first["ruleId"] == dearest.rule
    assert first["properties"]["energy_j"] == dearest.energy_j
    assert first["rank"] == max(result.get("rank", 0) for result in run["results"])
    assert (run["properties"]["process_j"], run["properties"]["estimated"]) == (shop.energy.process_j, False)
    unseen = [result for result in run["results"] if result["properties"]["energy_j"] is None]
    assert all("rank" not in result for result in unseen)


def test_every_json_report_holds_to_the_committed_schema(report):
    schema = json.loads((TESTS.parent / "docs" / "schema" / "report-1.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    data = json.loads(reporters.render("json", report))
    assert list(validator.iter_errors(data)) == []
    del data["energy"]["process_j"]
    assert list(validator.iter_errors(data)), "the schema tells a wrong report"


def test_annotations_are_one_line_each_and_dearest_first(report):
    text = reporters.render("github", report)
    lines = text.splitlines()
    assert len(lines) == 1 + len(report.findings)
    assert lines[0].startswith("::notice title=greenprof::")
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in lines)
    assert "\x1b" not in text


def test_an_annotation_says_the_joules_and_the_place(shop):
    first = reporters.render("github", shop).splitlines()[1]
    finding = max(shop.findings, key=lambda finding: finding.energy_j or 0.0)
    assert f"title=greenprof {finding.rule}%3A " in first
    assert f"file={finding.path},line={finding.line},col={finding.column}::" in first
    assert " J (" in first


def test_a_table_has_every_row_and_nothing_unknown_as_zero(report):
    rows = list(csv.DictReader(io.StringIO(reporters.render("csv", report))))
    kinds = [row["kind"] for row in rows]
    assert kinds.count("program") == 1
    assert kinds.count("finding") == len(report.findings)
    assert kinds.count("line") == len(report.hotspots)
    assert kinds.count("function") == len(report.functions)
    known = report.energy.process_j
    assert rows[0]["energy_j"] == ("" if known is None else str(known))
    for row in rows:
        assert not any((cell or "").startswith(("=", "+", "-", "@")) for cell in row.values())


def test_several_formats_at_once(saved, tmp_path):
    names = ("a.sarif", "b.csv", "c.html", "d.md", "e.txt", "f.json")
    words = [word for name in names for word in ("-o", name)]
    done = greenprof("report", saved, *words, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)
    done = greenprof("report", saved, "-f", "csv", "-f", "sarif", "-o", "x", "-o", "y", folder=tmp_path)
    assert (tmp_path / "x").read_text().startswith("kind,rank,")
    assert json.loads((tmp_path / "y").read_text())["version"] == "2.1.0"
    done = greenprof("report", saved, "-f", "csv", "-f", "sarif", "-o", "x", folder=tmp_path)
    assert done.returncode == 2
    assert "one -f for all, or one for each -o" in done.stderr
    done = greenprof("report", saved, "-f", "html", "-f", "json", folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "2 formats and no output" in done.stderr


def test_an_output_that_cannot_be_is_named(saved, tmp_path):
    done = greenprof("report", saved, "-o", "/proc/x.html", folder=tmp_path)
    assert done.returncode == 2
    assert "/proc/x.html: cannot be written" in done.stderr


def test_a_step_of_github_actions_gets_annotations_and_a_summary(saved, tmp_path):
    (tmp_path / "summary.md").write_text("before\n")
    done = greenprof("report", saved, "-f", "github", folder=tmp_path, GITHUB_STEP_SUMMARY="summary.md")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("::notice title=greenprof::")
    summary = (tmp_path / "summary.md").read_text()
    assert summary.startswith("before\n## Energy: ")
    assert len(summary) < 65_536


def test_the_page_is_opened_in_the_browser(saved, tmp_path):
    browser = tmp_path / "browser"
    browser.write_text('#!/bin/sh\nprintf %s "$1" > opened\n')
    browser.chmod(0o755)
    done = greenprof("report", saved, "-o", "page.html", "--open", folder=tmp_path, BROWSER=str(browser))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "opened").read_text() == (tmp_path / "page.html").as_uri()
    done = greenprof("report", saved, "--open", folder=tmp_path, BROWSER=str(tmp_path / "none"), PATH="", DISPLAY="")
    assert done.returncode == 125
    assert "no browser could be started; the page is " in done.stderr
