"""The page in a real browser: what its script does, under its own Content-Security-Policy."""

from __future__ import annotations

from dataclasses import replace

import pytest
from chromium import EVERYTHING, OTHER_THEME
from markdown_it import MarkdownIt

from greenprof.compare import compare
from greenprof.i18n import speaking
from greenprof.reporters import html
from greenprof.reporters._comparison import html as comparison_page


@pytest.fixture
def opened(browser, page):
    return browser.open(page)


def rows(browser, table):
    """The first cells of the rows of a table that can be seen."""
    return browser.run(
        f"[...document.querySelectorAll('{table} tbody tr')].filter(row => row.checkVisibility())"
        ".map(row => row.cells[0].textContent)"
    )


def test_the_policy_blocks_nothing_of_the_page_nothing_fails_and_nothing_is_asked_for(browser, reports, profiled):
    for report in (profiled, *reports.values()):
        browser.open(html.render(report))
        assert browser.run("document.documentElement.className") == "scripted"
        assert browser.problems == []
        assert [url for url in browser.requests if not url.startswith("data:")] == [
            (browser.folder / "page.html").as_uri()
        ]
        # What a hostile name would have made, had it become HTML.
        assert browser.run("document.querySelectorAll('img, script:not(body > script:last-child), iframe').length") == 0


def test_hostile_names_stay_text_on_the_page_of_a_comparison(browser, reports, report):
    browser.open(comparison_page.render(compare(reports["hostile"], report, force=True)))
    assert browser.run("document.documentElement.className") == "scripted"
    assert browser.problems == []
    assert len(browser.requests) == 1, "the page asks for nothing else"
    assert browser.run("document.querySelectorAll('img, script:not(body > script:last-child), iframe').length") == 0


def test_a_click_on_a_heading_sorts_by_its_column(opened):
    by_joules = rows(opened, ".hot")
    assert by_joules[:2] == ["105 J", "41.5 J"]
    opened.click(".hot th:nth-child(1) button")
    assert rows(opened, ".hot") == by_joules[::-1]
    heading = "document.querySelector('.hot th:nth-child(1)').getAttribute('aria-sort')"
    assert opened.run(heading) == "ascending"
    opened.run("document.querySelector('.hot th:nth-child(5) button').focus()")
    opened.press("Enter")
    assert opened.run(heading) is None
    places = opened.run("[...document.querySelectorAll('.hot tbody th')].map(th => th.textContent)")
    assert places == sorted(places)


def test_a_filter_leaves_what_matches_and_says_how_much(opened):
    opened.run("document.getElementById('lines-filter').focus()")
    opened.press(*"session.get")
    assert rows(opened, ".hot") == ["105 J"]
    status = opened.run("document.querySelector('#lines [role=status]').textContent")
    assert status == "1 of 6 lines, their own share together 43.5 %"


def test_a_long_table_shows_its_first_rows_until_asked(browser, profiled):
    many = tuple(replace(profiled.hotspots[1], line=number + 1, self_j=100.0 - number) for number in range(60))
    browser.open(html.render(replace(profiled, hotspots=many)))
    assert len(rows(browser, ".hot")) == html.ROWS_OPEN
    browser.click("#lines .tools button")
    assert len(rows(browser, ".hot")) == 60
    browser.click(".hot th:nth-child(1) button")
    assert rows(browser, ".hot")[0] == "41.0 J"


def test_the_flame_graph_zooms_by_click_and_resets(opened):
    box = "#tree g[aria-label*=monthly_report]"
    width = f"document.querySelector('{box} svg').getAttribute('width')"
    before = opened.run(width)
    opened.click(box)
    assert opened.run(width) == "100.000%" != before
    assert "away" in opened.run("document.querySelector('#tree g[aria-label*=wait_for_export]').className.baseVal")
    assert opened.run("document.querySelector('#detail span').textContent").startswith(
        "[1] monthly_report 98.3 J, 46 %"
    )
    opened.click("#whole")
    assert float(opened.run(width)[:-1]) == pytest.approx(float(before[:-1]), abs=0.01)


