"""The pre-commit hook and the GitHub Action: what their files say is run for real."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

yaml = pytest.importorskip("yaml")
ROOT = Path(__file__).parents[2]
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
JOIN = "def f(rows):\n    return sum([[x] for x in rows], [])\n"


@pytest.fixture
def project(tmp_path):
    (tmp_path / "pyproject.toml").write_text('[tool.greenprof]\nextend-exclude = ["gen"]\n')
    (tmp_path / "gen").mkdir()
    for name in ("a.py", "gen/b.py"):
        (tmp_path / name).write_text(JOIN)
    return tmp_path


def run_hook(name, project):
    program, *options = HOOKS[name]["entry"].split()
    command = [str(Path(sys.executable).with_name(program)), *options, "a.py", "gen/b.py"]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)


def test_hook_lints_the_files_it_is_given_but_those_left_out(project):
    done = run_hook("greenprof", project)
    assert done.returncode == 1, done.stderr
    assert "a.py" in done.stdout and "gen" not in done.stdout


def test_hook_that_fixes_leaves_the_same_files_alone(project):
    done = run_hook("greenprof-fix", project)
    assert "fixed 1 finding in 1 file" in done.stderr
    assert "chain.from_iterable" in (project / "a.py").read_text()
    assert (project / "gen/b.py").read_text() == JOIN


def run_action(project, tmp_path):
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    inputs = {name: one["default"] for name, one in action["inputs"].items()} | {"sarif": "found.sarif"}
    step = action["runs"]["steps"][-1]
    bin_folder = tmp_path / "runner" / "greenprof" / "bin"
    bin_folder.mkdir(parents=True)
    (bin_folder / "greenprof").symlink_to(Path(sys.executable).with_name("greenprof"))
    environment = {
        name: inputs[value.removeprefix("${{ inputs.").removesuffix(" }}")] for name, value in step["env"].items()
    } | {"RUNNER_TEMP": str(tmp_path / "runner"), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}
    bash = shutil.which("bash") or pytest.skip("no bash on this machine: the action's step was not run")
    return subprocess.run(
        [bash, "-e", "-c", step["run"]], cwd=project, env={**os.environ, **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_action_annotates_and_fails(project, tmp_path):
    done = run_action(project, tmp_path)
    assert done.returncode == 1, done.stderr
    summary = (tmp_path / "summary.md").read_text()
    assert summary.startswith("```text\n") and summary.endswith("```\n")  # a table of blanks is a paragraph elsewhere
    assert done.stdout.startswith("::warning title=greenprof sum-of-lists,file=a.py,line=2,")
    assert "sum-of-lists" in (tmp_path / "summary.md").read_text()
    assert "sum-of-lists" in (project / "found.sarif").read_text()


def test_action_annotates_although_a_file_cannot_be_parsed(project, tmp_path):
    (project / "c.py").write_text("def (\n")
    done = run_action(project, tmp_path)
    assert done.returncode == 2, done.stderr
    assert "sum-of-lists,file=a.py,line=2," in done.stdout and "file=c.py" in done.stdout
    assert "sum-of-lists" in (tmp_path / "summary.md").read_text()
