"""``greenprof lint`` from the command line: choice of rules, exit codes, settings, standard input, fixes."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

BUSY = "while not done.is_set():\n    pass\n"
QUERY = "for i in ids:\n    cur.execute('SELECT a FROM t WHERE b = ?', i)\n"
POP = "items = list(range(9000))\nwhile items:\n    items.pop(0)\n    items.append(1)\n"
EXTREME = "def first(rows):\n    ys = [f(x) for x in rows]\n    return sorted(ys)[0]\n"
CLEAN = "print('hello')\n"


def rules_in(done):
    """The rules that were shown, in order."""
    return [line.split(": ")[1] for line in done.lines if not line.startswith(" ") and ": " in line]


class TestChoiceOfRules:
    @pytest.mark.parametrize(
        ("options", "expected"),
        [
            ([], ["busy-wait", "query-in-loop"]),
            (["--select", "busy-wait"], ["busy-wait"]),
            (["--select", "idle,query-in-loop"], ["busy-wait", "query-in-loop"]),
            (["--select", "idle", "--select", " query-in-loop"], ["busy-wait", "query-in-loop"]),
            (["--ignore", "database"], ["busy-wait"]),
            (["--ignore", "all", "--extend-select", "query-in-loop"], ["query-in-loop"]),
            (["--select", "idle", "--extend-select", "query-in-loop"], ["busy-wait", "query-in-loop"]),
            (["--select", "database,idle", "--ignore", "query-in-loop"], ["busy-wait"]),
            (["--select", "query-in-loop", "--ignore", "database"], ["query-in-loop"]),
            (["--select", "all", "--ignore", "all"], []),
        ],
    )
    def test_names_and_groups(self, greenprof, project, options, expected):
        project({"a.py": BUSY + QUERY})
        done = greenprof("lint", "--no-cache", *options)
        assert (rules_in(done), done.code) == (expected, int(bool(expected))), done

    @pytest.mark.parametrize("option", ["--select", "--ignore", "--extend-select", "--per-file-ignores"])
    def test_unknown_rule(self, greenprof, project, option):
        project({"a.py": CLEAN})
        value = "*.py:querry-in-loop" if option == "--per-file-ignores" else "querry-in-loop"
        for _ in range(2):  # a cache of the first run must not swallow it
            done = greenprof("lint", option, value)
            assert (done.code, done.out) == (2, "")
            assert done.err == "greenprof: unknown rule or group 'querry-in-loop': did you mean query-in-loop?\n"

    def test_confidence(self, greenprof, project):
        project({"a.py": "import re\nfor s in ss:\n    re.search('a', s)\n" + BUSY})
        assert rules_in(greenprof("lint", "--min-confidence", "low")) == ["regex-compile-in-loop", "busy-wait"]
        done = greenprof("lint", "--min-confidence", "certain")
        assert (done.code, "'certain' is not one of 'high', 'medium', 'low'" in done.err) == (2, True)

    def test_default_rules_are_fewer_than_all(self, greenprof, project, tmp_path):
        text = "from greenprof.lint import Hit, Rule, Screen\n\nclass {0}(Rule):\n    name = group = '{0}'\n"
        text += "    message = 'm'\n    default = {1}\n    screen = Screen(words=frozenset({{'print'}}), loop=False)\n"
        text += "    def visit_Call(self, node, here):\n"
        text += "        return Hit(node) if here.method(node) == 'print' else None\n"
        project({"rules/on/rule.py": text.format("on", True), "rules/off/rule.py": text.format("off", False)})
        project({"pyproject.toml": '[tool.greenprof]\nrules = ["rules"]\n', "a.py": CLEAN})
        assert rules_in(greenprof("lint", "a.py")) == ["on"]
        assert rules_in(greenprof("lint", "a.py", "--extend-select", "off")) == ["off", "on"]
        assert rules_in(greenprof("lint", "a.py", "--select", "off")) == ["off"]
        assert rules_in(greenprof("lint", "a.py", "--select", "all", "--ignore", "on")) == ["off"]


class TestExitCode:
    @pytest.mark.parametrize(
        ("text", "options", "code"),
        [
            (CLEAN, [], 0),
            (BUSY, [], 1),
            (BUSY, ["--exit-zero"], 0),
            (BUSY, ["--fail-on", "warning"], 1),
            (BUSY, ["--fail-on", "error"], 0),
            (BUSY, ["-q"], 1),
            ("def f(:\n", [], 2),
            ("def f(:\n", ["--exit-zero"], 2),
            (BUSY, ["--fail-on", "never"], 2),
            (BUSY, ["-f", "xml"], 2),
            (BUSY, ["--jobs", "0"], 2),
            (BUSY, ["--fix", "--diff"], 2),
            (BUSY, ["--unsafe-fixes"], 2),
            (BUSY, ["--statistics", "-f", "sarif"], 2),
            (BUSY, ["--stdin-filename", "x.py"], 2),
            (BUSY, ["-", "a.py"], 2),
            (BUSY, ["--per-file-ignores", "a.py"], 2),
            (BUSY, ["nowhere"], 2),
            (BUSY, ["--config", "nowhere.toml"], 2),
            (BUSY, ["-o", "nowhere/report.json"], 2),
        ],
    )
    def test_says_what_came_out(self, greenprof, project, text, options, code):
        project({"a.py": text})
        done = greenprof("lint", *options)
        assert done.code == code, done
        assert "Traceback" not in done.err
        if code == 2:
            assert len([line for line in done.err.splitlines() if line.startswith(("greenprof: ", "Error: "))]) == 1
        else:
            assert done.err == ""

    def test_quiet_says_nothing(self, greenprof, project):
        project({"a.py": BUSY})
        assert greenprof("lint", "-q").out == ""

    def test_severity_below_the_limit_is_still_shown(self, greenprof, project):
        project({"a.py": BUSY})
        assert rules_in(greenprof("lint", "--fail-on", "error")) == ["busy-wait"]


class TestSettings:
    def test_of_the_project(self, greenprof, project):
        project({"a.py": BUSY + QUERY, "b/c.py": BUSY})
        project(
            {
                "pyproject.toml": """
                [tool.greenprof]
                ignore = ["database"]
                extend-exclude = ["b/"]
                fail-on = "error"
                show-source = false
                """
            }
        )
        done = greenprof("lint")
        assert (done.code, rules_in(done)) == (0, ["busy-wait"])
        assert "while not done" not in done.out
        done = greenprof("lint", "--ignore", "idle", "--fail-on", "warning", "--show-source")
        assert (done.code, rules_in(done)) == (1, ["query-in-loop"])
        assert "cur.execute" in done.out

    def test_wrong_one(self, greenprof, project, tmp_path):
        project({"a.py": BUSY, "pyproject.toml": '[tool.greenprof]\nfail-on = "always"\n'})
        done = greenprof("lint")
        file = tmp_path / "pyproject.toml"
        told = f"greenprof: {file}: fail-on in [tool.greenprof] should be one of error, warning, info, not 'always'\n"
        assert (done.code, done.err) == (2, told)
        project({"pyproject.toml": '[tool.greenprof]\nmin-confidence = "hi"\n'})
        told = f"greenprof: {file}: min-confidence in [tool.greenprof] should be one of high, medium, low, not 'hi'\n"
        assert greenprof("lint").err == told

    def test_in_another_file(self, greenprof, project):
        project(
            {"a.py": BUSY + QUERY, "ci/strict.toml": 'select = ["idle"]\n', "pyproject.toml": "[tool.greenprof]\nx=1\n"}
        )
        assert rules_in(greenprof("lint", "--config", "ci/strict.toml")) == ["busy-wait"]

    @pytest.mark.parametrize(
        ("pattern", "silent"),
        [
            ("old/", ["old/a.py"]),
            ("a.py", ["a.py", "old/a.py"]),
            ("/a.py", ["a.py"]),
            ("*.py", ["a.py", "old/a.py", "b.py"]),
            ("old/*.py", ["old/a.py"]),
            ("nothing", []),
        ],
    )
    def test_rules_ignored_per_file(self, greenprof, project, pattern, silent):
        project({"a.py": BUSY, "b.py": BUSY, "old/a.py": BUSY})
        left = {"a.py", "b.py", "old/a.py"} - set(silent)
        for words in ("idle", "busy-wait", "all", "query-in-loop, busy-wait"):
            project({"pyproject.toml": f'[tool.greenprof.per-file-ignores]\n"{pattern}" = {words.split(", ")}\n'})
            assert {line.split(":")[0] for line in greenprof("lint").lines if "busy-wait" in line} == left
        project({"pyproject.toml": ""})
        done = greenprof("lint", "--per-file-ignores", f"{pattern}:busy-wait")
        assert {line.split(":")[0] for line in done.lines if "busy-wait" in line} == left
        project({"pyproject.toml": f'[tool.greenprof.per-file-ignores]\n"{pattern}" = ["database"]\n'})
        assert len(rules_in(greenprof("lint"))) == 3

    def test_patterns_of_the_project_hold_in_its_folders_too(self, greenprof, project, monkeypatch):
        project({"app/old/a.py": BUSY, "pyproject.toml": '[tool.greenprof.per-file-ignores]\n"app/old/" = ["all"]\n'})
        assert greenprof("lint").code == 0
        monkeypatch.chdir("app")
        done = subprocess.run([sys.executable, "-m", "greenprof", "lint", "old"], capture_output=True, check=False)
        assert done.returncode == 0


class TestStandardInput:
    def test_is_linted_under_its_name(self, greenprof, project):
        done = greenprof("lint", "-", "--stdin-filename", "app/x.py", stdin=BUSY.encode())
        assert (done.code, done.lines[0].split(": ")[:2]) == (1, ["app/x.py:1:7", "busy-wait"])
        assert greenprof("lint", "-", stdin=BUSY.encode()).out.startswith("-:1:7: busy-wait")
        assert greenprof("lint", "-", stdin=b"").code == 0

    def test_ignores_per_file_go_by_that_name(self, greenprof):
        options = ("lint", "-", "--per-file-ignores", "app/:all", "--stdin-filename")
        assert greenprof(*options, "app/x.py", stdin=BUSY.encode()).code == 0
        assert greenprof(*options, "x.py", stdin=BUSY.encode()).code == 1

    def test_excluded_only_by_force(self, greenprof):
        options = ("lint", "-", "--extend-exclude", "app/", "--stdin-filename", "app/x.py")
        assert greenprof(*options, stdin=BUSY.encode()).code == 1
        assert greenprof(*options, "--force-exclude", stdin=BUSY.encode()).code == 0
        done = greenprof(*options, "--force-exclude", "--fix", stdin=EXTREME.encode())
        assert done.out == EXTREME

    @pytest.mark.parametrize("data", [b"def f(:\n", b"x = '\xe4'\n", b"x = '\0'\n"])
    def test_broken(self, greenprof, data):
        done = greenprof("lint", "-", "--stdin-filename", "x.py", stdin=data)
        assert (done.code, done.err.startswith("greenprof: x.py")) == (2, True)

    def test_fixed_text_goes_to_standard_output(self, greenprof):
        text = "# -*- coding: latin-1 -*-\n# é\n" + EXTREME + BUSY
        done = greenprof(
            "lint", "-", "--fix", "--unsafe-fixes", "-q", stdin=text.encode("latin-1").replace(b"\xe9", b"e")
        )
        assert done.out == text.replace("sorted(ys)[0]", "min(ys)").replace("é", "e")
        done = greenprof("lint", "-", "--fix", "--unsafe-fixes", stdin=(EXTREME + BUSY).encode())
        assert "busy-wait" in done.err
        assert "greenprof: fixed 1 finding in 1 file" in done.err

    def test_text_that_cannot_be_fixed_comes_back_as_it_was(self, greenprof):
        done = greenprof("lint", "-", "--fix", stdin=b"def f(:\n")
        assert (done.code, done.out) == (2, "def f(:\n")

    def test_difference(self, greenprof):
        done = greenprof("lint", "-", "--diff", "--unsafe-fixes", "--stdin-filename", "x.py", stdin=EXTREME.encode())
        assert done.out.startswith("--- x.py\n+++ x.py\n")
        assert done.code == 1


class TestFixes:
    def test_written_and_the_rest_is_shown(self, greenprof, project, tmp_path):
        project({"a.py": EXTREME + BUSY, "b.py": CLEAN})
        assert greenprof("lint", "--fix").err == ""
        assert (tmp_path / "a.py").read_text() == EXTREME + BUSY
        done = greenprof("lint", "--fix", "--unsafe-fixes")
        assert (done.code, rules_in(done), done.err) == (1, ["busy-wait"], "greenprof: fixed 1 finding in 1 file\n")
        assert "return min(ys)" in (tmp_path / "a.py").read_text()
        assert rules_in(greenprof("lint")) == ["busy-wait"]

    def test_difference_changes_nothing(self, greenprof, project, tmp_path):
        project({"a.py": EXTREME})
        done = greenprof("lint", "--diff", "--unsafe-fixes")
        assert "-    return sorted(ys)[0]\n+    return min(ys)\n" in done.out
        assert (done.code, done.err) == (1, "greenprof: would fix 1 finding in 1 file\n")
        assert (tmp_path / "a.py").read_text() == EXTREME
        assert greenprof("lint", "--diff").out == ""
        assert greenprof("lint", "--diff").code == 0

    def test_only_of_findings_that_count(self, greenprof, project, tmp_path):
        project({"a.py": EXTREME, "b.py": EXTREME.replace("[0]\n", "[0]  # greenprof: ignore\n"), "c.py": EXTREME})
        greenprof("lint", "--fix", "--unsafe-fixes", "--per-file-ignores", "c.py:sorted-for-extreme")
        fixed = {path.name for path in tmp_path.glob("*.py") if "min(" in path.read_text()}
        assert fixed == {"a.py"}

    def test_file_that_may_not_be_written(self, greenprof, tmp_path, bound_by_modes):
        (tmp_path / "a.py").write_text(EXTREME)
        (tmp_path / "a.py").chmod(0o444)
        with bound_by_modes():
            done = greenprof("lint", "a.py", "--fix", "--unsafe-fixes")
        assert done.code == 2
        assert done.err.startswith("greenprof: a.py: not fixed: ")
        assert (tmp_path / "a.py").read_text() == EXTREME


class TestCache:
    def test_second_run_says_the_same(self, greenprof, project, tmp_path):
        project({"a.py": BUSY, "b.py": QUERY})
        first = greenprof("lint")
        assert (tmp_path / ".greenprof" / ".gitignore").read_text() == "*\n"
        assert greenprof("lint") == first
        project({"a.py": CLEAN})
        assert rules_in(greenprof("lint")) == ["query-in-loop"]

    def test_stands_with_the_project(self, greenprof, project, tmp_path, monkeypatch):
        project({"pyproject.toml": "", "app/a.py": BUSY})
        greenprof("lint", "app")
        assert not (tmp_path / "app" / ".greenprof").exists()
        assert (tmp_path / ".greenprof" / "lint.json").exists()

    def test_is_not_wanted(self, greenprof, project, tmp_path):
        project({"a.py": BUSY})
        greenprof("lint", "--no-cache")
        assert not (tmp_path / ".greenprof").exists()

    @pytest.mark.parametrize(
        "damage",
        [
            b"",
            b"\0\xff",
            b"[]",
            b"{}",
            b'{"key": 1, "files": 2}',
            lambda text: text[: len(text) // 2],
            lambda text: text.replace(b'"rule"', b'"ruler"'),
            lambda text: text.replace(b"[", b"{").replace(b"]", b"}"),
            lambda text: b'{"key":' + json.dumps(json.loads(text)["key"]).encode() + b',"files":{"a.py":[1,2,3]}}',
            lambda text: b'{"key":' + json.dumps(json.loads(text)["key"]).encode() + b',"files":{"a.py":7}}',
        ],
    )
    def test_damaged(self, greenprof, project, tmp_path, damage):
        project({"a.py": BUSY})
        right = greenprof("lint")
        path = tmp_path / ".greenprof" / "lint.json"
        path.write_bytes(damage if isinstance(damage, bytes) else damage(path.read_bytes()))
        done = greenprof("lint")
        assert (done.code, done.err) == (1, "")
        assert done.out == right.out

    def test_that_cannot_be_written(self, greenprof, tmp_path, bound_by_modes):
        (tmp_path / "a.py").write_text(BUSY)
        tmp_path.chmod(0o555)
        with bound_by_modes():
            done = greenprof("lint", "a.py")
        tmp_path.chmod(0o755)
        assert (done.code, done.err) == (1, "")
        assert not (tmp_path / ".greenprof").exists()

    def test_that_may_only_be_read(self, greenprof, tmp_path, bound_by_modes):
        (tmp_path / "a.py").write_text(BUSY)
        greenprof("lint")
        (tmp_path / ".greenprof").chmod(0o555)
        (tmp_path / "b.py").write_text(BUSY)
        with bound_by_modes():
            done = greenprof("lint")
        (tmp_path / ".greenprof").chmod(0o755)
        assert (done.code, done.err) == (1, "")
        assert rules_in(done) == ["busy-wait", "busy-wait"]

    def test_folder_is_a_file(self, greenprof, project):
        project({"a.py": BUSY, ".greenprof": ""})
        assert (greenprof("lint").code, greenprof("lint").err) == (1, "")

    def test_two_runs_at_once(self, project, tmp_path):
        project({f"{number}.py": BUSY + f"x = {number}\n" for number in range(30)})
        command = [sys.executable, "-m", "greenprof", "lint", "-f", "json"]
        runs = [subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE) for _ in range(3)]
        outs = [run.communicate()[0] for run in runs]
        assert len(json.loads(outs[0])["findings"]) == 30
        assert outs[0] == outs[1] == outs[2]
        assert json.loads((tmp_path / ".greenprof" / "lint.json").read_bytes())["files"].keys() >= {"1.py", "29.py"}
        assert [path.name for path in (tmp_path / ".greenprof").iterdir() if path.name.startswith(".lint")] == []


def test_jobs_change_nothing(greenprof, project):
    project({f"{number}.py": BUSY + QUERY for number in range(90)})
    alone = greenprof("lint", "--no-cache", "-j1", "-f", "json")
    assert greenprof("lint", "--no-cache", "-j2", "-f", "json") == alone
    assert greenprof("lint", "--no-cache", "-j2", "--ignore", "all").code == 0


def test_colours_are_for_terminals_that_want_them(project, tmp_path):
    project({"a.py": BUSY})

    def on_a_terminal(**environment):
        ours, its = pty.openpty()
        command = [str(Path(sys.executable).with_name("greenprof")), "lint", "--no-cache"]
        subprocess.run(command, cwd=tmp_path, stdout=its, env={**os.environ, **environment}, check=False)
        os.close(its)
        return os.read(ours, 10_000)

    assert b"\x1b[1ma.py:1:7\x1b[0m" in on_a_terminal()
    assert b"\x1b" not in on_a_terminal(NO_COLOR="1")


def test_what_stands_in_the_source_does_not_drive_the_terminal(greenprof, project):
    project({"a.py": "while not done.is_set():  # \x1b[31m\n    pass\n"})
    done = greenprof("lint")
    assert (done.code, "\x1b" in done.out, "\\x1b[31m" in done.out) == (1, False, True)


@pytest.mark.parametrize("sort", ["place", "cost"])
def test_order(greenprof, project, sort):
    project({"a.py": BUSY, "b.py": EXTREME + QUERY})
    expected = {"place": ["busy-wait", "sorted-for-extreme", "query-in-loop"]}
    expected["cost"] = ["query-in-loop", "sorted-for-extreme", "busy-wait"]
    assert rules_in(greenprof("lint", "--sort", sort)) == expected[sort]


def test_statistics(greenprof, project):
    project({"a.py": BUSY + BUSY + EXTREME, "b.py": BUSY})
    done = greenprof("lint", "--statistics")
    assert [line.split()[:3] for line in done.lines[1:3]] == [["3", "2", "busy-wait"], ["1", "1", "sorted-for-extreme"]]
    assert (done.lines[-1], done.code) == ("4 findings of 2 rules", 1)
    counted = json.loads(greenprof("lint", "--statistics", "-f", "json").out)
    assert [(one["rule"], one["findings"], one["unsafe_fixes"]) for one in counted] == [
        ("busy-wait", 3, 0),
        ("sorted-for-extreme", 1, 1),
    ]
    assert greenprof("lint", "--statistics", "--ignore", "all").out == "no findings\n"


def test_what_is_no_regular_file_is_told_and_the_rest_linted(greenprof, project, tmp_path):
    project({"a.py": BUSY})
    os.mkfifo(tmp_path / "pipe.py")  # reading it would wait for ever
    done = greenprof("lint", "pipe.py", "a.py")
    assert (done.code, rules_in(done)) == (2, ["busy-wait"])
    assert done.err == "greenprof: pipe.py: is no regular file; give its text on standard input: -\n"
    assert greenprof("lint", ".").code == 1  # in a folder it is nothing to lint


def test_a_file_that_may_not_be_read_is_told_and_the_rest_linted(greenprof, project, tmp_path, monkeypatch):
    project({"a.py": BUSY, "b.py": BUSY})
    (tmp_path / "b.py").chmod(0)
    reads = os.access(tmp_path / "b.py", os.R_OK)  # as root
    monkeypatch.setattr(os, "access", lambda path, mode, **_: "b.py" not in str(path))
    done = greenprof("lint", "b.py", "a.py")
    assert "a.py:1:" in done.out and "Usage" not in done.err
    assert reads or (done.code, done.err) == (2, "greenprof: b.py: Permission denied\n")


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_a_closed_stream_is_no_failure(project, tmp_path, closed):
    project({"a.py": BUSY})
    command = f"'{sys.executable}' -m greenprof lint a.py {closed}"
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
