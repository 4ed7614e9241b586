"""A proof in words: what is said for one and for several fixes, in English and in Dutch; JSON has no language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from greenprof.i18n import speaking
from greenprof.prove.nouns import Asked, Candidate, Proof, Saving, Trial
from greenprof.prove.show import render

SAVING = Saving(
    unit="s", before=1.92, after=0.56, ratio=0.29, low=0.27, high=0.32, verdict="less", pairs=12, confidence=0.99,
    before_j=21.0, after_j=6.1, meter="estimate",
)  # fmt: skip
LIST = Candidate(key="a", rule="membership-in-copy", path="app.py", line=4, message="copies the keys", is_safe=False)
WORSE = replace(SAVING, ratio=1.01, low=0.99, high=1.03, verdict="inconclusive", detectable=0.021)
PROOF = Proof(
    asked=Asked(here=".", paths=(".",), command=("python", "app.py"), tests=("pytest -q",)),
    trials=(
        Trial(candidate=LIST, verdict="kept", saving=SAVING, patch="x"),
        Trial(candidate=replace(LIST, key="b", rule="busy-wait"), verdict="inconclusive", saving=WORSE),
        Trial(candidate=replace(LIST, rule=None), verdict="test broke", detail="exit code 1: 1 failed"),
    ),
    patch="--- a\n+++ b\n",
    together=SAVING,
    left=("2 fixes (busy-wait app.py:1, busy-wait app.py:2) are on lines that the run was not seen on",),
    notes=("goes on after 1 of 3 fixes",),
)
ENGLISH = (
    "1 of 3 fixes is kept: together it saves 71 % (68 to 73 %) of the CPU time", "1.92 s (about 21 J) before",
    "a change of 2.1 % would have shown", "an unsafe fix", "test broke", "exit code 1: 1 failed",
    "Kept is a fix with which the tests (pytest -q) pass; what the command prints stays the same, and its exit code; "
    "the saving is real at 99 %.", "Not tried: 2 fixes (busy-wait", "Note: goes on after 1 of 3 fixes.",
)  # fmt: skip
DUTCH = (
    "Van 3 oplossingen is er 1 behouden: dat scheelt 71% (68 tot 73%) van de CPU-tijd", "1,92 s (ongeveer 21 J) ervoor",
    "een verandering van 2,1% zou zichtbaar zijn geweest", "een onveilige oplossing", "test stuk",
    "exitcode 1: 1 failed", "de tests (pytest -q) slagen; wat het commando afdrukt gelijk blijft",
    "Niet geprobeerd: 2 oplossingen (busy-wait", "Opmerking: gaat verder na 1 van 3 oplossingen.",
)  # fmt: skip


@pytest.mark.parametrize(("language", "words"), [("en", ENGLISH), ("nl", DUTCH)])
@pytest.mark.parametrize("format_", ["text", "markdown"])
def test_a_proof_is_told_in_words(language, words, format_):
    with speaking(language):
        told = render(format_, PROOF, "kept.patch").replace("\\_", "_").replace("\\", "")
    assert [one for one in words if one not in told] == []


def test_nothing_kept_is_said_and_not_explained_away():
    none = replace(PROOF, trials=PROOF.trials[1:], together=None, patch="")
    assert "None of 2 fixes is kept." in render("text", none, "")
    assert "No fix was tried." in render("text", replace(none, trials=()), "")
    with speaking("nl"):
        assert "Van 2 oplossingen is er geen behouden." in render("text", none, "")
        assert render("markdown", none, "").startswith("## Geen oplossing die bewezen energie bespaart")


def test_json_has_no_language():
    english = render("json", PROOF, "kept.patch")
    with speaking("nl"):
        assert render("json", PROOF, "kept.patch") == english
