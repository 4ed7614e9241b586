from __future__ import annotations

import base64
import hashlib
import re
import time
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenprof.model import Node, Power
from greenprof.reporters import html
from greenprof.reporters.html import flame, power

VOID = {"meta", "link", "br", "input", "wbr"}


class Page(HTMLParser):
    """The elements of a page with their attributes and text, and a check that every tag is closed."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open = [], []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attributes):
        element = {"tag": tag, "text": "", **dict(attributes)}
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attributes):
        self.elements.append({"tag": tag, "text": "", **dict(attributes)})

    def handle_endtag(self, tag):
        assert self.open.pop()["tag"] == tag

    def handle_data(self, data):
        for element in self.open:
            element["text"] += data

    def all(self, *tags):
        return [element for element in self.elements if element["tag"] in tags]


def test_nothing_is_loaded_from_outside(report):
    page = Page(html.render(report))
    assert not page.all("img", "iframe", "object", "embed", "base", "form", "audio", "video", "use", "image")
    for element in page.elements:
        for name in ("href", "src", "srcset", "action", "poster", "xlink:href"):
            assert re.fullmatch(r"#[\w-]+|data:,", element.get(name, "#none"))
    style = page.all("style")[0]["text"]
    assert "url(" not in style and "@import" not in style
    script = page.all("script")[0]["text"]
    assert not re.search(r"fetch|XMLHttpRequest|WebSocket|sendBeacon|import\(|eval|innerHTML|localStorage", script)


def test_the_policy_allows_this_style_and_this_script_only(report):
    page = Page(html.render(report))
    policy = page.elements[3]["content"]
    assert page.elements[3]["http-equiv"] == "Content-Security-Policy", "it stands before everything that it forbids"
    assert "default-src 'none'" in policy and "unsafe" not in policy and "*" not in policy
    for tag in ("style", "script"):
        (element,) = page.all(tag)
        digest = base64.b64encode(hashlib.sha256(element["text"].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    for element in page.elements:
        assert not {name for name in element if name == "style" or name.startswith("on")}, (
            "the policy would block these"
        )


def test_every_link_leads_somewhere_and_every_id_is_unique(report):
    page = Page(html.render(report))
    ids = [element["id"] for element in page.elements if "id" in element]
    assert len(ids) == len(set(ids))
    for element in page.elements:
        for name in ("href", "aria-labelledby", "for"):
            target = element.get(name, "data:,")
            assert target == "data:," or target.removeprefix("#") in ids


def test_headings_landmarks_and_tables_are_in_order(report):
    page = Page(html.render(report))
    levels = [int(element["tag"][1]) for element in page.all("h1", "h2", "h3", "h4")]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(lower - upper <= 1 for upper, lower in pairwise(levels))
    assert [len(page.all(tag)) for tag in ("main", "header", "footer", "nav")] == [1, 1, 1, 1]
    assert page.all("html")[0]["lang"] == "en"
    assert len(page.all("caption")) == len(page.all("table"))
    assert all(cell.get("scope") in ("col", "row") for cell in page.all("th"))
    for picture in page.all("svg"):
        inside = "x" in picture or "viewbox" in picture or picture.get("class") == "room"
        assert inside or "aria-hidden" in picture or "aria-label" in picture


def test_a_hostile_report_adds_no_element(reports):
    page = Page(html.render(reports["hostile"]))
    assert len(page.all("script")) == 1
    assert "</script><script>alert(1)</script>" in page.all("h1")[0]["text"]
    assert "{{ 7*7 }}" in page.all("h1")[0]["text"]
    assert "\\x1b[31mred" in page.all("h1")[0]["text"]


@settings(max_examples=40, deadline=None)
@given(name=st.text(max_size=60))
def test_any_name_leaves_the_page_as_it_was(shop, name):
    def named(text):
        finding = replace(shop.findings[0], rule=text, path=text, message=text, source=text, fix=text, severity=text)
        spot = replace(shop.hotspots[0], path=text, function=text, source=text)
        tree = (replace(shop.tree[0], function=text, path=text),)
        return replace(shop, findings=(finding,), hotspots=(spot,), tree=tree, notes=(text,))

    tags = [element["tag"] for element in Page(html.render(named(name))).elements]
    plain = [
        element["tag"] for element in Page(html.render(named("a\nb" if "\n" in name.strip("\n") else "a"))).elements
    ]
    assert set(tags) <= set(plain) | {"code", "p", "details", "summary", "pre", "strong", "span", "a", "wbr"}
    assert tags.count("script") == 1


def test_the_first_screen_says_what_a_reader_needs(shop):
    text = html.render(shop)
    summary = text[text.index('id="summary"') : text.index('<section id="findings"')]
    for part in (
        "219 J",
        "216 to 221 J",
        "Measured",
        "not disks, screen",
        "query-in-loop",
        "105 J",
        "44 %",
        "shop.py:42",
    ):
        assert part in summary
    assert "The machine drew between 16.6 W and 40.2 W" in summary
    assert "session.get(Customer, order.customer_id)" in summary


def test_an_unknown_energy_is_not_called_measured(reports):
    text = html.render(reports["unknown"])
    assert "not known" in text
    assert "badge" not in text[text.index("<main") :]
    assert "Lines, most CPU time first" in text


def test_a_large_report_stays_small_and_quick(shop):
    findings = tuple(replace(shop.findings[i % 4], line=i + 1, energy_j=2000.0 - i) for i in range(2000))
    hotspots = tuple(replace(shop.hotspots[i % 6], line=i + 1, findings=(i,)) for i in range(2000))
    timeline = tuple(Power(start_s=i / 10, end_s=(i + 1) / 10, total_w=40.0, process_w=20.0) for i in range(36_000))
    leaves = tuple(replace(shop.tree[0], line=i, total_j=1.0, children=()) for i in range(5000))
    large = replace(
        shop,
        findings=findings,
        hotspots=hotspots,
        timeline=timeline,
        tree=(replace(shop.tree[0], total_j=5e3, children=leaves),),
    )
    start = time.perf_counter()
    text = html.render(large)
    assert time.perf_counter() - start < 5
    assert len(text.encode()) < 3_000_000
    assert text.count('id="finding-') == 2000


def test_a_stack_deeper_than_pythons_own_is_drawn(shop):
    node = Node(path="deep.py", line=1, function="f", total_j=10.0, cpu_s=1.0)
    for _ in range(5000):
        node = Node(path="deep.py", line=1, function="f", total_j=10.0, cpu_s=1.0, children=(node,))
    drawn = flame.layout(replace(shop, tree=(node,)))
    assert drawn.hidden
    assert len(drawn.boxes) == flame.MOST_LEVELS


def test_the_picture_ends_where_only_thin_stacks_go_deeper(shop):
    def stack(depth, joules):
        node = Node(path="a.py", line=1, function="f", total_j=joules, cpu_s=joules)
        for _ in range(depth - 1):
            node = replace(node, children=(node,))
        return node

    drawn = flame.layout(replace(shop, tree=(stack(3, 95.0), stack(40, 5.0))))
    assert drawn.height == 3 * flame.ROW_HEIGHT and drawn.deeper
    drawn = flame.layout(replace(shop, tree=(stack(3, 80.0), *(stack(9, 2.0) for _ in range(10)))))
    assert drawn.height == 9 * flame.ROW_HEIGHT and not drawn.deeper


def test_a_long_path_breaks_between_folders(shop):
    assert "<code>/<wbr>srv/<wbr>shop/<wbr>src/<wbr>" in html.render(shop)


def test_a_box_names_the_findings_in_its_function(shop):
    twin = replace(shop.tree[0].children[0], line=9, children=())
    drawn = flame.layout(replace(shop, tree=(*shop.tree, twin)))
    marks = {(box.function, box.line): box.marks for box in drawn.boxes}
    assert marks["monthly_report", 35] == (1,)
    assert marks["wait_for_export", 85] == (2,)
    assert marks["monthly_report", 9] == (), "another function of that name, further up"
    assert marks["totals", 55] == ()


joules = st.floats(min_value=0, max_value=1e6)
nodes = st.recursive(
    st.builds(Node, path=st.just("a.py"), line=st.integers(1, 9), function=st.just("f"), total_j=joules, cpu_s=joules),
    lambda below: st.builds(
        Node,
        path=st.just("a.py"),
        line=st.integers(1, 9),
        function=st.just("g"),
        total_j=joules,
        cpu_s=joules,
        children=st.lists(below, max_size=4).map(tuple),
    ),
    max_leaves=20,
)


@given(tree=st.lists(nodes, min_size=1, max_size=3).map(tuple))
def test_a_box_lies_under_its_caller_and_beside_its_neighbours(shop, tree):
    drawn = flame.layout(replace(shop, tree=tree))
    if drawn is None:
        assert sum(root.total_j for root in tree) == 0
        return
    for box in drawn.boxes:
        assert box.left >= 0 and box.left + box.width <= 1 + 1e-9
        if box.level > 1:
            caller = drawn.boxes[box.parent]
            assert caller.level == box.level - 1
            assert caller.left - 1e-9 <= box.left and box.left + box.width <= caller.left + caller.width + 1e-9
    for level in {box.level for box in drawn.boxes}:
        row = sorted((box.left, box.left + box.width) for box in drawn.boxes if box.level == level)
        assert all(end <= start + 1e-9 for (_, end), (start, _) in pairwise(row))


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
