from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenprof.reporters import text


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


def test_the_whole_story_is_about_a_screen(shop):
    assert text.render(shop, width=100).count("\n") <= 49
    many = replace(shop, findings=shop.findings * 500, hotspots=shop.hotspots * 500)
    output = text.render(many, width=100)
    assert output.count("\n") <= 64
    assert "and 1,496 more findings" in output
    assert "and 500 findings on lines that were not seen running" in output
    assert "and 2,994 more lines" in output


def test_one_thing_more_is_not_called_many(shop):
    seven = replace(shop, hotspots=shop.hotspots[:1] * 7, queries=shop.queries[:1] * 5)
    output = text.render(seven, width=100)
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
    for line in text.render(report, width=80).splitlines():
        assert line.isprintable() or all(c.isprintable() or c.isspace() for c in line)


@pytest.fixture(scope="module")
def named(shop):
    def with_name(name):
        spots = tuple(replace(spot, function=name, path=name, source=name) for spot in shop.hotspots)
        findings = tuple(replace(f, message=name, fix=name, path=name, rule=name) for f in shop.findings)
        return replace(shop, hotspots=spots, findings=findings, run=replace(shop.run, command=(name,)))

    return with_name