def test_the_flame_graph_can_be_walked_with_the_keyboard(opened):
    def focus():
        return opened.run("document.activeElement.getAttribute('aria-label').match(/([\\w.<>]+) [\\d.]+ J/)[1]")

    opened.run("document.querySelector('#tree g').focus()")
    opened.press("ArrowDown")
    assert focus() == "monthly_report"
    opened.press("ArrowRight")
    assert focus() == "wait_for_export"
    opened.press("ArrowLeft", "ArrowDown", "Enter", "End")
    assert focus() == "do_execute"
    assert opened.run("document.querySelectorAll('#tree g[tabindex=\"0\"]').length") == 1
    opened.press("Escape", "End")
    assert focus() == "render_invoice_with_all_details"
    opened.press("Home")
    assert focus() == "main"


def test_a_search_marks_boxes_and_counts_nested_ones_once(opened):
    opened.run("document.getElementById('search').focus()")
    opened.press(*"sqlalchemy")
    # Session.get with do_execute below it: 89.2 J of 215.5 J.
    assert opened.run("document.getElementById('found').textContent") == "2 found, together 41.4 %"
    assert opened.run("document.querySelectorAll('#tree .found').length") == 2


def test_the_call_tree_opens_and_closes(opened):
    everything = len(rows(opened, ".calltree"))
    opened.click(".calltree .twist[aria-label='What main calls']")
    assert rows(opened, ".calltree") == ["216 J"]
    opened.click("#branches button")
    assert len(rows(opened, ".calltree")) == 10 >= everything
    opened.run("document.querySelector('.calltree .twist[aria-label=\"What monthly_report calls\"]').focus()")
    opened.press("Space")
    assert len(rows(opened, ".calltree")) == 8


def test_each_span_of_the_run_says_what_ran_by_keyboard_and_pointer(opened):
    readout = "document.querySelector('.chart .readout').textContent"
    assert "the program's peak" in opened.run(readout)
    opened.run("document.getElementById('watts').focus()")
    opened.press("Home")
    slider = "document.activeElement.getAttribute('aria-valuetext')"
    assert opened.run(slider) == "0.00 to 0.51 s; machine 20.2 W, program 4.00 W; 12.0 W monthly_report shop.py:35"
    opened.press("ArrowRight")
    assert "3.50 W wait_for_export shop.py:85" in opened.run(readout)
    assert opened.run("document.activeElement.getAttribute('aria-valuenow')") == "2"
    opened.click("#power svg.lanes")
    assert opened.run(readout).startswith("6.15 to 6.66 s"), "the pointer is half way, and both pictures show one span"


def test_a_link_to_a_line_opens_what_hides_it(browser, page, opened):
    seen = "document.getElementById('shop.py:55').checkVisibility()"
    assert not opened.run(seen), "nothing ran there, so it is folded away"
    browser.open(page, fragment="#shop.py:55")
    assert browser.run(seen)
    assert 0 < browser.run("document.getElementById('shop.py:55').getBoundingClientRect().y") < 900
    rule = "document.querySelector('#rule-2 .page').checkVisibility()"
    assert not browser.run(rule)
    browser.click(".short a[href='#rule-2']")
    browser.run("new Promise(done => setTimeout(done, 50))")
    assert browser.run(rule)


def test_the_short_list_says_what_is_wrong_and_paper_has_each_diff_once(browser, page, profiled):
    messages = {finding.message for finding in profiled.findings}
    for width in (380, 1180):
        opened = browser.open(page, width=width)
        assert opened.run("document.querySelector('.short .message').textContent") in messages
        assert opened.run("document.querySelector('.short .message').checkVisibility()")
    browser.send("Emulation.setEmulatedMedia", media="print")
    try:
        assert browser.run("document.querySelector('.short .message').checkVisibility()")
        shown = browser.run("[...document.querySelectorAll('.short details.fix, .note details.fix')].length")
        assert shown and not browser.run(
            "[...document.querySelectorAll('.short details.fix, .note details.fix')].some(fix => fix.checkVisibility())"
        )
        assert browser.run("document.querySelector('.findings details.fix[open]').checkVisibility()")
    finally:
        browser.send("Emulation.setEmulatedMedia", media="")


