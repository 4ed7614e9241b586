"""Sessions that are kept, and what a new one is compared with; a missing or foreign one is a note and no failure."""

from __future__ import annotations

import json
import threading

import pytest

from greenprof.pytest_plugin.storage import Storage

CHEAP = "def test_it(energy):\n    energy(burn, 0.010)\n"
DEAR = "def test_it(energy):\n    energy(burn, 0.011)\n"


def kept(suite) -> list:
    return sorted((suite.path / ".greenprof" / "sessions").glob("*/*.json"))


def test_a_session_is_kept_and_the_next_compared_with_it(suite):
    suite.run(CHEAP, "--green-save=first").assert_outcomes(passed=1)
    assert [path.name for path in kept(suite)] == ["0001_first.json"]
    assert (suite.path / ".greenprof" / ".gitignore").read_text(encoding="utf-8") == "*\n"
    done = suite.run(DEAR, "--green-compare", "--green-compare-fail=mean:5%", "--green-save=second")
    assert done.ret == 1
    done.stdout.fnmatch_lines(
        [
            "*compared with 0001_first*",
            "*test_it.py::test_it: mean of energy 10.0 mJ -> 11.0 mJ (+10.0%)",
            "dearer than --green-compare-fail=mean:5% allows: test_it.py::test_it: mean of energy *",
            "*1 passed*",
        ]
    )
    assert suite.again("--green-compare-fail=mean:15%", "--green-compare=1").ret == 0
    assert suite.again("--green-compare-fail=median:2mJ", "--green-compare=1").ret == 0
    assert suite.again("--green-compare-fail=min:0.5mJ", "--green-compare=1").ret == 1
    file = f"--green-compare={kept(suite)[0]}"
    suite.again(file).stdout.fnmatch_lines(["*compared with 0001_first*"])
    suite.again("--green-compare").stdout.fnmatch_lines(["*compared with 0002_second*", "*(?0.0%)"])


def test_autosave_names_a_session_by_itself(suite):
    suite.run(CHEAP, "--green-autosave").assert_outcomes(passed=1)
    (path,) = kept(suite)
    assert path.name.startswith("0001_unversioned_")


def test_without_a_baseline_there_is_a_note(suite):
    done = suite.run(CHEAP, "--green-compare-fail=mean:5%")
    assert done.ret == 0
    done.stdout.fnmatch_lines(["greenprof: nothing is compared: no session of this machine is kept in *"])
    done = suite.again("--green-compare=7")
    done.stdout.fnmatch_lines(["greenprof: nothing is compared: no number 7 of this machine is kept in *"])


def test_a_foreign_baseline_is_a_note(suite):
    suite.run(CHEAP, "--green-save=here").assert_outcomes(passed=1)
    (path,) = kept(suite)
    document = json.loads(path.read_text(encoding="utf-8"))
    document["machine_info"]["fingerprint"] = "elsewhere"
    path.write_text(json.dumps(document), encoding="utf-8")
    done = suite.run(DEAR, "--green-compare", "--green-compare-fail=mean:5%")
    assert done.ret == 0
    done.stdout.fnmatch_lines(["greenprof: nothing is compared: 0001_here was measured on another machine*(elsewhere)"])
    path.parent.rename(path.parent.with_name("elsewhere"))
    done = suite.again("--green-compare")
    done.stdout.fnmatch_lines(["*no session of this machine *; those in the storage were measured on other machines"])


@pytest.mark.parametrize("content", ["", "{", "[]", '{"benchmarks": 5}', "\0\0\0"])
def test_a_corrupt_session_is_passed_over_with_a_word(suite, content):
    suite.run(CHEAP, "--green-save=good").assert_outcomes(passed=1)
    kept(suite)[0].with_name("0002_bad.json").write_text(content, encoding="utf-8")
    done = suite.again("--green-compare", "--green-save=more")
    assert done.ret == 0
    done.stdout.fnmatch_lines(["*compared with 0001_good*", "*0002_bad.json is no session that can be read*"])
    assert [path.name for path in kept(suite)] == ["0001_good.json", "0002_bad.json", "0003_more.json"]


@pytest.mark.parametrize("content", ['{"benchmarks": [5, {}, {"fullname": "test_it.py::test_it"}]}'])
def test_a_session_of_other_shape_is_compared_as_far_as_it_goes(suite, content):
    suite.run(CHEAP, "--green-save=good").assert_outcomes(passed=1)
    path = kept(suite)[0]
    document = json.loads(path.read_text(encoding="utf-8")) | json.loads(content)
    path.write_text(json.dumps(document), encoding="utf-8")
    assert suite.again("--green-compare", "--green-compare-fail=mean:5%").ret == 0


def test_a_storage_that_cannot_be_written_fails_the_session_in_one_line(suite):
    (suite.path / "file").write_text("", encoding="utf-8")
    done = suite.run(CHEAP, "--green-save=name", "--green-storage=file/below")
    assert done.ret == 1
    done.stdout.fnmatch_lines(["greenprof: the session could not be kept in *file/below (Not a directory)"])
    done.assert_outcomes(passed=1)


def test_sessions_that_are_written_at_once_get_a_number_each(tmp_path):
    def write(name: str) -> None:
        for _ in range(5):
            Storage(tmp_path / "sessions", "host").keep(name, {"benchmarks": [], "who": name})

    writers = [threading.Thread(target=write, args=(f"writer{number}",)) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    paths = sorted((tmp_path / "sessions" / "host").glob("*"))
    assert [int(path.name[:4]) for path in paths] == list(range(1, 21))
    assert all(json.loads(path.read_text(encoding="utf-8"))["who"] in path.name for path in paths)
