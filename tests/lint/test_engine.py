import subprocess
import sys
from pathlib import Path

import libcst
import pytest

from greenprof.errors import GreenprofError
from greenprof.lint import LintResult, Rule, Screen, lint_paths, load_rules
from greenprof.lint.node_names import NODE_NAMES

BUSY = "while not done.is_set():\n    pass\n"
RULE = '''
from greenprof.lint import Hit, Rule, Screen

class PrintInLoop(Rule):
    """Prints in a loop."""
    name = "print-in-loop"
    group = "io"
    message = "prints in each round"
    fix = "print once"
    screen = Screen(words=frozenset({"print"}))

    def visit_Call(self, node, here):
        return Hit(node) if here.method(node) == "print" and here.many(node) else None
'''
METHOD = "\n    def {0}:\n        return {1}\n"


def lines_of(result):
    return [one.line for one in result.findings]


class TestPaths:
    def test_finding_says_where(self, lint, tmp_path):
        result = lint("x = 1\n\nif x:\n    while not done.is_set():\n        pass\n")
        (finding,) = result.findings
        assert (finding.line, finding.end_line, finding.column) == (4, 5, 11)
        assert finding.path == str(tmp_path / "code.py")
        assert finding.source == "    while not done.is_set():"
        assert (result.files, result.lines, result.errors) == (1, 5, ())

    def test_column_counts_characters_not_bytes(self, lint):
        (finding,) = lint("# ü\nä = 'öß'; xs = [con.execute('SELECT a FROM t WHERE ü = ?', i) for i in é]\n").findings
        assert finding.source[finding.column - 1 :].startswith("con.execute(")

    def test_folder_is_walked_without_what_is_not_ones_own(self, tmp_path):
        for folder in ("app", ".venv/lib", "venv", "build", ".git", "node_modules/x", "__pycache__", "a/site-packages"):
            (tmp_path / folder).mkdir(parents=True)
            (tmp_path / folder / "code.py").write_text(BUSY)
        (tmp_path / "notes.txt").write_text(BUSY)
        result = lint_paths([tmp_path])
        assert [one.path for one in result.findings] == [str(tmp_path / "app" / "code.py")]
        assert result.files == 1

    def test_excluded_folder_named_outright_is_linted(self, tmp_path):
        (tmp_path / "build").mkdir()
        (tmp_path / "build" / "code.py").write_text(BUSY)
        assert lint_paths([tmp_path / "build"]).files == 1

    def test_file_named_outright_is_linted_whatever_its_name(self, tmp_path):
        script = tmp_path / "script"
        script.write_text("#!/usr/bin/env python\n" + BUSY)
        assert lines_of(lint_paths([script])) == [2]

    def test_file_given_twice_is_linted_once(self, tmp_path):
        (tmp_path / "code.py").write_text(BUSY)
        assert lint_paths([tmp_path, tmp_path / "code.py"]).files == 1

    def test_missing_path(self, tmp_path):
        with pytest.raises(GreenprofError, match=r"nowhere.py: no such file") as caught:
            lint_paths([tmp_path / "nowhere.py"])
        assert caught.value.exit_code == 2

    def test_links_in_a_circle(self, tmp_path):
        (tmp_path / "a").mkdir()
        (tmp_path / "a" / "code.py").write_text(BUSY)
        (tmp_path / "a" / "again").symlink_to(tmp_path)
        (tmp_path / "a" / "self.py").symlink_to(tmp_path / "a" / "self.py")
        (tmp_path / "a" / "gone.py").symlink_to(tmp_path / "nowhere")
        result = lint_paths([tmp_path])
        assert (result.files, lines_of(result), result.errors) == (1, [1], ())

    def test_nothing_at_all(self, tmp_path):
        assert lint_paths([tmp_path]) == LintResult(findings=(), errors=(), files=0, lines=0)


