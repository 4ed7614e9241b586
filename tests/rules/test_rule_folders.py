"""Every rule folder keeps the promises that `rules/README.md` makes for it."""

import re
import runpy
import sys
from pathlib import Path

import pytest

from greenprof.lint import Rule, lint_paths, lint_source, load_rules
from greenprof.lint.fixing import fix_source
from greenprof.model import SEVERITIES
from greenprof.pipeline import profile_program

RULES = load_rules()
FOLDER = Path(__file__).parents[2] / "rules"
HEADINGS = (
    "What it finds",
    "Why it costs energy",
    "Example",
    "Use instead",
    "When not to follow it",
    "Measured saving",
    "References",
)
FIRST_RULES = {
    "busy-wait",
    "dataframe-iterrows",
    "insert-in-loop",
    "list-front-pop",
    "list-membership-in-loop",
    "query-in-loop",
    "regex-compile-in-loop",
    "request-in-loop",
    "string-concat-in-loop",
    "unbounded-fetch",
}


def folder_of(rule):
    return FOLDER / rule.name.replace("-", "_")


RULES_OF_THE_SOURCE = [rule for rule in RULES if not rule.found_by_run]
RULES_OF_A_RUN = [rule for rule in RULES if rule.found_by_run]
RULES_WITH_A_FIX = [rule for rule in RULES if type(rule).repair is not Rule.repair]

each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


def test_all_rules_are_found_and_every_folder_is_one():
    assert {rule.name for rule in RULES} >= FIRST_RULES
    assert {path.name for path in FOLDER.iterdir() if path.is_dir() and not path.name.startswith("__")} == {
        folder_of(rule).name for rule in RULES
    }


def expected_in(bad):
    return [
        (number, match[1])
        for number, line in enumerate(bad.read_text(encoding="utf-8").splitlines(), 1)
        if (match := re.search(r"# expect: ([\w-]+)$", line))
    ]


@pytest.mark.parametrize("rule", RULES_OF_THE_SOURCE, ids=lambda rule: rule.name)
def test_bad_is_flagged_on_exactly_the_marked_lines(rule):
    bad = folder_of(rule) / "bad.py"
    expected = expected_in(bad)
    assert (0, rule.name) < min(expected)
    assert {name for _, name in expected} == {rule.name}
    result = lint_paths([bad], select=["all"])
    assert [(one.line, one.rule) for one in result.findings] == expected
    assert result.errors == ()


@pytest.mark.parametrize("rule", RULES_OF_A_RUN, ids=lambda rule: rule.name)
def test_a_run_of_bad_is_flagged_on_exactly_the_marked_lines_and_one_of_good_is_clean(rule, tmp_path):
    for name in ("bad.py", "good.py"):
        text = (folder_of(rule) / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(f"{text}\n\nrun()\n", encoding="utf-8")
        report = profile_program([sys.executable, str(tmp_path / name)], meter="estimate")
        assert [(one.line, one.rule) for one in report.findings] == expected_in(tmp_path / name)


@each_rule
def test_good_is_clean_under_every_rule_at_any_confidence(rule):
    result = lint_paths([folder_of(rule) / "good.py"], select=["all"], min_confidence="low")
    assert (result.findings, result.errors, result.files) == ((), (), 1)


@each_rule
@pytest.mark.parametrize("n", [1, 2, 5, 37])
def test_good_gives_the_same_answer_as_bad(rule, n):
    bad, good = (runpy.run_path(str(folder_of(rule) / name))["run"] for name in ("bad.py", "good.py"))
    assert good(n) == bad(n)


@each_rule
def test_finding_says_what_is_wrong_and_what_to_do(rule):
    bad = folder_of(rule) / "bad.py"
    source = bad.read_text(encoding="utf-8")
    for one in lint_source(source, "bad.py", [rule]):
        assert one.group == rule.group
        assert one.severity in SEVERITIES
        assert one.message
        assert one.fix
        assert one.source == source.split("\n")[one.line - 1]
        assert 1 <= one.column <= len(one.source)
        assert one.end_line >= one.line


@each_rule
def test_page_has_its_headings_its_code_and_its_figure(rule):
    page = (folder_of(rule) / "README.md").read_text(encoding="utf-8")
    assert page.startswith(f"# {rule.name}\n")
    assert tuple(re.findall(r"^## (.*)$", page, re.MULTILINE)) == HEADINGS
    assert f"`{rule.group}`" in page
    assert f"`{rule.cost}`" in page
    for name in ("bad.py", "good.py"):
        assert f"```python\n{(folder_of(rule) / name).read_text(encoding='utf-8')}```" in page
    sections = dict(zip(HEADINGS, re.split(r"^## .*$", page, flags=re.MULTILINE)[1:], strict=True))
    assert all(len(text.split()) > 5 for text in sections.values())
    figure = re.search(
        r"\*\*([\d.e+]+) times\*\*.*?n = ([\d,]+).*?between ([\d.e+]+) and ([\d.e+]+)\..*?on CPython 3\.\d+\.\d+.*?"
        r"`python benchmarks/rules\.py ([\w-]+)`",
        sections["Measured saving"],
        re.DOTALL,
    )
    assert figure is not None
    ratio, low, high = float(figure[1]), float(figure[3]), float(figure[4])
    assert 1 < low <= ratio <= high, "a rule that is on by default saves something"
    size = re.search(r"def run\(n=([\d_]+)\)", page)
    assert size is not None
    assert int(size[1]) == int(figure[2].replace(",", ""))
    assert figure[5] == rule.name
    assert re.search(r"https://\S+", sections["References"])


each_rule_with_a_fix = pytest.mark.parametrize("rule", RULES_WITH_A_FIX, ids=lambda rule: rule.name)


def fixed_bad(rule):
    bad = folder_of(rule) / "bad.py"
    return fix_source(bad.read_text(encoding="utf-8"), str(bad), [rule], unsafe=True)


@each_rule_with_a_fix
def test_the_fixed_bad_is_clean_and_gives_the_same_answer(rule, tmp_path):
    fixed = fixed_bad(rule)
    assert fixed.applied
    assert fixed.left == ()
    path = tmp_path / "fixed.py"
    path.write_text(fixed.text, encoding="utf-8")
    bad, good = (runpy.run_path(str(name))["run"] for name in (folder_of(rule) / "bad.py", path))
    for n in (1, 2, 5, 37):
        assert good(n) == bad(n)


@each_rule
def test_page_says_whether_there_is_a_fix_and_whether_it_is_safe(rule):
    page = (folder_of(rule) / "README.md").read_text(encoding="utf-8")
    words = re.search(r"^Fix: (.*?)\n\n", page, re.MULTILINE | re.DOTALL)
    assert (words is not None) == (rule in RULES_WITH_A_FIX)
    if words is not None:
        said = set(re.findall(r"\b(?:un)?safe\b", words[1]))
        offered = {"safe" if one.fix_is_safe else "unsafe" for one in fixed_bad(rule).applied}
        assert offered <= said


def test_many_rules_have_a_fix():
    assert len(RULES_WITH_A_FIX) >= 18