def test_paper_has_the_beginning_of_long_tables_and_nothing_runs_off_it(browser, profiled):
    long = replace(
        profiled,
        functions=tuple(replace(profiled.functions[0], function=f"f{number}" * 30) for number in range(40)),
        queries=tuple(replace(profiled.queries[0], shape=f"SELECT {number} {'x, ' * 90}") for number in range(30)),
        hotspots=tuple(replace(profiled.hotspots[0], line=number) for number in range(1, 40)),
    )
    rows = "[...document.querySelectorAll('{} tbody tr')].filter(row => row.checkVisibility()).length"
    told = "[...document.querySelectorAll('.printed')].filter(one => one.checkVisibility())"
    notes = f"{told}.map(one => one.textContent)"
    opened = browser.open(html.render(long), width=700)  # as wide as the text of a sheet of A4
    assert opened.run(notes) == []
    browser.send("Emulation.setEmulatedMedia", media="print")
    try:
        for table in (".functions", ".queries", ".hot"):
            assert opened.run(rows.format(table)) == 15, table
        assert opened.run(notes) == [
            f"On paper the first 15 of {number}; the page has the others." for number in (39, 30, 40)
        ]
        wide = "[...document.querySelectorAll('main table, main figure')].map(one => one.scrollWidth - innerWidth)"
        assert max(opened.run(wide)) <= 0
    finally:
        browser.send("Emulation.setEmulatedMedia", media="")


