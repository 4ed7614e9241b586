"""A comparison of two commits in words, in English and in Dutch; JSON has no language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from greenprof.ab.outcome import Outcome, Result, Stand
from greenprof.ab.show import message, render
from greenprof.i18n import speaking

DEARER = Outcome(
    node="tests/test_a.py::test_a", said="dearer", limit=0.05, base_s=0.001234, head_s=0.0016, ratio=1.3,
    interval=(1.25, 1.35), p_value=0.0001, pairs=1234, breach=True,
    notes=("the file of the test has changed too: each side runs its own",),
)  # fmt: skip
UNSURE = replace(
    DEARER, node="b", said="inconclusive", ratio=1.01, interval=(0.9, 1.1), smallest_detectable=0.123, breach=False,
    notes=(),
)  # fmt: skip
NEW = Outcome(node="c", said="new", limit=0.05, reason="not in the base")
RESULT = Result(
    base=Stand(name="main", sha="0" * 40, how="the merge base with main", python="3.12", code=("src/a",), modules=2),
    head=Stand(
        name="working tree", sha=None, how="", python="3.12", code=("src/a",), modules=1,
        notes=("the working tree, with 2 changed files",),
    ),
    command=("pytest",), outcomes=(DEARER, UNSURE, NEW), strict=False, host="f",
)  # fmt: skip
ENGLISH = (
    "1 regression; 3 tests: 1 dearer, 1 inconclusive, 1 new", "1.23 ms", "+30.0 %", "+25.0 % to +35.0 %",
    "REGRESSION: may grow by 5%", "inconclusive: less than 12 % cannot be told", "base: main = 0000000000",
    "the merge base with main", "(2 modules)", "the working tree, with 2 changed files", "each side runs its own",
)  # fmt: skip
DUTCH = (
    "1 regressie; 3 tests: 1 duurder, 1 niet te zeggen, 1 nieuw", "1,23 ms", "+30,0%", "+25,0% tot +35,0%",
    "REGRESSIE: mag 5% groeien", "niet te zeggen: minder dan 12% is niet te zien", "basis: main = 0000000000",
    "de gemeenschappelijke voorganger met main", "(2 modules)", "de werkmap, met 2 gewijzigde bestanden",
    "elke kant draait het eigen",
)  # fmt: skip


@pytest.mark.parametrize(("language", "words"), [("en", ENGLISH), ("nl", DUTCH)])
@pytest.mark.parametrize("format_", ["text", "markdown"])
def test_a_comparison_is_told_in_words(language, words, format_):
    with speaking(language):
        told = render(format_, RESULT)
    assert [one for one in words if one not in told] == []


def test_a_failing_test_says_why_in_either_language():
    assert message(DEARER) == (
        "+30.0 % CPU time (+25.0 % to +35.0 % at 95 %) beside the base: 1.23 ms -> 1.6 ms, over 1234 pairs; "
        "it may grow by 5%"
    )
    with speaking("nl"):
        assert message(replace(DEARER, base_s=None, head_s=None, base_j=0.5, head_j=2.0)) == (
            "+30,0% joule (+25,0% tot +35,0% op 95%) naast de basis: 500 mJ -> 2 J, over 1234 paren; het mag 5% groeien"
        )


def test_json_has_no_language():
    english = render("json", RESULT)
    with speaking("nl"):
        assert render("json", RESULT) == english
