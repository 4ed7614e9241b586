"""The door: formats found by name, and what every one of them has to hold.

After a change that was meant, refresh the snapshots with ``UPDATE_SNAPSHOTS=1 pytest tests/reporters``
and read the difference before committing it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest

from greenprof import reporters
from greenprof.errors import GreenprofError
from greenprof.reporters import text
from greenprof.wire import report_from_json

SNAPSHOTS = Path(__file__).parent / "snapshots"
SUFFIXES = {"html": ".html", "json": ".json", "markdown": ".md", "text": ".txt"}


def shown(report, format):
    """The report in a format; the terminal is as wide as the snapshots."""
    return text.render(report, width=80) if format == "text" else reporters.render(format, report)


@pytest.mark.parametrize(
    ("name", "format"),
    # One page of HTML or JSON is enough to read.
    [("shop", "html"), ("shop", "json")]
    + [(name, format) for name in ("shop", "estimated", "empty", "unknown") for format in ("text", "markdown")],
)
def test_snapshot(reports, name, format):
    path = SNAPSHOTS / f"{name}{SUFFIXES[format]}"
    got = re.sub(r'"greenprof": "[^"]+"|greenprof \d+\.\d+\.\d+', "greenprof VERSION", shown(reports[name], format))
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.write_text(got, encoding="utf-8")
    assert got == path.read_text(encoding="utf-8"), "see the top of this file for how to refresh it"


def test_every_reporter_is_found_by_name_and_suffix():
    assert set(SUFFIXES) <= set(reporters.formats())
    for format, suffix in SUFFIXES.items():
        assert reporters.format_for(f"some.dir/report{suffix}") == format
        assert reporters.format_for(Path(f"REPORT{suffix.upper()}")) == format
    assert reporters.format_for("report.docx") is None
    assert reporters.format_for("json") is None


@pytest.mark.parametrize("format", ["htlm", "", "_story", "../text", "os"])
def test_an_unknown_format_is_one_clear_line(shop, format):
    with pytest.raises(GreenprofError) as raised:
        reporters.render(format, shop)
    assert raised.value.exit_code == 2
    message = str(raised.value)
    assert "\n" not in message
    assert message.endswith(f"choose from {', '.join(reporters.formats())}")
    assert ("did you mean 'html'?" in message) == (format == "htlm")


def test_a_reporter_of_another_package_comes_through_the_same_door(shop, monkeypatch, tmp_path):
    (tmp_path / "loud_reporter.py").write_text(
        "SUFFIXES = ('.loud',)\ndef render(report):\n    return report.host.cpu.upper()\n"
    )
    (tmp_path / "broken_reporter.py").write_text("import no_such_module_at_all\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    (package := tmp_path / "other-1.0.dist-info").mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text("[greenprof.reporters]\nloud = loud_reporter\nbroken = broken_reporter\n")
    assert {"loud", "html"} <= set(reporters.formats())
    assert reporters.render("loud", shop) == shop.host.cpu.upper()
    with pytest.raises(GreenprofError, match=r"'broken' \(broken_reporter\) cannot be loaded: .*no_such_module_at_all"):
        reporters.render("broken", shop)
    assert reporters.format_for("a.html") == "html", "a broken plug-in does no harm to what does not need it"
    assert reporters.format_for("a.loud") == "loud"


def test_the_door_is_light():
    code = "import sys, greenprof.reporters as r; r.format_for('a.html'); print(sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not {"jinja2", "rich", "click", "psutil", "libcst"} & set(re.findall(r"'(\w+)'", loaded))


@pytest.mark.parametrize("format", sorted(SUFFIXES))
def test_a_saved_report_renders_again_identically(report, format):
    saved = reporters.render("json", report)
    again = report_from_json(json.loads(saved), "saved.json")
    assert shown(again, format) == shown(report, format)


@pytest.mark.parametrize("format", sorted(SUFFIXES))
def test_no_format_lets_an_unsafe_character_through(report, format):
    output = shown(report, format)
    output.encode("utf-8")
    unsafe = {c for c in output if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert not unsafe


@pytest.mark.parametrize("format", ["html", "markdown", "text"])
def test_measured_or_estimated_and_the_interval_are_always_said(reports, format):
    measured, estimated = (shown(reports[name], format) for name in ("shop", "estimated"))
    assert (
        "219 J" in measured
        and "216 to 221 J" in measured
        and "about" not in re.sub(r"(?s)<style>.*?</style>|<details class=\"rule-page.*?</details>", "", measured)
    )
    assert "about 220 J" in estimated and "140 to 300 J" in estimated and "219" not in estimated
    assert re.search("measured", measured, re.I) and re.search("estimated", estimated, re.I)


@pytest.mark.parametrize("format", ["html", "markdown", "text"])
def test_unknown_is_said_and_never_shown_as_nothing(reports, format):
    output = shown(reports["unknown"], format)
    assert "not known" in output
    assert "gave no valid reading for 12.3 s" in output
    assert "The counter of package-0 never moved" in output
    assert not re.search(r"(?<![\d.])0 m?J\b", output.replace("not a measurement of 0 J", ""))


@pytest.mark.parametrize("format", ["html", "markdown", "text"])
def test_no_format_praises_a_program(report, format):
    words = re.sub(r"greenprof", "", shown(report, format)).lower()
    assert not re.search(r"\bgreen\b|climate.neutral|carbon.neutral|saves the planet", words)


@pytest.mark.parametrize("format", ["markdown", "text"])
def test_findings_and_lines_come_dearest_first(shop, format):
    shuffled = replace(shop, hotspots=shop.hotspots[::-1])
    output = shown(shuffled, format)
    findings, lines = re.split(r"Lines|hottest", output, maxsplit=1)
    rules = [
        findings.index(rule) for rule in ("query-in-loop", "busy-wait", "string-concat-in-loop", "unbounded-fetch")
    ]
    assert rules == sorted(rules)
    places = [lines.index(place) for place in ("shop.py:42", "shop.py:88", "shop.py:57", "shop.py:71", "shop.py:93")]
    assert places == sorted(places)
