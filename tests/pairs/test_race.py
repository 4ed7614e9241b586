"""Real processes, raced: the large differences that no noise hides, and what goes wrong."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from greenprof.errors import GreenprofError
from greenprof.pairs import CommandPiece, Match, Plan, WorkerPiece, python_piece, race, race_many

QUICK = Plan(batch_s=0.002, pair_s=0.004, detect=0.3, smallest_change=0.1)
LOOP = "sum(range({}))"


def loop(number: int) -> WorkerPiece:
    return python_piece(LOOP.format(number))


def command(code: str, **how: object) -> CommandPiece:
    return CommandPiece([sys.executable, "-I", "-S", "-c", code], **how)  # type: ignore[arg-type]


def test_twice_the_work_is_dearer_and_half_of_it_cheaper() -> None:
    dearer, cheaper = race(loop(3000), loop(6000), QUICK), race(loop(6000), loop(3000), QUICK)
    assert (dearer.outcome, cheaper.outcome) == ("dearer", "cheaper")
    assert dearer.interval[0] <= dearer.ratio <= dearer.interval[1]
    assert 1.6 < dearer.ratio < 2.4
    assert 0.4 < cheaper.ratio < 0.6
    assert dearer.quantity == "cpu-s"
    assert dearer.p_value < 0.01
    assert dearer.pairs >= 16  # the confirming ones too
    assert dearer.spent_s > 0


def test_the_cost_is_that_of_one_call() -> None:
    verdict = race(loop(3000), loop(6000), QUICK)
    begun = time.process_time()
    for _ in range(100):
        sum(range(3000))
    assert verdict.base_cost == pytest.approx((time.process_time() - begun) / 100, rel=0.8)
    assert verdict.head_cost == pytest.approx(verdict.base_cost * 2, rel=0.3)


def test_commands_are_raced_too() -> None:
    verdict = race(command("sum(range(100_000))"), command("sum(range(4_000_000))"), QUICK)
    assert verdict.outcome == "dearer"


def test_the_children_of_a_command_count() -> None:
    child = f"import subprocess, sys; subprocess.run([{sys.executable!r}, '-I', '-S', '-c', 'sum(range(4_000_000))'])"
    none = "import subprocess, sys"
    assert race(command(none), command(child), QUICK).outcome == "dearer"


def test_the_same_work_is_no_alarm() -> None:
    assert not race(loop(3000), loop(3000), QUICK).changed


def test_a_suite_shares_its_processes_and_each_test_has_its_verdict(tmp_path: Path) -> None:
    started = tmp_path / "started"
    setup = f"open({str(started)!r}, 'a').write('x')\ndef work(): return sum(range(WHAT))"
    base, head = (python_piece(setup=setup.replace("WHAT", number)) for number in ("3000", "6000"))
    verdicts = race_many([Match(base=base, head=head, key=name) for name in "abc"], QUICK)
    assert [verdict.outcome for verdict in verdicts] == ["dearer"] * 3
    assert len(started.read_text()) == 2 * max(verdict.pairs for verdict in verdicts)


def test_both_sides_have_the_same_hash_seed_and_another_one_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHONHASHSEED", raising=False)
    setup = f"import os; open({str(tmp_path)!r} + '/SIDE', 'a').write(os.environ['PYTHONHASHSEED'] + ' ')"
    sides = [python_piece("sum(range(3000))", setup=setup.replace("SIDE", side)) for side in ("base", "head")]
    race(*sides, QUICK)
    base, head = ((tmp_path / side).read_text().split() for side in ("base", "head"))
    assert base == head
    assert len(set(base)) == len(base) >= 8


def test_a_hash_seed_of_the_user_stays(tmp_path: Path) -> None:
    setup = f"import os; open({str(tmp_path / 'seeds')!r}, 'a').write(os.environ['PYTHONHASHSEED'] + ' ')"
    env = {**os.environ, "PYTHONHASHSEED": "7"}
    race(*(python_piece("sum(range(3000))", setup=setup, env=env) for _ in range(2)), QUICK)
    assert set((tmp_path / "seeds").read_text().split()) == {"7"}


def test_both_run_on_one_core_with_all_their_threads(tmp_path: Path) -> None:
    work = f"""
import os, threading, time
threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
def work():
    sum(range(3000))
    tasks = [os.sched_getaffinity(int(task)) for task in os.listdir("/proc/self/task")]
    os.makedirs({str(tmp_path / "cores")!r}, exist_ok=True)
    with open(f"{tmp_path / "cores"}/{{os.getpid()}}", "w") as file:
        file.write(str(tasks))
"""
    before = os.sched_getaffinity(0)
    race(*(python_piece(setup=work) for _ in range(2)), QUICK)
    cores = [file.read_text() for file in (tmp_path / "cores").iterdir()]
    assert len(cores) >= 2 * QUICK.min_pairs
    one_each = [f"[{{{core}}}, {{{core}}}]" for core in before]
    assert [each for each in cores if each not in one_each] == []
    assert all(cores.count(each) % 2 == 0 for each in one_each)
    assert os.sched_getaffinity(0) == before


@pytest.mark.parametrize(
    ("piece", "complaint"),
    [
        (command("raise SystemExit(3)"), r"ended with 3 \(it said nothing\)"),
        (command("1/0"), r"ended with 1 \(ZeroDivisionError: division by zero\)"),
        (command("import os; os.kill(os.getpid(), 9)"), "was ended by SIGKILL"),
        (command("import time; time.sleep(60)", timeout_s=0.3), "did not end within 0.3 s"),
        (CommandPiece(["no-such-command"]), "no-such-command: not found"),
        (CommandPiece([sys.executable], cwd=Path("/no/such/folder")), "/no/such/folder: not found"),
        (python_piece("1/0"), "1/0: ZeroDivisionError: division by zero"),
        (python_piece("x", setup="import no_such_module"), r"ended with 1 \(ModuleNotFoundError: No module"),
        (python_piece("os._exit(4)", setup="import os"), r"ended with 4 \(it said nothing\)"),
        (python_piece("x = = 1"), "SyntaxError: invalid syntax"),
        (WorkerPiece([sys.executable, "-c", "import time; time.sleep(60)"], timeout_s=0.3), "gave no answer within"),
    ],
)
def test_what_goes_wrong_is_one_clear_line(piece: CommandPiece | WorkerPiece, complaint: str) -> None:
    with pytest.raises(GreenprofError, match=complaint) as failure:
        race(piece, loop(3000), QUICK)
    assert "\n" not in str(failure.value)


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    daemon = f"import subprocess; subprocess.Popen(['sleep', '61.25']); open({str(tmp_path / 'x')!r}, 'w')"
    with pytest.raises(GreenprofError):
        race(command(daemon + "; 1/0"), loop(3000), QUICK)
    assert (tmp_path / "x").exists()
    assert "61.25" not in subprocess.run(["ps", "-eo", "args"], capture_output=True, check=True, text=True).stdout


def test_other_systems_are_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(GreenprofError, match="on Linux only"):
        race(loop(1), loop(1))


def test_a_system_that_lets_nothing_be_pinned_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_pid: int, _cores: set[int]) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "sched_setaffinity", refused)
    with pytest.raises(GreenprofError, match=r"cannot be pinned to core \d+ here \(Operation not permitted\)"):
        race(loop(3000), loop(3000), QUICK)
