"""Screening must hide nothing: the same findings when libcst reads everything for every rule."""

import ast
import sysconfig
from pathlib import Path

import pytest

from greenprof.lint import lint_source, load_rules
from greenprof.lint.pieces import all_pieces
from greenprof.lint.scope import Scope
from greenprof.lint.screening import pieces_for

RULES = [rule for rule in load_rules() if not (rule.is_about_projects or rule.is_about_manifests or rule.found_by_run)]
STANDARD_LIBRARY = Path(sysconfig.get_path("stdlib"))
OWN = Path(__file__).parents[2]
# Short modules, because without screening a line takes milliseconds: `benchmarks/lint_speed.py --screening` has whole
# packages.
FILES = [
    *(
        STANDARD_LIBRARY / name
        for name in (
            "cmd.py",
            "csv.py",
            "filecmp.py",
            "glob.py",
            "heapq.py",
            "json/encoder.py",
            "poplib.py",
            "shlex.py",
            "sqlite3/dump.py",
            "textwrap.py",
            "trace.py",
        )
    ),
    *sorted(OWN.glob("rules/*/*.py")),
    *sorted(OWN.glob("greenprof/lint/*.py")),
]


@pytest.mark.parametrize("path", [path for path in FILES if path.exists()], ids=lambda path: path.stem)
def test_same_findings_with_and_without_screening(path):
    source = path.read_text(encoding="utf-8")
    assert lint_source(source, str(path), RULES) == lint_source(source, str(path), RULES, screen=False)


def test_corpus_holds_findings_of_every_rule():
    found = {
        one.rule
        for path in FILES
        if path.exists()
        for one in lint_source(path.read_text(encoding="utf-8"), str(path), RULES)
    }
    assert found == {rule.name for rule in RULES}


def test_screening_gives_libcst_little():
    read = total = 0
    for path in FILES:
        if path.exists() and "rules" not in path.parts:
            source = path.read_text(encoding="utf-8")
            module = Scope(ast.parse(source))
            read += sum(len(piece.lines) for piece, _ in pieces_for(RULES, module))
            total += source.count("\n")
            assert {piece.scope.module for piece in all_pieces(module)} == {module}
    assert 0 < read < total / 10
