from __future__ import annotations

import base64
import hashlib
import re
import time
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from greenprof.model import Excerpt, Power, Ran
from greenprof.reporters import html
from greenprof.reporters.html import flame

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
            followed = element["tag"] == "a" and name == "href"  # when somebody chooses to, from a rule's page
            assert re.fullmatch(r"#\S+|data:," + (r"|https://\S+" if followed else ""), element.get(name, "#none"))
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
            assert target.startswith(("data:,", "https://")) or target.removeprefix("#") in ids


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
        rule = f"my-{text}"  # of a rule that there is, its page is shown
        finding = replace(shop.findings[0], rule=rule, path=text, message=text, source=text, fix=text, severity=text)
        spot = replace(shop.hotspots[0], path=text, function=text, source=text)
        tree = (replace(shop.tree[0], function=text, path=text),)
        excerpts = (Excerpt(path=text, start=40, lines=("", text, text + "x", text * 2)),)
        ran = (Ran(path=text, line=41, function=text, process_w=2.0),)
        timeline = tuple(replace(span, ran=ran) for span in shop.timeline)
        return replace(
            shop,
            findings=(finding,),
            hotspots=(spot,),
            tree=tree,
            notes=(text,),
            excerpts=excerpts,
            timeline=timeline,
        )

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


def wide_tree(node, width, levels):
    """A tree of `node` with `width` children at each of so many levels."""
    children = tuple(wide_tree(replace(node, line=i), width, levels - 1) for i in range(width)) if levels else ()
    return replace(node, total_j=float(width**levels), children=children)


def test_a_large_report_stays_small_and_quick(shop):
    findings = tuple(replace(shop.findings[i % 4], line=i + 1, energy_j=2000.0 - i) for i in range(2000))
    hotspots = tuple(replace(shop.hotspots[i % 6], line=i + 1, findings=(i,), total_j=1.0) for i in range(2000))
    ran = tuple(Ran(path="/srv/shop/app.py", line=i, function=f"function_{i}", process_w=5.0) for i in range(4))
    timeline = tuple(
        Power(start_s=2.0 * i, end_s=2.0 * i + 2, total_w=40.0, process_w=20.0 + i % 7, ran=ran) for i in range(300)
    )
    line = "    customer = session.get(Customer, order.customer_id)  # as long as most lines of a program are"
    large = replace(
        shop,
        findings=findings,
        hotspots=hotspots,
        timeline=timeline,
        tree=(wide_tree(shop.tree[0], 3, 7),),
        excerpts=(Excerpt(path="shop.py", start=1, lines=(line,) * 3000),),
    )
    assert len(flame.layout(large).boxes) == flame.MOST_BOXES, "a tree of 3,280 functions, the smallest left out"
    times = []
    for _ in range(3):
        start = time.process_time()
        text = html.render(large)
        times.append(time.process_time() - start)
    assert min(times) < 2
    assert len(text.encode()) < 5_000_000
    assert text.count('id="finding-') == 2000


def test_a_long_timeline_is_merged(shop):
    timeline = tuple(Power(start_s=i / 10, end_s=(i + 1) / 10, total_w=40.0, process_w=20.0) for i in range(36_000))
    assert len(html.render(replace(shop, timeline=timeline)).encode()) < 300_000


def test_a_long_path_breaks_between_folders(shop):
    assert "<code>/<wbr>srv/<wbr>shop/<wbr>src/<wbr>" in html.render(shop)


def test_without_findings_one_sentence_says_so_and_no_section_is_empty(shop):
    clean = html.render(
        replace(shop, findings=(), hotspots=tuple(replace(spot, findings=()) for spot in shop.hotspots))
    )
    assert clean.count("No findings: the code that ran was linted") == 1
    assert "Findings in full" not in clean and 'href="#findings"' not in clean
    assert "Findings in full" in html.render(shop)
