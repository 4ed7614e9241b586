"""Reports in another language: nothing stays English but what a program, a rule or a meter wrote."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest

from greenprof import i18n, reporters
from greenprof.compare import compare
from greenprof.reporters import _numbers as numbers
from greenprof.reporters import _rule_words as rule_words
from greenprof.reporters import html, text
from greenprof.reporters._comparison import render as render_comparison
from greenprof.wire import dumps, report_to_json

SPOKEN = ("text", "markdown", "html", "github")
ATTRIBUTES = ("aria-label", "title", "placeholder", "alt")
MARKED = re.compile(r"⟦[^⟦⟧]*⟧")
WORD = re.compile(r"[A-Za-z]{3,}")
# Units, names of things, and words that formats ask for.
UNITS = "kWh mWh CO PUE WUE SCI ISO IEC UTC min"
FORMATS = "html notice warning error title file line col endLine details summary diff python greenprof"
NO_LANGUAGE = {*UNITS.split(), *FORMATS.split()}


class Bracketed:
    """A catalogue in which every message stands in brackets of its own, so that what has none is not marked."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, one: str, many: str, number: int) -> str:
        return f"⟦{one if number == 1 else many}⟧"


class Words(HTMLParser):
    """The text of a page and of the attributes that are read aloud, without code and what says that it is English."""

    def __init__(self) -> None:
        super().__init__()
        self.stack, self.texts = [], []

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag not in ("meta", "link", "input", "br", "hr", "img", "wbr", "line", "rect", "path", "ellipse"):
            self.stack.append((tag, given.get("lang") == "en" or tag in ("code", "pre", "script", "style", "tspan")))
        self.texts += [given[name] for name in ATTRIBUTES if given.get(name)]

    def handle_startendtag(self, tag, attributes):
        self.texts += [value for name, value in attributes if name in ATTRIBUTES and value]

    def handle_endtag(self, tag):
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if not any(hidden for _, hidden in self.stack):
            self.texts.append(data)


@pytest.fixture
def bracketed(monkeypatch):
    monkeypatch.setattr(i18n, "_catalogue", lambda language: Bracketed())
    known = rule_words._words

    def words(rule: str, language: str) -> rule_words.RuleWords | None:
        if (own := known(rule, language)) is None:
            return None
        messages = tuple((english, f"⟦{english}⟧") for english, _ in own.messages)
        return replace(own, title=f"⟦{rule}⟧", explanation="⟦What it finds.⟧", messages=messages)

    monkeypatch.setattr(rule_words, "_words", words)
    with i18n.speaking("nl"):
        yield


def bare(text: str, report_words: set[str]) -> set[str]:
    """Words outside of brackets that the report itself does not hold."""
    before = ""
    while before != text:
        before, text = text, MARKED.sub(" ", text)
    found = set(WORD.findall(text)) - NO_LANGUAGE
    return {
        word for word in found if not any(known.startswith(word.lower()) for known in report_words)
    }  # some are cut short


def ordinary(reports):
    """Without the hostile one: where its names are cut short, brackets are too."""
    return [report for name, report in reports.items() if name != "hostile"]


def words_in(*reports) -> set[str]:
    return set(WORD.findall(" ".join(dumps(report_to_json(report)) for report in reports).lower()))


@pytest.mark.parametrize("name", ["text", "markdown", "github", "html"])
def test_nothing_unmarked_is_shown(reports, profiled, bracketed, name):
    for report in (*ordinary(reports), profiled):
        # Wide enough that nothing is cut short, brackets least of all.
        shown = text.render(report, width=1000) if name == "text" else reporters.render(name, report)
        if name == "html":
            parser = Words()
            parser.feed(shown)
            shown = "\n".join(parser.texts)
        shown = re.sub(r"`+[^`]*`+|<code>.*?</code>", " ", shown)
        assert bare(shown, words_in(report)) == set()


