"""What a report says, held in every format that says it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenprof import reporters
from greenprof.model import Finding, Hotspot
from greenprof.query_use import WRITE_ONCE
from greenprof.reporters import _notes as notes
from greenprof.reporters import _story as story
from greenprof.reporters import text

FORMATS = ["html", "markdown", "text"]
GZIP = Hotspot(
    path="<command: gzip>",
    line=0,
    function="gzip",
    self_j=5.0,
    cpu_s=0.3,
    samples=30,
    wait_s=0.0,
    idle_j=0.0,
)


def shown(report, format):
    return text.render(report, width=140) if format == "text" else reporters.render(format, report)


def unspaced(output):
    """The words of a page, whatever it is set in; what the rules' own pages say is no part of a report's story."""
    without = re.sub(r'<(script|style)>.*?</\1>|<details class="rule-page.*?</details>', "", output, flags=re.DOTALL)
    words = re.sub(r"&#(\d+);", lambda match: chr(int(match[1])), re.sub(r"<[^<>]*>", "", without))
    return re.sub(r"\s+", " ", words)


@pytest.mark.parametrize("format", FORMATS)
def test_a_process_without_lines_goes_by_its_command(shop, format):
    page = shown(replace(shop, hotspots=(GZIP, *shop.hotspots[1:])), format)
    output = unspaced(page)
    assert "command: gzip" in output and "gzip gzip" not in output and "`gzip`" not in page
    assert "gzip>" not in output and "gzip:0" not in output and "gzip&" not in output


@pytest.mark.parametrize("format", FORMATS)
def test_line_0_of_what_is_no_command_stays(shop, format):
    spot = replace(GZIP, path="<frozen runpy>")
    assert "runpy" in shown(replace(shop, hotspots=(spot,)), format)
    assert "command:" not in shown(replace(shop, hotspots=(spot,)), format)


def test_notes_of_many_places_are_told_as_sentences(shop):
    said = ("the program still ran", "app.py was not linted: no Python.", "greenprof saw nothing", "process 7 is odd")
    told = notes.notes(replace(shop, notes=said))
    assert told[-4:] == (
        "The program still ran.", "app.py was not linted: no Python.", "greenprof saw nothing.", "Process 7 is odd.",
    )  # fmt: skip
    assert len(notes.notes(replace(shop, notes=said * 2))) == len(told)


@pytest.mark.parametrize("format", FORMATS)
def test_what_a_line_waited_through_is_named(shop, format):
    assert "15.5 J" in shown(shop, format), "line 93 used 0.4 J and waited through 15.5 J of its 15.9 J"
    still = replace(shop, hotspots=tuple(replace(spot, idle_j=0.0) for spot in shop.hotspots))
    assert "aiting" in unspaced(shown(shop, format)) and "aiting" not in unspaced(shown(still, format))
    assert "hares of the program (219 J) and its waiting (21.9 J)" in unspaced(shown(shop, format))
    assert "hares of the program (219 J)" in unspaced(shown(still, format))


def test_the_lines_add_up_to_rows_of_the_ledger(shop):
    rows = {entry.key: entry.joules for entry in story.ledger(shop)}
    lines_j = sum(line.energy_j for line in story.ranked_lines(shop))
    assert lines_j == pytest.approx(rows["lines"] + rows["waiting"])
    assert rows["idle"] + rows["process"] + rows["other"] == pytest.approx(rows["total"])
    assert sum(line.fraction for line in story.ranked_lines(shop)) == pytest.approx(
        lines_j / (rows["process"] + rows["waiting"])
    )


@pytest.mark.parametrize("format", FORMATS)
def test_no_findings_says_why(shop, format):
    clean = replace(shop, findings=(), hotspots=tuple(replace(spot, findings=()) for spot in shop.hotspots))
    nothing = replace(clean, hotspots=(GZIP,), queries=())
    skipped = replace(clean, notes=("old.py was not linted: it is no Python 3",))
    said = ["was linted, and no known antipattern", "Nothing to lint", "not all of the code was linted"]
    for report, expected in zip((clean, nothing, skipped), said, strict=True):
        assert [part for part in said if part in shown(report, format)] == [expected]


@pytest.mark.parametrize("format", FORMATS)
def test_a_signal_is_not_an_exit_code(shop, format):
    output = shown(replace(shop, run=replace(shop.run, exit_code=-2)), format)
    assert "The program was ended by signal 2 (SIGINT)." in unspaced(output)
    assert "code -2" not in output and "exit code" not in output.lower()
    assert "ended with exit code 3" in shown(replace(shop, run=replace(shop.run, exit_code=3)), format)


@given(st.integers(-200, 255))
def test_every_end_has_a_name(shop, code):
    said = notes.ended(replace(shop, run=replace(shop.run, exit_code=code)))
    assert str(abs(code)) in said and "-" not in said


@pytest.mark.parametrize("format", FORMATS)
def test_headline_and_tables_have_one_unit(shop, format):
    """A program that used little and waited long: no 3,700 mJ, and no 430 mJ beside 0.43 J."""
    spot = replace(shop.hotspots[5], self_j=0.43, idle_j=3.7)
    short = replace(
        shop,
        energy=replace(shop.energy, total_j=8.1, idle_j=6.0, process_j=0.43, other_j=1.67, unattributed_j=0.0,
                       interval_j=(0.42, 0.44), domains_j={"package-0": 8.1}),
        hotspots=(spot,), functions=(), findings=(), tree=(),
    )  # fmt: skip
    output = shown(short, format)
    assert "0.430 J" in output and "4.13 J" in output
    assert not re.search(r"\d mJ", output)


joules = st.floats(min_value=1e-6, max_value=1e9)


@given(total=joules, part=st.floats(0.0, 1.0), line=st.floats(0.0, 1.0))
def test_no_unit_makes_the_program_next_to_nothing(shop, total, part, line):
    process_j = total * part
    report = replace(
        shop,
        energy=replace(shop.energy, total_j=total, process_j=process_j),
        hotspots=(replace(GZIP, self_j=process_j * line),), functions=(), findings=(),
    )  # fmt: skip
    for scale, value in ((story.scale(report), process_j), (story.lines_scale(report), process_j * line)):
        assert value < 1e-6 or value / 1000.0**scale >= 0.009
    assert story.lines_scale(report) <= story.scale(report)


def test_only_the_terminal_folds_how_an_estimate_is_made(reports):
    estimated = reports["estimated"]
    many = replace(
        estimated,
        meter=replace(estimated.meter, notes=("note one", "note two", "note three")),
        notes=("3 stacks dropped",),
    )
    terminal = text.render(many, width=100)
    assert "Note one" not in terminal and "3 stacks dropped" in terminal
    assert "Estimated by a power model (meter estimate), ±35 %; greenprof doctor says how." in terminal
    for format in ("html", "markdown", "json"):
        assert all(note in reporters.render(format, many).lower() for note in ("note one", "note two", "note three"))
    assert "counted once" in text.render(reports["shop"], width=100), "what a measuring meter says is short"


@pytest.mark.parametrize("format", FORMATS)
def test_a_finding_that_did_not_run_is_not_unknown(shop, reports, format):
    output = shown(shop, format)
    assert "not seen" in output and "lines were not seen running" in output
    assert "unknown" not in unspaced(shown(replace(shop, host=replace(shop.host, governor="powersave")), format))
    assert "not seen" not in shown(reports["unknown"], format)


@pytest.mark.parametrize("format", ["markdown", "text"])
def test_many_findings_that_did_not_run_share_one_line(shop, format):
    def with_unseen(number):
        return replace(shop, findings=(*shop.findings[:3], *(shop.findings[3],) * number))

    several, many = shown(with_unseen(3), format), shown(with_unseen(4), format)
    assert "findings on lines" not in several
    assert "and 4 findings on lines that were not seen running: unbounded-fetch" in many
    assert many.count("unbounded-fetch") == 1
    alone = shown(replace(shop, findings=(shop.findings[3],) * 5, hotspots=()), format)
    assert "5 findings on lines that were not seen running: unbounded-fetch" in alone


@pytest.mark.parametrize(
    ("rule", "fix", "said"),
    [
        ("query-in-loop", None, "N+1 confirmed: 3,000 times the same statement"),
        ("repeated-query", "ask once for all", "N+1 confirmed: 3,000 times the same statement"),
        ("repeated-query", WRITE_ONCE, "confirmed: 3,000 times the same statement"),
        ("commit-in-loop", None, "confirmed: 3,000 times the same statement"),
        ("write-per-row", None, "confirmed: 3,000 times the same statement"),
    ],
)
def test_n_plus_one_is_said_of_reads_only(rule, fix, said):
    found = Finding(
        rule=rule, group="database", path="app.py", line=1, column=1, end_line=1, message="…", severity="warning",
        confidence="high", cost="query", fix=fix, executions=3000, confirmed=True,
    )  # fmt: skip
    assert story.executions(found) == said
