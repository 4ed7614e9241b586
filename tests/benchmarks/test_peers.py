"""The comparison with other tools, with greenprof alone: right where the truth can be known, "unknown" where not."""

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

PEERS = Path(__file__).parents[2] / "benchmarks" / "peers"
SECONDS = 1.0
KNOWABLE = ["single", "wrap", "multi-wrap", "two sockets", "mmio twin", "amd", "dies", "mirrored dies"]
UNKNOWABLE = ["stuck", "denied", "vanishing"]
# A counter moves once in a millisecond, so each end of the job may be off by as much.
TICKS_S = 0.002


def compare(*options):
    return subprocess.run(
        [sys.executable, PEERS / "run.py", "--tools", "greenprof", "--seconds", str(SECONDS), *options],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def answers():
    done = compare("-f", "json")
    if done.returncode == 2:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def outcomes(answers):
    # What was run again, because it was surprising, comes last.
    return {outcome["layout"]: outcome for outcome in answers["outcomes"]}


@pytest.mark.parametrize("layout", KNOWABLE)
def test_what_can_be_known_is_right(outcomes, layout):
    outcome = outcomes[layout]
    assert (outcome["crashed"], outcome["refused"]) == (None, None)
    assert outcome["truth_j"] == pytest.approx(50 * SECONDS, rel=0.2)
    late = (TICKS_S + 2 * outcome["longest_tick_s"]) / SECONDS
    assert outcome["joules"] == pytest.approx(outcome["truth_j"], rel=late)


@pytest.mark.parametrize("layout", UNKNOWABLE)
def test_what_nobody_can_know_is_unknown(outcomes, layout):
    outcome = outcomes[layout]
    assert (outcome["crashed"], outcome["joules"], outcome["truth_j"]) == (None, None, None)


@pytest.mark.parametrize(("layout", "why"), [("stuck", "does not move"), ("denied", "root only")])
def test_a_refusal_says_why(outcomes, layout, why):
    assert why in outcomes[layout]["refused"]


def test_every_layout_is_run(outcomes):
    assert sorted(outcomes) == sorted(KNOWABLE + UNKNOWABLE)


def test_a_start_and_a_stop_are_timed(answers):
    assert list(answers["costs_us"]) == ["greenprof"]
    assert 0 < answers["costs_us"]["greenprof"] < 5000


@pytest.fixture
def modules(monkeypatch):
    """The modules of the comparison, by name; forgotten afterwards, because their names are common ones."""
    monkeypatch.syspath_prepend(PEERS)
    names = ("environments", "layouts", "sandbox", "table", "run")
    for name in names:
        monkeypatch.delitem(sys.modules, name, raising=False)
    yield {name: importlib.import_module(name) for name in names}
    for name in names:
        sys.modules.pop(name, None)


@pytest.fixture
def outcome(modules):
    def make(layout="single", **fields):
        unsaid = dict.fromkeys(("joules", "truth_j", "total_j", "refused", "crashed", "beside_s"))
        known = {"tool": "a tool", "version": "1", "layout": layout, "domains": {}, "longest_tick_s": 0.001}
        return modules["run"].Outcome(**unsaid | known | fields)

    return make


@pytest.mark.parametrize(
    ("fields", "shown", "surprising"),
    [
        ({"joules": 150.3, "truth_j": 150.0}, "+0.20 %", False),
        ({"joules": 120.0, "truth_j": 150.0}, "-20.00 %", True),
        ({"joules": -261_994.0, "truth_j": 150.0}, "says -261,994 J", True),
        ({"joules": 0.0, "truth_j": 150.0}, "-100.00 %", True),
        ({"truth_j": 150.0}, "unknown", True),
        ({"refused": "ToolError: no counters"}, "unknown", True),
        ({"crashed": "IndexError: list index out of range"}, "crash: IndexError", True),
        ({"layout": "stuck"}, "unknown", False),
        ({"layout": "stuck", "refused": "ToolError: it does not move"}, "unknown", False),
        ({"layout": "stuck", "joules": 0.0}, "says 0 J", True),
        ({"layout": "denied", "crashed": "PermissionError: no"}, "crash: PermissionError", True),
    ],
)
def test_what_a_field_of_the_table_says(modules, outcome, fields, shown, surprising):
    given = outcome(**fields)
    assert modules["table"].cell(given) == shown
    assert modules["table"].surprising(given) is surprising


def test_two_runs_that_disagree_are_both_shown(modules, outcome):
    twice = [outcome(joules=100.0, truth_j=150.0), outcome(joules=75.0, truth_j=150.0)]
    assert "| single | -33.33 %, then -50.00 % |" in modules["table"].render(twice, {}, 3.0)


def test_two_runs_that_agree_are_shown_once(modules, outcome):
    twice = [outcome(joules=100.0, truth_j=150.0), outcome(joules=100.2, truth_j=150.0)]
    assert "| single | -33.20 % |" in modules["table"].render(twice, {}, 3.0)


def test_without_root_there_is_one_line(modules, monkeypatch, capsys):
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr("sys.argv", ["run.py", "--tools", "greenprof"])
    with pytest.raises(SystemExit) as stopped:
        modules["run"].main()
    assert stopped.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("benchmarks/peers/run.py needs root")
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--tools", "abacus"], "unknown tool abacus"),
        (["--layouts", "round"], "unknown layout round"),
        (["--seconds", "0.1"], "--seconds must be 0.5 or more"),
    ],
)
def test_wrong_use_is_said(options, complaint):
    done = subprocess.run([sys.executable, PEERS / "run.py", *options], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


def test_every_peer_has_an_adapter_and_pinned_requirements(modules):
    for tool in modules["environments"].tools():
        assert (PEERS / "adapters" / f"{tool}.py").exists()
        if tool != "greenprof":
            lines = (PEERS / "requirements" / f"{tool}.txt").read_text(encoding="utf-8").split()
            assert all("==" in line for line in lines)
            assert any(line.lower().startswith(f"{tool.lower()}==") for line in lines)