class TestBadFiles:
    def test_syntax_error_is_said_and_the_rest_goes_on(self, tmp_path):
        (tmp_path / "a.py").write_text("x = 1\ndef f(:\n")
        (tmp_path / "b.py").write_text(BUSY)
        result = lint_paths([tmp_path])
        (error,) = result.errors
        assert (error.path, error.line) == (str(tmp_path / "a.py"), 2)
        assert error.message
        assert [one.path for one in result.findings] == [str(tmp_path / "b.py")]
        assert result.files == 2

    def test_null_byte(self, lint):
        (error,) = lint(b"x = 1\ny = '\0'\n").errors
        assert (error.line, error.message) == (2, "null byte in source")

    @pytest.mark.parametrize(
        "data",
        [
            b"\xef\xbb\xbfwhile not done.is_set():  # \xc3\xa4\n    pass\n",
            b"# -*- coding: latin-1 -*-\nwhile not done.is_set():  # \xe4\n    pass\n",
            "# coding: utf-8\nwhile not done.is_set():  # ä\n    pass\n".encode(),
            b"x = 1\r\nwhile not done.is_set():\r\n    pass\r\n",
            b"x = 1\rwhile not done.is_set():\r    pass\r",
            b"x = '\x0c'\nwhile not done.is_set():\n\tpass\n",
            b"if x:\n\twhile not done.is_set():\n\t\tpass\n",
            b"if x:\n while not done.is_set(): pass",
        ],
        ids=["bom", "latin-1", "utf-8", "crlf", "cr", "form feed", "tabs", "one space, no end of line"],
    )
    def test_encodings_and_line_ends(self, lint, data):
        result = lint(data)
        assert result.errors == ()
        (finding,) = result.findings
        assert finding.source[finding.column - 1 :].startswith("not done.is_set()")

    def test_wrong_encoding(self, lint):
        (error,) = lint(b"x = 1\ny = 2\nz = '\xe4'\n").errors
        assert (error.line, error.message) == (3, "is not UTF-8, and declares no other encoding")
        (error,) = lint(b"x = '\xe4'\n").errors
        assert (error.line, error.message) == (1, "is not UTF-8, and declares no other encoding")
        (error,) = lint(b"# coding: ascii\nx = '\xe4'\n").errors
        assert (error.line, error.message) == (2, "is not ascii, which it declares")
        (error,) = lint("x = 1\n".encode("utf-16")).errors
        assert "is UTF-16" in error.message

    def test_unknown_encoding(self, lint):
        (error,) = lint(b"# coding: klingon\n").errors
        assert "klingon" in error.message

    def test_unreadable_file(self, tmp_path, monkeypatch):
        (tmp_path / "a.py").write_text(BUSY)
        (tmp_path / "b.py").write_text(BUSY)
        read = Path.read_bytes

        def refuse(path):
            if path.name == "a.py":
                raise PermissionError(13, "Permission denied", str(path))
            return read(path)

        monkeypatch.setattr(Path, "read_bytes", refuse)
        result = lint_paths([tmp_path])
        assert [(one.path, one.line, one.message) for one in result.errors] == [
            (str(tmp_path / "a.py"), None, "Permission denied")
        ]
        assert len(result.findings) == 1

    @pytest.mark.parametrize("depth", [500, 50_000])
    def test_deep_nesting_is_an_error_not_a_crash(self, tmp_path, depth):
        # In a process of its own: too deep a recursion in native code would end it.
        path = tmp_path / "deep.py"
        path.write_text(
            "for x in xs:\n    s = x.get(" + "+".join(["1"] * depth) + ")\n    con.execute('SELECT a FROM t', x)\n"
        )
        code = "import sys; from greenprof.lint import lint_paths; print(lint_paths(sys.argv[1:]).errors[0].message)"
        done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip()

    def test_a_long_formula_hides_nothing_of_its_file(self, tmp_path):
        # The look at a project goes deeper than Python's own limit allows; only what it cannot read is left out.
        (tmp_path / "models.py").write_text("from django.db import models\n\nclass Book(models.Model):\n    pass\n")
        view = "from models import Book\n\ndef show():\n    total = " + "+".join(["1"] * 700)
        (tmp_path / "views.py").write_text(f"{view}\n    for book in Book.objects.all():\n        book.save()\n")
        result = lint_paths([tmp_path], min_confidence="low")
        assert result.errors == ()
        assert lines_of(result) == [5, 6]

    def test_large_generated_file(self, lint):
        result = lint("x = [\n" + "    'abcdefghij',\n" * 100_000 + "]\n" + BUSY)
        assert (lines_of(result), result.errors) == ([100_003], ())

    def test_empty_file(self, lint):
        assert lint("") == LintResult(findings=(), errors=(), files=1, lines=0)


