"""Two saved reports side by side, through the command and in every format."""

from __future__ import annotations

import csv
import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from greenprof import i18n
from greenprof.cli import cli
from greenprof.compare import compare
from greenprof.errors import GreenprofError
from greenprof.model import Energy, Host, Hotspot, MeterInfo, Node, Overhead, Report, Run
from greenprof.own_code import INSTALLED, OWN, OwnCode, Scope
from greenprof.reporters import _comparison as shown
from greenprof.wire import dumps, report_to_json

LOOP = Hotspot(
    path="shop.py", line=40, function="load", source="    for row in rows:", self_j=60.0, cpu_s=3.0, samples=300,
    wait_s=0.0, idle_j=0.0, margin=0.02,
)  # fmt: skip
SUM = replace(LOOP, line=50, source="    total = sum(rows)", self_j=30.0)
HOSTILE = "</script><script>alert(1)</script>|`x`\x1b[31m\u202e"


def report(*spots: Hotspot, joules: float = 100.0, half: float = 1.0, **changes: object) -> Report:
    tree = Node(path="shop.py", line=1, function="main", total_j=joules, cpu_s=5.0)
    made = Report(
        run=Run(
            command=("python", "shop.py"), started_at="2026-11-21T20:00:00Z", duration_s=5.0, exit_code=0, cpu_s=5.0,
            processes=1, max_rss_bytes=None, read_bytes=None, written_bytes=None,
        ),
        host=Host(cpu="a", cores=2, os="Linux", python="3.12.1", virtualised=None, governor=None, fingerprint="f1"),
        meter=MeterInfo(name="rapl", estimated=False, domains=("package-0",), uncertainty=0.01, scope="the package"),
        energy=Energy(
            total_j=joules, domains_j={"package-0": joules}, idle_j=0.0, process_j=joules, other_j=0.0,
            unattributed_j=0.0, mean_w=20.0, interval_j=(joules - half, joules + half),
        ),
        hotspots=spots, functions=(), findings=(), tree=(tree,), timeline=(), processes=(),
        overhead=Overhead(cpu_s=0.0, wall_s=0.0),
    )  # fmt: skip
    return replace(made, **changes)


def test_a_line_that_moved_is_the_same_line_and_one_that_changed_is_not():
    moved = replace(SUM, line=57, self_j=29.0)
    made = compare(report(LOOP, SUM), report(replace(LOOP, source="    for row in few:", self_j=5.0), moved))
    found = {line.source: line for line in made.lines}
    assert (found[SUM.source].line_before, found[SUM.source].line_after) == (50, 57)
    assert found[SUM.source].certain is False, "1 J of 90 is less than 300 samples can tell"
    assert found["    for row in rows:"].line_after is None and found["    for row in few:"].line_before is None
    assert [line.difference_j for line in made.lines] == [-60.0, 5.0, -1.0]


def test_the_totals_are_told_apart_only_beyond_both_intervals():
    less = compare(report(joules=100.0), report(joules=90.0))
    assert less.difference_j == pytest.approx(-10) and less.interval_j == pytest.approx((-11.414, -8.586), abs=0.001)
    assert less.differs is True
    assert compare(report(joules=100.0, half=8.0), report(joules=90.0, half=8.0)).differs is False
    unknown = report()
    unknown = replace(unknown, energy=replace(unknown.energy, process_j=None, interval_j=None))
    assert compare(unknown, report()).difference_j is None and compare(unknown, report()).differs is None


def test_two_estimates_of_one_machine_are_set_against_each_other_by_share():
    meter = MeterInfo(name="estimate", estimated=True, domains=("cpu",), uncertainty=1.0, scope="the package")
    before, after = (replace(report(joules=j, half=j), meter=meter) for j in (100.0, 25.0))
    said = " ".join(shown.render("text", compare(before, after)).split())
    assert "used 0.25 times the joules of the first by the estimate (CPU time 5.00 s → 5.00 s)" in said
    assert "about −75 J, 95 % interval −180 to +28 J" in said
    page = shown.render("html", compare(before, after))
    assert "0 to 200 J" in page
    assert "to about" not in page
    elsewhere = replace(after, host=replace(after.host, fingerprint="f2"))
    assert "cannot be told apart" in " ".join(shown.render("text", compare(before, elsewhere, force=True)).split())


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_the_text_fits_the_terminal_and_its_columns_stand_under_each_other(monkeypatch, language):
    estimate = MeterInfo(name="estimate", estimated=True, domains=("cpu",), uncertainty=1.0, scope="the package")
    waits = replace(LOOP, line=60, source="    wait()", self_j=0.0)
    before, after = (
        report(replace(LOOP, self_j=j), replace(SUM, path="long/" * 30 + "b.py"), waits, joules=j, meter=estimate)
        for j in (60.0, 12.5)
    )
    for columns in (60, 100, 140):
        monkeypatch.setenv("COLUMNS", str(columns))
        with i18n.speaking(language):
            lines = shown.render("text", compare(before, after)).splitlines()
        assert max(map(len, lines)) <= columns
        assert not any("wait()" in line for line in lines), "a line that used nothing on either side"
        at = next(at for at, line in enumerate(lines) if line.endswith(("line", "coderegel")))
        assert lines[at].rindex(lines[at].split()[-1]) == lines[at + 1].index("shop.py:40")