@pytest.mark.parametrize("width", [320, 380, 768, 1180])
def test_nothing_runs_off_the_side(browser, page, width):
    browser.open(page, width=width)
    assert browser.run("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_without_its_script_the_page_still_shows_everything(browser, page):
    bare = browser.open(page.replace("script-src &#39;sha256-", "script-src &#39;sha256-A"))
    assert bare.run("document.documentElement.className") == ""
    assert len(rows(bare, ".calltree")) == 10
    assert bare.run("document.getElementById('shop.py:55').checkVisibility()")
    assert bare.run("document.querySelector('#watts .span title').textContent").startswith("0.00 to 0.51 s")
    assert bare.run("[...document.querySelectorAll('button')].every(button => !button.checkVisibility())")


FINDINGS = "[...document.querySelectorAll('ol.findings > li')].filter(li => li.checkVisibility()).map(li => li.id)"


def test_findings_are_found_sorted_and_copied(opened):
    assert opened.run(FINDINGS) == ["finding-1", "finding-2", "finding-3", "finding-4"]
    opened.run("document.getElementById('findings-filter').focus()")
    opened.press(*"json.dumps")
    assert opened.run(FINDINGS) == ["finding-3"]
    opened.run("document.getElementById('findings-copy').click(); new Promise(done => setTimeout(done, 50))")
    assert opened.run("document.querySelector('#findings [role=status]').textContent") == "1 finding copied"
    opened.run("document.querySelector('[href=\\'#finding-1\\']').click(); new Promise(done => setTimeout(done, 50))")
    assert "finding-1" in opened.run(FINDINGS), "a link to a finding that is filtered away shows it"

    def choose(selector, number):
        opened.run(
            f"(choice => {{ choice.selectedIndex = {number}; choice.dispatchEvent(new Event('change')); }})"
            f"(document.querySelector('{selector}'))"
        )

    choose("#findings-order", 2)
    assert opened.run(FINDINGS) == ["finding-1", "finding-2", "finding-3", "finding-4"]
    choose("#findings-order", 1)
    assert opened.run(FINDINGS)[0] == "finding-2", "the busy wait went round 2,904,113 times"
    choose("select[data-by=severity]", 2)
    assert opened.run(FINDINGS) == ["finding-4"], "the one that is information only"


def test_a_finding_as_markdown_keeps_code_in_its_fence(browser, reports):
    browser.open(html.render(reports["hostile"]))
    # Chromium without a window has no clipboard that could be read: what would be written is caught.
    caught = (
        "(async () => { let text; navigator.clipboard.writeText = async (given) => { text = given; };"
        " document.getElementById('findings-copy').click();"
        " await new Promise(done => setTimeout(done, 50)); return text; })()"
    )
    text = browser.run(caught)
    assert text.count("**") >= 4
    made = MarkdownIt("commonmark").render(text)
    assert "<pre>" in made and "alert(1)" in made
    assert not [tag for tag in ("<script", "<img", "<h1", "<h2", "<a ") if tag in made], "all of it is code"


def test_the_findings_can_be_walked_with_the_tab_key(opened):
    """From the top of the page, by Tab and Enter only, to a finding, its rule's page, and into the flame graph."""

    def focus():
        return opened.run(
            "(() => { const at = document.activeElement; return at.getAttribute('href') || at.id || at.tagName; })()"
        )

    is_marked = "getComputedStyle(document.activeElement).outlineStyle === 'solid'"
    opened.press("Tab")
    assert focus() == "#content", "the first is the link past the navigation"
    seen = []
    opened.press("Enter")
    for _ in range(40):
        opened.press("Tab")
        seen.append(focus())
        assert opened.run(is_marked), f"nothing shows that {seen[-1]} has the focus"
        if seen[-1] == "#rule-1":
            break
    assert "watts" in seen and "#finding-1" in seen and seen[-1] == "#rule-1"
    opened.press("Enter")
    opened.run("new Promise(done => setTimeout(done, 50))")
    assert opened.run("document.querySelector('#rule-1 .page').checkVisibility()")


@pytest.mark.parametrize(
    ("kind", "theme", "width", "rules"),
    [
        ("report", "light", 1180, EVERYTHING),
        ("report", "dark", 390, OTHER_THEME),
        ("comparison", "dark", 390, EVERYTHING),
        ("dutch", "light", 1180, EVERYTHING),
    ],
)
def test_axe_finds_nothing(violations, profiled, kind, theme, width, rules):
    with speaking("nl" if kind == "dutch" else "en"):
        page = html.render(profiled)
    if kind == "comparison":
        page = comparison_page.render(compare(profiled, cheaper(profiled)))
    assert violations(page, rules, theme=theme, width=width) == []


def test_what_the_script_says_is_in_the_language_of_the_page(browser, profiled):
    with speaking("nl"):
        browser.open(html.render(profiled))
    assert browser.problems == []
    assert browser.run("document.documentElement.lang") == "nl"
    assert " getoond" in browser.run("document.querySelector('#findings-tools [role=status]').textContent")
    browser.run("document.getElementById('lines-filter').focus()")
    browser.press(*"session.get")
    told = browser.run("document.querySelector('#lines [role=status]').textContent")
    assert "coderegels, hun eigen aandeel samen" in told
    assert "," in told.rpartition("samen ")[2]
    assert browser.run("document.querySelector('.readout .hint').textContent").startswith("Wijs een ander tijdvak aan")


def cheaper(report):
    spots = tuple(replace(spot, self_j=(spot.self_j or 0.0) / 2) for spot in report.hotspots[1:])
    return replace(report, hotspots=spots, energy=replace(report.energy, process_j=120.0, interval_j=(118.0, 122.0)))


def test_the_page_of_a_comparison_sorts_and_zooms(browser, profiled):
    browser.open(comparison_page.render(compare(profiled, cheaper(profiled))))
    assert browser.problems == []
    assert rows(browser, "#lines")[0] == "−105 J"
    browser.click("#lines th:nth-child(3) button")
    assert browser.run("document.querySelector('#lines tbody tr').cells[2].textContent") == "20.8 J"
    browser.run("document.querySelector('#tree g').focus()")
    browser.press("ArrowDown", "Enter")
    assert browser.run("document.activeElement.querySelector('svg').getAttribute('width')") == "100.000%"
    assert "before" in browser.run("document.querySelector('#detail span').textContent")


def test_on_a_phone_each_line_of_a_comparison_stands_above_its_amounts(browser, profiled):
    browser.open(comparison_page.render(compare(profiled, cheaper(profiled))), width=390)
    assert browser.run("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert browser.run(
        "[...document.querySelectorAll('#lines tbody tr')].filter(row => row.checkVisibility()).every(row => "
        "row.querySelector('th').getBoundingClientRect().bottom <= row.cells[0].getBoundingClientRect().top + 1 && "
        "[...row.cells].every(cell => cell.getBoundingClientRect().right <= innerWidth))"
    )
