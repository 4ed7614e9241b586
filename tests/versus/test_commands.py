"""Commands beside each other, through the command line, with tiny programs."""

from __future__ import annotations

import csv
import io
import json
import os
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

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="commands are measured on Linux only")

PYTHON = f"{sys.executable} -S -E"
BUSY = f"{PYTHON} -c 'sum(range({{}}))'"
HOSTILE = "</script><script>alert(1)</script>|`x`\x1b[31m\u202e"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["compare", *map(str, arguments)])


def said(*arguments: object) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, result.exception or result.output
    return result.output


def data(*arguments: object) -> Any:
    return json.loads(said(*arguments, "-f", "json"))


def refused(*arguments: object) -> tuple[str, int]:
    return refusal(run(*arguments))


@pytest.fixture
def log(tmp_path: Path) -> Callable[[str], str]:
    """A command that writes a word into a log."""
    return lambda word: f"sh -c 'echo {word} >> {tmp_path}/log'"


def test_the_command_that_does_more_is_dearer() -> None:
    text = said(BUSY.format(10), BUSY.format(4_000_000), "-n", "little", "-n", "much")
    assert "much uses " in text
    assert " times the CPU time of little (95 % interval " in text
    assert "dearer than 1" in text
    assert "CPU time is compared" in text  # joules are an estimate here, and follow from it
    assert "about " in text


def test_the_same_work_is_no_dearer() -> None:
    made = data(BUSY.format(10), BUSY.format(11), "--runs", 12)
    assert made["commands"][0]["judged"]["said"] == "baseline"
    assert made["commands"][1]["judged"]["said"] in {"same", "inconclusive"}


def test_runs_that_are_settled_beforehand_have_a_verdict_where_there_are_enough() -> None:
    made = data(BUSY.format(4_000_000), BUSY.format(10), "-r", 8, "-w", 0, "--baseline", 2)
    first, second = made["commands"]
    assert (first["judged"]["said"], second["judged"]["said"]) == ("dearer", "baseline")
    assert first["judged"]["interval"][0] < first["judged"]["ratio"] < first["judged"]["interval"][1]
    assert len(first["runs"]) == 8
    few = data("true", "true x", "-r", 3, "-w", 0)["commands"][1]["judged"]
    assert (few["said"], few["interval"], few["why"]) == ("inconclusive", None, "3 runs are too few, 8 would do")


def test_commands_run_in_turn_and_the_order_is_turned_round(tmp_path: Path, log: Callable[[str], str]) -> None:
    said(log("a"), log("b"), "-r", 4, "-w", 1)
    assert (tmp_path / "log").read_text().split() == [*"ab", *"abbabaab"]


def test_what_goes_before_and_after_has_its_turn(tmp_path: Path, log: Callable[[str], str]) -> None:
    said(
        log("a"), log("b"), "-r", 2, "-w", 0, "--setup", log("set"), "--prepare", log("pa"), "--prepare", log("pb"),
        "--cleanup", log("clean"),
    )  # fmt: skip
    assert (tmp_path / "log").read_text().split() == ["set", "pa", "a", "pb", "b", "pb", "b", "pa", "a", "clean"]


def test_what_concludes_follows_each_run_that_went_well(tmp_path: Path, log: Callable[[str], str]) -> None:
    said(log("a"), log("b"), "-r", 2, "-w", 0, "--conclude", log("end"))
    assert (tmp_path / "log").read_text().split() == ["a", "end", "b", "end", "b", "end", "a", "end"]
    assert refused("true", "true x", "--conclude", "false")[0] == "--conclude: false: ended with 1 (it said nothing)"


def test_commands_read_the_file_that_they_are_given(tmp_path: Path) -> None:
    (tmp_path / "words").write_text("one\ntwo\n")
    said("cat", "sort", "--input", tmp_path / "words", "--check-output", "-r", 2)
    assert (
        "line 1 is 'two' from sort -r and 'one' from cat"
        in refused("cat", "sort -r", "--input", tmp_path / "words", "--check-output", "-r", 2)[0]
    )
    assert "does not exist" in refused("cat", "sort", "--input", tmp_path / "none")[0]


def test_it_is_cleaned_up_after_a_failure(tmp_path: Path, log: Callable[[str], str]) -> None:
    assert refused("true", "false", "--cleanup", log("clean"))[1] == 125
    assert (tmp_path / "log").read_text() == "clean\n"


def test_what_was_measured_is_shown_where_cleaning_up_fails() -> None:
    assert "Note: --cleanup: false: ended with 1 (it said nothing)." in said(
        "true", "true x", "-r", 2, "--cleanup", "false"
    )


