"""What the doctor says of meters and of the host, and what it returns."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import pytest

from greenprof.calibration import Point, made_here, store
from greenprof.doctor import concerns, conditions, diagnose, render, render_text
from greenprof.errors import GreenprofError
from greenprof.meters import meter_kinds

CPU = "sys/devices/system/cpu"


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("GREENPROF_STATE", str(tmp_path / "state"))


@pytest.fixture
def root(tmp_path):
    """A machine that is as bad as it gets for comparing runs."""
    files = {
        "proc/cpuinfo": "flags : hypervisor\n",
        ".dockerenv": "",
        f"{CPU}/cpu0/cpufreq/scaling_governor": "powersave\n",
        f"{CPU}/intel_pstate/no_turbo": "0\n",
        f"{CPU}/smt/active": "1\n",
        f"{CPU}/cpu0/thermal_throttle/core_throttle_count": "12\n",
        "proc/self/cgroup": "0::/\n",
        "sys/fs/cgroup/cpu.max": "50000 100000\n",
        "proc/stat": "cpu  100 0 100 700 0 0 0 100 0 0\n",
        "sys/devices/cpu_core/cpus": "0-7\n",
        "sys/devices/cpu_atom/cpus": "8-15\n",
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    return tmp_path


def state_of(diagnosis, name):
    return next(meter for meter in diagnosis.meters if meter.name == name)


@pytest.fixture
def measuring_nothing(monkeypatch, powercap_tree):
    """A diagnosis of a machine with a dead counter and no other meter than the estimate."""
    kinds = tuple(kind for kind in meter_kinds() if kind.name in ("rapl", "estimate"))
    monkeypatch.setattr("greenprof.doctor.meter_kinds", lambda: kinds)
    return diagnose(meter=f"rapl:{powercap_tree('stuck').root}")


def test_a_machine_that_only_estimates(measuring_nothing):
    diagnosis = measuring_nothing
    rapl, estimate = diagnosis.meters
    assert (rapl.name, rapl.works, rapl.domains) == ("rapl", False, ())
    assert "does not move" in rapl.reason
    assert (estimate.name, estimate.works, estimate.estimated) == ("estimate", True, True)
    assert (diagnosis.chosen, diagnosis.measured, diagnosis.exit_code) == ("estimate", False, 1)
    text = render_text(diagnosis)
    assert f"no   rapl: {rapl.reason}\n         to change that: {rapl.cure}" in text
    assert "yes  estimate" in text
    assert text.endswith("Joules can only be estimated here.\n")


def test_a_machine_that_measures(powercap_tree):
    tree = powercap_tree("two-sockets")
    with tree.run_at(50):
        diagnosis = diagnose(meter=f"rapl:{tree.root}")
    assert (diagnosis.chosen, diagnosis.measured, diagnosis.exit_code) == ("rapl", True, 0)
    assert state_of(diagnosis, "rapl").domains == ("package-0", "dram-0", "package-1", "dram-1")
    text = render_text(diagnosis)
    assert "yes  rapl" in text
    assert "measured, ±5%: package-0, dram-0, package-1, dram-1" in text
    assert text.endswith("Joules are measured here.\n")


def test_no_permission_shows_the_command(powercap_tree, ordinary_user, monkeypatch):
    tree = powercap_tree("single")
    tree.deny()
    # The folder that greenprof is installed in may be closed to that user, so what is in it is looked up before.
    kinds = meter_kinds()
    monkeypatch.setattr("greenprof.doctor.meter_kinds", lambda: kinds)
    with ordinary_user():
        diagnosis = diagnose(meter=f"rapl:{tree.root}")
    assert not state_of(diagnosis, "rapl").works
    assert f"sudo chmod a+r {tree.root}/intel-rapl:0/energy_uj" in render_text(diagnosis)


def looked_at(root, **changes):
    return replace(conditions(root, look_s=0.0), **({"busy": 0.0} | changes))


def test_slowing_down_just_now_is_told_from_having_slowed_down(root, monkeypatch):
    counts = iter([12, 15])
    monkeypatch.setattr("greenprof.host.throttle_count", lambda _root: next(counts))
    found = conditions(root, look_s=0.0)
    assert (found.throttled, found.throttling) == (15, True)
    said = [concern.what for concern in concerns(root, found)]
    assert "slowed down for heat 15 times since the start, and does so just now" in said


def test_whether_the_host_is_calibrated_is_said(measuring_nothing):
    before = measuring_nothing
    assert (before.calibrations, before.calibration_notes) == ((), ())
    assert "Not calibrated" in render_text(before)
    assert "greenprof calibrate --idle-w" in render_text(before)
    points = [Point(utilisation=at, watts=(watts,)) for at, watts in ((0.0, 8.0), (0.5, 20.0), (1.0, 31.0))]
    made = made_here(source="rapl", scope="s", domains=("package-0",), points=points, error=0.04)
    path = store(made)
    path.with_name(path.name.replace(".json", "x.json")).write_text("{")
    after = diagnose()
    shown = after.calibrations[0]
    assert (shown.made_at, shown.source, shown.domains) == (made.made_at, "rapl", ("package-0",))
    assert (shown.idle_w, shown.half_w, shown.full_w, shown.error) == (8, 20, 31, 0.04)
    text = render_text(after)
    assert f"Calibrated {made.made_at} with rapl (package-0): idle 8.0 W, half 20.0 W, full load 31.0 W" in text
    assert "x.json is not used" in text
    document = json.loads(render("json", after))
    assert document["calibrations"][0]["idle_w"] == 8
    assert "x.json is not used" in document["calibration_notes"][0]


def test_conditions_are_there_for_programs(measuring_nothing):
    document = json.loads(render("json", measuring_nothing))
    assert {"governor", "turbo", "smt", "throttling", "busy", "virtualised", "cpu_limit", "stolen", "hybrid"} <= set(
        document["conditions"]
    )
    assert 0 <= document["conditions"]["busy"] <= 1


def test_everything_that_makes_runs_hard_to_compare_comes_with_a_cure(root):
    found = concerns(root, looked_at(root, busy=0.5))
    assert [concern.what.split(":")[0].split(" (")[0] for concern in found] == [
        "virtual machine",
        "container",
        "a control group allows the time of 0.5 CPUs",
        "the hypervisor gave 10% of the CPU time since the start to others",
        "frequency governor powersave",
        "turbo is on",
        "hyper-threading is on",
        "unlike cores",
        "slowed down for heat 12 times since the start",
        "50% busy with other work just now",
    ]
    cures = " ".join(concern.cure for concern in found)
    assert f"echo performance | sudo tee {root}/{CPU}/cpu*/cpufreq/scaling_governor" in cures
    assert f"echo 1 | sudo tee {root}/{CPU}/intel_pstate/no_turbo" in cures
    assert f"echo off | sudo tee {root}/{CPU}/smt/control" in cures


def test_turbo_is_turned_off_where_it_is_turned_on(root):
    (root / f"{CPU}/intel_pstate/no_turbo").unlink()
    (root / f"{CPU}/cpufreq").mkdir()
    (root / f"{CPU}/cpufreq/boost").write_text("1\n")
    assert any(
        concern.cure == f"echo 0 | sudo tee {root}/{CPU}/cpufreq/boost" for concern in concerns(root, looked_at(root))
    )


def test_a_quiet_physical_machine_gives_no_concern(tmp_path):
    for name, content in {
        "proc/cpuinfo": "flags : sse2\n",
        f"{CPU}/cpu0/cpufreq/scaling_governor": "performance",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    assert concerns(tmp_path, looked_at(tmp_path, busy=0.02)) == ()
    assert concerns(tmp_path, looked_at(tmp_path, busy=None)) == ()


def test_json_holds_all_that_the_text_says(measuring_nothing):
    diagnosis = measuring_nothing
    document = json.loads(render("json", diagnosis))
    assert (document["format"], document["version"]) == ("greenprof-doctor", 1)
    assert (document["measured"], document["chosen"]) == (False, "estimate")
    assert document["host"]["fingerprint"] == diagnosis.host.fingerprint
    assert [meter["name"] for meter in document["meters"]] == ["rapl", "estimate"]
    assert document["meters"][0]["cure"]
    assert document["meters"][1]["uncertainty"] > 0
    assert [concern["what"] for concern in document["concerns"]] == [concern.what for concern in diagnosis.concerns]


def test_formats_and_meters_that_are_not_known():
    with pytest.raises(GreenprofError, match="unknown format 'xml'"):
        render("xml", diagnose())
    with pytest.raises(GreenprofError, match="unknown meter 'rapll', did you mean rapl"):
        diagnose(meter="rapll")


def test_the_installed_command_returns_what_it_found():
    command = [sys.executable, "-m", "greenprof", "doctor", "-f", "json"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    document = json.loads(done.stdout)
    assert done.returncode == (0 if document["measured"] else 1)
    assert done.stderr == ""
