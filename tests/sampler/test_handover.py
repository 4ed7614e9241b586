"""A program that hands over runs as it does natively, whatever it looks at."""

import json
import os
import subprocess
import sys

import pytest

from greenprof.sampler import target_environment

DUMP = """
import os, sys
import atexit, json, pathlib
state = {
    "environ": dict(os.environ),
    "order": list(os.environ),
    "c environment": open("/proc/self/environ").read() and sorted(
        __import__("subprocess").run(["env", "-0"], capture_output=True, text=True).stdout.split("\\0")
    ),
    "path": sys.path,
    "argv": sys.argv,
    "orig_argv": sys.orig_argv,
    "flags": repr(sys.flags),
    "main": {k: repr(v) for k, v in sys.modules["__main__"].__dict__.items() if isinstance(v, (str, type(None)))},
    "modules": list(sys.modules),
    "importers": list(sys.path_importer_cache),
    "hooks": [repr(h).split(" at ")[0] for h in [*sys.meta_path, *sys.path_hooks, sys.excepthook]],
    "marks": sorted(n for n in sys.__dict__ if n.endswith("mark")),
    "threads": len(os.listdir("/proc/self/task")),
    "files": len(os.listdir("/proc/self/fd")),
    "stdin": sys.stdin.read(),
}
print(json.dumps(state))
"""


@pytest.fixture
def both(tmp_path):
    """Run a command natively and with a hand-over: both results, and the names of the hand-overs."""

    def run(command, env=None, cwd=None):
        handover = tmp_path / "handover"
        handover.mkdir(exist_ok=True)
        base = {**os.environ, **(env or {})}
        for name, value in (env or {}).items():
            if value is None:
                del base[name]
        native, handed = (
            subprocess.run(
                command,
                env=environment,
                input="typed",
                capture_output=True,
                text=True,
                cwd=cwd or tmp_path,
                check=False,
            )
            for environment in (base, target_environment(base, handover))
        )
        return native, handed, sorted(path.name for path in handover.iterdir())

    return run


def equal(native, handed):
    assert handed.returncode == native.returncode
    assert handed.stderr == native.stderr
    try:
        first, second = json.loads(native.stdout), json.loads(handed.stdout)
    except ValueError:
        first, second = native.stdout, handed.stdout
    assert second == first


@pytest.mark.parametrize(
    "pythonpath", [None, "", "lib", "/nowhere:lib", ":", "lib:", "lib::lib"], ids=lambda value: f"PYTHONPATH={value}"
)
def test_a_script_sees_what_it_sees_natively(both, script, pythonpath):
    script("", "lib.py")
    native, handed, handovers = both([sys.executable, str(script(DUMP)), "-x", "argument"], {"PYTHONPATH": pythonpath})
    assert native.returncode == 0, native.stderr
    equal(native, handed)
    assert len(handovers) == 1


@pytest.mark.parametrize("options", [["-B"], ["-O"], ["-X", "utf8"], ["-W", "error"], ["-P"], ["-s"], ["-u"]], ids=str)
def test_options_of_the_interpreter(both, script, options):
    native, handed, handovers = both([sys.executable, *options, str(script(DUMP))])
    assert native.returncode == 0, native.stderr
    equal(native, handed)
    assert len(handovers) == 1


def test_a_module_and_a_command_line(both, script):
    script(DUMP, "dump.py")
    equal(*both([sys.executable, "-m", "dump", "argument"])[:2])
    equal(*both([sys.executable, "-c", DUMP])[:2])


def test_a_python_in_a_shell(both, script):
    native, handed, handovers = both(
        ["bash", "-c", f"{sys.executable} -c 1; exec {sys.executable} {script('print(1)')}"]
    )
    equal(native, handed)
    assert len(handovers) == 2


@pytest.mark.parametrize("option", ["-I", "-E", "-S"])
def test_an_isolated_python_runs_and_hands_nothing_over(both, script, option):
    native, handed, handovers = both([sys.executable, option, str(script("import sys; print(sys.path, sys.argv)"))])
    if option != "-S":
        equal(native, handed)
    assert handed.returncode == 0
    assert not handovers


def test_the_users_own_sitecustomize_runs(both, script, tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    (own / "sitecustomize.py").write_text("import sys\nsys.own_mark = __name__, __file__, __spec__.origin\n")
    native, handed, handovers = both(
        [sys.executable, str(script(DUMP + "print(sys.own_mark, file=sys.stderr)"))], {"PYTHONPATH": str(own)}
    )
    equal(native, handed)
    assert "own_mark" in native.stdout
    assert "sitecustomize" in json.loads(handed.stdout)["modules"]
    assert len(handovers) == 1


@pytest.mark.parametrize("body", ["1/0", "raise ImportError('x', name='y')", "import nothing_of_that_name"])
def test_a_sitecustomize_that_fails_fails_as_natively(both, script, tmp_path, body):
    own = tmp_path / "own"
    own.mkdir()
    (own / "sitecustomize.py").write_text(body)
    equal(*both([sys.executable, str(script("print('runs')"))], {"PYTHONPATH": str(own)})[:2])


@pytest.mark.parametrize(
    "text",
    [
        "def f(): 1/0\ndef g(): f()\ng()",
        "raise SystemExit(3)",
        "import sys; sys.exit('bye')",
        "import os; os.kill(os.getpid(), 15)",
        "raise KeyboardInterrupt",
        "import nothing_of_that_name",
        "x = (",
        "import sys; print(len(sys._current_frames()), sys.getrecursionlimit(), sys.gettrace(), sys.getprofile())",
    ],
)
def test_the_program_ends_as_natively(both, script, text):
    equal(*both([sys.executable, str(script(text))])[:2])


def test_children_are_started_without_any_trace(both, script):
    child = "import os; print(sorted(os.environ), flush=True)"
    text = f"import os, subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}]); os.system('env | sort')"
    equal(*both([sys.executable, str(script(text))])[:2])


@pytest.mark.parametrize("folder", ["/nowhere/at/all", "/proc/self", ""])
def test_a_folder_that_cannot_be_written_does_not_disturb(script, tmp_path, folder):
    base = dict(os.environ)
    native, handed = (
        subprocess.run(
            [sys.executable, str(script(DUMP))], env=environment, capture_output=True, text=True, input="", check=False
        )
        for environment in (base, {**target_environment(base, tmp_path), "GREENPROF_HANDOVER": folder})
    )
    equal(native, handed)


def test_the_environment_given_is_left_alone(tmp_path):
    base = {"A": "1", "PYTHONPATH": "x"}
    made = target_environment(base, tmp_path)
    assert base == {"A": "1", "PYTHONPATH": "x"}
    assert made["PYTHONPATH"].endswith(f"{os.pathsep}x")
    assert made["A"] == "1"
