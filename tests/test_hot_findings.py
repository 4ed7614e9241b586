"""A finding that little speaks for is told where the run shows its lines to burn: through the installed command."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from greenprof.hot_findings import is_hot, worth_telling
from greenprof.model import Finding
from greenprof.settle import Amounts

GREENPROF = str(Path(sys.executable).with_name("greenprof"))
QUEUES = """
def drained(jobs):
    done = []
    while jobs:
        job = jobs.pop(0)  # hot
        done.append(job)
    return done


def settings(names):
    kept = []
    while names:
        kept.append(names.pop(0))  # cold
    return kept


jobs = list(range(60_000))
for _ in range(3):
    jobs = drained(jobs)
print(settings(["a", "b"]), len(jobs))
"""
FINDING = Finding(
    rule="list-front-pop", group="data-structures", path="app.py", line=5, column=15, end_line=5, message="m",
    severity="warning", confidence="low", cost="cpu",
)  # fmt: skip


def line_of(word: str) -> int:
    return next(number for number, line in enumerate(QUEUES.splitlines(), 1) if word in line)


def greenprof(folder: Path, *arguments: str) -> str:
    command = [GREENPROF, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if sys.platform != "linux":
        pytest.skip("measuring a program needs Linux")
    folder = tmp_path_factory.mktemp("queues")
    (folder / "app.py").write_text(QUEUES, encoding="utf-8")
    greenprof(folder, "run", "-q", "--meter", "estimate", "--save", "run.json", "-o", "report.json", "app.py")
    return folder


def lines_told(text: str) -> list[int]:
    return [one["line"] for one in json.loads(text)["findings"]]


def test_the_queue_that_burned_is_told_with_its_joules_and_the_other_is_not(folder: Path) -> None:
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    (finding,) = report["findings"]
    assert (finding["rule"], finding["line"], finding["confidence"]) == ("list-front-pop", line_of("# hot"), "low")
    assert finding["hot"] and finding["energy_j"] > 0.5 * report["energy"]["process_j"]
    (spot,) = [spot for spot in report["hotspots"] if spot["findings"]]
    assert (spot["line"], spot["findings"]) == (line_of("# hot"), [0])


@pytest.mark.parametrize("saved", ["report.json", "run.json"])
@pytest.mark.parametrize("format_", ["text", "html", "markdown", "github"])
def test_each_format_says_how_sure_it_is_and_what_it_burned(folder: Path, saved: str, format_: str) -> None:
    assert "confidence low, but burned about " in greenprof(folder, "report", saved, "-f", format_)


def test_sarif_and_dutch_say_so_too(folder: Path) -> None:
    (log,) = json.loads(greenprof(folder, "report", "report.json", "-f", "sarif"))["runs"]
    (result,) = log["results"]
    assert (result["properties"]["confidence"], result["properties"]["hot"]) == ("low", True)
    assert "zekerheid laag, maar verbruikte hier " in greenprof(folder, "report", "report.json", "--lang", "nl")


def test_all_low_ones_are_told_on_request_and_the_hot_one_whatever_is_asked(folder: Path) -> None:
    asked = greenprof(folder, "report", "run.json", "-f", "json", "--min-confidence", "low")
    assert lines_told(asked) == [line_of("# hot"), line_of("# cold")]
    asked = greenprof(folder, "report", "run.json", "-f", "json", "--min-confidence", "high")
    assert lines_told(asked) == [line_of("# hot")]
    command = [GREENPROF, "report", "report.json", "--min-confidence", "low"]
    refused = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert "--min-confidence needs a recording" in refused.stderr and "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    ("joules", "idle_j", "cost", "samples", "hot"),
    [
        (2.0, 0.0, "cpu", 1000, True),
        (0.9, 0.0, "cpu", 1000, False),  # below a hundredth
        (2.0, 0.0, "cpu", 100, False),  # two samples of a hundred: it might as well be nothing
        (6.0, 0.0, "cpu", 100, True),
        (0.1, 50.0, "cpu", 1000, False),  # what its line waits for is not what it repeats
        (0.1, 50.0, "request", 1000, True),
        (6.0, 0.0, "cpu", 0, False),
    ],
)
def test_what_is_hot(joules: float, idle_j: float, cost: str, samples: int, hot: bool) -> None:
    used = Amounts(joules=joules, idle_j=idle_j)
    assert is_hot(used, cost, process_j=100.0, waiting_j=50.0, samples=samples) is hot


def test_a_statement_that_was_sent_again_and_again_speaks_for_a_finding_too() -> None:
    sent = replace(FINDING, executions=500, confirmed=True)
    few = replace(sent, executions=3)
    once = replace(sent, confirmed=False)
    assert worth_telling([FINDING, sent, few, once], "medium") == (sent,)
    assert len(worth_telling([FINDING, sent, few, once], "low")) == 4
