"""Some rules are never called sure: readers found too many of their surest findings not worth a change."""

import pytest

from greenprof.lint import Rule, Screen, lint_source, load_rules

MANY = "import paramiko\ndef f(rows, host):\n    for row in rows:\n        {}\n"


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("sum-of-lists", "def f(rows):\n    return sum([list(row.items) for row in rows], [])\n"),
        ("client-in-loop", MANY.format("c = paramiko.SSHClient(); c.connect(host); c.exec_command(row)")),
    ],
)
def test_what_readers_often_found_not_worth_a_change_is_likely(rule, code):
    rules = {one.name: one for one in load_rules()}
    assert [one.confidence for one in lint_source(code, "code.py", [rules[rule]])] == ["medium"]


def test_a_rule_says_it_in_the_words_that_there_are():
    with pytest.raises(TypeError, match="surest is one of"):

        class Certain(Rule):
            name, group, message, screen = "certain", "loops", "x", Screen(frozenset({"for"}))
            surest = "certain"

            def visit_For(self, node, here):
                return None
