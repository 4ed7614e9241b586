"""``greenprof ab``: real repositories, both sides run, and what is said of their tests."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner

from greenprof.ab.show import render
from greenprof.ab.suite import Request, compare_commits
from greenprof.cli import cli
from greenprof.pairs import Plan
from greenprof.pytest_plugin.base_options import left_out

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="two sides are measured side by side on Linux only")

SETTINGS = """
[project]
name = "shop"
version = "1"
[tool.pytest.ini_options]
pythonpath = ["src"]
addopts = "--green-sort=name"
green_min_rounds = 2
"""
CALC = """
def work(n):
    total = 0
    for i in range(n):
        total += i * i
    return total


def dearer():
    return work({n})


def twin():
    return work(20_000)
"""
TESTS = """
import os
import pytest
from shop.calc import dearer, twin

budget = pytest.mark.energy_budget("1 J", regress="10%")


@pytest.fixture
def prepared():
    return sum(range(10_000))


def test_dearer(energy):
    energy(dearer)


@budget
def test_twin(prepared):
    twin()


def test_without_a_mark():
    twin()
"""


class Repository:
    """A git repository with a package ``shop`` in it, and the command run in it."""

    def __init__(self, folder: Path, src: bool) -> None:
        self.folder, self.root = folder, folder / "src" if src else folder
        folder.mkdir()
        self.git("init", "-q", "-b", "main")
        self.write("pyproject.toml", SETTINGS)
        self.write(self.package / "__init__.py", "")
        self.write(self.package / "calc.py", CALC.format(n=20_000))
        self.write("tests/test_shop.py", TESTS)
        self.commit()

    @property
    def package(self) -> Path:
        return self.root / "shop"

    def git(self, *words: str) -> str:
        known = ("-c", "user.name=A", "-c", "user.email=a@b.invalid", "-c", "protocol.file.allow=always")
        command = ["git", *known, *words]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def write(self, path: str | Path, text: str) -> None:
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")

    def commit(self) -> str:
        self.git("add", "-A")
        self.git("commit", "-qm", "a change")
        return self.git("rev-parse", "HEAD")

    def ab(self, *words: str, tests: tuple[str, ...] = ("tests",)) -> tuple[int, str]:
        """Exit code, and what was printed or the error."""
        before = Path.cwd()
        os.chdir(self.folder)
        try:
            command = ["ab", "--pairs", "6", "6", *words, "--", sys.executable, "-m", "pytest", *tests]
            done = CliRunner().invoke(cli, command)
        finally:
            os.chdir(before)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            return getattr(done.exception, "exit_code", -1), str(done.exception)
        return done.exit_code, done.output


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Repository]:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # each pair starts pytest anew
    monkeypatch.delenv("GITHUB_REF", raising=False)
    return lambda src=True: Repository(tmp_path / "repository", src)


def one_line(text: str) -> bool:
    return "\n" not in text.strip()


def test_a_planted_slowdown_is_found_and_its_unchanged_twin_is_not(repository):
    made = repository()
    made.write(made.package / "calc.py", CALC.format(n=30_000))
    code, text = made.ab("main", "-f", "json")
    assert code == 1, text
    data = json.loads(text)
    said = {test["node"].partition("::")[2]: test for test in data["tests"]}
    assert set(said) == {"test_dearer", "test_twin"}, "a test without the fixture or a limit is not asked for"
    assert said["test_dearer"]["breach"]
    assert 1.3 < said["test_dearer"]["ratio"] < 1.7
    assert not said["test_twin"]["breach"]
    assert said["test_twin"]["limit"] == 0.1
    assert data["base"]["sha"] == made.git("rev-parse", "main")
    assert all(place.endswith("tree/src/shop") for place in data["base"]["code"])
    assert data["head"]["code"] == [str(made.package.resolve())]
    assert "1 changed file" in " ".join(data["head"]["notes"])
    assert made.git("worktree", "list").count("\n") == 0, "the checkout is gone"
    assert list((made.folder / ".greenprof" / "ab").iterdir()) == []
    assert made.git("diff", "--name-only") == "src/shop/calc.py"
    assert ".greenprof" not in made.git("status", "--porcelain")


def test_joules_are_compared_where_a_meter_measures_them(repository, powercap_tree, monkeypatch):
    made, tree = repository(), powercap_tree()
    made.write(made.package / "calc.py", CALC.format(n=800_000))  # long beside what a worker does around it
    made.commit()
    made.write(made.package / "calc.py", CALC.format(n=4_000_000))
    monkeypatch.chdir(made.folder)
    request = Request(
        base="main", head=None, words=(sys.executable, "-m", "pytest", "-k", "dearer"), meter=f"rapl:{tree.root}",
        plan=Plan(min_pairs=6, max_pairs=6, block_s=0.04, shared=6), left_out=left_out(),
    )  # fmt: skip
    with tree.run_at(50.0):
        result = compare_commits(request, made.folder)
    (dearer,) = result.outcomes
    assert dearer.breach and dearer.said == "dearer" and dearer.ratio > 2
    # At 50 W all the time a call costs 50 J for each second that it takes, and longer where the core is shared.
    assert dearer.base_s is None and 0.001 < dearer.base_j < dearer.head_j < 50
    told = render("text", result)
    assert "(Joules of the meter rapl for one call" in told and " J  " in told and "power at rest is not known" in told
    data = json.loads(render("json", result))
    assert (data["quantity"], data["meter"]) == ("J", "rapl")
    assert render("markdown", result).startswith("## Joules of the tests, beside the base: 1 regression")


ODD = """

