"""What ran in each span of the run, beside its watts."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenprof.model import Power, Ran
from greenprof.reporters import html
from greenprof.reporters.html import power

watts = st.floats(min_value=0, max_value=100)
spans = st.lists(
    st.lists(st.tuples(st.sampled_from("fgh"), watts), max_size=3, unique_by=lambda ran: ran[0]), min_size=1
)


def timeline(ran_in_spans):
    return [
        Power(
            start_s=number / 10,
            end_s=(number + 1) / 10,
            total_w=300.0,
            process_w=sum(w for _, w in ran),
            ran=tuple(Ran(path="a.py", line=1, function=name, process_w=w) for name, w in ran),
        )
        for number, ran in enumerate(ran_in_spans)
    ]


@given(ran_in_spans=spans, most=st.integers(1, 20))
def test_merging_spans_keeps_the_joules_of_each_function(ran_in_spans, most):
    def joules(points):
        used = dict.fromkeys("fgh", 0.0)
        for point in points:
            for ran in point.ran:
                used[ran.function] += ran.process_w * (point.end_s - point.start_s)
        return used

    points = timeline(ran_in_spans)
    merged = power.merge(points, most)
    assert joules(merged) == pytest.approx(joules(points), abs=1e-6)
    for point in merged:
        taken = [ran.process_w for ran in point.ran]
        assert taken == sorted(taken, reverse=True) or len(points) == len(merged)


def test_every_span_says_what_ran_in_it(profiled):
    chart = power.chart(profiled)
    assert len(chart.drawn) == 24
    assert chart.drawn[1].words.split("\n") == [
        "0.51 to 1.02 s",
        "machine 32.6 W, program 17.0 W",
        "12.0 W monthly_report shop.py:35",
        "3.50 W wait_for_export shop.py:85",
    ]
    assert chart.drawn[-1].words.split("\n")[2:] == []
    assert chart.peak == 10, "where the program took most"
    assert sum(span.width for span in chart.drawn) == pytest.approx(1)


def test_the_functions_are_drawn_one_below_the_other_dearest_first(profiled):
    drawn = power.lanes(profiled)
    assert [lane.function.function for lane in drawn.lanes] == ["monthly_report", "wait_for_export"]
    assert drawn.top_w == 12 and drawn.more == 0
    assert drawn.lanes[0].path.startswith("M0.0 1000V0.0H750.0V1000.0"), "it ran in 18 of 24 spans, at full height"
    many = [[(chr(97 + number), 1.0 + number)] for number in range(26)]
    drawn = power.lanes(replace(profiled, timeline=tuple(timeline(many))))
    assert len(drawn.lanes) == power.MOST_LANES and drawn.more == 26 - power.MOST_LANES
    assert drawn.lanes[0].function.function == "z"


def test_without_what_ran_there_is_nothing_to_draw(shop, reports):
    assert power.lanes(shop) is None
    assert power.lanes(reports["empty"]) is None
    assert power.lanes(reports["unknown"]) is None


def test_the_table_of_watts_says_what_ran(page, shop):
    assert "monthly_report shop.py:35 12.0 W; wait_for_export shop.py:85 3.50 W" in page
    assert "What ran" not in html.render(shop)


def test_a_command_is_named_as_what_it_is(profiled):
    gzip = Ran(path="<command: gzip>", line=0, function="gzip", process_w=2.0)
    report = replace(profiled, timeline=tuple(replace(span, ran=(gzip,)) for span in profiled.timeline))
    assert "2.00 W command: gzip" in power.chart(report).drawn[0].words


def test_a_path_of_steps_is_as_short_as_it_can_be():
    level = timeline([[("f", 5.0)]] * 100)
    assert "".join(power._steps(level, lambda span: span.process_w, 5.0, closed=True)) == "M0.0 1000V0.0H1000.0V1000"


@given(
    watts=st.lists(st.one_of(st.none(), st.floats(min_value=0, max_value=500)), min_size=1, max_size=300),
    most=st.integers(1, 50),
)
def test_merging_spans_loses_no_joule(watts, most):
    timeline = [Power(start_s=i / 10, end_s=(i + 1) / 10, total_w=w, process_w=w or 0.0) for i, w in enumerate(watts)]
    merged = power.merge(timeline, most)
    assert len(merged) <= most
    assert merged[0].start_s == 0 and merged[-1].end_s == timeline[-1].end_s

    def energy_j(spans):
        return sum((span.end_s - span.start_s) * span.process_w for span in spans)

    assert energy_j(merged) == pytest.approx(energy_j(timeline), abs=1e-6)


def test_a_gap_in_the_power_is_a_gap_in_the_line(shop):
    gap = tuple(
        replace(span, total_w=None, process_w=None) if i in (5, 6) else span for i, span in enumerate(shop.timeline)
    )
    chart = power.chart(replace(shop, timeline=gap))
    assert chart.machine.count("M") == 2
    assert chart.program.count("M") == 2
    assert "Gaps are times without a valid reading (2 of 24)" in chart.summary
    assert ElementTree.fromstring(f'<path d="{chart.machine}"/>').get("d")


@pytest.mark.parametrize("end", [0.0003, 0.9, 1.0, 12.3, 40.2, 99.0, 1234.5])
def test_an_axis_has_round_steps_and_room_for_everything(end):
    top, ticks = power._axis(end, 5)
    assert top >= end * 0.999999
    assert 2 <= len(ticks) <= 6
    assert ticks[0] == 0 and ticks[-1] == pytest.approx(top)
    assert f"{ticks[1]:e}"[0] in "125"
