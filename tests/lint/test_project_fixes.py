"""The edit of a finding over several files: told with its own file, and not promised of ``--fix``."""

import json
import shutil
from pathlib import Path

import pytest

BAD = Path(__file__).parents[2] / "rules" / "lazy_relation_in_loop" / "bad"


@pytest.fixture
def told(greenprof, tmp_path):
    shutil.copytree(BAD, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))

    def run(*options):
        return greenprof("lint", "--no-cache", "--select", "lazy-relation-in-loop", *options)

    return run


def test_fix_is_not_promised(told):
    text = told().out
    assert "lazy-relation-in-loop" in text and "fix: " in text
    assert "--fix" not in text
    counted = json.loads(told("--statistics", "-f", "json").out)
    assert [(one["safe_fixes"], one["unsafe_fixes"]) for one in counted] == [(0, 0)]


def test_fix_changes_nothing_and_keeps_the_finding(told, tmp_path):
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.py")}
    done = told("--fix", "--unsafe-fixes")
    assert done.code == 1 and "lazy-relation-in-loop" in done.out
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.py")} == before


def test_sarif_names_the_file_of_the_edit(told, tmp_path):
    (finding,) = json.loads(told("-f", "json").out)["findings"]
    (result,) = json.loads(told("-f", "sarif").out)["runs"][0]["results"]
    (change,) = result["fixes"][0]["artifactChanges"]
    assert finding["edit_path"] is not None and finding["edit_path"] != finding["path"]
    assert change["artifactLocation"]["uri"] == Path(finding["edit_path"]).as_posix()
    (replacement,) = change["replacements"]
    line = (tmp_path / finding["edit_path"]).read_text().split("\n")[replacement["deletedRegion"]["startLine"] - 1]
    assert line[: replacement["deletedRegion"]["startColumn"] - 1].strip()
