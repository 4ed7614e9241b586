"""A rule's cases as a table, for a test file to hold its rules to: it says ``CASES``, and imports these tests.

    from rule_cases import test_rule, test_tables_mark_what_they_claim

    CASES = {"rule-name": (FLAGGED, QUIET)}

FLAGGED and QUIET are code by a title, or the imports before it and the code; imports of all of them may stand first.
Lines to be flagged end in ``# <-``.
"""

from __future__ import annotations

import textwrap

import pytest

from greenprof.lint import lint_source

MARK = "# <-"

__all__ = ["test_rule", "test_tables_mark_what_they_claim"]


def parametrize(metafunc: pytest.Metafunc) -> None:
    """Give the tests below what the file that imports them says."""
    cases = getattr(metafunc.module, "CASES", {})
    if metafunc.function is test_rule:
        params = [
            pytest.param(rule, *_parts(case, *imports), id=f"{rule}: {what}: {title}")
            for rule, (*imports, flagged, quiet) in cases.items()
            for what, table in (("flagged", flagged), ("quiet", quiet))
            for title, case in table.items()
        ]
        metafunc.parametrize(("rule", "imports", "code"), params)
    elif metafunc.function is test_tables_mark_what_they_claim:
        metafunc.parametrize(("flagged", "quiet"), [tables[-2:] for tables in cases.values()], ids=list(cases))


def _parts(case: str | tuple[str, str], imports: str = "") -> tuple[str, str]:
    return (imports, case) if isinstance(case, str) else case


def check_flagged(rule, code: str, imports: str = "") -> None:
    """What `rule` finds (medium confidence and up, unweighed) must stand on exactly the lines marked ``# <-``."""
    text = imports + textwrap.dedent(code)
    marked = [number for number, line in enumerate(text.split("\n"), 1) if line.rstrip().endswith(MARK)]
    found = [one for one in lint_source(text, "code.py", [rule], weigh=False) if one.confidence != "low"]
    assert sorted({one.line for one in found}) == marked, found


def test_rule(rule, imports, code, rules):
    check_flagged(rules[rule], code, imports)


def test_tables_mark_what_they_claim(flagged, quiet):
    assert all(MARK in _parts(case)[1] for case in flagged.values())
    assert not any(MARK in _parts(case)[1] for case in quiet.values())
    assert len(flagged) >= 3
    assert len(quiet) >= 3