class TestIgnore:
    @pytest.mark.parametrize(
        "comment",
        [
            "# greenprof: ignore",
            "#greenprof:ignore",
            "# greenprof: ignore[busy-wait]",
            "# greenprof: ignore[idle]",
            "# greenprof: ignore[query-in-loop, busy-wait]",
            "# because  # greenprof: ignore[busy-wait] for a reason",
        ],
    )
    def test_silences_its_line(self, lint, comment):
        code = f"while not a.is_set():  {comment}\n    pass\nwhile not b.is_set():\n    pass\n"
        assert lines_of(lint(code)) == [3]

    @pytest.mark.parametrize(
        "comment",
        ["# greenprof: ignore[query-in-loop]", "# greenprof: ignored", "# noqa", "# greenprof: ignore[]", "# ignore"],
    )
    def test_does_not_silence(self, lint, comment):
        assert lines_of(lint(f"while not a.is_set():  {comment}\n    pass\n")) == [1]

    def test_last_line_of_a_finding(self, lint):
        code = "for i in ids:\n    cur.execute(\n        'SELECT a FROM t WHERE b = ?', i\n    )  # greenprof: ignore\n"
        assert lines_of(lint(code)) == []

    @pytest.mark.parametrize("words", ["", "[busy-wait]", "[idle]"])
    def test_silences_the_file(self, lint, words):
        code = f"# greenprof: ignore-file{words}\n{BUSY}for i in ids:\n    cur.execute('SELECT a FROM t WHERE b = 1')\n"
        assert lines_of(lint(code)) == ([] if not words else [5])

    def test_for_the_file_stands_on_its_own_line(self, lint):
        assert lines_of(lint(f"x = 1  # greenprof: ignore-file\n{BUSY}")) == [2]
        assert lines_of(lint("while not a.is_set():  # greenprof: ignore-file\n    pass\n")) == [1]


class TestChoice:
    BOTH = BUSY + "for i in ids:\n    cur.execute('SELECT a FROM t WHERE b = 1')\n"

    @pytest.mark.parametrize(
        ("options", "expected"),
        [
            ({}, [1, 4]),
            ({"select": ["busy-wait"]}, [1]),
            ({"select": ["database"]}, [4]),
            ({"select": ["all"], "ignore": ["idle"]}, [4]),
            ({"ignore": ["query-in-loop"]}, [1]),
            ({"ignore": ["all"]}, []),
        ],
    )
    def test_select_and_ignore(self, lint, options, expected):
        assert lines_of(lint(self.BOTH, **options)) == expected

    @pytest.mark.parametrize("option", ["select", "ignore"])
    def test_unknown_rule_is_named_with_a_hint(self, lint, option):
        with pytest.raises(GreenprofError, match=r"'querry-in-loop'.*did you mean query-in-loop\?") as caught:
            lint(BUSY, **{option: ["querry-in-loop"]})
        assert caught.value.exit_code == 2
        with pytest.raises(GreenprofError, match=r"'xyzzy'.*groups: all, .*; rules: greenprof rules"):
            lint(BUSY, **{option: ["xyzzy"]})

    def test_confidence(self, lint):
        code = "import re\nfor s in ss:\n    re.search('a', s)\n"
        assert lines_of(lint(code)) == []
        assert lines_of(lint(code, min_confidence="low")) == [3]
        assert lines_of(lint("while flag:\n    pass\n", min_confidence="high")) == []
        with pytest.raises(GreenprofError, match="unknown confidence 'certain'"):
            lint(code, min_confidence="certain")


