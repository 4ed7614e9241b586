"""Every rule folder keeps the promises that `rules/README.md` makes for it."""

import json
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from greenprof.lint import Rule, lint_paths, load_rules
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


def side(rule, name):
    """The file ``bad.py``, or the folder ``bad`` of a rule about several files."""
    file = folder_of(rule) / f"{name}.py"
    return file if file.exists() else folder_of(rule) / name


def files_of(rule, name):
    path = side(rule, name)
    return sorted(path.rglob("*.*")) if path.is_dir() else [path]


def answers(path, sizes=(1, 2, 5, 37)):
    """What a side of a rule gives for several sizes; a folder in a process of its own, for its modules' names."""
    if path.is_file():
        run = runpy.run_path(str(path))["run"]
        return [run(n) for n in sizes]
    program = (
        "import json, runpy, sys; sys.path.insert(0, sys.argv[1]); run = runpy.run_path('run.py')['run']; "
        "told, sys.stdout = sys.stdout, sys.stderr; "
        "print(json.dumps([repr(run(int(n))) for n in sys.argv[2:]]), file=told)"
    )
    command = [sys.executable, "-B", "-c", program, str(path), *map(str, sizes)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True, cwd=path).stdout)


RULES_WITH_A_FIX = [rule for rule in RULES if type(rule).repair is not Rule.repair and not rule.is_about_projects]

PROJECT_RULES_WITH_A_FIX = [rule for rule in RULES if rule.mends]

each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


def test_all_rules_are_found_and_every_folder_is_one():
    assert {rule.name for rule in RULES} >= FIRST_RULES
    assert {path.name for path in FOLDER.iterdir() if path.is_dir() and not path.name.startswith("__")} == {
        folder_of(rule).name for rule in RULES
    }


MARK = re.compile(r"(?:#|\{#) expect: ([\w-]+)(?: #\})?$")


def expected_in(file):
    lines = enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
    return [(number, match[1]) for number, line in lines if (match := MARK.search(line))]


@pytest.mark.parametrize("rule", RULES_OF_THE_SOURCE, ids=lambda rule: rule.name)
def test_bad_is_flagged_on_exactly_the_marked_lines(rule):
    expected = [(str(file), *one) for file in files_of(rule, "bad") for one in expected_in(file)]
    assert expected
    assert {name for *_, name in expected} == {rule.name}
    result = lint_paths([side(rule, "bad")], select=["all"])
    assert [(one.path, one.line, one.rule) for one in result.findings] == expected
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
    result = lint_paths([side(rule, "good")], select=["all"], min_confidence="low")
    assert (result.findings, result.errors) == ((), ())
    assert result.files > 0


@each_rule
def test_good_gives_the_same_answer_as_bad(rule):
    assert answers(side(rule, "good")) == answers(side(rule, "bad"))


@each_rule
def test_finding_says_what_is_wrong_and_what_to_do(rule):
    for one in lint_paths([side(rule, "bad")], select=[rule.name]).findings:
        source = Path(one.path).read_text(encoding="utf-8")
        assert one.group == rule.group
        assert one.severity in SEVERITIES
        assert one.message
        assert one.fix
        assert one.source == source.split("\n")[one.line - 1]
        assert 1 <= one.column <= len(one.source)
        assert one.end_line >= one.line


def shown_files(rule):
    """The two sides; of folders, the files that differ."""
    if side(rule, "bad").is_file():
        return [side(rule, "bad"), side(rule, "good")]
    bad, good = (
        {path.relative_to(side(rule, name)): path for path in files_of(rule, name)} for name in ("bad", "good")
    )
    assert set(bad) == set(good)
    return [
        path for name in bad for path in (bad[name], good[name]) if bad[name].read_bytes() != good[name].read_bytes()
    ]


@each_rule
def test_page_has_its_headings_its_code_and_its_figure(rule):
    page = (folder_of(rule) / "README.md").read_text(encoding="utf-8")
    assert page.startswith(f"# {rule.name}\n")
    assert tuple(re.findall(r"^## (.*)$", page, re.MULTILINE)) == HEADINGS
    assert f"`{rule.group}`" in page
    assert f"`{rule.cost}`" in page
    for path in shown_files(rule):
        language = {".py": "python", ".html": "html"}[path.suffix]
        assert f"```{language}\n{path.read_text(encoding='utf-8')}```" in page
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
    run = side(rule, "bad") / "run.py" if side(rule, "bad").is_dir() else side(rule, "bad")
    size = re.search(r"def run\(n=([\d_]+)\)", run.read_text(encoding="utf-8"))
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
    assert answers(path) == answers(folder_of(rule) / "bad.py")


@each_rule
def test_page_says_whether_there_is_a_fix_and_whether_it_is_safe(rule):
    page = (folder_of(rule) / "README.md").read_text(encoding="utf-8")
    words = re.search(r"^Fix: (.*?)\n\n", page, re.MULTILINE | re.DOTALL)
    assert (words is not None) == (rule in RULES_WITH_A_FIX or rule in PROJECT_RULES_WITH_A_FIX)
    if rule in RULES_WITH_A_FIX:
        said = set(re.findall(r"\b(?:un)?safe\b", words[1]))
        offered = {"safe" if one.fix_is_safe else "unsafe" for one in fixed_bad(rule).applied}
        assert offered <= said


def test_many_rules_have_a_fix():
    assert len(RULES_WITH_A_FIX) >= 18
