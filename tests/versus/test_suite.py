"""Tasks in several languages, through the command line, with tiny programs."""

from __future__ import annotations

import csv
import io
import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from refusals import refusal

from greenprof.calibration import Point, made_here, store
from greenprof.cli import cli
from greenprof.errors import GreenprofError
from greenprof.versus.suite.show import data, render

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="commands are measured on Linux only")

HOSTILE = "</script><script>alert(1)</script>|`x`\\u001b[31m\\u202e"
HEAD = """
name = "sums"
baseline = "quick"

[toolchain.python]
language = "Python"
needs = ["sh -c 'echo sh 1.0'"]
run = "{python} -S -E {source}"

[[task]]
name = "sum"
about = "adds numbers"

[task.size.small]
arguments = "10"
expect = "45\\n"

[task.size.full]
arguments = "40000"
expect = "799980000\\n"

[[task.implementation]]
name = "quick"
toolchain = "python"
sources = ["quick.py"]

[[task.implementation]]
name = "slow"
toolchain = "python"
sources = ["slow.py"]
"""
QUICK = "import sys\nn = int(sys.argv[1])\nprint(n * (n - 1) // 2)\n"
SLOW = "import sys\nn = 0\nfor i in range(int(sys.argv[1])):\n    for _ in range(9): n += i\nprint(n // 9)\n"


@pytest.fixture
def suite(tmp_path: Path) -> Callable[..., Path]:
    """Writes a suite with two implementations, and what is added to it."""
    (tmp_path / "quick.py").write_text(QUICK)
    (tmp_path / "slow.py").write_text(SLOW)

    def write(more: str = "", head: str = HEAD) -> Path:
        path = tmp_path / "suite.toml"
        path.write_text(head + more)
        return path

    return write


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["compare", "--suite", *map(str, arguments)])


def made(*arguments: object, code: int = 0) -> Any:
    result = run(*arguments, "-f", "json")
    assert result.exit_code == code, result.exception or result.output
    return json.loads(result.output)


def refused(*arguments: object) -> tuple[str, int]:
    return refusal(run(*arguments))


def added(name: str, **keys: str) -> str:
    """One more implementation of the task."""
    return f'\n[[task.implementation]]\nname = "{name}"\n' + "".join(
        f"{key} = {value}\n" for key, value in keys.items()
    )


def test_two_implementations_stand_beside_a_baseline(suite: Callable[..., Path]) -> None:
    told = made(suite(), "--runs", 3, "--size", "full")
    (table,) = told["tables"]
    assert [entry["implementation"] for entry in table["entries"]] == ["quick", "slow"]
    quick, slow = table["entries"]
    assert quick["cost"] == {"value": 1.0, "interval": [1.0, 1.0]}
    assert slow["cost"]["value"] > 1.5
    assert slow["cost"]["interval"][0] <= slow["cost"]["value"] <= slow["cost"]["interval"][1]
    assert [len(entry["runs"]) for entry in (quick, slow)] == [3, 3]
    for entry in (quick, slow):
        assert entry["cores"]["mean"] == pytest.approx(sum(one["cpu_s"] / one["wall_s"] for one in entry["runs"]) / 3)
    assert told["tools"] == [{"need": "sh -c 'echo sh 1.0'", "version": "sh 1.0"}]
    assert table["checked"] == "the expected output"
    assert told["ended"] == "complete"


def test_an_estimate_says_that_its_ratio_is_that_of_cpu_time(suite: Callable[..., Path]) -> None:
    result = run(suite(), "--runs", 2, "--warmup", 0, "--meter", "estimate")
    assert result.exit_code == 0
    assert "so the ratio is that of CPU time" in result.output
    assert "about " in result.output
    assert "size full" not in result.output, "the first size is the one to run, where none is named"


