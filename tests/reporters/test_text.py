from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenprof.i18n import speaking
from greenprof.reporters import text
from greenprof.wire import dumps, report_to_json


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_no_line_is_wider_than_the_terminal(report, width):
    assert max(map(len, text.render(report, width=width).splitlines())) <= width


def test_colour_only_when_asked_for(shop):
    coloured = text.render(shop, width=80, colour=True)
    assert "\x1b[" in coloured
    plain = re.sub(r"\x1b\[[\d;]*m", "", coloured)
    assert [line.rstrip() for line in plain.splitlines()] == text.render(shop, width=80).splitlines()


def test_the_environment_changes_nothing(shop, monkeypatch):
    expected = text.render(shop, width=80)
    for name, value in {"FORCE_COLOR": "1", "COLUMNS": "40", "TERM": "dumb", "JUPYTER_COLUMNS": "20"}.items():
        monkeypatch.setenv(name, value)
    assert text.render(shop, width=80) == expected
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[3" in text.render(shop, width=80, colour=True)


def test_the_whole_story_has_the_dearest_and_says_how_many_more(shop):
    assert text.render(shop, width=100).count("\n") <= 49
    many = replace(shop, findings=shop.findings * 500, hotspots=shop.hotspots * 500)
    output = text.render(many, width=100)
    assert output.count("\n") <= 200
    assert "and 1,480 more findings" in output
    assert "and 500 findings on lines that were not seen running" in output
    assert "and 2,975 more lines" in output


def one_screen(report, width=80):
    output = text.render(report, width=width, full=False)
    assert max(map(len, output.splitlines())) <= width
    return output


@pytest.mark.parametrize("width", [80, 100, 120])
@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_report_is_told_on_one_screen(reports, width, language):
    with speaking(language):
        for report in reports.values():
            assert one_screen(report, width).count("\n") <= 30


def test_one_screen_has_the_story_however_much_there_is(reports):
    estimated = reports["estimated"]
    many = replace(
        estimated,
        findings=estimated.findings * 500,
        hotspots=estimated.hotspots * 500,
        queries=estimated.queries * 40,
        processes=estimated.processes * 100,
        notes=tuple(f"note {number} of many words, on and on until the line is full" for number in range(60)),
        meter=replace(estimated.meter, scope="a scope of many words " * 20),
    )  # fmt: skip
    output = one_screen(many)
    assert output.count("\n") <= 30
    for words in (
        "The program used about 220 J (95 % interval 140 to 300 J), estimated over 12.3 s",
        "Covers: a scope of many words", "Of the machine's about 240 J", "the program 92 %",
        "query-in-loop  shop.py:42", "and 1,497 more findings", "; and 500 findings on lines", "(3 of 3,000)",
        "statements sent to databases, most often (3,000 times, shop.py:42)", "267.6 g/kWh (",
        "The program ended with exit code 3.", "All of it, with 60 more notes: --full.", "-o report.html",
    ):  # fmt: skip
        assert words in output, words


def test_one_screen_shows_each_finding_with_how_often_and_its_fix(shop):
    output = one_screen(shop, width=120)
    assert re.search(r"1 +105 J +44 %  query-in-loop  shop.py:42  3,000 queries, waiting 6.40 J\n", output)
    assert (
        "\n     Fix: orders = session.scalars(select(Order).options(selectinload(Order.customer))).all() …\n" in output
    )
    assert "\n     Fix: wait once for the remaining time: time.sleep(ready_at - time.monotonic())\n" in output
    assert "\n     fetches every row although the caller uses the first hundred\n" in output, (
        "what has no fix says what is wrong"
    )
    assert re.search(r"^ +105 J +44 %  \[1\]  shop.py:42 ", output, re.MULTILINE)


def test_what_there_is_not_takes_no_room(reports, shop):
    bare = one_screen(replace(shop, findings=(), hotspots=(), queries=(), processes=()))
    assert "Nothing to lint" in bare and "Lines" not in bare and "statement" not in bare
    assert "None" not in one_screen(reports["unknown"]) and "Of the machine" not in one_screen(reports["unknown"])
    assert "All of it, with 1 more note: --full." in bare


def test_a_number_is_never_parted_from_its_unit(reports):
    for width in range(60, 140, 7):
        for report in reports.values():
            lines = text.render(report, width=width, full=False).splitlines()
            assert not [line for line in lines if re.match(r"(?:%|[mk]?[JWs]\b)(?!})", line)]


def test_one_thing_more_is_not_called_many(shop):
    one_more = replace(shop, hotspots=shop.hotspots[:1] * 26, queries=shop.queries[:1] * 11)
    output = text.render(one_more, width=100)
    assert re.search(r"^ +and 1 more line$", output, re.MULTILINE)
    assert re.search(r"^ +and 1 more kind of statement$", output, re.MULTILINE)


def test_a_function_has_the_room_of_the_source_that_is_not_known(shop):
    library = replace(
        shop.hotspots[0], idle_j=0.0, total_j=None, function="AssertionRewriter.visit_Assert", source=None
    )
    assert "AssertionRewriter.visit_Assert" in text.render(replace(shop, hotspots=(library,)), width=100)
    known = replace(library, source="x = 1")
    assert "x = 1" in text.render(replace(shop, hotspots=(known,)), width=100)


def test_a_line_names_the_findings_on_it(shop):
    lines = text.render(shop, width=100).split("Lines, dearest first")[1]
    assert re.search(r"105 J +44 % +\[1\] +shop\.py:42 +waiting 6\.40 J ", lines)
    assert re.search(r"38\.2 J +16 % +shop\.py:57 ", lines)


@settings(max_examples=60, deadline=None)
@given(name=st.text(max_size=80))
def test_any_name_is_shown_without_controls(named, name):
    report = named(name)
    for full in (True, False):
        for line in text.render(report, width=80, full=full).splitlines():
            assert line.isprintable() or all(c.isprintable() or c.isspace() for c in line)


@pytest.fixture(scope="module")
def named(shop):
    def with_name(name):
        spots = tuple(replace(spot, function=name, path=name, source=name) for spot in shop.hotspots)
        findings = tuple(replace(f, message=name, fix=name, path=name, rule=name) for f in shop.findings)
        return replace(shop, hotspots=spots, findings=findings, run=replace(shop.run, command=(name,)))

    return with_name


def test_the_terminal_gets_one_screen_and_a_file_gets_all(shop, tmp_path):
    (tmp_path / "r.json").write_text(dumps(report_to_json(shop)), encoding="utf-8")

    def told(*words):
        command = [sys.executable, "-m", "greenprof", "report", "r.json", *words]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    short, whole = told(), told("-v")
    assert short.count("\n") <= 30 < whole.count("\n")
    assert whole == told("--full", "-f", "text") and "Notes and method" in whole and "Notes and method" not in short
    assert told("-o", "r.txt") == ""
    assert "Notes and method" in (tmp_path / "r.txt").read_text(encoding="utf-8")


def test_a_saved_report_is_shown_without_what_records(shop, tmp_path):
    path = tmp_path / "r.json"
    path.write_text(dumps(report_to_json(shop)), encoding="utf-8")
    code = (
        "import sys; from greenprof.cli import cli; cli(sys.argv[1:], standalone_mode=False); "
        "print([name for name in sys.modules if name.startswith(('greenprof.record', 'greenprof.sampler', 'libcst'))])"
    )
    command = [sys.executable, "-c", code, "report", str(path)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.endswith("\n[]\n")
