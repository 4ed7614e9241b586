"""``greenprof run`` from outside: its joules are the true ones, and bad input gets one line."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest

GREENPROF = str(Path(sys.executable).with_name("greenprof"))
SHOP = Path(__file__).parents[1] / "benchmarks" / "programs" / "shop"

Finished = subprocess.CompletedProcess[str]


def greenprof(*arguments: str, folder: Path | None = None, timeout: float = 60, **options: Any) -> Finished:
    """Run the installed command."""
    return subprocess.run(
        [GREENPROF, *arguments], cwd=folder, capture_output=True, text=True, timeout=timeout, check=False, **options
    )


def report_of(folder: Path, *arguments: str, **options: Any) -> dict[str, Any]:
    """The JSON report of `greenprof run ARGUMENTS`."""
    done = greenprof("run", "-q", "-o", "report.json", *arguments, folder=folder, **options)
    assert "Traceback" not in done.stderr, done.stderr
    return json.loads((folder / "report.json").read_text(encoding="utf-8"))


@pytest.fixture
def script(tmp_path: Path) -> Callable[[str], Path]:
    """Write app.py into an empty folder."""

    def write(text: str) -> Path:
        (tmp_path / "app.py").write_text(text, encoding="utf-8")
        return tmp_path

    return write


# Whose lines


def test_only_what_is_included_is_shown_and_the_rest_is_one_row(script: Callable[[str], Path]) -> None:
    folder = script(
        "import json, lib\ndata = list(range(20_000))\nfor n in range(150):\n"
        "    json.loads(json.dumps(data, indent=1))\n    lib.work(data)\n"
    )
    (folder / "lib.py").write_text("def work(data):\n    return sorted(map(str, data))\n", encoding="utf-8")
    done = greenprof("run", "--save", "run.json", "--include", "*lib.py", "app.py", folder=folder)
    report = json.loads(greenprof("report", "run.json", "--include", "lib.py", "-f", "json", folder=folder).stdout)
    paths = {spot["path"] for spot in report["hotspots"]}
    assert paths - {"<Python's start/end>"} == {"lib.py", "<other code>"}
    assert sum(spot["self_j"] for spot in report["hotspots"]) == pytest.approx(
        report["energy"]["process_j"] - report["energy"]["unattributed_j"]
    )
    assert "  other code\n" in done.stderr
    nothing = greenprof("report", "run.json", "--include", "none.py", folder=folder).stdout
    assert "No code that ran matches what was included: none.py." in nothing


# Signals (that a program behaves as it does natively is held to in tests/native)


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)], ids=str
)
def test_a_signal_ends_the_program_and_leaves_a_report(
    number: int, code: int, script: Callable[[str], Path], request: pytest.FixtureRequest
) -> None:
    # Whoever runs the tests may ignore the signal (nohup), and that would be inherited; a handler is not.
    request.addfinalizer(partial(signal.signal, number, signal.signal(number, lambda *_: None)))
    folder = script(
        "import time\nwhile time.process_time() < 0.3:\n    pass\nprint('ready', flush=True)\nwhile True:\n    pass\n"
    )
    with subprocess.Popen(
        [GREENPROF, "run", "-q", "-o", "report.json", "app.py"], cwd=folder, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, start_new_session=True,
    ) as running:  # fmt: skip
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        running.send_signal(number)
        try:
            _, errors = running.communicate(timeout=20)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)
    assert running.returncode == code
    assert ("KeyboardInterrupt" in errors) == (number == signal.SIGINT)
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert report["run"]["exit_code"] == -number
    assert report["run"]["cpu_s"] > 0.3


def test_a_program_that_handles_a_signal_goes_on(script: Callable[[str], Path]) -> None:
    folder = script(
        "import os, signal, time\nsignal.signal(signal.SIGUSR1, lambda *a: os.write(1, b'heard\\n'))\n"
        "print('ready', flush=True)\nend = time.monotonic() + 1\nwhile time.monotonic() < end:\n    time.sleep(0.01)\n"
    )
    with subprocess.Popen([GREENPROF, "run", "-q", "app.py"], cwd=folder, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        running.send_signal(signal.SIGUSR1)
        assert running.communicate(timeout=20)[0] == "heard\n"
    assert running.returncode == 0


# The joules are the true ones


def test_constant_power_is_measured_within_a_hundredth(
    powercap_tree: Callable[..., Any], script: Callable[[str], Path]
) -> None:
    tree = powercap_tree("single")
    folder = script("import time\nend = time.monotonic() + 3\nwhile time.monotonic() < end:\n    pass\n")
    with tree.run_at(50):
        report = report_of(folder, "--meter", f"rapl:{tree.root}", "app.py")
    truth_j = 50 * report["run"]["duration_s"]
    assert report["energy"]["total_j"] == pytest.approx(truth_j, rel=0.01)
    assert report["energy"]["domains_j"].keys() == {"package-0"}
    assert report["meter"]["estimated"] is False


def test_two_sockets_and_memory_add_up_and_psys_does_not(powercap_tree: Callable[..., Any], tmp_path: Path) -> None:
    tree = powercap_tree("two-sockets")
    with tree.run_at(80):
        report = report_of(tmp_path, "--meter", f"rapl:{tree.root}", "--", "sleep", "1")
    assert report["energy"]["total_j"] == pytest.approx(80 * report["run"]["duration_s"], rel=0.01)
    assert len(report["energy"]["domains_j"]) == 4


def test_the_ledger_of_a_real_run_closes(powercap_tree: Callable[..., Any], script: Callable[[str], Path]) -> None:
    tree = powercap_tree("single")
    folder = script("total = 0\nfor n in range(12_000_000):\n    total += n * n\n")
    with tree.run_at(50):
        report = report_of(folder, "--meter", f"rapl:{tree.root}", "app.py")
    energy = report["energy"]
    assert (energy["idle_j"] or 0) + energy["process_j"] + energy["other_j"] == pytest.approx(energy["total_j"])
    placed_j = sum(spot["self_j"] for spot in report["hotspots"])
    assert placed_j + energy["unattributed_j"] == pytest.approx(energy["process_j"])
    assert placed_j > 0.8 * energy["process_j"]
    assert report["hotspots"][0]["line"] in (2, 3)


def test_joules_follow_the_lines_that_use_them(
    powercap_tree: Callable[..., Any], script: Callable[[str], Path]
) -> None:
    # In turns: the machine draws 50 W whoever works, so that a neighbour makes one second dearer than another.
    spin = "    end = time.process_time() + {}\n    while time.process_time() < end:\n        pass\n\n"
    work = f"def dear():\n{spin.format(0.6)}def cheap():\n{spin.format(0.2)}"
    folder = script(f"import time\n{work}for _ in range(3):\n    dear()\n    cheap()\n")
    tree = powercap_tree("single")
    with tree.run_at(50):
        report = report_of(folder, "--meter", f"rapl:{tree.root}", "app.py")

    def share(key: str) -> float:
        dear, cheap = (
            sum(spot[key] for spot in report["hotspots"] if spot["function"] == name) for name in ("dear", "cheap")
        )
        return dear / (dear + cheap)

    assert share("cpu_s") == pytest.approx(0.75, abs=0.05)
    assert share("self_j") == pytest.approx(0.75, abs=0.08)


def test_waiting_is_shown_as_waiting(script: Callable[[str], Path]) -> None:
    report = report_of(script("import time\ntime.sleep(1)\n"), "--meter", "estimate:65", "app.py")
    (spot,) = [spot for spot in report["hotspots"] if spot["line"] == 2]
    assert spot["wait_s"] == pytest.approx(1, abs=0.15)
    assert spot["idle_j"] == pytest.approx(report["energy"]["idle_j"], rel=0.25)
    assert spot["cpu_s"] < 0.1


def test_what_an_interpreter_takes_to_end_is_told_and_nobodys_line(script: Callable[[str], Path]) -> None:
    # A million objects that only the interpreter itself takes down, after the last line.
    folder = script("import sys\nsys.kept = [[[]] for n in range(1_500_000)]\n")
    report = report_of(folder, "app.py")
    (itself,) = [spot for spot in report["hotspots"] if spot["path"] == "<Python's start/end>"]
    assert itself["cpu_s"] > 0.1 * report["run"]["cpu_s"]
    assert itself["margin"] is None
    assert "  Python's start/end\n" in greenprof("report", "report.json", folder=folder).stdout


def test_every_process_of_the_tree_is_counted(tmp_path: Path) -> None:
    burn = "import time\nwhile time.process_time() < 0.05: pass"
    (tmp_path / "burn.py").write_text(burn, encoding="utf-8")
    python = f"{sys.executable} -S -E burn.py"
    shell = f"for n in 1 2 3 4 5 6 7 8; do {python}; done; (({python}; {python}) &) ; sleep 0.01"
    report = report_of(tmp_path, "--", "sh", "-c", shell)
    truth_s = sum(_cpu_s_of([sys.executable, "-S", "-E", "burn.py"], tmp_path) for _ in range(10))
    assert report["run"]["cpu_s"] == pytest.approx(truth_s, rel=0.15)
    assert report["run"]["processes"] >= 5


def _cpu_s_of(command: list[str], folder: Path) -> float:
    process = subprocess.Popen(command, cwd=folder)
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return usage.ru_utime + usage.ru_stime


def test_the_peak_of_memory_is_the_programs_own(tmp_path: Path) -> None:
    assert report_of(tmp_path, "--", "true")["run"]["max_rss_bytes"] is None
    report = report_of(tmp_path, "--", sys.executable, "-c", "x = b'x' * 300_000_000")
    assert 300_000_000 < report["run"]["max_rss_bytes"] < 400_000_000


def test_a_daemon_is_not_waited_for(tmp_path: Path) -> None:
    begun = time.monotonic()
    done = greenprof("run", "-q", "--", "sh", "-c", "sleep 30 >/dev/null 2>&1 & echo started", folder=tmp_path)
    assert done.stdout == "started\n"
    assert time.monotonic() - begun < 5


def test_repeated_runs_give_a_mean_and_stop_at_a_failure(script: Callable[[str], Path]) -> None:
    folder = script(
        "from pathlib import Path\nlog = Path('log')\nlog.write_text((log.read_text() if log.exists() else '') + 'x')\n"
    )
    report = report_of(folder, "--repeat", "3", "app.py")
    assert report["run"]["runs"] == 3
    assert (folder / "log").read_text() == "xxx"
    script("import sys\nsys.exit(4)\n")
    done = greenprof("run", "-q", "--repeat", "3", "-o", "r.json", "app.py", folder=folder)
    assert done.returncode == 4
    report = json.loads((folder / "r.json").read_text(encoding="utf-8"))
    assert report["run"]["runs"] == 1
    assert "run 1 of 3 failed, so it was the last" in report["notes"]


def test_secrets_in_the_command_are_not_kept(tmp_path: Path) -> None:
    words = ["--", "sh", "-c", "true", "--password", "hunter2"]
    assert report_of(tmp_path, *words)["run"]["command"][-1] == "***"
    assert report_of(tmp_path, "--redact", *words)["run"]["command"] == ["sh", *["***"] * 4]


# The combined report


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """Both versions of the web shop, measured once."""
    pytest.importorskip("sqlalchemy")
    folder = tmp_path_factory.mktemp("shop")
    reports = {}
    for name in ("shop", "fixed"):
        done = greenprof(
            "run", "--save", f"{name}.rec.json", "-o", f"{name}.json", "-o", f"{name}.html", "-o", f"{name}.md",
            str(SHOP / f"{name}.py"), folder=folder,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        reports[name] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        reports[f"{name} output"], reports[f"{name} terminal"] = done.stdout, done.stderr
    return {**reports, "folder": folder}


def test_the_shop_has_its_n_plus_one_on_top(shop: Mapping[str, Any]) -> None:
    ranked = [finding["rule"] for finding in shop["shop"]["findings"]]
    assert "query-in-loop" in ranked[:2]
    assert {"commit-in-loop", "busy-wait", "string-concat-in-loop"} <= set(ranked)
    joules = [finding["energy_j"] or 0.0 for finding in shop["shop"]["findings"]]
    assert joules == sorted(joules, reverse=True)
    assert joules[0] > 0.05 * shop["shop"]["energy"]["process_j"]


def test_the_fixed_shop_gives_the_same_answer_for_fewer_joules(shop: Mapping[str, Any]) -> None:
    assert shop["fixed output"] == shop["shop output"]
    assert shop["fixed"]["findings"] == []
    assert shop["fixed"]["energy"]["process_j"] < 0.5 * shop["shop"]["energy"]["process_j"]


def test_the_terminal_shows_the_finding_with_its_joules(shop: Mapping[str, Any]) -> None:
    assert "query-in-loop" in shop["shop terminal"]
    assert "shop.py:" in shop["shop terminal"]
    assert " J" in shop["shop terminal"]


def test_every_format_comes_from_a_saved_recording_and_a_saved_report(shop: Mapping[str, Any]) -> None:
    folder = shop["folder"]
    for saved in ("shop.rec.json", "shop.json"):
        for format_ in ("text", "json", "markdown", "html"):
            done = greenprof("report", saved, "-f", format_, folder=folder)
            assert done.returncode == 0, done.stderr
            assert "query-in-loop" in done.stdout
    again = greenprof("report", "shop.json", "-f", "json", folder=folder).stdout
    assert json.loads(again) == shop["shop"]
    assert json.loads(greenprof("report", "shop.rec.json", "-f", "json", folder=folder).stdout) == shop["shop"]


# Bad input


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["run", "none.py"], 127, "none.py: no such script"),
        (["run", "ls"], 127, "greenprof run -- ls"),
        (["run", "--", "no-such-command"], 127, "no-such-command: no such command"),
        (["run", "--", "./plain.txt"], 126, "plain.txt: cannot be started"),
        (["run", "folder"], 126, "without a __main__"),
        (["run", "-f", "pdf", "ok.py"], 2, "pdf"),
        (["run", "--meter", "rapll", "ok.py"], 2, "did you mean rapl"),
        (["run", "--meter", "rapl:/nowhere", "ok.py"], 2, "/nowhere"),
        (["run", "-o", "none/x.json", "ok.py"], 2, "there is no folder none"),
        (["run", "-o", "folder", "ok.py"], 2, "is a folder"),
        (["run", "-o", "x.pdf", "ok.py"], 2, "x.pdf: no format has this suffix"),
        (["run", "--save", "none/x.json", "ok.py"], 2, "there is no folder none"),
        (["run"], 2, "name a script"),
        (["run", "--repeat", "0", "ok.py"], 2, "repeat"),
        (["report", "none.json"], 2, "none.json: cannot be read"),
        (["report", "plain.txt"], 2, "is not JSON"),
        (["report", "old.json"], 2, "version 0"),
    ],
)
def test_bad_input_gets_one_line_and_the_program_does_not_run(
    arguments: list[str], code: int, message: str, tmp_path: Path
) -> None:
    (tmp_path / "ok.py").write_text("open('ran', 'w').close()", encoding="utf-8")
    (tmp_path / "plain.txt").write_text("no program", encoding="utf-8")
    (tmp_path / "old.json").write_text('{"format": "greenprof-recording", "version": 0}', encoding="utf-8")
    (tmp_path / "folder").mkdir()
    done = greenprof(*arguments, folder=tmp_path)
    assert done.returncode == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "ran").exists()
    assert len([line for line in done.stderr.splitlines() if line.startswith(("greenprof: ", "Error: "))]) == 1


def test_rules_that_are_not_to_be_had_are_told_before_the_program_runs(script: Callable[[str], Path]) -> None:
    folder = script("open('ran', 'w').close()")
    (folder / "pyproject.toml").write_text('[tool.greenprof]\nignore = ["query-in-lop"]\n', encoding="utf-8")
    done = greenprof("run", "app.py", folder=folder)
    assert (done.returncode, "did you mean query-in-loop" in done.stderr) == (2, True)
    assert not (folder / "ran").exists()


def test_another_file_of_the_same_name_is_not_taken_for_the_one_that_ran(script: Callable[[str], Path]) -> None:
    folder = script("total = 0\nfor n in range(6_000_000):\n    total += n * n\n")
    assert greenprof("run", "-q", "--save", "rec.json", "app.py", folder=folder).returncode == 0
    assert "total += n * n" in greenprof("report", "rec.json", folder=folder).stdout
    script("def run(text, rows):\n    for row in rows:\n        text.all = text.all + row\n")
    shown = greenprof("report", "rec.json", folder=folder).stdout
    assert "text.all" not in shown
    assert "app.py was not linted" in shown


def test_a_full_disk_is_told_in_one_line(script: Callable[[str], Path]) -> None:
    folder = script("pass")
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [GREENPROF, "lint", "app.py"], cwd=folder, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 125
    assert done.stderr.startswith("greenprof: standard output cannot be written (No space left")


def test_a_program_shorter_than_a_tick_is_reported(tmp_path: Path) -> None:
    report = report_of(tmp_path, "--", "true")
    assert report["run"]["duration_s"] < 0.2
    assert report["energy"]["total_j"] is not None


def test_a_file_that_cannot_be_parsed_is_told_and_the_rest_is_linted(script: Callable[[str], Path]) -> None:
    folder = script("import broken_later\nbroken_later.work()\n")
    (folder / "broken_later.py").write_text(
        "from pathlib import Path\n\ndef work():\n    Path(__file__).write_text('def (:')\n"
        "    for n in range(3_000_000):\n        n * n\n",
        encoding="utf-8",
    )
    report = report_of(folder, "app.py")
    assert any("broken_later.py was not linted" in note for note in report["notes"])


def test_the_program_gets_no_words_from_greenprof(script: Callable[[str], Path]) -> None:
    done = greenprof("run", "app.py", folder=script("print('only this')\n"))
    assert done.stdout == "only this\n"
    assert re.search(r"\d [mµ]?J\b", done.stderr)


# The cost of being there


@pytest.mark.parametrize(("code", "limit_s"), [("import greenprof", 0.10), ("import greenprof.cli", 0.25)])
def test_import_is_light(code: str, limit_s: float) -> None:
    def seconds(program: str) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", program], check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime

    assert min(seconds(code) for _ in range(5)) - min(seconds("pass") for _ in range(5)) < limit_s