def test_a_command_that_fails_ends_it_unless_told_otherwise() -> None:
    line, code = refused("true", "sh -c 'echo oh >&2; exit 3'")
    assert line == "sh -c echo oh >&2; exit 3: ended with 3 (oh); --ignore-failure goes on all the same"
    assert code == 125
    text = said("true", "sh -c 'exit 3'", "-i", "-r", 2)
    assert "Note: 2: failed in 2 of 2 runs (exit code 3)." in text


def test_outputs_are_held_against_the_baselines() -> None:
    said("echo same", "printf 'same\\n'", "--check-output", "-r", 2)
    line, code = refused("printf 'a\\nb\\n'", "printf 'a\\nc\\n'", "--check-output", "-n", "old", "-n", "new")
    assert line == "--check-output: line 2 is 'c' from new and 'b' from old"
    assert code == 1
    assert "line 2 is missing" in refused("printf 'a\\nb'", "printf 'a\\n'", "--check-output")[0]
    assert data("echo a", "echo b", "-r", 2)["commands"][1]["name"] == "echo b", "differing is no fault unasked"


def test_a_command_that_never_ends_is_ended() -> None:
    begun_s = time.monotonic()
    line, _ = refused("true", "sleep 30", "--timeout", 0.2)
    assert line == "sleep 30: did not end within 0.2 s"
    assert time.monotonic() - begun_s < 20


def test_parameters_go_where_they_are_named() -> None:
    made = data("echo {n} {{n}}", "-P", "n", "1,2..4:2", "-P", "word", "x", "-r", 2, "-w", 0, "--setup", "echo {word}")
    assert [row["command"] for row in made["commands"]] == ["echo 1 {n}", "echo 2 {n}", "echo 4 {n}"]
    assert made["commands"][1]["parameters"] == {"n": "2", "word": "x"}
    assert [row["baseline"] for row in made["commands"]] == [1, 1, 1]
    two = data("echo {n}", "printf {n}", "-P", "n", "1,2", "-r", 2, "-w", 0, "--baseline", "printf {n}")
    assert [row["baseline"] for row in two["commands"]] == [3, 4, 3, 4], "each beside the baseline at the same value"


def test_braces_are_a_commands_own_without_parameters() -> None:
    assert data("echo {n}", "awk 'BEGIN {print 1}'", "-r", 2)["commands"][0]["command"] == "echo {n}"


def test_a_shell_is_there_when_asked_for() -> None:
    made = data("echo a | cat", "cat </dev/null && echo a", "--shell", "-r", 2)
    assert made["commands"][0]["name"] == "echo a | cat"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["true"], "there is nothing to compare with: give two commands, or one with --parameter or --scale"),
        (["true", "true"], "two of the commands have the same name: tell them apart by --name"),
        (["true", ""], "a command is empty"),
        (["true", " ", "--shell"], "a command is empty"),
        (["true", "true x", "--prepare", ""], "a command is empty"),
        (["true", "/etc"], "/etc: is not a program that may be run"),
        (["true", "no-such-command-at-all"], "no-such-command-at-all: no such command"),
        (["echo 'x", "true"], "echo 'x: cannot be split into words (no closing quotation)"),
        (["a | b", "true"], "a | b: | is for a shell: add --shell, or put it in quotes"),
        (["echo {n}", "echo {m}", "-P", "n", "1,2"], "echo {m}: {m} is no parameter (there is n); write {{m}}"),
        (["true", "true x", "-P", "n", "1,2"], "no command has {n} in it, where its values go"),
        (["echo {n}", "-P", "n", "5..1"], "n = 5..1: 5..1 ends before it begins"),
        (["echo {n}", "-P", "n", "1..9:0"], "1..9:0 never ends"),
        (["echo {n}", "-P", "n", "0..9*2"], "0..9*2 never ends"),
        (["echo {n}", "-P", "n", "1.."], "1.. is no range: write 1..10, 1..10:2 or 1..1000*10"),
        (["echo {n}", "-P", "n", "1,,2"], "n = 1,,2: a value is empty"),
        (["echo {n}", "-P", "n", ""], "n = nothing: a value is empty"),
        (["echo {n}", "-P", "n", "1,1"], "n = 1,1: a value is there twice"),
        (["echo {n}", "-P", "n", "1..1000000"], "these are more than 1,000 values"),
        (["echo {n}", "-P", "n", "1,2", "-P", "n", "3"], "--parameter n is given twice"),
        (["echo {a-b}", "-P", "a-b", "1,2"], "a parameter is named by letters, digits and _"),
        (["echo {n}", "--scale", "n"], "--scale n: write it as n=1000,10000,100000"),
        (["echo {n}", "--scale", "n=1,2"], "growth needs three sizes at least"),
        (["echo {n}", "--scale", "n=a,b,c"], "sizes are numbers"),
        (["echo {n}", "--scale", "n=0,1,2"], "sizes are above 0"),
        (["echo {n}", "--scale", "n=1,2,nan"], "sizes are"),
        (["echo {n}", "--scale", "n=1,2,3", "--check-output"], "--check-output needs two commands"),
        (["echo {n}", "--scale", "n=1,2,3", "-P", "n", "1,2"], "are the same: leave one out"),
        (["true", "true x", "--baseline", "3"], "--baseline 3: give a number from 1 to 2, or one of the names"),
        (["true", "true x", "-n", "a"], "1 names for 2 commands: give one --name for each"),
        (["true", "true x", "true y", "--prepare", "a", "--prepare", "b"], "2 times --prepare for 3 commands"),
        (["true", "true x", "--until", "2"], "write it as 2%, above 0 and below 100"),
        (["true", "true x", "--until", "0%"], "write it as 2%, above 0 and below 100"),
        (["true", "true x", "--until", "2%", "--runs", "4"], "--runs says how many"),
        (["true", "true x", "--min-runs", "9", "--max-runs", "8"], "--max-runs 8 is below --min-runs 9"),
        (["true", "true x", "--setup", "false"], "--setup: false: ended with 1"),
        (["true", "true x", "--race", "--prepare", "true"], "--race runs two commands at once"),
        (["true", "true x", "--meter", "nonsense"], "unknown meter 'nonsense'"),
        (["true", "true x", "--force"], "--force is for saved reports, and these are commands"),
        (["true", "true x", "-o", "out.xyz"], "out.xyz: no format has this suffix"),
        (["true", "true x", "-o", "no/such/folder.md"], "there is no folder no/such"),
        (["a.json", "b.json", "--runs", "3"], "--runs is for commands, and these are saved reports"),
        (["a.json", "b.json"], "a.json: cannot be read (No such file or directory)"),
    ],
)  # fmt: skip
def test_bad_input_gets_one_clear_line(arguments: list[str], line: str) -> None:
    assert line in refused(*arguments)[0]