class TestUserRules:
    def folder(self, tmp_path, text, name="print_in_loop"):
        folder = tmp_path / "rules" / name
        folder.mkdir(parents=True)
        (folder / "rule.py").write_text(text)
        return folder

    @pytest.mark.parametrize("parent", [True, False])
    def test_folder_of_rules_or_of_one_rule(self, lint, tmp_path, parent):
        folder = self.folder(tmp_path, RULE)
        result = lint("for x in xs:\n    print(x)\n", extra_rules=[folder.parent if parent else folder])
        assert [(one.rule, one.line, one.fix) for one in result.findings] == [("print-in-loop", 2, "print once")]

    def test_can_be_selected(self, lint, tmp_path):
        extra = [self.folder(tmp_path, RULE)]
        assert lines_of(lint(BUSY + "for x in xs:\n    print(x)\n", extra_rules=extra, select=["io"])) == [4]

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("import nothing_of_that_name\n", "ModuleNotFoundError"),
            ("def f(:\n", "SyntaxError"),
            ("x = 1\n", "no subclass of greenprof.lint.Rule"),
            (RULE.replace("visit_Call", "visit_Cal"), "visit_Cal would never be called"),
            (RULE.replace('    group = "io"\n', ""), "does not say its group"),
            (RULE.replace("print-in-loop", "busy-wait"), "busy-wait"),
            (RULE.replace("here.method(node)", "node.nothing"), "print-in-loop failed with AttributeError"),
            ("import sys\nsys.exit()\n", "SystemExit"),
            (RULE.replace("here.method(node)", "exit()"), "print-in-loop failed with SystemExit"),
            (RULE + METHOD.format("worth_reading(self, piece)", "1 / 0"), "failed with ZeroDivisionError"),
            (RULE + METHOD.format("words_of(self, tree)", "1 / 0"), "failed with ZeroDivisionError"),
            (RULE + METHOD.format("visit_Name(self, node, here)", "3"), "gave 3, which is no Hit"),
            (RULE + METHOD.format("visit_Name(self, node, here)", "Hit(3)"), "hit 3, which is no node of the code"),
            (RULE + METHOD.format("visit_Name(self, node, here)", "Hit(node, confidence='sure')"), "confidence 'sure'"),
        ],
        ids=[
            "import",
            "syntax",
            "no rule",
            "misspelt visit",
            "no group",
            "name taken",
            "fails in a visit",
            "exits",
            "exits in a visit",
            "fails before",
            "fails at words",
            "no hit",
            "no node",
            "no confidence",
        ],
    )
    def test_broken_rule_is_named_and_the_run_fails(self, lint, tmp_path, text, why):
        folder = self.folder(tmp_path, text)
        with pytest.raises(GreenprofError, match="rule") as caught:
            lint("for x in xs:\n    print(x)\n", extra_rules=[folder])
        assert why in str(caught.value)
        assert caught.value.exit_code == 2
        assert "\n" not in str(caught.value)

    def test_broken_for_sql_is_named_too(self, tmp_path):
        rule = RULE + METHOD.format("find_in_sql(self, statement)", "1 / 0")
        (tmp_path / "page.md").write_text("```sql\nSELECT 1\n```\n", encoding="utf-8")
        with pytest.raises(GreenprofError, match=r"print-in-loop failed with ZeroDivisionError.*page\.md"):
            lint_paths([tmp_path / "page.md"], extra_rules=[self.folder(tmp_path, rule)])

    def test_folder_without_rules(self, lint, tmp_path):
        with pytest.raises(GreenprofError, match="no rule here"):
            lint(BUSY, extra_rules=[tmp_path / "nowhere"])

    def test_entry_point(self, tmp_path):
        (tmp_path / "my_rules.py").write_text(RULE)
        info = tmp_path / "my_rules-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: my-rules\nVersion: 1.0\n")
        code = "from greenprof.lint import load_rules; print('print-in-loop' in [rule.name for rule in load_rules()])"
        for point, expected in (("my_rules:PrintInLoop", "True"), ("my_rules", "True"), ("my_rules:Nothing", None)):
            (info / "entry_points.txt").write_text(f"[greenprof.rules]\nmine = {point}\n")
            done = subprocess.run(
                [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
            )
            if expected is None:
                assert "GreenprofError: plug-in mine (my_rules:Nothing) cannot be loaded" in done.stderr
            else:
                assert done.stdout.strip() == expected, done.stderr


class TestRuleClass:
    def make(self, **words):
        base = {
            "name": "x",
            "group": "io",
            "message": "m",
            "screen": Screen(words=frozenset({"x"})),
            "visit_Call": lambda self, node, here: None,
        }
        return type("Made", (Rule,), {key: value for key, value in (base | words).items() if value is not None})

    def test_right(self):
        assert self.make().severity == "warning"

    @pytest.mark.parametrize(
        ("words", "why"),
        [
            ({"visit_Cal": lambda self, node, here: None}, "no node Cal"),
            ({"visit_call": lambda self, node, here: None}, "no node call"),
            ({"leave_Call": lambda self, node, here: None}, "only have visit methods"),
            ({"visit_Call": None}, "no visit method"),
            ({"name": None}, "does not say its name"),
            ({"screen": None}, "does not say its screen"),
            ({"severity": "awful"}, "severity"),
            ({"cost": "gold"}, "cost"),
        ],
    )
    def test_wrong(self, words, why):
        with pytest.raises(TypeError, match=why):
            self.make(**words)

    def test_names_of_nodes_are_those_of_libcst(self):
        assert all(issubclass(getattr(libcst, name), libcst.CSTNode) for name in NODE_NAMES)
        code = {name for name in vars(libcst) if isinstance(getattr(libcst, name), type)}
        assert {"Call", "For", "Attribute", "FunctionDef", "Yield"} <= NODE_NAMES <= code

    def test_every_rule_keeps_no_state(self):
        assert all(vars(rule) == {} for rule in load_rules())


def test_libcst_is_imported_only_when_a_file_needs_it(tmp_path):
    (tmp_path / "plain.py").write_text("for x in xs:\n    print(x)\n")
    (tmp_path / "busy.py").write_text(BUSY)
    code = (
        "import sys; from greenprof.lint import lint_paths; seen = ['libcst' in sys.modules]\n"
        "for path in sys.argv[1:]: lint_paths([path]); seen.append('libcst' in sys.modules)\n"
        "print(seen)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "plain.py"), str(tmp_path / "busy.py")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[False, False, True]"
