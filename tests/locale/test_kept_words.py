"""What is kept in English and shown in Dutch: rules' pages and messages, notes and scopes, as the code writes them."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from greenprof import i18n
from greenprof.grades import CONFIDENCES, SEVERITIES
from greenprof.history import targets
from greenprof.lint.registry import load_rules
from greenprof.model import Finding
from greenprof.own_code import INSTALLED, OWN, STANDARD, OwnCode, Scope
from greenprof.reporters import _kept_words as kept
from greenprof.reporters import _rule_words as rule_words
from greenprof.reporters._kept_proofs import PROOFS

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(path.parent for path in (ROOT / "rules").glob("*/rule.py"))
# They speak for rules.
SHARED = [ROOT / "greenprof" / name for name in ("query_use.py", "llm/use.py", "lint/often.py", "lint/relations.py")]
PLACE = re.compile(r"\{\w+\}")


@cache
def written_in(path: Path) -> frozenset[str]:
    """Every text of some length in a file, as a pattern that has anything where a value is put in."""
    patterns = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        parts = node.values if isinstance(node, ast.JoinedStr) else [node]
        texts = [part.value if isinstance(part, ast.Constant) else None for part in parts]
        if all(text is None or isinstance(text, str) for text in texts) and len("".join(filter(None, texts))) > 4:
            patterns.add("".join(".*" if text is None else re.escape(text).replace(r"\{\}", ".*") for text in texts))
    return frozenset(patterns)


def is_written(sentence: str, paths: Sequence[Path]) -> bool:
    same = ".*".join(re.escape(part) for part in PLACE.split(sentence))
    if any(same in written_in(path) for path in paths):
        return True
    shown, start = PLACE.sub("x", sentence), re.escape(PLACE.split(sentence)[0][:12])
    likely = {one for path in paths for one in written_in(path) if one.startswith((start, ".*")) and len(one) > 20}
    return any(re.fullmatch(pattern, shown, re.DOTALL) for pattern in likely)


def test_the_code_still_writes_what_is_known():
    code = [
        path for path in (ROOT / "greenprof").rglob("*.py") if path.name not in ("_kept_words.py", "_kept_meters.py")
    ]
    # Put together of several texts.
    composed = {"{one}; and {other}", "RAPL readings of two servers at known load ({names})"}
    composed |= {"location-based", "market-based", "PUE {pue}, no overhead"}
    composed.add("PUE {pue}, average, {name}")
    composed |= {"this sends a query", "remove the comment", "name the root of a machine's files: {name}"}
    own = "on a machine of one's own: {command}"
    composed |= {own, f"{own}; in a container: {{other}}"}
    composed |= {f"{number} {what} ({{names}})" for number, what in (("1", "fix"), ("1", "finding"))}
    composed |= {f"{{number}} {what} ({{names}})" for what in ("fixes", "findings")}
    composed |= {one for one in PROOFS if one.startswith("{name} ")}  # the command's answer, or a file of it
    rows = ("rows of {model} are asked for here", "a {model}, from who knows where")
    composed |= {f"{one}, {how}" for one in rows for how in ("with {relations}", "without their relations")}
    composed.add("{domain} counted once: {zone} shows the same counter")  # of older recordings
    assert [one for one in kept.SENTENCES if one not in composed and not is_written(one, code)] == []


def test_every_grade_group_and_status_is_known():
    assert {*SEVERITIES, *CONFIDENCES} <= set(kept.GRADES)
    assert {rule.group for rule in load_rules()} <= set(kept.GROUPS)
    assert {targets.REACHED, targets.ON_COURSE, targets.OPEN, targets.BEHIND, targets.UNKNOWN} == set(kept.STATUSES)


def test_what_counts_as_own_code_is_told_in_dutch():
    said = [
        note
        for level in (OWN, INSTALLED, STANDARD)
        for scope in (Scope(), Scope(exclude=("vendor",)), Scope(include=("app.py",), exclude=("vendor",)))
        for note in OwnCode(level, scope).notes
    ]
    assert said
    with i18n.speaking("nl"):
        assert [note for note in said if isinstance(kept.told(note), kept.Foreign)] == []


def test_values_in_a_sentence_are_written_in_dutch_too():
    said = (
        "Target 'a': about 1.5 J by 2026-12-31, from 1,200 J on 2026-01-01; the straight line allows 3 J today. "
        "This run: about 1.2 J, on course"
    )
    assert kept.told(said) == said
    with i18n.speaking("nl"):
        assert kept.told(said) == (
            "Doel 'a': ongeveer 1,5 J op 31-12-2026, vanaf 1.200 J op 01-01-2026; "
            "de rechte lijn staat vandaag 3 J toe. Deze run: ongeveer 1,2 J, op koers"
        )
        unknown = kept.told("the fan was loud")
        assert unknown == "the fan was loud"
        assert isinstance(unknown, kept.Foreign)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_each_rule_has_a_dutch_page(folder):
    path = folder / "nl.md"
    assert path.is_file(), (
        f"{path.relative_to(ROOT)} is missing: a title, two to four sentences, and the messages in Dutch"
    )
    words = rule_words.parsed(path.read_text(encoding="utf-8"))
    assert words.title
    assert 2 <= len(re.findall(r"[.!?](?:\s|$)", words.explanation)) <= 6
    assert 100 <= len(words.explanation) <= 700
    for english, dutch in words.messages:
        kept.pattern_of(english)  # a name that stands there twice is an error
        assert sorted(PLACE.findall(english)) == sorted(PLACE.findall(dutch)), english
        assert is_written(english, [folder / "rule.py", *SHARED]), f"the rule does not say: {english}"


# Code in place of words, and words that a rule compares with, which nobody is shown.
NO_MESSAGES = {
    "await asyncio.sleep(…)", "x for x in x", "x for x in x if x", "looked up", "item deleted", "item stored",
    "is called", "nsmallest x", "nlargest x", "getattr(thing, name, default)",
    "x, default=None)",
}  # fmt: skip
_READ_BY_CODE = {"compile", "words", "Screen", "join"}
_WORDS = re.compile(r"(?<![\w.(])(?:[a-z]{2,},? [a-z]+|[a-z]+,? [a-z]{2,})(?![\w(])")


def _said(tree: ast.AST) -> set[str]:
    """Every text of words in a rule's code, but for docstrings and patterns, with ``x`` where a value is put in."""
    unsaid: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr | ast.JoinedStr):
            unsaid.update(id(one) for one in ast.iter_child_nodes(node))
        elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in _READ_BY_CODE:
            unsaid.update(id(one) for part in (*node.args, *node.keywords) for one in ast.walk(part))
    said = set()
    for node in ast.walk(tree):
        parts = node.values if isinstance(node, ast.JoinedStr) else [node]
        if id(node) in unsaid or not all(isinstance(one, ast.Constant | ast.FormattedValue) for one in parts):
            continue
        texts = [one.value if isinstance(one, ast.Constant) else "x" for one in parts]
        if all(isinstance(text, str) for text in texts):
            said.add("".join(texts).replace("{}", "x"))
    return {one for one in said if _WORDS.search(one) and "\\" not in one and "(?" not in one} - NO_MESSAGES


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_everything_that_a_rule_may_say_is_known_in_dutch(folder):
    said = _said(ast.parse((folder / "rule.py").read_text(encoding="utf-8")))
    with i18n.speaking("nl"):
        told = {one: rule_words.in_words(folder.name.replace("_", "-"), one) for one in said}
    assert [one for one, dutch in told.items() if isinstance(dutch, kept.Foreign)] == []