def test_other_machines_meters_and_estimates_are_refused_unless_forced():
    here = report()
    for other, why in (
        (replace(here, host=replace(here.host, fingerprint="f2")), "the machines differ, f1 and f2"),
        (replace(here, meter=replace(here.meter, estimated=True)), "the one is measured and the other estimated"),
        (replace(here, meter=replace(here.meter, domains=("psys",))), "the meters see different things"),
    ):
        with pytest.raises(GreenprofError, match=why):
            compare(here, other)
        assert why in compare(here, other, force=True).warnings[0]
    assert compare(here, here).warnings == ()


def test_a_note_tells_where_what_counts_as_own_code_differs():
    """Lines of a library then stand beside those that call it, and nothing has changed."""
    installed = replace(report(), notes=("another note", *OwnCode(INSTALLED).notes))
    chosen = replace(report(), notes=OwnCode(OWN, Scope(include=("src/*",))).notes)
    assert compare(report(), report()).notes == compare(installed, installed).notes == ()
    (note,) = compare(report(), installed).notes
    assert note.endswith(" may stand on other lines: its own files before, installed packages too after.")
    (note,) = compare(chosen, installed).notes
    assert note.endswith(": included: src/* before, installed packages too after.")
    for format_ in ("text", "markdown", "html", "json"):
        made = " ".join(shown.render(format_, compare(report(), installed)).split())
        assert "installed packages too after." in made
    with i18n.speaking("nl"):
        assert "ook geïnstalleerde pakketten." in " ".join(shown.render("text", compare(report(), installed)).split())


def test_both_call_trees_are_one():
    def tree(*children):
        return (Node(path="a.py", line=1, function="main", total_j=50.0, cpu_s=1.0, children=children),)

    gone = Node(path="a.py", line=9, function="slow", total_j=40.0, cpu_s=1.0)
    new = Node(path="a.py", line=12, function="quick", total_j=4.0, cpu_s=1.0)
    (root,) = compare(replace(report(), tree=tree(gone)), replace(report(), tree=tree(new))).tree
    assert (root.before_j, root.after_j) == (50.0, 50.0)
    assert [(one.function, one.before_j, one.after_j) for one in root.children] == [
        ("slow", 40.0, 0),
        ("quick", 0, 4.0),
    ]


@pytest.mark.parametrize("format", sorted(shown.FORMATS))
def test_hostile_names_stay_text(format):
    spot = replace(LOOP, path=HOSTILE, function=HOSTILE, source=HOSTILE)
    bad = report(spot)
    run = replace(bad.run, command=(HOSTILE,), started_at=HOSTILE)
    bad = replace(bad, run=run, meter=replace(bad.meter, name=HOSTILE, scope=HOSTILE))
    text = shown.render(format, compare(report(), bad, force=True))
    if format != "json":
        assert "\x1b[31m" not in text and "\u202e" not in text
    if format in ("html", "markdown"):
        assert "<script>alert" not in text


def test_the_command_compares_saved_reports(tmp_path):
    names = [tmp_path / "before.json", tmp_path / "after.json"]
    for path, made in zip(names, (report(LOOP, SUM), report(SUM, joules=40.0)), strict=True):
        path.write_text(dumps(report_to_json(made)), encoding="utf-8")
    outputs = [tmp_path / f"diff.{suffix}" for suffix in ("html", "md", "json", "csv")]
    options = [option for path in outputs for option in ("-o", str(path))]
    done = CliRunner().invoke(cli, ["compare", *map(str, names), *options], catch_exceptions=False)
    assert done.exit_code == 0
    assert "Differential flame graph" in outputs[0].read_text(encoding="utf-8")
    assert "used less: −60.0 J (60 %)" in outputs[1].read_text(encoding="utf-8")
    data = json.loads(outputs[2].read_text(encoding="utf-8"))
    assert data["format"] == "greenprof-comparison" and data["differs"] is True and data["difference_j"] == -60.0
    whole, *lines = csv.DictReader(outputs[3].open(encoding="utf-8"))
    assert (whole["difference_j"], whole["certain"]) == ("-60.0", "true")
    assert (lines[0]["line_before"], lines[0]["line_after"], lines[0]["after_j"]) == ("40", "", ""), "unknown is empty"
    done = CliRunner().invoke(cli, ["compare", *map(str, names)], catch_exceptions=False)
    assert "shop.py:40" in done.output and "not seen after" in done.output
