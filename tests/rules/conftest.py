import textwrap

import pytest

from greenprof.lint import lint_source, load_rules

MARK = "# <-"


@pytest.fixture(scope="session")
def rules():
    return {rule.name: rule for rule in load_rules()}


@pytest.fixture
def assert_flagged(rules):
    """Lints code by one rule: findings (medium confidence and up) must stand on exactly the lines marked ``# <-``."""

    def check(name, code, imports=""):
        text = imports + textwrap.dedent(code)
        marked = [number for number, line in enumerate(text.split("\n"), 1) if line.rstrip().endswith(MARK)]
        found = [one for one in lint_source(text, "code.py", [rules[name]]) if one.confidence != "low"]
        assert sorted({one.line for one in found}) == marked, found

    return check