def test_a_single_report_or_three_are_no_commands(tmp_path: Path) -> None:
    files = [tmp_path / f"{name}.json" for name in "abc"]
    for path in files:
        path.write_text("{}")
    for given in (files[:1], files):
        assert "of saved reports, two are compared" in refused(*given)[0]
    script = tmp_path / "script"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    assert data(script, "true", "-r", 2)["commands"][0]["command"] == str(script)


def test_secrets_in_a_command_are_masked() -> None:
    made = data("true --password hunter2", "true --token='a b'", "-r", 2)
    assert "hunter2" not in json.dumps(made)
    assert "a b" not in json.dumps(made)
    assert [row["number"] for row in made["commands"]] == [1, 2]


def test_a_line_break_in_a_command_stays_out_of_the_message() -> None:
    assert "x\\ny: ended with 3" in refused("true", "sh -c 'exit 3' 'x\ny'")[0]


def test_how_well_a_mean_is_to_be_known() -> None:
    loose = data("true", "true x", "--until", "99%", "--min-runs", 3)
    assert [len(row["runs"]) for row in loose["commands"]] == [3, 3]
    tight = data("true", "true x", "--until", "0.001%", "--min-runs", 2, "--max-runs", 4)
    assert [len(row["runs"]) for row in tight["commands"]] == [4, 4]
    assert tight["notes"] == ["±0.001 % was not reached after 4 runs: true, true x"]


def test_time_runs_out() -> None:
    made = data("sleep 0.05", "sleep 0.06", "--max-time", 0.2, "-w", 0)
    assert 1 <= len(made["commands"][0]["runs"]) < 8
    assert made["notes"][0] == "ended after 0.2 s (--max-time), before it was enough"
    assert made["commands"][1]["judged"]["said"] == "inconclusive"


def test_every_format_tells_the_same(tmp_path: Path) -> None:
    outputs = [tmp_path / f"out.{suffix}" for suffix in ("txt", "md", "html", "csv", "json")]
    said(
        "true", "true x", "-r", 2, "-n", HOSTILE, "-n", "=1+1", *(word for path in outputs for word in ("-o", path))
    )  # fmt: skip
    text, markdown, html, table, made = (path.read_text(encoding="utf-8") for path in outputs)
    for shown in (text, markdown, html):
        assert "\x1b[31m" not in shown
        assert "\u202e" not in shown
    assert "<script>alert" not in html
    assert "<script>alert" not in markdown.replace("`", "").replace("``", "") or "`" in markdown
    rows = list(csv.DictReader(io.StringIO(table)))
    assert rows[1]["name"] == "'=1+1"
    assert rows[0]["energy_j"] == "", "unknown is empty, and not 0"
    loaded = json.loads(made)
    assert float(rows[1]["cpu_s"]) == pytest.approx(loaded["commands"][1]["cpu_s"]["mean"])
    assert (loaded["format"], loaded["version"]) == ("greenprof-versus", 1)


