"""Advice that is no rule: both forms of each do the same, and the page tells of all of it."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "folklore.md").read_text(encoding="utf-8")


@pytest.fixture
def folklore(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    import folklore

    yield folklore
    del sys.modules["folklore"]


def test_both_forms_give_the_same(folklore):
    for advice in folklore.ADVICE:
        assert advice.usual() == advice.advised(), advice.text


def test_the_page_has_a_figure_for_each(folklore):
    for advice in folklore.ADVICE:
        assert f"| {advice.text} | " in PAGE