@pytest.mark.parametrize("name", ["text", "markdown", "html"])
def test_nothing_unmarked_is_shown_of_a_comparison(reports, profiled, bracketed, name):
    for before, after in ((reports["shop"], profiled), (reports["estimated"], reports["unknown"])):
        shown = render_comparison(name, compare(before, after, force=True))
        if name == "html":
            parser = Words()
            parser.feed(shown)
            shown = "\n".join(parser.texts)
        shown = re.sub(r"`+[^`]*`+|<code>.*?</code>", " ", shown)
        assert bare(shown, words_in(before, after)) == set()


def test_the_search_itself_sees_what_is_not_marked():
    parser = Words()
    parser.feed('<p aria-label="Table">⟦The sum⟧ English<code>code</code><br> <b lang="en">Fix</b></p>')
    assert bare(" ".join(parser.texts), set()) == {"Table", "English"}


def test_a_page_says_its_language_and_so_does_what_is_english_in_it(profiled):
    assert '<html lang="en">' in html.render(profiled)
    with i18n.speaking("nl"):
        page = html.render(profiled)
    assert '<html lang="nl">' in page
    assert "Het programma verbruikte" in page
    assert 'lang="en"' in page


def test_no_number_of_a_dutch_page_has_an_english_sign(profiled, reports):
    for report in (profiled, reports["shop"], reports["estimated"]):
        parser = Words()
        with i18n.speaking("nl"):
            parser.feed(html.render(report))
        text = "\n".join(parser.texts)
        assert re.findall(r"±\d+\.\d\b|\d+\.\d{1,2}(?= ?(?:%|[mkµ]?[JWsg]\b))", text) == []


def test_formats_for_programs_are_the_same_in_every_language(reports, profiled):
    for report in (*reports.values(), profiled):
        for name in reporters.formats():
            english = reporters.render(name, report)
            with i18n.speaking("nl"):
                dutch = reporters.render(name, report)
            assert (dutch == english) is (name not in SPOKEN), name


def test_a_comparison_as_json_is_the_same_in_every_language(reports, profiled):
    comparison = compare(reports["shop"], profiled, force=True)
    english = render_comparison("json", comparison)
    with i18n.speaking("nl"):
        assert render_comparison("json", comparison) == english
    json.loads(english)


def test_numbers_and_days_are_written_as_the_language_has_them():
    measured = numbers.Precision(digits=4, about=False)
    estimated = numbers.Precision(digits=2, about=True)
    told = lambda: (  # noqa: E731
        numbers.energy(1234.5, measured, 0), numbers.energy(0.42, estimated), numbers.share(0.0421, 1.0),
        numbers.energy_interval((59.4, 60.6), measured), numbers.count(1_234_567), numbers.duration(7440),
        numbers.cpu_time(1234.5), numbers.uncertainty(0.0035), numbers.electricity(29_463_803, measured),
        numbers.energy(None, measured), numbers.margin(0.012), i18n.day(date(2026, 11, 29)),
        i18n.short_day(date(2026, 3, 1)),
    )  # fmt: skip
    assert told() == (
        "1,234 J", "about 420 mJ", "4.2 %", "59.40 to 60.60 J", "1,234,567", "2 h 4 min", "1,234.50 s", "±0.35 %",
        "29,460,000 kWh", "unknown", "±1.2", "29 November 2026", "2026-03-01",
    )  # fmt: skip
    with i18n.speaking("nl"):
        assert told() == (
            "1.234 J", "ongeveer 420 mJ", "4,2%", "59,40 tot 60,60 J", "1.234.567", "2 u 4 min", "1.234,50 s", "±0,35%",
            "29.460.000 kWh", "onbekend", "±1,2", "29 november 2026", "01-03-2026",
        )  # fmt: skip
    assert i18n.language() == "en"


def test_a_value_with_braces_or_tags_goes_in_as_it_is(profiled):
    assert i18n._("The program ended with {end}.", end="{name} {end}") == "The program ended with {name} {end}."
    with i18n.speaking("nl"):
        assert i18n._("The program ended with {end}.", end="{x}") == "Het programma eindigde met {x}."
        page = html.render(profiled)
    assert "<em>niet geplaatst</em>" in page