def test_memory_below_greenproofs_own_is_a_bound() -> None:
    words = ("true", f"{PYTHON} -c 'bytearray(300_000_000)'", "-r", "2", "-f", "json")
    # In a process of its own: what this one has held until now is greenprof's own otherwise.
    done = subprocess.run([sys.executable, "-m", "greenprof", "compare", *words], capture_output=True, check=True)
    made = json.loads(done.stdout)
    small, large = made["commands"]
    assert small["max_rss_bytes"] is None
    assert large["max_rss_bytes"] > 300_000_000
    assert large["rss_below_bytes"] > 1_000_000


def test_pairs_at_the_same_time_on_one_core() -> None:
    made = data(BUSY.format(10), BUSY.format(4_000_000), "-r", 2, "-w", 0, "--race")
    assert made["commands"][1]["judged"]["said"] == "dearer"
    assert made["commands"][1]["judged"]["pairs"] >= 16
    assert "on one core (--race)" in made["notes"][0]


def test_joules_are_compared_where_they_are_measured(powercap_tree: Callable[..., Any]) -> None:
    tree = powercap_tree("single")
    with tree.run_at(50):
        made = data("sleep 0.05", "sleep 0.15", "-r", 8, "-w", 0, "--meter", f"rapl:{tree.root}")
    short, long = made["commands"]
    assert made["quantity"] == "J"
    assert short["about_j"] is None
    assert short["above_idle_j"] is None, "the power at rest is not known"
    for row in (short, long):
        wall_s = row["wall_s"]["mean"]
        assert row["energy_j"]["mean"] == pytest.approx(50 * wall_s, rel=0.15)
    assert long["judged"]["said"] == "dearer"


def test_joules_at_rest_are_taken_off(
    powercap_tree: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GREENPROF_STATE", str(tmp_path))
    tree = powercap_tree("single")
    store(
        made_here(
            source="rapl", scope="the package", domains=("package-0",), points=[Point(utilisation=0.0, watts=(20.0,))]
        )
    )
    with tree.run_at(50):
        result = run("sleep 0.05", "sleep 0.1", "-r", 2, "-w", 0, "--meter", f"rapl:{tree.root}")
        assert result.exit_code == 0, result.exception
        made = data("sleep 0.05", "sleep 0.1", "-r", 2, "-w", 0, "--meter", f"rapl:{tree.root}")
    assert "with idle" in result.output
    for row in made["commands"]:
        wall_s = row["wall_s"]["mean"]
        assert row["energy_j"]["mean"] == pytest.approx(50 * wall_s, rel=0.15)
        assert row["above_idle_j"]["mean"] == pytest.approx(30 * wall_s, rel=0.15)


def test_growth_is_told_or_refused() -> None:
    line = said(f"{PYTHON} -c 'x = {{n}}'", "--scale", "n=1,10,100", "-r", 3)
    assert "Does not grow with n in these sizes (off by " in line
    assert "baseline" not in line
    program = f"{PYTHON} -c 'n = {{n}}; sum(i * j for i in range(n) for j in range(n))'"
    made = data(program, "--scale", "n=100,1600,400,800", "-r", 4)
    (growth,) = made["growth"]
    assert growth["sizes"] == [100, 400, 800, 1600]
    assert growth["order"] in {"n²", None}
    assert growth["fits"][0]["order"] == "n²"


def test_a_signal_ends_what_runs_and_cleans_up(tmp_path: Path) -> None:
    marker = f"47.{os.getpid() % 10_000:04d}"
    program = [
        sys.executable, "-m", "greenprof", "compare", f"sleep {marker}", "true",
        "--setup", f"touch {tmp_path}/up", "--cleanup", f"touch {tmp_path}/clean",
    ]  # fmt: skip
    with subprocess.Popen(program, stderr=subprocess.PIPE) as process:
        until_s = time.monotonic() + 60
        while not _running(marker) and time.monotonic() < until_s:
            time.sleep(0.05)
        assert _running(marker)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGTERM
    assert (tmp_path / "clean").exists()
    assert not _running(marker)


def _running(marker: str) -> bool:
    words = f"sleep\0{marker}\0".encode()
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                if (entry / "cmdline").read_bytes() == words:
                    return True
            except OSError:
                continue
    return False