@budget
def test_fails():
    assert twin() == 1

@budget
def test_skipped():
    pytest.skip("not today")

@budget
def test_goes_elsewhere(tmp_path):
    os.chdir(tmp_path)
    twin()

@budget
def test_ends_its_process():
    os.kill(os.getpid(), 9)

@budget
def test_never_ends():
    while True:
        pass
"""


def test_what_cannot_be_judged_is_said_and_the_rest_is(repository):
    made = repository()
    made.write("tests/test_shop.py", TESTS + ODD + "\n@budget\ndef test_old(): pass\n")
    made.commit()
    made.write("tests/test_shop.py", TESTS + ODD + "\n@budget\ndef test_new(): pass\n")
    code, text = made.ab("HEAD", "--timeout", "1", "-f", "json", "--regress", "50%")
    assert code == 0, text
    said = {test["node"].partition("::")[2]: test for test in json.loads(text)["tests"]}
    for name, word, reason in (
        ("test_fails", "failed", "assert"),
        ("test_skipped", "skipped", "not today"),
        ("test_ends_its_process", "failed", "SIGKILL"),
        ("test_never_ends", "failed", "no end after 1 s"),
        ("test_new", "new", "not in the base"),
        ("test_old", "gone", "not in the head"),
    ):
        assert said[name]["said"] == word, said[name]
        assert reason in said[name]["reason"]
    for name in ("test_dearer", "test_twin", "test_goes_elsewhere"):
        assert said[name]["said"] in {"same", "inconclusive"}, said[name]
        assert said[name]["pairs"] >= 6  # more on a busy machine
        assert "has changed too" in " ".join(said[name]["notes"])


def test_told_to_end_it_leaves_no_checkout_and_no_worker(repository):
    made = repository()
    made.write("tests/test_shop.py", TESTS + "\n@budget\ndef test_long():\n    __import__('time').sleep(600)\n")
    made.commit()
    made.write(made.package / "calc.py", CALC.format(n=20_001))
    command = [sys.executable, "-m", "greenprof", "ab", "HEAD", "--", sys.executable, "-m", "pytest", "tests"]
    running = subprocess.Popen(command, cwd=made.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    place = made.folder / ".greenprof" / "ab"
    until_s = time.monotonic() + 60
    while not (runs := workers_in(place)) and time.monotonic() < until_s:
        time.sleep(0.05)
    assert runs
    running.send_signal(signal.SIGTERM)
    said = running.communicate(timeout=60)[1].decode()
    assert (running.returncode, said) == (128 + signal.SIGTERM, "greenprof: ab: stopped\n")
    assert made.git("worktree", "list").count("\n") == 0
    assert list(place.iterdir()) == []
    assert not workers_in(place)


def workers_in(place: Path) -> list[str]:
    """The command lines of running processes that name the folder."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            found.append(file.read_bytes().decode(errors="replace"))
    return [line for line in found if f"{place}{os.sep}" in line and "worker.py" in line]


