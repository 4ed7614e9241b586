from __future__ import annotations

import json
import math
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from greenprof.errors import GreenprofError
from greenprof.pairs import Plan
from greenprof.selftest import Decision, Rate, Selftest, rates, render, run, simulated, summary


def decision(more: float, outcome: str, spread: float = 0.01) -> Decision:
    chance = random.Random(3)
    ratios = tuple(chance.gauss(math.log1p(more), spread) for _ in range(8))
    return Decision(kind="json", more=more, outcome=outcome, ratios=ratios, cpu_s=1.5)


def a_test(alarms: int, missed: int, each: int = 20) -> Selftest:
    same = [decision(0.0, "dearer" if place < alarms else "same") for place in range(each)]
    changed = [decision(0.05, "same" if place < missed else "dearer") for place in range(each)]
    return summary([*same, *changed], 0.05, 60.0, Plan())


@pytest.fixture(autouse=True)
def short_simulations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("greenprof.selftest._SIMULATED", 50)


def greenprof(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "greenprof", *words], capture_output=True, text=True, check=False)


def test_the_command_tells_both_rates(tmp_path: Path) -> None:
    file = tmp_path / "said.json"
    ran = greenprof("selftest", "--seconds", "0.1", "--more", "30", "-f", "json", "-o", str(file))
    assert (ran.returncode, ran.stderr) == (0, "")
    said = json.loads(file.read_text())
    assert (said["format"], said["version"], said["good"]) == ("greenprof-selftest", 1, True)
    assert said["alarms"]["trials"] == said["found"]["trials"] == 1
    assert said["found"]["hits"] == 1
    assert said["alarms"]["interval"] == [0.0, pytest.approx(0.975)]
    assert said["spread"] > 0
    assert said["cpu_s_changed"] > 0
    assert said["host"]["cores"] >= 1


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--seconds", "0"], "are too few"),
        (["--seconds", "nan"], "are too few"),
        (["--more", "1"], "makes no test: give whole percents from 2 to 100"),
        (["--more", "nan"], "makes no test"),
        (["--more", "1000"], "makes no test"),
        (["--thorough", "--seconds", "5"], "give one"),
        (["-o", "/no/such/folder/x"], "there is no folder"),
    ],
)
def test_wrong_use_is_one_line(words: list[str], complaint: str) -> None:
    ran = greenprof("selftest", *words)
    assert ran.returncode == 2
    assert complaint in ran.stderr
    assert "Traceback" not in ran.stderr


def test_rates_are_of_what_was_decided() -> None:
    decisions = [decision(0.0, "same"), decision(0.0, "cheaper"), decision(0.05, "dearer"), decision(0.05, "cheaper")]
    assert rates(decisions) == (Rate(1, 2), Rate(1, 2))
    assert rates([]) == (Rate(0, 0), Rate(0, 0))
    assert Rate(0, 0).interval == (0.0, 1.0)


def test_few_decisions_speak_against_nothing_and_many_wrong_ones_do() -> None:
    assert a_test(0, 0).good
    assert a_test(1, 1).good
    assert not a_test(5, 0).good
    assert not a_test(0, 9).good


def test_the_text_says_how_sure_it_is() -> None:
    text = render("text", a_test(0, 1))
    assert "0 of 20   (95 %: 0.0% to 16.8%)" in text
    assert "19 of 20" in text
    assert "17% wide" in text
    assert "Nothing here speaks against" in text
    assert "Do not rely on verdicts" in render("text", a_test(6, 6))


def test_the_simulation_knows_its_pairs() -> None:
    chance = random.Random(2)
    quiet = [chance.gauss(0, 0.01) for _ in range(200)]
    loud = [chance.gauss(0, 0.3) for _ in range(200)]
    assert simulated(quiet, math.log(1.05), 100, Plan()).hits >= 98
    assert simulated(loud, math.log(1.05), 100, Plan()).hits <= 10
    assert simulated(quiet, 0.0, 500, Plan()).hits <= 1


def test_ctrl_c_tells_what_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    made = iter([decision(0.0, "same"), decision(0.05, "dearer"), decision(0.0, "same")])

    def decide(*_: object) -> Decision:
        try:
            return next(made)
        except StopIteration:
            raise KeyboardInterrupt from None

    monkeypatch.setattr("greenprof.selftest._decide", decide)
    told = run(1e9, 0.05, lambda _: None)
    assert (told.alarms, told.found) == (Rate(0, 2), Rate(1, 1))
    with pytest.raises(KeyboardInterrupt):
        run(1e9, 0.05, lambda _: None)  # nothing to tell


def test_formats_are_named() -> None:
    test = a_test(0, 0)
    assert replace(test, load=None).load is None
    assert "load" not in render("text", replace(test, load=None)).split("\n")[0]
    with pytest.raises(GreenprofError, match="formats: text, json"):
        render("xml", test)
