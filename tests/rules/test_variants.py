"""Recall: variants of each antipattern that its rule's author did not write. See variants/README.md."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from greenprof.lint import lint_source

FOLDER = Path(__file__).with_name("variants")
FILES = sorted(FOLDER.glob("*.py"))
TITLE = re.compile(r"^# --- (variant|quiet): (.+)$", re.MULTILINE)
REASON = "# not found: "
FLOOR = 0.8


@dataclass(frozen=True)
class Variant:
    title: str
    quiet: bool
    code: str
    reason: str | None  # why it is known to be missed


def variants(file: Path) -> list[Variant]:
    _, *parts = TITLE.split(file.read_text(encoding="utf-8"))
    pieces = zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    return [Variant(title, kind == "quiet", code.strip() + "\n", reason_of(code)) for kind, title, code in pieces]


def reason_of(code: str) -> str | None:
    first = code.lstrip().partition("\n")[0]
    return first.removeprefix(REASON) if first.startswith(REASON) else None


def expected_lines(variant: Variant, name: str) -> list[int]:
    return [n for n, line in enumerate(variant.code.split("\n"), 1) if line.endswith(f"# expect: {name}")]


def found_lines(variant: Variant, rule, weigh: bool = False) -> list[int]:
    """Where the rule is sure of the antipattern; with `weigh`, what of it is shown by default."""
    found = lint_source(variant.code, "code.py", [rule], weigh=weigh)
    return sorted({one.line for one in found if one.confidence != "low"})


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_four_in_five_variants_are_found_and_no_near_miss(file, rules):
    name = file.stem.replace("_", "-")
    every = variants(file)
    bad = [one for one in every if not one.quiet]
    assert len(bad) >= 10
    assert len(every) - len(bad) >= 3

    lines = {one.title: found_lines(one, rules[name]) for one in every}
    missed = {one.title for one in bad if lines[one.title] != expected_lines(one, name)}
    alarms = {title: lines[title] for one in every if (title := one.title) and one.quiet and lines[title]}
    recall = 1 - len(missed) / len(bad)
    shown = sum(found_lines(one, rules[name], weigh=True) == expected_lines(one, name) for one in bad)
    print(f"{name}: {len(bad) - len(missed)} of {len(bad)} found, {shown} shown by default")

    assert not alarms
    assert missed == {one.title for one in bad if one.reason}, "variants that are missed and not marked, or the reverse"
    assert recall >= FLOOR