def test_the_head_may_be_a_commit_and_the_table_goes_into_files(repository, tmp_path):
    made = repository(src=False)
    first = made.git("rev-parse", "HEAD")
    made.write(made.package / "calc.py", CALC.format(n=20_100))
    second = made.commit()
    made.write(made.package / "calc.py", "raise RuntimeError('the working tree is not what runs')")
    page = tmp_path / "energy.md"
    code, text = made.ab(first, second, "--regress", "90%", "-o", str(page), tests=("tests", "-k", "dearer"))
    assert code == 0, text
    assert page.read_text().startswith(
        "## CPU time of the tests, beside the base: no regression is certain; 1 test: 1 "
    )
    assert "tests/test_shop.py::test_dearer" in page.read_text()
    assert f"{second[:10]}" in text
    assert "tree/shop (" in text
    code, text = made.ab(first, first)
    assert (code, one_line(text)) == (2, True)
    assert "are one commit" in text


@pytest.mark.parametrize(
    ("words", "tests", "told"),
    [
        (("nowhere",), ("tests",), "nowhere: no such commit here, and there is no remote"),
        (("main", "--regress", "fast"), ("tests",), "a growth"),
        (("main",), ("tests", "-k", "without_a_mark"), "none with the fixture energy"),
        (("main",), ("nothing-there",), "cannot be collected"),
        (("main", "--pairs", "2", "6"), ("tests",), "at least 6 are needed"),
        (("main", "--meter", "estimate"), ("tests",), "only estimates joules, from CPU time: leave it out"),
    ],
)
def test_bad_input_is_one_line(repository, words, tests, told):
    code, text = repository().ab(*words, tests=tests)
    assert code == 2
    assert told in text
    assert one_line(text.split("\n    ")[0]), text


def test_no_git_and_no_repository_are_one_line(repository, tmp_path, monkeypatch):
    made = repository()
    (tmp_path / "apart").mkdir()
    made.folder = tmp_path / "apart"
    code, text = made.ab("main")
    assert code == 2
    assert "is in no git repository" in text
    monkeypatch.setenv("PATH", str(tmp_path))
    code, text = made.ab("main")
    assert code == 2
    assert text == "git is not installed, and the base commit comes from it"


def test_another_command_than_pytest_is_one_line(repository, monkeypatch):
    made = repository()
    monkeypatch.chdir(made.folder)
    for words, told in (((), "no command after --"), (("make", "test"), "make test: is not pytest")):
        done = CliRunner().invoke(cli, ["ab", "main", "--", *words])
        assert told in str(done.exception)


def test_a_mark_that_makes_no_sense_names_its_test(repository):
    made = repository()
    made.write("tests/test_shop.py", TESTS.replace('"10%"', '"ten"'))
    code, text = made.ab("main")
    assert code == 2
    assert text.startswith("tests/test_shop.py::test_twin: ")
    assert one_line(text)


def test_a_base_that_does_not_build_says_how_it_ended(repository):
    made = repository()
    made.write("pyproject.toml", '[project]\nname = "shop"\nversion = "1"\ndependencies = ["other"]\n')
    code, text = made.ab("main", "--install", "echo gone wrong; exit 3")
    assert code == 2
    assert text.splitlines() == [
        "the base cannot be built: `sh -c echo gone wrong; exit 3` ended with 3",
        "    gone wrong",
    ]


