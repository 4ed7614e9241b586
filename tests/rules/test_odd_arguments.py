"""No rule stumbles over calls that are written as nobody expects: every call of the examples, in other ways."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from greenprof.lint import lint_source, load_rules

ROOT = Path(__file__).parents[2]
RULES = [rule for rule in load_rules() if not (rule.is_about_projects or rule.is_about_manifests or rule.found_by_run)]
PROGRAMS = sorted([*ROOT.glob("rules/*/bad.py"), *ROOT.glob("tests/rules/variants/*.py")])


class Rewritten(ast.NodeTransformer):
    """Every call with other arguments, and every list without items."""

    def __init__(self, way):
        self.way = way

    def visit_Call(self, call):
        self.generic_visit(call)
        plain = [one.value if isinstance(one, ast.Starred) else one for one in call.args]
        match self.way:
            case "named":
                named = [ast.keyword(f"a{at}", one) for at, one in enumerate(plain)]
                call.args, call.keywords = [], [*named, *call.keywords]
            case "starred":
                call.args = [ast.Starred(one, ast.Load()) for one in plain]
                call.keywords = [ast.keyword(None, one.value) for one in call.keywords]
            case "none":
                call.args, call.keywords = [], []
        return call

    def visit_List(self, items):
        self.generic_visit(items)
        return ast.List([], items.ctx) if self.way == "none" else items


@pytest.mark.parametrize("way", ["named", "starred", "none"])
@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.parent.name + "/" + path.stem)
def test_calls_with_other_arguments(path, way):
    tree = Rewritten(way).visit(ast.parse(path.read_text(encoding="utf-8")))
    source = ast.unparse(ast.fix_missing_locations(tree))
    lint_source(source, str(path), RULES)


@pytest.mark.parametrize(
    "ask", ["list(table.all())", "if table.fetchall(): pass", "len(table.all())", "sum(table.all())"]
)
def test_rows_of_a_part_of_a_text(ask):
    source = f"import sqlite3\n\ndef f(text):\n    table, column = text.split('.')\n    {ask}\n"
    lint_source(source, "code.py", RULES)