def test_what_is_put_into_a_message_is_told_in_dutch_too():
    said = "makes a new pool of connections for each call of this function, which is called in the loop of line 7"
    with i18n.speaking("nl"):
        assert rule_words.in_words("connection-per-call", said) == (
            "maakt een nieuwe pool van verbindingen bij elke aanroep van deze functie, "
            "die in de lus van regel 7 wordt aangeroepen"
        )
        assert rule_words.in_words(
            "lookup-rebuilt-in-loop", "sorted(items) is built anew in each round of this loop"
        ) == ("sorted(items) wordt in elke ronde van deze lus opnieuw gebouwd")


@pytest.mark.parametrize("rule", load_rules(), ids=lambda rule: rule.name)
def test_each_message_is_known_in_dutch(rule):
    finding = Finding(
        rule=rule.name, group=rule.group, path="a.py", line=1, column=1, end_line=1, message=rule.message,
        severity=rule.severity, confidence="high", cost=rule.cost,
    )  # fmt: skip
    assert rule_words.full_message(finding) == rule.message
    with i18n.speaking("nl"):
        said = rule_words.message(finding)
        assert not isinstance(said, kept.Foreign)
        assert said != rule.message
        if rule.fix and " " in re.sub(r"[\w.]+\([^)]*\)", "", rule.fix).strip():
            assert rule_words.in_words(rule.name, rule.fix) != rule.fix or "; " not in rule.fix


def test_a_message_that_is_not_known_stands_behind_the_title():
    finding = Finding(
        rule="query-in-loop", group="database", path="a.py", line=1, column=1, end_line=1, message="something new",
        severity="warning", confidence="high", cost="query",
    )  # fmt: skip
    with i18n.speaking("nl"):
        assert rule_words.full_message(finding) == "Query in een lus: something new"