def test_a_base_whose_tests_cannot_be_collected_is_said(repository):
    made = repository()
    made.write("tests/test_shop.py", "import nothing_of_that_name\n")
    made.commit()
    made.write("tests/test_shop.py", TESTS)
    code, text = made.ab("HEAD", "--strict")
    assert code == 1
    assert "base: tests/test_shop.py cannot be collected: ModuleNotFoundError" in text
    assert "no test could be compared" in text


def test_a_shallow_clone_fetches_its_base_or_says_how(repository, tmp_path):
    made = repository()
    base = made.git("rev-parse", "HEAD")
    made.git("config", "uploadpack.allowAnySHA1InWant", "true")
    made.write(made.package / "calc.py", CALC.format(n=20_001))
    made.commit()
    there = tmp_path / "shallow"
    made.git("clone", "-q", "--depth=1", f"file://{made.folder}", str(there))
    made.folder = there
    code, text = made.ab(base, "--no-fetch")
    assert code == 2
    assert text == f"{base}: no such commit here; fetch it first: git fetch --no-tags --depth=1 origin {base}"
    code, text = made.ab(base, "--regress", "90%", tests=("tests", "-k", "twin"))
    assert code == 0, text
    assert "this clone is shallow" in text
    assert f"fetched with `git fetch --no-tags --depth=1 origin {base}`" in text
    code, text = made.ab("origin/gone", "--regress", "90%")
    assert code == 2
    assert "`git fetch --no-tags --depth=1 origin gone` failed" in text
    assert one_line(text)


def run_pytest(made: Repository, *words: str) -> tuple[int, str]:
    """pytest with this plugin in the repository: exit code and output."""
    command = [sys.executable, "-m", "pytest", "-p", "greenprof.pytest_plugin", *words]
    done = subprocess.run(command, cwd=made.folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_with_green_base_a_regression_fails_its_test_in_a_worker_of_xdist_too(repository):
    made = repository()
    made.write(made.package / "calc.py", CALC.format(n=30_000))
    code, text = run_pytest(made, "-p", "xdist.plugin", "-n", "1", "--green-base", "main", "-k", "dearer or without")
    assert code == 1, text
    assert "1 failed, 1 passed" in text
    assert "it may grow by 5%" in text
    assert "energy: beside main" in text


def test_with_green_base_a_new_test_is_said_and_passes(repository):
    made = repository()
    made.write("tests/test_shop.py", TESTS.replace("test_dearer", "test_of_before"))
    made.commit()
    made.write("tests/test_shop.py", TESTS)
    code, text = run_pytest(made, "--green-base", "main", "-k", "dearer")
    assert code == 0, text
    assert "1 passed" in text
    assert "no test could be compared" in text


def test_a_base_that_cannot_be_had_stops_the_plugin_with_one_line(repository):
    made = repository()
    code, text = run_pytest(made, "--green-base", "nowhere")
    assert code == 4
    assert text.strip().startswith("ERROR: --green-base: nowhere: no such commit here")
    assert one_line(text)
    code, text = run_pytest(made, "--green-base", "main", "-k", "without_a_mark")
    assert code == 0, text
    assert "nothing is compared with the base" in text


def test_a_cache_keeps_the_checkout_and_a_fixture_of_the_projects_own_is_not_ours(repository, tmp_path):
    made, cache = repository(), tmp_path / "cache"
    sha = made.git("rev-parse", "HEAD")
    made.write("tests/conftest.py", "import pytest\n@pytest.fixture\ndef energy():\n    return 1\n")
    made.write("tests/test_new.py", TESTS.replace("test_twin", "test_other"))
    code, text = made.ab("main", "--cache", str(cache), tests=("tests/test_new.py",))
    assert code == 0, text
    assert "test_other" in text
    assert "test_dearer" not in text
    assert "kept from before" not in text
    assert (cache / sha / "tree" / "src" / "shop" / "calc.py").is_file()
    code, text = made.ab("main", "--cache", str(cache), tests=("tests/test_new.py",))
    assert code == 0, text
    assert "kept from before" in text
