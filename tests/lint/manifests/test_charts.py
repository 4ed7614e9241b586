"""Twenty manifests as charts are rendered, each finding judged by hand: `charts/judged.toml`."""

import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from greenprof.lint import lint_paths, load_rules
from greenprof.lint.fixing import fix_source

CHARTS = sorted((Path(__file__).parent / "charts").glob("*.yaml"))
JUDGED = tomllib.loads((Path(__file__).parent / "charts" / "judged.toml").read_text(encoding="utf-8"))["finding"]


def test_there_are_twenty_with_several_objects_each():
    assert len(CHARTS) == 20
    assert sum(path.read_text(encoding="utf-8").count("\nkind: ") for path in CHARTS) >= 2 * len(CHARTS)


@pytest.mark.parametrize("path", CHARTS, ids=lambda path: path.stem)
def test_what_is_found_is_what_was_judged(path):
    judged = [(one["line"], one["rule"]) for one in JUDGED if one["file"] == path.name and one["verdict"] != "missed"]
    result = lint_paths([path])
    assert result.errors == ()
    assert sorted((one.line, one.rule) for one in result.findings) == sorted(judged)


def test_most_are_right_and_none_is_wrong():
    verdicts = Counter(one["verdict"] for one in JUDGED)
    found = verdicts["right"] + verdicts["arguable"] + verdicts["wrong"]
    assert verdicts["wrong"] == 0
    assert verdicts["right"] / found >= 0.85, verdicts
    assert verdicts["missed"] <= 0.1 * found


@pytest.mark.parametrize("path", CHARTS, ids=lambda path: path.stem)
def test_fixes_change_their_lines_and_keep_comments_and_order(path):
    text = path.read_text(encoding="utf-8").replace("\nspec:\n", "\n# kept\nspec:  # kept too\n")
    rules = [rule for rule in load_rules() if rule.is_about_manifests]
    fixed = fix_source(text, path.name, rules, unsafe=True)
    old, new = text.splitlines(), fixed.text.splitlines()
    changed = [line for line in old if line not in new]
    assert len(changed) <= len(fixed.applied)
    assert [line for line in new if "#" in line] == [line for line in old if "#" in line]
    kept = iter(new)
    assert all(line in kept for line in old if line not in changed), "the order is another one"
    assert fix_source(fixed.text, path.name, rules, unsafe=True).text == fixed.text
    for before, after in zip(_documents(text), _documents(fixed.text), strict=True):
        assert _keys(before) <= _keys(after) | {"JAVA_OPTS"}


def _documents(text):
    return [one for one in YAML(typ="safe").load_all(text) if one is not None]


def _keys(value):
    if isinstance(value, dict):
        return {*map(str, value), *(each for one in value.values() for each in _keys(one))}
    return {each for one in value for each in _keys(one)} if isinstance(value, list) else set()


def test_all_of_them_rendered_to_standard_input_at_once(tmp_path):
    stream = "".join(path.read_text(encoding="utf-8") for path in CHARTS[:17])
    command = [sys.executable, "-m", "greenprof", "lint", "--statistics", "-"]
    done = subprocess.run(command, input=stream, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == ""
    assert "requests-missing" in done.stdout
