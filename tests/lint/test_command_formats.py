"""The formats of `greenprof lint`: each is what its readers expect."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from greenprof.lint import load_rules

BUSY = "while not done.is_set():\n    pass\n"
EXTREME = "def first(rows):\n    ys = [f(x) for x in rows]\n    return sorted(ys)[0]\n"
ODD = '''
from greenprof.lint import Hit, Rule, Screen

class Odd(Rule):
    """Says odd things."""
    name = group = "odd"
    message = "100 % wrong: a, b\\r\\nand <c> & \\"d\\" \\x00\\x1b]]>"
    severity = "error"
    fix = "write ünïcode 🐍 instead"
    screen = Screen(words=frozenset({"odd"}), loop=False)

    def visit_Call(self, node, here):
        return Hit(node) if here.method(node) == "odd" else None
'''
FORMATS = ("text", "concise", "json", "sarif", "github", "gitlab", "junit")


@pytest.fixture
def shown(greenprof, project):
    """What `greenprof lint -f FORMAT` says of a project with findings of all kinds and a file that is no Python."""

    def run(format_, *options):
        project({"pyproject.toml": '[tool.greenprof]\nrules = ["lint"]\n', "lint/odd/rule.py": ODD})
        project(
            {
                "app/a b,c:d.py": BUSY + BUSY + EXTREME,
                "app/odd.py": "odd('ünïcode')\n",
                "app/wrong.py": "x = 1\ndef f(:\n",
            }
        )
        done = greenprof("lint", "-f", format_, "app", *options)
        assert (done.code, done.err) == (2, "greenprof: app/wrong.py:2: invalid syntax\n")
        return done.out

    return run


def test_text(shown):
    assert shown("text").splitlines() == [
        "app/a b,c:d.py:1:7: busy-wait: this loop keeps a processor busy while it waits (idle × n)",
        "    while not done.is_set():",
        "    fix: block until it happens: Event.wait, Condition, Queue.get, join, select, or await",
        "app/a b,c:d.py:3:7: busy-wait: this loop keeps a processor busy while it waits (idle × n)",
        "    while not done.is_set():",
        "    fix: block until it happens: Event.wait, Condition, Queue.get, join, select, or await",
        "app/a b,c:d.py:7:12: sorted-for-extreme: sorts everything to take one end of it (cpu × n, medium confidence)",
        "    return sorted(ys)[0]",
        "    fix (--fix --unsafe-fixes): min(ys), without sorting",
        'app/odd.py:1:1: odd: 100 % wrong: a, b\\r\\nand <c> & "d" \\x00\\x1b]]> (cpu × n)',
        "    odd('ünïcode')",
        "    fix: write ünïcode 🐍 instead",
        "4 findings in 3 files (10 lines), 1 can be fixed with --fix --unsafe-fixes, 1 error",
    ]
    assert "odd('ünïcode')" not in shown("text", "--no-show-source")


def test_json(shown):
    data = json.loads(shown("json"))
    assert (data["format"], data["version"], data["files"], data["lines"]) == ("greenprof-lint", 1, 3, 10)
    assert data["errors"] == [{"path": "app/wrong.py", "line": 2, "message": "invalid syntax", "cell": None}]
    assert [(one["rule"], one["line"], one["column"], one["end_line"]) for one in data["findings"]] == [
        ("busy-wait", 1, 7, 2),
        ("busy-wait", 3, 7, 4),
        ("sorted-for-extreme", 7, 12, 7),
        ("odd", 1, 1, 1),
    ]
    fixable = data["findings"][2]
    assert fixable["fix_is_safe"] is False
    assert fixable["edits"][0].keys() == {"line", "column", "end_line", "end_column", "text"}


class TestSarif:
    def test_is_valid(self, shown):
        jsonschema = pytest.importorskip("jsonschema")
        schema = json.loads(
            Path(__file__).with_name("schemas").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8")
        )
        validator = jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())
        log = json.loads(shown("sarif"))
        assert list(validator.iter_errors(log)) == []
        assert len(log["runs"][0]["results"]) == 4
        del log["runs"][0]["results"][0]["message"]["text"]
        assert list(validator.iter_errors(log)), "the schema tells a wrong log"

    def test_shows_the_way_to_a_finding_over_files(self, greenprof, project):
        jsonschema = pytest.importorskip("jsonschema")
        project(
            {
                "models.py": (
                    "from django.db import models\n\nclass Author(models.Model):\n    name = models.TextField()\n\n"
                    "class Book(models.Model):\n    author = models.ForeignKey(Author, on_delete=models.CASCADE)\n"
                ),
                "report.py": (
                    "from models import Book\n\ndef names():\n    for book in Book.objects.all():\n"
                    "        print(book.author.name)\n"
                ),
            }
        )
        log = json.loads(greenprof("lint", "-f", "sarif").out)
        schema = Path(__file__).with_name("schemas").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8")
        assert list(jsonschema.Draft4Validator(json.loads(schema)).iter_errors(log)) == []
        (result,) = [one for one in log["runs"][0]["results"] if one["ruleId"] == "lazy-relation-in-loop"]
        (flow,) = result["codeFlows"]
        places = [step["location"]["physicalLocation"] for step in flow["threadFlows"][0]["locations"]]
        files = [(place["artifactLocation"]["uri"], place["region"]["startLine"]) for place in places]
        assert ("report.py", 4) in files
        assert ("models.py", 7) in files
        assert all(step["location"]["message"]["text"] for step in flow["threadFlows"][0]["locations"])

    def test_of_nothing_is_valid(self, greenprof, project):
        jsonschema = pytest.importorskip("jsonschema")
        schema = json.loads(
            Path(__file__).with_name("schemas").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8")
        )
        project({"a.py": ""})
        log = json.loads(greenprof("lint", "-f", "sarif").out)
        assert list(jsonschema.Draft4Validator(schema).iter_errors(log)) == []
        assert log["runs"][0]["results"] == []

    def test_says_where_and_what(self, shown):
        (run,) = json.loads(shown("sarif"))["runs"]
        rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
        assert rules["busy-wait"]["help"]["markdown"].startswith("# busy-wait\n")
        assert rules["odd"]["defaultConfiguration"]["level"] == "error"
        for result in run["results"]:
            assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        first = run["results"][0]["locations"][0]["physicalLocation"]
        assert first["artifactLocation"]["uri"] == "app/a%20b%2Cc%3Ad.py"
        assert (first["region"]["startLine"], first["region"]["startColumn"]) == (1, 7)
        assert run["invocations"][0]["executionSuccessful"] is False
        assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"] == "invalid syntax"
        (change,) = run["results"][2]["fixes"][0]["artifactChanges"]
        assert [one["insertedContent"]["text"] for one in change["replacements"]] != []
        names = [result["partialFingerprints"]["code/v1"] for result in run["results"]]
        assert len(set(names)) == 4

    def test_names_of_findings_survive_edits(self, greenprof, project):
        def names(format_, key):
            data = json.loads(greenprof("lint", "-f", format_).out)
            return [key(one) for one in (data if format_ == "gitlab" else data["runs"][0]["results"])]

        for format_, key in (
            ("sarif", lambda one: one["partialFingerprints"]["code/v1"]),
            ("gitlab", lambda one: one["fingerprint"]),
        ):
            project({"a.py": BUSY + EXTREME})
            before = names(format_, key)
            project({"a.py": "import os\n\n" + BUSY + "\n" + EXTREME.replace("return sorted", "return  sorted")})
            assert names(format_, key) == before
            project({"a.py": BUSY.replace("done", "ready") + EXTREME})
            after = names(format_, key)
            assert (after[0] != before[0], after[1]) == (True, before[1])

    def test_absolute_path(self, greenprof, tmp_path, tmp_path_factory):
        path = tmp_path_factory.mktemp("other") / "a.py"
        path.write_text(BUSY)
        (result,) = json.loads(greenprof("lint", "-f", "sarif", path).out)["runs"][0]["results"]
        assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == path.as_uri()
        (result,) = json.loads(
            greenprof("lint", "-f", "sarif", "-", "--stdin-filename", tmp_path / "x.py", stdin=BUSY.encode()).out
        )["runs"][0]["results"]
        assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "x.py"


def test_github(shown):
    """As the runner reads them: properties and data with their own escapes, one command a line."""
    commands = []
    for line in shown("github").splitlines():
        name, properties, data = re.fullmatch(r"::(\w+) ([^\r\n]*?)::(.*)", line).groups()

        def text(escaped):
            return re.sub("%([0-9A-F]{2})", lambda match: chr(int(match[1], 16)), escaped)

        given = dict(each.split("=", 1) for each in properties.split(","))
        commands.append((name, {key: text(value) for key, value in given.items()}, text(data)))
    assert [name for name, _, _ in commands] == ["warning", "warning", "warning", "error", "error"]
    assert commands[0][1] == {"title": "greenprof busy-wait", "file": "app/a b,c:d.py", "line": "1", "col": "7"}
    assert commands[3][2].startswith('100 % wrong: a, b\r\nand <c> & "d" ')
    assert commands[4][1] == {"title": "greenprof", "file": "app/wrong.py", "line": "2"}


def test_gitlab(shown):
    issues = json.loads(shown("gitlab"))
    assert [issue["severity"] for issue in issues] == ["minor", "minor", "minor", "major"]
    assert issues[0]["location"] == {"path": "app/a b,c:d.py", "lines": {"begin": 1, "end": 2}}
    assert len({issue["fingerprint"] for issue in issues}) == 4
    assert all(issue["description"] and issue["check_name"] for issue in issues)


def test_junit(shown, greenprof, project):
    top = ElementTree.fromstring(shown("junit"))
    assert (top.tag, top.get("tests"), top.get("failures"), top.get("errors")) == ("testsuites", "5", "4", "1")
    assert [suite.get("name") for suite in top] == ["app/a b,c:d.py", "app/odd.py", "app/wrong.py"]
    assert [case.get("name") for case in top.iter("testcase")] == [
        "busy-wait",
        "busy-wait",
        "sorted-for-extreme",
        "odd",
        "lint",
    ]
    assert "100 % wrong: a, b" in top.findall(".//failure")[3].get("message")
    assert "return sorted(ys)[0]" in top.findall(".//failure")[2].text
    project({"clean/a.py": ""})
    top = ElementTree.fromstring(greenprof("lint", "-f", "junit", "clean").out)
    assert (top.get("tests"), top.get("failures"), len(top.findall(".//testcase"))) == ("1", "0", 1)


@pytest.mark.parametrize("option", ["-f", "--format", "--output-format"])
@pytest.mark.parametrize("format_", FORMATS)
def test_can_be_written_to_a_file(greenprof, project, tmp_path, format_, option):
    project({"a.py": BUSY})
    done = greenprof("lint", option, format_, "-o", "report")
    assert (done.code, done.out, done.err) == (1, "", "")
    assert (tmp_path / "report").read_text(encoding="utf-8") == greenprof("lint", option, format_).out


def test_unknown_format(greenprof, project):
    project({"a.py": BUSY})
    for name, hint in (
        ("serif", "did you mean sarif?"),
        ("xml", "choose from concise, github, gitlab, json, junit, sarif, text"),
    ):
        done = greenprof("lint", "-f", name)
        assert (done.code, done.out, done.err) == (2, "", f"greenprof: unknown format {name!r}: {hint}\n")


def test_help_names_every_format(greenprof):
    assert "text, concise, json, sarif, github, gitlab, junit" in " ".join(greenprof("lint", "--help").out.split())
    from greenprof.lint.formats import formats

    assert set(formats()) == set(FORMATS)


def test_every_rule_has_a_page_for_sarif():
    from greenprof.lint.pages import page_of

    assert [rule.name for rule in load_rules() if not (page_of(rule) or "").startswith(f"# {rule.name}\n")] == []


def test_concise_is_the_first_line_of_each(greenprof, project):
    project({"a.py": BUSY, "b.py": BUSY})
    whole, short = greenprof("lint"), greenprof("lint", "-f", "concise")
    assert short.code == 1
    assert short.lines == [line for line in whole.lines if not line.startswith(" ")]
    assert len(short.lines) == 3
