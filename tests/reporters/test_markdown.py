from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from greenprof.reporters import markdown


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found, self.attributes, self.open, self.outside_code = [], [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found.append(tag)
        self.attributes.extend(name for name, _ in attributes)
        self.open.append(tag)

    def handle_endtag(self, tag):
        self.open.pop()

    def handle_data(self, data):
        if "code" not in self.open:
            self.outside_code += data + "\0"


def as_html(text):
    """The page as a CommonMark reader with tables shows it, raw HTML let through."""
    return MarkdownIt("commonmark", {"html": True}).enable("table").render(text)


def test_the_short_list_is_open_and_the_rest_folded(shop):
    text = markdown.render(shop)
    opening, folded = text.split("<details>", 1)
    assert "219 J, measured" in opening.split("\n")[0]
    assert "| 1 | 105 J | 44 % | `shop.py:42` | **query-in-loop** |" in opening
    assert "```diff" in folded
    assert text.count("<details>") == text.count("</details>") == 6


def test_every_row_has_the_cells_of_its_header(report):
    page = as_html(markdown.render(report))
    for table in re.findall(r"<table>.*?</table>", page, re.S):
        widths = {len(re.findall(r"<t[hd]", row)) for row in re.findall(r"<tr>.*?</tr>", table, re.S)}
        assert len(widths) == 1


ALLOWED = {
    "h2",
    "h3",
    "p",
    "code",
    "strong",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "details",
    "summary",
    "pre",
    "ul",
    "li",
}


def test_a_hostile_name_is_shown_and_does_nothing(reports):
    tags = Tags(as_html(markdown.render(reports["hostile"])))
    assert set(tags.found) <= ALLOWED
    assert set(tags.attributes) <= {"style", "class"}
    assert tags.found.count("h2") == 1


@settings(max_examples=150, deadline=None)
@given(name=st.text(st.sampled_from("`|\\\n<>*_[]()!#@&;~-+ ab1:$="), max_size=40))
def test_no_name_breaks_out_of_its_place(shop, name):
    def named(text):
        finding = replace(shop.findings[0], rule=f"r{text}", path=f"p{text}", message=f"m{text}", source=text, fix="f")
        spot = replace(shop.hotspots[0], path=f"p{text}", function=f"f{text}", source=f"s{text}")
        return replace(shop, findings=(finding,), hotspots=(spot,), functions=(), notes=(f"n{text}",))

    tags = Tags(as_html(markdown.render(named(name))))
    assert set(tags.found) <= ALLOWED
    for tag in ("h2", "table", "tr", "td", "details", "pre"):
        expected = Tags(as_html(markdown.render(named("x" if name.strip() else "")))).found.count(tag)
        assert tags.found.count(tag) == expected or (tag == "pre" and not name)


def test_nobody_is_notified(reports):
    shown = Tags(as_html(markdown.render(reports["hostile"]))).outside_code
    assert "@\0everyone" in shown, "a comment stands between, so it is no mention"
    assert not re.search(r"@\w", shown)


@pytest.mark.parametrize("text", ["x" * 500, "é" * 500, "`|" * 300, "<&>" * 200])
def test_a_comment_always_fits(shop, text):
    finding = replace(shop.findings[1], path=text, message=text, rule=text, source=text * 20, fix=text * 40)
    spot = replace(shop.hotspots[0], path=text, function=text, source=text)
    large = replace(
        shop,
        findings=(finding,) * 2000,
        hotspots=(spot,) * 2000,
        functions=(replace(shop.functions[0], path=text, function=text),) * 500,
        notes=tuple(f"{i}{text}" for i in range(500)),
        run=replace(shop.run, command=(text,) * 50),
        energy=replace(shop.energy, domains_j={f"{text}{i}": 1.0 for i in range(200)}),
    )
    page = markdown.render(large)
    assert len(page) < 65_536
    assert "more findings" in page


def test_a_fix_stands_there_as_a_diff_and_gives_way_where_a_comment_is_too_small(shop):
    finding = replace(
        shop.findings[0], fix="ask once", diff="--- a.py\n+++ a.py\n-ask(i)\n+asked[i]\n", fix_is_safe=False
    )
    page = markdown.render(replace(shop, findings=(finding,)))
    assert "ask once\n\nFix as a diff, which may change what the program does:\n" in page
    assert "```diff\n--- a.py\n+++ a.py\n-ask(i)\n+asked[i]\n```" in page.partition("<details><summary>Fixes")[2]
    assert "```diff" not in markdown.render(replace(shop, findings=(replace(finding, diff=None),)))
    large = replace(finding, diff=finding.diff * 80)
    page = markdown.render(replace(shop, findings=(large,) * 25))
    assert "```diff" not in page and page.count("ask once") == 25
