"""Source with its joules in the margin: every line once, linked, with what stands on it."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st

from greenprof.model import Excerpt
from greenprof.reporters import html
from greenprof.reporters.html import paths, source


def row(page, anchor):
    """The row of one line of source."""
    return page[(start := page.index(f'<tr id="{anchor}"')) : page.index("</tr>", start)]


def below(page, anchor):
    """The row that follows it."""
    start = page.index("<tr", page.index("</tr>", page.index(f'<tr id="{anchor}"')))
    return page[start : page.index("</tr>", start)]


def test_a_line_has_its_joules_and_share_in_the_margin(page):
    hot = row(page, "shop.py:42")
    assert "105 J" in hot and "44 %" in hot and "session.get(Customer, order.customer_id)" in hot
    assert "147 J" in hot, "with what it called"
    cold = row(page, "shop.py:36")
    assert " J<" not in cold and "%" not in cold and "rows = []" in cold


def test_a_finding_stands_under_its_line_with_rule_message_and_fix(page):
    note = below(page, "shop.py:42")
    assert 'href="#rule-1"' in note and "query-in-loop" in note
    assert "one query for each order" in note
    assert "selectinload(Order.customer)" in note, "the fix"
    assert 'href="#finding-1"' in note
    assert "string-concat-in-loop" in below(page, "shop.py:71")


def test_tables_of_lines_and_findings_lead_to_the_line(page):
    for part in ('id="summary"', 'id="findings"', 'id="lines"', 'id="calls"'):
        section = page[page.index(part) :]
        assert 'href="#shop.py:42"' in section[: section.index("</section>")], part


def test_a_line_that_waited_says_so(page):
    waiting = row(page, "shop.py:93")
    assert "waited 1.10 s" in waiting and "15.5 J of it idle" in waiting
    assert 'class="idle"' in waiting, "its part of the bar looks different"
    assert "waited" not in row(page, "shop.py:88")


def test_joules_of_a_whole_loop_are_shown_as_a_range_and_the_reason_is_told(page, shop):
    first, inside, last, after = (row(page, f"shop.py:{line}") for line in (40, 41, 43, 44))
    assert "loop-first" in first and "lines 40 to 43 together" in first
    assert "loop-inside" in inside and "loop-last" in last and "loop" not in after
    assert "Stacks were taken inside the program" in page
    assert "shop.py:40–43" in page, "in the table of lines"
    exact = html.render(replace(shop, excerpts=(Excerpt(path="shop.py", start=42, lines=("x",)),)))
    assert "Stacks were taken inside the program" not in exact


def test_a_report_without_source_has_no_section_for_it(shop):
    old = html.render(shop)
    assert 'id="source"' not in old and 'href="#source"' not in old
    assert 'href="#shop.py:42"' not in old
    lines = old[old.index('id="lines"') : old.index('id="functions"')]
    assert 'id="power"' not in old and "With calls" not in lines and "±" not in lines


def test_joules_unknown_leave_cpu_time_in_the_margin(reports, profiled):
    page = html.render(replace(reports["unknown"], excerpts=profiled.excerpts))
    assert "4.70 s" in row(page, "shop.py:42")
    assert "unknown" not in row(page, "shop.py:42")


def test_overlapping_pieces_show_a_line_once(shop):
    twice = (
        Excerpt(path="a.py", start=3, lines=("c", "d")),
        Excerpt(path="a.py", start=1, lines=("a", "b", "c", "d", "e")),
    )
    (file,) = source.files(replace(shop, excerpts=twice))
    assert [(line.number, line.text) for piece in file.pieces for line in piece.lines] == list(enumerate("abcde", 1))


def test_so_many_lines_are_shown_and_no_more(shop):
    long = Excerpt(path="a.py", start=1, lines=("x = 1",) * (2 * source.MOST_LINES))
    (file,) = source.files(replace(shop, excerpts=(long,)))
    assert sum(len(piece.lines) for piece in file.pieces) == source.MOST_LINES


@given(lines=st.sets(st.integers(1, 300), max_size=12), length=st.integers(1, 300))
def test_what_is_folded_away_is_long_and_cold(shop, lines, length):
    spots = tuple(replace(shop.hotspots[1], path="a.py", line=line, findings=()) for line in lines)
    report = replace(
        shop, hotspots=spots, findings=(), excerpts=(Excerpt(path="a.py", start=1, lines=("pass",) * length),)
    )
    (file,) = source.files(report)
    assert [line.number for piece in file.pieces for line in piece.lines] == list(range(1, length + 1))
    for piece in file.pieces:
        numbers = {line.number for line in piece.lines}
        if piece.cold:
            assert len(numbers) >= source.SHORTEST_CUT
            near = {number + step for number in numbers for step in range(-source.AROUND, source.AROUND + 1)}
            assert not near & lines & set(range(1, length + 1))
    shown = {line.number for piece in file.pieces if not piece.cold for line in piece.lines}
    assert lines & set(range(1, length + 1)) <= shown


@given(first=st.text(max_size=30), second=st.text(max_size=30), line=st.integers(1, 9), other=st.integers(1, 99))
def test_an_anchor_stands_for_one_line_of_one_file(first, second, line, other):
    assert (source.anchor(first, line) == source.anchor(second, other)) == ((first, line) == (second, other))
    name = source.anchor(first, line)
    assert unquote(name) == f"{first}:{line}"
    assert name.isascii() and name.isprintable() and not set(name) & set(' "<>`#')


def test_an_anchor_reads_like_the_place():
    assert source.anchor("app.py", 42) == "app.py:42"
    assert source.anchor("my app/été.py", 1) == "my%20app/%C3%A9t%C3%A9.py:1"
    assert source.anchor("\udcff.py", 1).isascii()


def test_a_path_is_cut_to_what_no_other_path_ends_in():
    short = paths.shortest(["/srv/a/models.py", "/srv/b/models.py", "/srv/a/app.py", "<string>", "x.py"])
    assert short == {
        "/srv/a/models.py": "a/models.py",
        "/srv/b/models.py": "b/models.py",
        "/srv/a/app.py": "app.py",
        "<string>": "<string>",
        "x.py": "x.py",
    }
    assert paths.library("/usr/lib/python3.12/json/decoder.py") == "json/decoder.py"
    assert paths.library("/x/venv/lib/python3.12/site-packages/flask/app.py") == "flask/app.py"
    assert paths.library("src/app.py") == "src/app.py"


names = st.lists(st.text(alphabet="ab/", min_size=1, max_size=8), max_size=8, unique=True)


@given(found=names)
def test_no_two_paths_are_cut_to_the_same(found):
    short = paths.shortest(found)
    assert set(short) == set(found)
    assert len(set(short.values())) == len(found)
    assert all(path.endswith(end) for path, end in short.items())


def test_lines_that_the_report_does_not_have_are_counted(page):
    assert "5 lines not in this report" in page, "between 44 and 50"
    assert "34 lines not in this report" in page, "before the first"
    assert page.count("not in this report") == 3
