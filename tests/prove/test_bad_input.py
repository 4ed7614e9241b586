"""What cannot be proven is said in one line, before anything is tried; and what looks bad and is not, works."""

import json
import sys

import pytest

PYTHON = sys.executable
FAST = """\
    def missing(n):
        stock = {item: item % 10 for item in range(n)}
        return sum(item not in list(stock.keys()) for item in range(0, 2 * n, 3))


    print(missing(2000))
    """
NOTHING = "print('done')\n"


@pytest.mark.parametrize(
    ("program", "options", "said"),
    [
        ("raise SystemExit('no such customer')", (), "fails before any fix (exit code 1: no such customer)"),
        ("import time; time.sleep(60)", ("--timeout", "0.5"), "did not end within 0.5 s, before any fix"),
        ("import os; print(os.urandom(4))", (), "does not give the same answer twice (standard output line 1: "),
        (NOTHING, ("--answer", "out.csv"), "out.csv: the command leaves no such file"),
        (NOTHING, ("--tests", "false"), "the tests fail before any fix (false: exit code 1)"),
        (NOTHING, ("--tests", "'half"), "is no command (no closing quotation)"),
        (NOTHING, ("--tests", " "), "a command is empty"),
        (NOTHING, ("--only", "nonsense"), "--only: "),
        (NOTHING, ("--try", "app.py"), "app.py: is no patch"),
        (NOTHING, ("--report", "none.json"), "none.json: cannot be read"),
        (NOTHING, ("--meter", "nonsense"), "nonsense"),
        (NOTHING, ("--answer", "a", "--no-answer-check"), "contradict each other"),
        (NOTHING, ("--confidence", "0.5"), "0.5 is not in the range"),
        (NOTHING, ("gone.py",), "gone.py: no such file or folder"),
        (NOTHING, ("/",), "/: lies outside of the project in "),
    ],
)
def test_one_line_says_what_is_wrong(prove, shop, program, options, said):
    (shop / "app.py").write_text(program)
    done = prove(*options, "--", PYTHON, "app.py")
    assert (done.code, done.out) == (2, ""), done
    assert said in done.err
    assert "Traceback" not in done.err
    assert not (shop / ".greenprof/prove/work").exists()


def test_a_command_is_needed_and_has_to_start(prove):
    assert "name the command to prove it with" in prove(".").err
    done = prove("--", "no-such-program")
    assert (done.code, done.err) == (2, "greenprof: no-such-program: cannot be started (No such file or directory)\n")


def test_resume_goes_alone_and_refuses_what_is_damaged(prove, shop):
    assert "--resume goes on with what was asked then" in prove("--resume", "--max", "3").err
    (shop / ".greenprof/prove").mkdir(parents=True)
    for text in ("{", "[]", '{"format": "greenprof-prove-state", "version": 1, "kept": {"../x": ""}, "sources": {}}'):
        (shop / ".greenprof/prove/state.json").write_text(text)
        done = prove("--resume")
        assert done.code == 2
        assert "state.json: is damaged (" in done.err


def test_findings_without_fixes_are_said(prove, shop):
    (shop / "app.py").write_text("import time\n\nwhile not time.time():\n    pass\nprint('done')\n")
    done = prove("--", PYTHON, "app.py")
    assert (done.code, done.err) == (1, "")
    assert "No fix was tried." in done.out


def test_without_git_tests_or_settings_it_works_and_says_so(prove, project_files, tmp_path):
    folder = project_files({"app.py": FAST, "venv/pyvenv.cfg": "", "venv/large": "x"}, tmp_path / "plain")
    # The program leaves files, and changes one: neither is held against a fix, nor in the next run's way.
    (folder / "app.py").write_text(
        (folder / "app.py").read_text() + "open('new.txt', 'x').close()\nopen('count.txt', 'a').write('1')\n"
        "print(open('count.txt').read())\n"
    )
    (folder / "count.txt").write_text("1")
    before = {path.name: path.read_bytes() for path in folder.glob("*.[pt][yx]*")}
    done = prove("-f", "json", "--apply", "--", PYTHON, folder / "app.py", folder=folder)
    assert done.code == 0, done.err
    assert done.err == "greenprof: applied to app.py\n"
    proof = json.loads(done.out)
    assert [one["verdict"] for one in proof["trials"]] == ["kept"]
    after = {path.name: path.read_bytes() for path in folder.glob("*.[pt][yx]*")}
    assert "item not in stock" in after.pop("app.py").decode()
    del before["app.py"]
    assert after == before
