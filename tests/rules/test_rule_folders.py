"""Every rule folder keeps the promises that `rules/README.md` makes for it."""

import re
import sys
from pathlib import Path

import pytest

from greenprof.grades import SEVERITIES
from greenprof.lint import lint_paths, load_rules
from greenprof.lint.pages import reckoned_of
from greenprof.lint.pairs import why_not_here
from greenprof.lint.promises import broken_promises, marks_in
from greenprof.lint.rule import has_fix
from greenprof.lint.sides import program_of, side
from greenprof.pipeline import profile_program

RULES = load_rules()
FOLDER = Path(__file__).parents[2] / "rules"
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


MEASURED = [rule for rule in RULES if not rule.is_about_manifests]
RULES_OF_A_RUN = [rule for rule in RULES if rule.found_by_run]


each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


def test_all_rules_are_found_and_every_folder_is_one():
    assert {rule.name for rule in RULES} >= FIRST_RULES
    assert {path.name for path in FOLDER.iterdir() if path.is_dir() and not path.name.startswith("__")} == {
        folder_of(rule).name for rule in RULES
    }


@pytest.mark.parametrize("rule", RULES_OF_A_RUN, ids=lambda rule: rule.name)
def test_a_run_of_bad_is_flagged_on_exactly_the_marked_lines_and_one_of_good_is_clean(rule, tmp_path):
    if (reason := why_not_here(rule)) is not None:
        pytest.skip(reason)
    for name in ("bad.py", "good.py"):
        text = (folder_of(rule) / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(f"{text}\n\nrun()\n", encoding="utf-8")
        report = profile_program([sys.executable, str(tmp_path / name)], meter="estimate")
        assert [(one.line, one.rule) for one in report.findings] == marks_in(tmp_path / name)


@each_rule
def test_keeps_its_promises(rule):
    assert broken_promises(rule, folder_of(rule)) == []
    if (reason := why_not_here(rule)) is not None:
        pytest.skip(f"all but what its pair does when it runs: {reason}")


@each_rule
def test_finding_says_what_is_wrong_and_what_to_do(rule):
    for one in lint_paths([side(folder_of(rule), "bad")], select=[rule.name]).findings:
        source = Path(one.path).read_text(encoding="utf-8")
        assert one.group == rule.group
        assert one.severity in SEVERITIES
        assert one.message
        assert one.fix
        assert one.source == source.split("\n")[one.line - 1]
        assert 1 <= one.column <= len(one.source)
        assert one.end_line >= one.line


@pytest.mark.parametrize("rule", MEASURED, ids=lambda rule: rule.name)
def test_page_has_its_figure(rule):
    page = (folder_of(rule) / "README.md").read_text(encoding="utf-8")
    figure = re.search(
        r"\*\*([\d.e+]+) times\*\*.*?n = ([\d,]+).*?between ([\d.e+]+) and ([\d.e+]+)\..*?on CPython 3\.\d+\.\d+.*?"
        r"`python benchmarks/rules\.py ([\w-]+)`",
        page,
        re.DOTALL,
    )
    assert figure is not None
    ratio, low, high = float(figure[1]), float(figure[3]), float(figure[4])
    assert 1 < low <= ratio <= high, "a rule that is on by default saves something"
    run = program_of(side(folder_of(rule), "bad"))
    size = re.search(r"def run\(n=([\d_]+)\)", run.read_text(encoding="utf-8"))
    assert size is not None
    assert int(size[1]) == int(figure[2].replace(",", ""))
    assert figure[5] == rule.name
    assert re.search(r"https://\S+", page[page.index("## References") :])


@pytest.mark.parametrize("rule", [one for one in RULES if one.is_about_manifests], ids=lambda rule: rule.name)
def test_page_about_manifests_says_what_is_saved_and_how_that_is_known(rule):
    page = (folder_of(rule) / "README.md").read_text(encoding="utf-8")
    reckoned = reckoned_of(page)
    assert reckoned is not None
    assert re.search(r"\d", page[page.index("## Saving") : page.index("## References")]), "there is no figure"
    assert reckoned.basis.startswith(("by arithmetic", "published", "read"))
    assert " times the CPU time" not in page, "nothing was measured"
    assert re.search(r"https://\S+", page[page.index("## References") :])


def test_many_rules_have_a_fix():
    assert sum(map(has_fix, RULES)) >= 18
