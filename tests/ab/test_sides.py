"""Which commit is the base, what it runs in, and where its code lies: decided from files and git alone."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from greenprof.ab.dependencies import changed, compiled_sources, dependency_files
from greenprof.ab.environment import wanted
from greenprof.ab.git import base_of
from greenprof.ab.layout import layout_of
from greenprof.ab.program import program_of
from greenprof.errors import GreenprofError

Git = Callable[..., str]


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """git in a new repository ``here``, or in another folder beside it."""

    def run(*words: str, at: str = "here") -> str:
        who = ("-c", "user.name=A", "-c", "user.email=a@b.invalid", "-c", "protocol.file.allow=always")
        folder = tmp_path / at
        folder.mkdir(exist_ok=True)
        return subprocess.run(
            ["git", *who, *words], cwd=folder, capture_output=True, text=True, check=True
        ).stdout.strip()

    run("init", "-q", "-b", "main")
    return run


def commit(git: Git, text: str) -> str:
    git("commit", "-q", "--allow-empty", "-m", text)
    return git("rev-parse", "HEAD")


def test_the_base_is_where_the_branch_began_and_with_tip_where_it_is_now(git, tmp_path):
    fork = commit(git, "one")
    git("checkout", "-qb", "topic")
    commit(git, "mine")
    git("checkout", "-q", "main")
    tip = commit(git, "somebody else's")
    git("checkout", "-q", "topic")
    here = tmp_path / "here"
    assert base_of(here, "main", None).sha == fork
    assert "merge base" in base_of(here, "main", None).how
    assert base_of(here, "main", None, tip=True).sha == tip
    assert base_of(here, "main", "main").sha == tip


def test_of_a_pull_request_in_a_shallow_clone_the_commit_that_it_was_merged_into(git, tmp_path):
    commit(git, "one")
    git("checkout", "-qb", "topic")
    commit(git, "mine")
    git("checkout", "-q", "main")
    base = commit(git, "base")
    git("merge", "-q", "--no-ff", "-m", "as GitHub does", "topic")
    merge = git("rev-parse", "HEAD")
    git("update-ref", "refs/heads/merge", merge)
    git("reset", "-q", "--hard", base)
    commit(git, "since then")
    git("config", "uploadpack.allowAnySHA1InWant", "true")
    git("clone", "-q", "--depth=1", "-b", "merge", f"file://{tmp_path / 'here'}", "there", at=".")
    environ = {"GITHUB_REF": "refs/pull/7/merge", "GITHUB_SHA": merge}
    found = base_of(tmp_path / "there", "origin/main", None, environ=environ)
    assert (found.sha, found.how) == (base, "the commit that GitHub merged it into")
    found = base_of(tmp_path / "there", "origin/main", None, environ={})
    assert found.sha == git("rev-parse", "main")
    assert "the tip of origin/main" in found.how


@pytest.mark.parametrize(
    ("path", "before", "after", "differs"),
    [
        ("pyproject.toml", '[project]\nversion = "1"', '[project]\nversion = "2"\ndescription = "x"', False),
        ("pyproject.toml", "[project]\ndependencies = []", '[project]\ndependencies = ["a"]', True),
        ("pyproject.toml", "", '[dependency-groups]\ntest = ["a"]', True),
        ("pyproject.toml", "[tool.ruff]", "[tool.mypy]", False),
        ("pyproject.toml", "[broken", "[broken too", True),
        ("setup.py", "from s import setup\nsetup(version='1')", "from s import setup\nsetup(version='2')", False),
        ("setup.py", "setup(install_requires=['a'])", "setup(install_requires=['a', 'b'])", True),
        ("setup.cfg", "[metadata]\nversion = 1", "[metadata]\nversion = 2", False),
        ("setup.cfg", "[options]\ninstall_requires = a", "[options]\ninstall_requires = b", True),
        ("requirements.txt", "a==1\n# old", "a==1\n\n# new", False),
        ("requirements.txt", "a==1", "a==2", True),
        (
            "uv.lock",
            '[[package]]\nname = "shop"\nversion = "1"\nsource = { editable = "." }',
            '[[package]]\nname = "shop"\nversion = "2"\nsource = { editable = "." }',
            False,
        ),
        ("uv.lock", '[[package]]\nname = "a"\nversion = "1"', '[[package]]\nname = "a"\nversion = "2"', True),
        ("requirements.txt", None, "a", True),
    ],
)
def test_only_another_dependency_wants_another_environment(path, before, after, differs):
    assert changed([path], lambda _path: before, lambda _path: after) == ((path,) if differs else ())


def test_which_files_say_what_is_installed_and_which_are_compiled():
    paths = [
        "pyproject.toml", "uv.lock", "requirements/test.txt", "src/a.py", "app/requirements-dev.txt", "other/setup.py",
        "app/fast.pyx", "tests/fast.c", "app/tests/fast.c", "README.md",
    ]  # fmt: skip
    assert dependency_files(paths, "app") == (
        "app/requirements-dev.txt", "pyproject.toml", "requirements/test.txt", "uv.lock",
    )  # fmt: skip
    assert compiled_sources(paths, "app") == ("app/fast.pyx",)
    assert compiled_sources(paths, "") == ("app/fast.pyx", "app/tests/fast.c")


@pytest.mark.parametrize(
    ("paths", "folder", "modules", "roots"),
    [
        (["src/shop/__init__.py", "tests/test_a.py", "setup.py"], "", {"shop"}, ("src",)),
        (["shop/__init__.py", "shop/a.py", "scripts/x.py", "tests/__init__.py"], "", {"shop"}, ("",)),
        (["shop.py", "conftest.py", "setup.py"], "", {"shop"}, ("",)),
        (["a/src/ns/one/x.py", "b/src/two/__init__.py"], "a", {"ns"}, ("a/src",)),
        (["lib/__init__.py", "lib/a.py"], "", {"lib"}, ("",)),
        (["README.md", "data/x.py"], "", set(), ()),
    ],
)
def test_where_the_modules_lie(paths, folder, modules, roots):
    found = layout_of(paths, folder)
    assert (set(found.modules), found.roots) == (modules, roots)


def test_what_is_installed_for_a_project_and_its_tests(tmp_path):
    (tmp_path / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\n[project]\nname = "a"\n[project.optional-dependencies]\ntest = ["b"]\n'
        '[dependency-groups]\ndev = ["c", {include-group = "more"}]\nmore = ["d"]\n'
    )
    (tmp_path / "requirements-dev.txt").write_text("e\n")
    assert wanted(tmp_path) == ["-e", ".[test]", "c", "d", "-r", "requirements-dev.txt"]
    assert wanted(tmp_path / "nothing") == ["pytest"]


def test_which_python_runs_the_tests(tmp_path, monkeypatch):
    script = tmp_path / "pytest"
    script.write_text("#!/opt/else/bin/python3.12\n")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert program_of(["pytest", "-q"]).python == "/opt/else/bin/python3.12"
    assert not program_of(["pytest", "-q"]).as_module
    found = program_of([str(script), "tests", "-k", "pytest"])
    assert found.arguments == ("tests", "-k", "pytest")
    for words in (["python", "app.py"], ["make"], ["env", "A=1", "pytest"], ["python", "-m", "unittest"]):
        with pytest.raises(GreenprofError, match="is not pytest"):
            program_of(words)