def test_joules_are_compared_where_they_are_measured(
    suite: Callable[..., Path], powercap_tree: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GREENPROF_STATE", str(tmp_path))
    tree = powercap_tree("single")
    rest = [Point(utilisation=0.0, watts=(20.0,))]
    store(made_here(source="rapl", scope="the package", domains=("package-0",), points=rest))
    waits = added("waits", run="\"sh -c 'sleep 0.2; echo 45'\"")
    with tree.run_at(50):
        told = made(suite(waits), "--runs", 2, "-w", 0, "--meter", f"rapl:{tree.root}", "--baseline", "waits")
    assert told["quantity"] == "J"
    entry = next(one for one in told["tables"][0]["entries"] if one["implementation"] == "waits")
    wall_s = entry["wall_s"]["mean"]
    assert entry["energy_j"]["mean"] == pytest.approx(50 * wall_s, rel=0.15)
    assert entry["above_idle_j"]["mean"] == pytest.approx(30 * wall_s, rel=0.15)
    assert entry["watts"]["mean"] == pytest.approx(50, rel=0.15)


def test_what_lacks_a_tool_is_skipped_and_listed(suite: Callable[..., Path], tmp_path: Path) -> None:
    more = added("absent", needs='["no-such-compiler"]', run='"x"')
    more += added("module", needs="[\"sh -c 'echo no module >&2; exit 1'\"]", run='"x"')
    result = run(suite(more), "--runs", 2, "-w", 0)
    assert result.exit_code == 0, "a missing tool is no fault of the suite"
    assert "absent (sum): skipped: needs no-such-compiler, which is not on PATH" in result.output
    assert "module (sum): skipped: needs sh -c 'echo no module >&2; exit 1': ended with 1 (no module)" in result.output
    assert "2 implementations were compared; 2 skipped, as a tool is missing." in result.output
    page = tmp_path / "page.html"
    aloud = run(tmp_path / "suite.toml", "--runs", 2, "-w", 0, "-o", page).output
    assert "greenprof: absent (sum): skipped: needs no-such-compiler" in aloud, "also where nobody looks at the page"
    assert run(tmp_path / "suite.toml", "--runs", 2, "-w", 0, "-o", page, "-q").output == ""


def test_what_goes_wrong_is_named_and_the_others_go_on(suite: Callable[..., Path]) -> None:
    more = added("unbuilt", build="\"sh -c 'echo x; echo y.c:1: error: no >&2; echo end >&2; exit 3'\"", run='"x"')
    more += added("fails", run="\"sh -c 'echo oh >&2; exit 4'\"")
    more += added("wrong", run="\"sh -c 'echo 46'\"")
    more += added("absent", run='"./no-such-file"')
    told = made(suite(more), "--runs", 2, "-w", 0, code=1)
    assert {(left["implementation"], left["stage"]): left["why"] for left in told["left"]} == {
        ("unbuilt", "build"): "sh -c echo x; echo y.c:1: error: no >&2; echo end >&2; exit 3: ended with 3 "
        "(y.c:1: error: no)",
        ("fails", "run"): "sh -c echo oh >&2; exit 4 10: ended with 4 (oh)",
        ("wrong", "output"): "line 1 is '46', not '45'",
        ("absent", "run"): "./no-such-file: not found",
    }
    assert {entry["implementation"] for entry in told["tables"][0]["entries"]} == {"quick", "slow"}


def test_a_program_that_never_ends_leaves(suite: Callable[..., Path]) -> None:
    told = made(suite(added("endless", run='"sleep 30"')), "--runs", 2, "-w", 0, "--timeout", 1, code=1)
    assert [left["why"] for left in told["left"]] == ["sleep 30 10: did not end within 1 s"]


def test_an_output_is_checked_in_every_run_and_in_the_size_that_is_run(suite: Callable[..., Path]) -> None:
    told = made(suite(added("constant", run="\"sh -c 'echo 45'\"")), "--size", "full", "--runs", 2, code=1)
    assert [left["why"] for left in told["left"]] == ["line 1 is '45', not '799980000'"], "right in the smallest only"
    changes = added("changes", run="\"sh -c 'test -e seen && echo 1 || echo 45; touch seen'\"")
    told = made(suite(changes), "--runs", 3, "-w", 0, code=1)
    assert [left["why"] for left in told["left"]] == ["line 1 is '1', not '45'"]


def test_where_nothing_is_expected_it_is_what_the_baseline_prints(suite: Callable[..., Path]) -> None:
    head = re.sub(r"expect = .*", "", HEAD)
    told = made(suite(added("other", run="\"sh -c 'echo 3'\""), head), "--runs", 2, "--baseline", "slow", code=1)
    assert told["tables"][0]["checked"] == "the output of slow"
    assert [(left["implementation"], left["why"]) for left in told["left"]] == [("other", "line 1 is '3', not '45'")]


@pytest.mark.parametrize(
    ("printed", "tolerance", "right"),
    [
        ("1.0000001 x", "1e-6", True),
        ("1.000001 x", "1e-7", False),
        ("1.0000001 y", "1e-6", False),
        ("1.0000001 x 2", "1e-6", False),
        ("nan x", "0.5", False),
        ("1.00  x", "1e-9", True),
        ("1.00  x", "0", False),
        ("1.0 x   ", "0", True),
        ("1.0 x\\n\\n", "0", True),
        ("1.0 x\\nmore", "0", False),
    ],
)
def test_numbers_may_be_off_by_the_tolerance(
    suite: Callable[..., Path], printed: str, tolerance: str, right: bool
) -> None:
    head = re.sub(r'expect = "45.*"', 'expect = "1.0 x"', HEAD).replace("[task.size.small]", "[task.size.small]", 1)
    head = head.replace('about = "adds numbers"', f"tolerance = {tolerance}")
    path = suite(added("it", run=f"\"printf '{printed}'\"".replace("\\", "\\\\")), head)
    told = run(path, "--only", "it", "--runs", 2, "-w", 0)
    assert (told.exit_code == 0) is right, told.output


def test_selection_by_task_implementation_and_size(suite: Callable[..., Path]) -> None:
    more = '\n[[task]]\nname = "other"\n[task.size.small]\n[task.size.full]\n'
    more += added("quick", run='"true"') + added("third", run='"true"')
    path = suite(more)
    told = made(path, "--task", "other", "--skip", "third", "--runs", 2, "-w", 0)
    assert [table["task"] for table in told["tables"]] == ["other"]
    assert [entry["implementation"] for entry in told["tables"][0]["entries"]] == ["quick"]
    told = made(path, "--only", "slow", "--only", "third", "--size", "full", "--runs", 2, "-w", 0)
    assert (told["size"], told["baseline"]) == ("full", "slow"), (
        "the baseline is not there, and another takes its place"
    )
    assert "quick did not run, so the baseline is slow" in told["notes"]
    assert "other: without slow there are no ratios" in told["notes"]
    for option, name in (
        ("--task", "sums"),
        ("--only", "quik"),
        ("--skip", "x"),
        ("--size", "ful"),
        ("--baseline", "y"),
    ):
        line, code = refused(path, option, name)
        assert line.startswith(f"{option}: there is no {name!r}; "), line
        assert code == 2
    assert "did you mean sum?" in refused(path, "--task", "sums")[0]
    assert "nothing is left of the suite" in refused(path, "--only", "slow", "--task", "other")[0]


def test_the_mean_over_tasks_says_which_it_has(suite: Callable[..., Path]) -> None:
    more = '\n[[task]]\nname = "other"\n[task.size.small]\n[task.size.full]\n'
    more += added("quick", run='"true"') + added("third", run='"true"')
    path = suite(more)
    told = made(path, "--runs", 3, "-w", 0)
    means = {mean["implementation"]: mean for mean in told["means"]}
    assert means["quick"]["tasks"] == ["sum", "other"]
    assert means["slow"]["tasks"] == ["sum"]
    assert means["third"]["of_tasks"] is None, "of one task nothing can be said of others"
    text = run(path, "--runs", 2, "-w", 0).output
    assert "Note: the mean of slow is without other, and cannot be set beside those of all tasks." in text
    assert "1 of 2" in text


def test_every_format_tells_the_same_and_a_saved_one_is_shown_again(suite: Callable[..., Path], tmp_path: Path) -> None:
    path = suite(added(HOSTILE, run="\"sh -c 'echo 45'\"") + added("=1+1", run="\"sh -c 'echo 45'\""))
    outputs = [tmp_path / f"out.{suffix}" for suffix in ("txt", "md", "html", "csv", "json")]
    words = [word for output in outputs for word in ("-o", output)]
    assert run(path, "--runs", 2, "-w", 0, *words).exit_code == 0
    text, markdown, html, table, told = (output.read_text(encoding="utf-8") for output in outputs)
    for shown in (text, markdown, html):
        assert "\x1b[31m" not in shown
        assert "\u202e" not in shown
        assert "slow" in shown
    assert "<script>alert" not in html
    assert "<script>" not in markdown.replace("\\<script>", "")
    rows = list(csv.DictReader(io.StringIO(table)))
    assert {row["implementation"] for row in rows} >= {"'=1+1", "quick"}
    outcome = data.load(outputs[4])
    assert render("json", outcome) == told
    assert run(outputs[4]).output == text, "a saved suite is shown again"
    assert (
        "--task is for a suite that is run (--suite suite.toml), and this is a saved suite"
        in refused(outputs[4], "--task", "sum")[0]
    )
    entry = next(one for one in outcome.tables[0].entries if one.implementation == "slow")
    row = next(row for row in rows if row["implementation"] == "slow")
    assert float(row["cpu_s"]) == pytest.approx(entry.cpu_s.mean)


def test_memory_of_small_programs_is_seen_while_they_run(suite: Callable[..., Path]) -> None:
    path = suite(added("small", run="\"sh -c 'sleep 0.3; echo 45'\""))
    done = subprocess.run(
        [sys.executable, "-m", "greenprof", "compare", "--suite", path, "--only", "small", "--runs", "2", "-f", "json"],
        capture_output=True, check=True,
    )  # fmt: skip
    (entry,) = json.loads(done.stdout)["tables"][0]["entries"]
    assert entry["max_rss_bytes"] is None or 100_000 < entry["max_rss_bytes"]["mean"] < 8_000_000
    assert entry["runs"][0]["rss_below_bytes"] > 8_000_000


def test_the_source_is_left_alone_and_the_scratch_folder_is_removed(
    suite: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    more = added("builds", sources='["quick.py"]', build='["touch made", "rm quick.py"]', run="\"sh -c 'echo 45'\"")
    path = suite(more)
    before = sorted(one.name for one in tmp_path.iterdir())
    made(path, "--runs", 2, "-w", 0)
    assert sorted(one.name for one in tmp_path.iterdir()) == before
    assert list(scratch.iterdir()) == []


def test_an_input_file_comes_in(suite: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("b a b\n")
    head = HEAD.replace('arguments = "10"', 'stdin = "words.txt"').replace('"45\\n"', '"b a b"')
    made(suite(added("copy", run='"cat"'), head), "--only", "copy", "--runs", 2)


def test_rounds_go_on_until_it_is_precise_and_stop_in_time(suite: Callable[..., Path]) -> None:
    told = made(suite(), "--until", "99%", "-w", 0)
    assert [len(entry["runs"]) for entry in told["tables"][0]["entries"]] == [3, 3]
    told = made(suite(), "--until", "0.001%", "--max-runs", 5, "-w", 0)
    assert [len(entry["runs"]) for entry in told["tables"][0]["entries"]] == [5, 5]
    told = made(suite(), "--until", "0.001%", "--max-time", 0.001, "-w", 0)
    assert told["ended"] == "time"
    assert [len(entry["runs"]) for entry in told["tables"][0]["entries"]] == [1, 1]
    assert told["tables"][0]["entries"][1]["cost"]["interval"] is None, "one run has none"


def test_ctrl_c_gives_what_there_is(suite: Callable[..., Path], tmp_path: Path) -> None:
    saved = tmp_path / "saved.json"
    program = [
        sys.executable, "-m", "greenprof", "compare", "--suite", suite(), "--until", "0.001%", "--max-runs", "100000",
        "--save", saved,
    ]  # fmt: skip
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        until_s = time.monotonic() + 60
        while not saved.exists() and time.monotonic() < until_s:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        said, complaints = process.communicate(timeout=60)
    assert process.returncode == 130, complaints
    assert "Note: it was stopped: this is what there was." in said
    assert "Traceback" not in complaints
    outcome = data.load(saved)
    assert outcome.ended == "stopped"
    assert len(outcome.tables[0].entries[0].runs) >= 1


def test_it_goes_on_where_it_was_stopped(suite: Callable[..., Path], tmp_path: Path) -> None:
    saved = tmp_path / "saved.json"
    path = suite(added("later", needs="[\"sh -c 'test -e there'\"]", run="\"sh -c 'echo 45'\""))
    assert "--resume goes on with what is in the file of --save" in refused(path, "--resume")[0]
    begin = ["--until", "0.001%", "--max-time", 0.001, "-w", 0, "--save", saved, "--resume"]
    first = made(path, *begin)
    assert [len(entry["runs"]) for entry in first["tables"][0]["entries"]] == [1, 1]
    again = made(path, *begin)
    runs = {entry["implementation"]: entry["runs"] for entry in again["tables"][0]["entries"]}
    kept = {entry["implementation"]: entry["runs"] for entry in first["tables"][0]["entries"]}
    assert all(runs[name][:1] == kept[name] and len(runs[name]) == 2 for name in ("quick", "slow"))
    assert [run["round"] for run in runs["slow"]] == [0, 1]
    entry = again["tables"][0]["entries"][0]
    assert entry["wall_s"]["mean"] > 0
    assert again["spent_s"] > first["spent_s"]
    line, code = refused(path, *begin, "--size", "full")
    assert (line, code) == ("--resume: what was saved is of another size; without --resume it begins anew", 2)
    path.write_text(path.read_text() + "# changed\n")
    assert "is of another suite.toml" in refused(path, *begin)[0]
    saved.write_text("{}")
    assert "is no saved suite of format 1" in refused(path, *begin)[0]


def test_dutch(suite: Callable[..., Path]) -> None:
    text = run(suite(), "--runs", 2, "-w", 0, "--lang", "nl").output
    assert "Meetkundig gemiddelde van de verhoudingen tot quick, over de taken" in text


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("baseline =", "base =", "suite.toml: there is no key 'base'; did you mean baseline?"),
        ('name = "quick"\n', 'nam = "x"\n', "implementation 'python': there is no key 'nam'; did you mean name?"),
        ("expect =", "expected =", "task 'sum': size 'small': there is no key 'expected'; did you mean expect?"),
        ("run =", "runs =", "toolchain 'python': there is no key 'runs'; did you mean run?"),
        ('run = "{python} -S -E {source}"', "", "task 'sum': implementation 'quick': run is missing"),
        ("{source}", "{sorce}", "{sorce} is no place ({source}, {sources}, {python}, {arguments}); write {{ and }}"),
        ('sources = ["quick.py"]', "", "implementation 'quick': {python} -S -E {source}: {source} has no sources"),
        ("quick.py", "../quick.py", "sources: ../quick.py: is outside the folder of the suite"),
        ("quick.py", "none.py", "sources: none.py: there is no such file"),
        ('baseline = "quick"', 'baseline = "quack"', "baseline: there is no 'quack'; did you mean quick?"),
        ('baseline = "quick"', 'size = "ful"', "size: there is no 'ful'; did you mean full?"),
        ('toolchain = "python"', 'toolchain = "pyhton"', "toolchain: there is no 'pyhton'; did you mean python?"),
        ('name = "slow"', 'name = "quick"', "task 'sum': two implementations are named 'quick'"),
        ('about = "adds numbers"', "tolerance = 1", "tolerance should be a number from 0 to below 1"),
        ('about = "adds numbers"', "tolerance = true", "tolerance should be a number from 0 to below 1"),
        ('about = "adds numbers"', "about = 3", "task 'sum': about should be a text"),
        ('arguments = "10"', "arguments = 10", "arguments should be a text, as the command is to get it"),
        ('arguments = "10"', "arguments = \"'\"", "arguments: ': cannot be split into words (no closing quotation)"),
        ('arguments = "10"', 'expect-file = "quick.py"', "size 'small': expect and expect-file say the same"),
        ('expect = "45\\n"', 'expect-sha256 = "12"', "expect-sha256 should be 64 hexadecimal digits"),
        ('sources = ["quick.py"]', "sources = 3", "sources should be a text or a list of texts"),
        ("[[task]]", "[task]", "task should be tables, each as [[task]]"),
        ("[toolchain.python]", "[toolchain]", "toolchain 'language' should be a table"),
        ("[[task]]", "[[[task]]", "suite.toml: is not valid TOML"),
    ],
)  # fmt: skip
def test_a_wrong_file_gets_one_clear_line(suite: Callable[..., Path], old: str, new: str, line: str) -> None:
    assert old in HEAD
    said, code = refused(suite(head=HEAD.replace(old, new, 1)))
    assert line in said
    assert code == 2


def test_other_bad_input(suite: Callable[..., Path], tmp_path: Path) -> None:
    assert refused(tmp_path / "none.toml")[0].endswith("none.toml: cannot be read (No such file or directory)")
    (tmp_path / "empty.toml").write_text("")
    assert refused(tmp_path / "empty.toml")[0].endswith("empty.toml: there is no task")
    path = suite()
    assert "--suite FILE says what is run; no commands go with it" in refused(path, "true")[0]
    assert "--shell is for commands, and this is a suite" in refused(path, "--shell")[0]
    assert "--force is for saved reports, and this is a suite" in refused(path, "--force")[0]
    assert "--runs says how many" in refused(path, "--runs", 3, "--until", "2%")[0]
    result = CliRunner().invoke(cli, ["compare", "true", "true x", "--task", "sum"])
    assert "--task is for a suite that is run (--suite suite.toml), and these are commands" in result.output
    line, code = refused(suite(head=HEAD.replace("sh -c 'echo sh 1.0'", "no-such-thing")))
    assert "no implementation could be run: sum, quick: skipped: needs no-such-thing, which is not on PATH" in line
    assert code == 125
    for saved in ("{}", "[]", "x", '{"format": "greenprof-suite", "version": 1}'):
        (tmp_path / "saved.json").write_text(saved)
        with pytest.raises(GreenprofError, match=r"saved\.json: "):
            data.load(tmp_path / "saved.json")


def test_the_example_of_the_page_is_a_suite(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "compare.md").read_text(encoding="utf-8")
    example = re.search(r"```toml\n(.*?)```", page, re.DOTALL)
    assert example is not None
    (tmp_path / "suite.toml").write_text(example[1])
    (tmp_path / "sum.c").write_text('#include <stdio.h>\nint main(void) { puts("45"); return 0; }\n')
    (tmp_path / "loop.py").write_text(QUICK)
    result = run(tmp_path / "suite.toml", "--size", "small", "--only", "Python, a loop", "--runs", 2)
    assert result.exit_code in {0, 125}, result.output
