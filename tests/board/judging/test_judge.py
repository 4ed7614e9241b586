"""Challenges and the judge, through the command line where a person would use it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from double_challenge import CHALLENGE, GOOD, Submit, submission, working, write_challenge

from greenprof.board.challenge import find, language_of, load, shipped, solution
from greenprof.board.host_lock import measuring_alone
from greenprof.board.judge import Judge, judge
from greenprof.board.model import CPU_SECONDS, JOULES, JUDGED, Challenge, Scoring
from greenprof.board.sandbox import Sandbox
from greenprof.board.wire import result_from_json, result_to_json
from greenprof.meters import open_meter


def greenprof(*words: str | Path, folder: Path, code: int = 0) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "greenprof", "board", *map(str, words)]
    environment = {"PATH": "/usr/bin:/bin", "TMPDIR": str(folder)}  # where the lock of judges is: a machine of its own
    folder.chmod(0o755)
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment, check=False)
    assert done.returncode == code, done.stderr + done.stdout
    assert "Traceback" not in done.stderr
    return done


def test_the_challenges_that_ship(tmp_path: Path) -> None:
    listed = greenprof("challenges", folder=tmp_path).stdout
    assert re.findall(r"^(\S+)", listed, re.MULTILINE) == ["log-aggregation", "order-report", "route-search"]
    assert all(len(challenge.languages) > 1 for challenge in map(load, shipped()))


@pytest.mark.parametrize("folder", shipped(), ids=lambda folder: folder.name)
def test_every_solution_that_ships_is_right(folder: Path, sandbox: Sandbox, tmp_path: Path) -> None:
    challenge = replace(load(folder), scoring=Scoring(least_pairs=1, most_pairs=1))
    scores = {}
    with Judge(challenge, meter=open_meter("estimate").meter, sandbox=sandbox, lock=tmp_path / "lock") as one:
        assert one.check_reference() == []
        for path in sorted((folder / "solutions").iterdir()):
            if path.name == "reference.py" or not shutil.which({".c": "gcc", ".js": "node"}.get(path.suffix, "sh")):
                continue
            result = one.judge(solution(challenge, language_of(challenge, path), path), lint=path.stem == "wasteful")
            assert (result.state, result.reason) == (JUDGED, None), path
            scores[path.stem] = result.score
            assert (path.stem != "wasteful") or any(each.energy_j for each in result.findings)
    assert scores["wasteful"] > 1.5


def test_a_solution_is_tried(shared: Path, challenge: Challenge) -> None:
    working("bubblewrap")
    toml = CHALLENGE.replace("least_pairs = 1", "least_pairs = 6").replace("most_pairs = 1", "most_pairs = 6")
    folder = write_challenge(shared / "double", **{"challenge.toml": toml})
    (shared / "mine.py").write_text(
        "import sys\nwords = ''\nfor word in open(sys.argv[1]):\n    words += word\nprint(int(words) * 2)"
    )
    said = greenprof("try", folder, shared / "mine.py", "--meter", "estimate", folder=shared).stdout
    assert re.match(r"Double: right, with \d+\.\d{3} times the CPU time of the reference \(95 %: ", said)
    assert "estimated, so CPU time is compared" in said
    assert "solution.py:4: " in said
    (shared / "wrong.py").write_text("print(1)")
    said = greenprof("try", folder, shared / "wrong.py", folder=shared, code=1).stdout
    assert re.match(r"Double: not right: on sample 1 its answer is wrong: line 1 is '1', and '\d+' is right", said)


def test_a_result_can_be_checked_again(submit: Submit, judge: Judge) -> None:
    result = judge.judge(submission(GOOD), seed=7, lint=False)
    again = judge.judge(submission(GOOD), seed=7, lint=False)
    assert (result.seed, result.seeds) == (7, again.seeds)
    assert result.seeds != judge.judge(submission(GOOD), seed=8, lint=False).seeds
    assert [pair.submission.answer for pair in result.readings] == [pair.submission.answer for pair in again.readings]
    assert result.host is not None
    assert result.meter is not None
    assert None not in (result.submission_digest, result.challenge_digest, result.greenprof, result.judged_at)
    assert (result.quantity, result.estimated) == (CPU_SECONDS, True)
    kept = json.loads(json.dumps(result_to_json(result)))
    assert result_from_json(kept, "kept") == result


def test_joules_are_compared_where_a_meter_measures(
    challenge: Challenge, sandbox: Sandbox, powercap_tree, tmp_path
) -> None:
    tree = powercap_tree("single")
    with tree.run_at(50):
        meter = open_meter(f"rapl:{tree.root}").meter
        several = replace(challenge, scoring=Scoring(least_pairs=3, most_pairs=3))
        result = judge(several, submission(GOOD), meter=meter, sandbox=sandbox, lock=tmp_path / "lock", lint=False)
        meter.close()
    assert (result.state, result.quantity, result.estimated) == (JUDGED, JOULES, False)
    for pair in result.readings:
        of = pair.submission
        assert of.joules is not None
        assert of.total_j is not None
        assert 0 < of.joules < of.total_j < 50 * of.wall_s * 3 + 5
    assert any("idle machine" in note for note in result.notes)


def test_one_judge_at_a_time(tmp_path: Path) -> None:
    waited, measured = threading.Event(), threading.Event()

    def second() -> None:
        with measuring_alone(tmp_path / "lock", waited.set):
            measured.set()

    other = threading.Thread(target=second)
    with measuring_alone(tmp_path / "lock"):
        other.start()
        assert waited.wait(10)
        assert not measured.is_set()
    other.join(10)
    assert measured.is_set()


def test_a_team_says_which_language(shared: Path, tmp_path: Path) -> None:
    folder = write_challenge(shared / "double")
    (shared / "mine.rb").write_text("x")
    said = greenprof("try", folder, shared / "mine.rb", folder=tmp_path, code=2)
    assert "which language is it? Say --language, one of: python (solution.py), built (build.sh)" in said.stderr
    said = greenprof("try", folder, shared / "mine.rb", "--language", "ruby", folder=tmp_path, code=2)
    assert "does not take 'ruby'; it takes python, built" in said.stderr
    said = greenprof("try", "no-such", shared / "mine.rb", folder=tmp_path, code=2)
    assert "no-such: no folder with a challenge.toml" in said.stderr


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (("[title]", "[titel]"), "titel: is not known here"),
        (('nl = "Verdubbelen"', ""), "title.nl: is missing"),
        (('nl = "task.md"', 'nl = "taak.md"'), "task.nl: there is no taak.md"),
        (('kind = "exact"', 'kind = "about"'), "checker.kind: is 'about'; it can be exact, tolerance or program"),
        (('kind = "exact"', 'kind = "program"'), "the checker: there is no check.py"),
        (('kind = "exact"', 'kind = "tolerance"'), "checker.tolerance: is missing"),
        (('source = "reference.py"', 'source = "../x"'), "reference.source: the path '../x' leads out of its folder"),
        (('language = "python"', 'language = "cobol"'), "reference.language: 'cobol' is none of the languages"),
        (("solution.py {input}", "solution.py"), "languages.python.run: should have {input}"),
        (
            ("-S solution.py", "-S 'solution.py"),
            "languages.python.run: cannot be split into words (No closing quotation)",
        ),
        (("wall_s = 20", "wall_s = -1"), "limits.wall_s: should be a number above 0"),
        (("processes = 16", "processes = 1.5"), "limits.processes: should be a whole number above 0"),
        (("[scoring]", "[scoring]\nluck = 1"), "scoring.luck: is not known here (known: least_pairs, most_pairs"),
        (("[limits]", "[limits"), "cannot be read"),
    ],
)
def test_what_is_wrong_with_a_challenge(shared: Path, change: tuple[str, str], line: str) -> None:
    assert change[0] in CHALLENGE
    folder = write_challenge(shared / "double", **{"challenge.toml": CHALLENGE.replace(*change)})
    said = greenprof("check", folder, "--no-run", folder=shared, code=1).stdout
    assert line in said
    assert all(each.startswith(str(folder)) for each in said.splitlines())


def test_what_a_run_shows_to_be_wrong(shared: Path) -> None:
    working("bubblewrap")
    folder = write_challenge(shared / "double", **{"samples/1.txt": "12\n"})
    assert "the reference: on sample 1 its answer is wrong" in greenprof("check", folder, folder=shared, code=1).stdout
    write_challenge(folder, **{"generate.py": "raise SystemExit('no numbers today')"})
    said = greenprof("check", folder, folder=shared, code=1).stdout
    assert "generate.py fails for the seed 1: no numbers today" in said
    write_challenge(folder)
    assert greenprof("check", folder, folder=shared).stdout == ""


def test_samples_are_written(shared: Path) -> None:
    folder = write_challenge(shared / "double")
    assert greenprof("samples", folder, "-o", "out", folder=shared).stdout == "out/1\n"
    assert (shared / "out/1/answer.txt").read_text().strip() == str(2 * int((shared / "out/1/number.txt").read_text()))


def test_a_shipped_challenge_is_found_by_name() -> None:
    assert find("route-search").name == "route-search"
