"""``greenprof rules``: the catalogue, the page of a rule, rules of one's own; and completion in shells."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SETTINGS = '[tool.greenprof]\nrules = ["lint"]\n'


class TestCatalogue:
    def test_table_has_every_rule(self, greenprof):
        from greenprof.lint import load_rules

        done = greenprof("rules")
        assert (done.code, done.err) == (0, "")
        head, *lines = done.lines
        assert head.split() == ["rule", "group", "default", "saves", "fix", "finds"]
        assert {line.split()[0] for line in lines} == {rule.name for rule in load_rules()}
        assert {line.split()[2] for line in lines} <= {"on", "off"}

    def test_of_a_group(self, greenprof):
        lines = [line.split() for line in greenprof("rules", "idle").lines[1:]]
        assert "busy-wait" in [line[0] for line in lines]
        assert {line[1] for line in lines} == {"idle"}

    def test_for_tools(self, greenprof):
        rules = json.loads(greenprof("rules", "-f", "json").out)
        busy = next(one for one in rules if one["name"] == "busy-wait")
        assert busy["group"] == "idle"
        assert busy["has_fix"] is True
        assert busy["saving"]["low"] <= busy["saving"]["ratio"] <= busy["saving"]["high"]
        idle = json.loads(greenprof("rules", "idle", "--output-format", "json").out)
        assert idle == [one for one in rules if one["group"] == "idle"]

    def test_says_where_advice_needs_a_python(self, greenprof):
        line = next(line for line in greenprof("rules", "loops").lines if line.startswith("products-summed"))
        assert line.endswith(" (Python >=3.12)")
        rules = json.loads(greenprof("rules", "loops", "-f", "json").out)
        assert {one["name"]: one["python"] for one in rules if one["python"]} == {"products-summed-in-python": ">=3.12"}

    def test_page_in_the_terminal(self, greenprof):
        done = greenprof("rules", "query-in-loop")
        assert done.code == 0
        assert "\x1b" not in done.out
        assert "Why it costs energy" in done.out
        assert "```" not in done.out

    def test_page_for_tools(self, greenprof):
        rule = json.loads(greenprof("rules", "-f", "json", "query-in-loop").out)
        assert rule["page"].startswith("# query-in-loop\n")

    @pytest.mark.parametrize(("word", "meant"), [("querry-in-loop", "query-in-loop"), ("databse", "database")])
    def test_did_you_mean(self, greenprof, word, meant):
        done = greenprof("rules", word)
        assert (done.code, done.out) == (2, "")
        assert done.err == f"greenprof: unknown rule or group {word!r}: did you mean {meant}?\n"

    def test_rules_of_the_project_are_in_it(self, greenprof, project):
        greenprof("rules", "new", "price-in-loop")
        assert greenprof("rules", "price-in-loop").code == 2
        project({"other.toml": 'rules = ["lint"]\n'})
        assert "price-in-loop" in greenprof("rules", "--config", "other.toml").out
        project({"pyproject.toml": SETTINGS})
        assert "price-in-loop" in greenprof("rules", "price-in-loop").out

    def test_measured_here(self, greenprof, project):
        greenprof("rules", "new", "price-in-loop")
        project({"pyproject.toml": SETTINGS})
        done = greenprof("rules", "price-in-loop", "--measure", "-f", "json")
        assert (done.code, done.err) == (0, "")
        saving = json.loads(done.out)["price-in-loop"]
        assert saving["ratio"] > 2
        assert (saving["n"], saving["time"]) == (2000, "CPU time")
        assert "times the CPU time" in greenprof("rules", "price-in-loop", "--measure").out

    def test_a_pair_that_fails_is_named(self, greenprof, project, tmp_path):
        greenprof("rules", "new", "price-in-loop")
        project({"pyproject.toml": SETTINGS, "lint/price_in_loop/good.py": "def run(n=5):\n    raise OSError('no')\n"})
        done = greenprof("rules", "price-in-loop", "--measure")
        assert (done.code, done.out) == (1, "")
        assert done.err == "greenprof: price-in-loop: not measured: good.py fails: OSError: no\n"

    def test_a_pair_whose_package_is_not_there_is_not_run_and_that_is_said(self, greenprof, project, tmp_path):
        greenprof("rules", "new", "price-in-loop")
        file = tmp_path / "lint" / "price_in_loop" / "rule.py"
        text = file.read_text().replace("    group = ", '    needs = ("no_such_library",)\n    group = ')
        project({"pyproject.toml": SETTINGS, "lint/price_in_loop/rule.py": text})
        done = greenprof("rules", "test", "lint")
        told = "price-in-loop: keeps its promises; its pair was not run: it needs no_such_library\n"
        assert (done.code, done.out) == (0, told)
        done = greenprof("rules", "price-in-loop", "--measure")
        assert (done.code, done.out) == (0, "")
        assert done.err == "greenprof: price-in-loop: not measured: it needs no_such_library\n"


class TestNewRule:
    def test_passes_and_finds(self, greenprof, project):
        assert greenprof("rules", "new", "price-in-loop", "--in", "ours/rules").code == 0
        done = greenprof("rules", "test", "ours/rules")
        assert (done.code, done.out, done.err) == (0, "price-in-loop: keeps its promises\n", "")
        project({"pyproject.toml": '[tool.greenprof]\nrules = ["ours/rules"]\n'})
        project({"a.py": "def f(items):\n    for item in items:\n        price_of(item)\n"})
        found = json.loads(greenprof("lint", "a.py", "-f", "json").out)["findings"]
        assert [(one["line"], one["rule"]) for one in found] == [(3, "price-in-loop")]

    @pytest.mark.parametrize("name", ["Price", "price_in_loop", "../price", "1price", "price-", ""])
    def test_is_no_name(self, greenprof, tmp_path, name):
        done = greenprof("rules", "new", name)
        assert (done.code, len(done.err.splitlines())) == (2, 1)
        assert list(tmp_path.iterdir()) == []

    def test_name_is_taken(self, greenprof):
        assert "has a rule or group of that name" in greenprof("rules", "new", "busy-wait").err
        greenprof("rules", "new", "price-in-loop")
        again = greenprof("rules", "new", "price-in-loop")
        assert (again.code, again.err) == (2, f"greenprof: {Path('lint', 'price_in_loop')}: is there already\n")

    def test_folder_may_not_be_written(self, greenprof, tmp_path, bound_by_modes):
        tmp_path.chmod(0o555)
        with bound_by_modes():
            done = greenprof("rules", "new", "price-in-loop")
        tmp_path.chmod(0o755)
        assert (done.code, done.err) == (2, "greenprof: lint/price_in_loop: cannot be made (Permission denied)\n")


class TestPromises:
    @pytest.mark.parametrize(
        ("file", "old", "new", "told"),
        [
            ("bad.py", "  # expect: price-in-loop", "", "bad.py:13: price-in-loop is found and not expected"),
            ("bad.py", "import xor", "import xor  # expect: price-in-loop", "is expected and not found"),
            ("bad.py", "expect: price", "expect: prices", "expects prices-in-loop, not price-in-loop"),
            ("good.py", "return reduce", "time.sleep(0)\n    return reduce", "good.py fails: NameError"),
            ("good.py", ", 0)", ", 1)", "good.py: run(1) gives another answer than that of bad.py"),
            ("good.py", "n=2_000", "n", "good.py: run(n) needs a default size"),
            ("good.py", "def run", "def go", "good.py: no 'run'; it should define run(n)"),
            ("good.py", "return reduce", "return reduce(", "good.py: "),
            ("README.md", "# price-in-loop", "# Prices", "README.md: should begin with # price-in-loop"),
            ("README.md", "## Use instead", "## Instead", "README.md: its headings should be "),
            ("README.md", "`loops`", "loops", "README.md: does not say `loops`"),
            ("README.md", "n=2_000", "n=3_000", "README.md: does not show bad.py as it is"),
            ("README.md", "\n## What", "\nFix: safe.\n\n## What", "speaks of a fix, and rule.py has no method repair"),
            ("rule.py", "    fix =", "    advice =", "says no fix"),
        ],
    )
    def test_broken_one_is_told(self, greenprof, tmp_path, file, old, new, told):
        greenprof("rules", "new", "price-in-loop")
        path = tmp_path / "lint" / "price_in_loop" / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
        done = greenprof("rules", "test", "lint")
        assert (done.code, done.err) == (1, "")
        assert done.out.startswith("price-in-loop:\n    lint/price_in_loop/")
        assert told in done.out

    def test_advice_that_costs_more_is_told(self, greenprof, tmp_path):
        greenprof("rules", "new", "price-in-loop")
        folder = tmp_path / "lint" / "price_in_loop"
        good, page = folder / "good.py", folder / "README.md"
        old, slower = "return reduce", "sum(range(2_000_000))\n    return reduce"
        for path in (good, page):
            path.write_text(path.read_text().replace(f"{old}(xor, prices_of", f"{slower}(xor, prices_of"))
        done = greenprof("rules", "test", "lint")
        assert (done.code, len(done.lines)) == (1, 2)
        assert re.search(
            r"price_in_loop/bad\.py takes only 0\.\d+ times the CPU time of good\.py \(.* pairs?\)", done.out
        )

    @pytest.mark.parametrize("file", ["bad.py", "good.py", "README.md"])
    def test_file_is_missing(self, greenprof, tmp_path, file):
        greenprof("rules", "new", "price-in-loop")
        (tmp_path / "lint" / "price_in_loop" / file).unlink()
        assert greenprof("rules", "test", "lint").lines[1:] == [f"    lint/price_in_loop/there is no {file}"]

    def test_of_greenprofs_own(self, greenprof):
        from greenprof.lint.registry import builtin_folder

        done = greenprof("rules", "test", builtin_folder() / "busy_wait")
        assert (done.code, done.out) == (0, "busy-wait: keeps its promises\n")

    def test_rule_that_cannot_be_loaded(self, greenprof, project):
        project({"lint/broken/rule.py": "import nothing_of_that_name\n"})
        done = greenprof("rules", "test", "lint")
        assert (done.code, len(done.err.splitlines())) == (2, 1)
        assert "broken" in done.err
        assert "nothing_of_that_name" in done.err

    def test_folder_without_rules(self, greenprof, tmp_path):
        (tmp_path / "empty").mkdir()
        assert (greenprof("rules", "test", "empty").code, greenprof("rules", "test", "nowhere").code) == (2, 2)


class TestCompletion:
    @pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
    def test_script_is_one(self, shell):
        command = [sys.executable, "-c", "import sys; sys.argv[0] = 'greenprof'; import greenprof.cli as c; c.main()"]
        environment = {**os.environ, "_GREENPROF_COMPLETE": f"{shell}_source"}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert (done.returncode, "greenprof" in done.stdout) == (0, True), done.stderr
        if shutil.which(shell):
            subprocess.run([shell, "-n"], input=done.stdout, text=True, check=True)

    @pytest.mark.parametrize(
        ("words", "offered"),
        [
            ("greenprof li", "lint"),
            ("greenprof lint --base", "--baseline-create"),
            ("greenprof lint --select query-", "query-in-loop"),
            ("greenprof lint --ignore idle,busy-w", "idle,busy-wait"),
            ("greenprof lint -f sar", "sarif"),
            ("greenprof rules busy", "busy-wait"),
        ],
    )
    def test_words_are_offered(self, words, offered):
        command = [sys.executable, "-c", "import sys; sys.argv[0] = 'greenprof'; import greenprof.cli as c; c.main()"]
        environment = {
            **os.environ,
            "_GREENPROF_COMPLETE": "bash_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": str(len(words.split()) - 1),
        }
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert f"plain,{offered}" in done.stdout.splitlines(), (done.stdout, done.stderr)
