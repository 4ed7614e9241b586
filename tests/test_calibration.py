"""The calibration as a value and as a file: what is kept, what is taken back, what is refused."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenprof import host
from greenprof.calibration import (
    Calibration,
    Point,
    by_hand,
    changes_since,
    idle_of,
    made_here,
    state_folder,
    store,
    stored,
)
from greenprof.errors import GreenprofError
from greenprof.meters import info
from greenprof.meters.rapl import open as open_rapl

POINTS = (
    Point(utilisation=0.01, watts=(8.0, 1.5)),
    Point(utilisation=0.5, watts=(20.0, 2.5)),
    Point(utilisation=1.0, watts=(31.0, 3.0)),
)


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("GREENPROF_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def measured():
    return made_here(source="rapl", scope="the packages", domains=("package-0", "dram-0"), points=POINTS, error=0.04)


def refused(action, *arguments):
    with pytest.raises(GreenprofError) as caught:
        action(*arguments)
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_what_is_stored_is_found_again(measured, state):
    path = store(measured)
    assert path.parent == state
    assert stored().calibrations == (measured,)
    assert stored().notes == ()
    assert [each.name for each in state.iterdir()] == [path.name], "nothing half-written is left"
    assert (state.stat().st_mode & 0o777, path.stat().st_mode & 0o777) == (0o700, 0o600)


def test_a_new_one_replaces_that_of_the_same_domains_only(measured):
    older = replace(measured, made_at="2001-01-01T00:00:00Z")
    store(older)
    store(measured)
    plug = replace(by_hand(30, 90), made_at="2002-01-01T00:00:00Z")
    store(plug)
    assert stored().calibrations == (measured, plug)


def test_idle_is_that_of_the_domains_that_the_meter_has(measured):
    store(measured)
    assert idle_of(("package-0", "dram-0"))[0] == pytest.approx(9.5)
    assert idle_of(("package-0",))[0] == pytest.approx(8.0)
    assert idle_of(("package-0", "package-1")) == (None, ())
    assert idle_of(("package-0",))[1] == (f"idle 8.0 W, calibrated {measured.made_at[:10]} with rapl",)


def test_watts_from_a_plug_are_no_idle_watts_of_a_counter():
    store(by_hand(30, 90))
    assert idle_of(("package-0",)) == (None, ())


def test_another_host_has_another_calibration(measured, state, tmp_path):
    store(measured)
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/cpuinfo").write_text("model name : Another\n")
    assert stored(tmp_path).calibrations == ()
    elsewhere = host.hardware_key(tmp_path)
    copied = state / f"calibration-{elsewhere}-abc.json"
    copied.write_text(next(state.glob("*.json")).read_text())
    assert "another host's" in stored_anew(tmp_path).notes[0]


def stored_anew(root=host.ROOT):
    store(replace(by_hand(1, 2), host="nobody"))  # whatever is stored, the folder is read again
    return stored(root)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 10_000, b'{"format": "greenprof-report", "version": 1}',
        b'{"format": "greenprof-calibration", "version": 2}', b'{"format": "greenprof-calibration", "version": 1}',
    ],
)  # fmt: skip
def test_a_file_that_is_none_is_a_note_and_no_crash(measured, state, content):
    path = store(measured)
    path.write_bytes(content)
    found = stored_anew()
    assert found.calibrations == ()
    assert str(path) in found.notes[0]
    assert "greenprof calibrate makes a new one" in found.notes[0]
    assert "\n" not in found.notes[0]
    assert idle_of(("package-0",)) == (None, found.notes)


def wrong(change):
    return pytest.param(change, id=json.dumps(change)[:60])


@pytest.mark.parametrize(
    "change",
    [
        wrong({"domains": []}), wrong({"domains": ["a", "a"]}), wrong({"domains": "package-0"}), wrong({"points": []}),
        wrong({"points": [{"utilisation": 0, "watts": [1]}]}),
        wrong({"points": [{"utilisation": 0, "watts": [-1, 1]}]}),
        wrong({"points": [{"utilisation": 2, "watts": [1, 1]}]}), wrong({"points": [{"watts": [1, 1]}]}),
        wrong({"points": [{"utilisation": 0, "watts": [math.nan, 1]}]}), wrong({"points": [1]}),
        wrong({"points": [{"utilisation": 0, "watts": [1, 1]}] * 2}), wrong({"cpu": 1}), wrong({"made_at": None}),
        wrong({"error": "none"}), wrong({"error": -1}), wrong({"governor": 1}), wrong({"notes": None}),
        wrong({"points": [{"utilisation": n / 9, "watts": [n, n]} for n in range(9)]}),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_is_a_note(measured, change):
    path = store(measured)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    found = stored_anew()
    assert (found.calibrations, len(found.notes)) == ((), 1)


@settings(max_examples=50, deadline=None)
@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner, max_size=3)))
def test_no_value_of_any_key_crashes_the_reader(value):
    good = made_here(source="rapl", scope="s", domains=("p", "d"), points=POINTS)
    document = {"format": "greenprof-calibration", "version": 1, **asdict(good)}
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("GREENPROF_STATE", folder)
        for key in document:
            Path(folder, f"calibration-{good.host}-{key}.json").write_text(json.dumps({**document, key: value}))
        found = stored()
    assert len(found.calibrations) + len(found.notes) == len(document)
    assert len(found.notes) >= 5, "hardly any value is right for more than a few keys"


def test_a_file_that_cannot_be_read_is_a_note(measured):
    path = store(measured)
    path.unlink()
    path.mkdir()
    assert "is not used ([Errno 21] Is a directory" in stored_anew().notes[0]


def test_another_setting_than_when_it_was_calibrated_is_said(measured, tmp_path):
    governor = tmp_path / "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"
    governor.parent.mkdir(parents=True)
    governor.write_text("performance")
    no_turbo = tmp_path / "sys/devices/system/cpu/intel_pstate/no_turbo"
    no_turbo.parent.mkdir(parents=True)
    no_turbo.write_text("1")
    made = replace(measured, governor="powersave", turbo=True)
    assert changes_since(made, tmp_path) == (
        "calibrated under another setting (frequency governor powersave, now performance): calibrate again to be sure",
        "calibrated under another setting (turbo on, now off): calibrate again to be sure",
    )
    assert changes_since(replace(made, governor="performance", turbo=False), tmp_path) == ()
    assert changes_since(replace(made, governor=None, turbo=None), tmp_path) == ()


def test_watts_given_by_hand():
    made = by_hand(8, 31, 20)
    assert isinstance(made, Calibration)
    assert (made.source, made.domains) == ("hand", ("machine",))
    assert [point.load for point in made.points] == [(0.0, 8.0), (0.5, 20.0), (1.0, 31.0)]
    assert made.curve.power_w(0.5) == 20
    assert len(by_hand(8, 31).points) == 2
    assert by_hand(0, 31).idle_w(("machine",)) == 0


@pytest.mark.parametrize(
    ("watts", "said"),
    [
        ((31, 8), "--idle-w 31 is more than --full-w 8"),
        ((8, 31, 40), "--half-w 40 is more than --full-w 31"),
        ((8, 31, 4), "--idle-w 8 is more than --half-w 4"),
        ((-1, 31), "--idle-w -1: watts are a number from 0"),
        ((8, math.nan), "--full-w nan: watts are"),
        ((8, math.inf), "--full-w inf: watts are"),
        ((8, 1e9), "--full-w 1e+09: watts are"),
        ((8, 31, math.nan), "--half-w nan: watts are"),
    ],
)
def test_watts_that_cannot_be(watts, said):
    assert said in refused(by_hand, *watts)


def test_where_it_is_kept(monkeypatch, tmp_path):
    monkeypatch.delenv("GREENPROF_STATE")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert state_folder() == tmp_path / "greenprof"
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for ignored in ("", "relative/folder"):
        monkeypatch.setenv("XDG_STATE_HOME", ignored)
        assert state_folder() == tmp_path / "home/.local/state/greenprof"


def test_a_folder_that_cannot_be_is_one_line(monkeypatch, measured, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GREENPROF_STATE", str(tmp_path / "file" / "below"))
    assert "cannot be written (Not a directory); set GREENPROF_STATE" in refused(store, measured)
    assert stored() == stored(tmp_path)
    assert stored().calibrations == ()


def test_rapl_knows_its_idle_watts_and_says_since_when(measured, powercap_tree):
    tree = powercap_tree("single")
    with tree.run_at(50):
        before = open_rapl(str(tree.root))
        before.close()
        store(replace(measured, domains=("package-0",), points=(Point(utilisation=0.0, watts=(12.5,)),)))
        after = open_rapl(str(tree.root))
        after.close()
    assert (before.idle_w, before.notes) == (None, ())
    assert info(after).idle_w == 12.5
    assert info(after).notes == (f"idle 12.5 W, calibrated {measured.made_at[:10]} with rapl",)
    assert info(after).resolution_s == 0.002


def test_a_run_has_idle_joules_once_the_host_is_calibrated(measured, powercap_tree, tmp_path):
    tree = powercap_tree("single")
    store(replace(measured, domains=("package-0",), points=(Point(utilisation=0.0, watts=(20.0,)),)))
    report = tmp_path / "report.json"
    command = [sys.executable, "-m", "greenprof", "run", "-q", "--meter", f"rapl:{tree.root}", "-o", str(report)]
    with tree.run_at(50):
        subprocess.run([*command, "--", "sleep", "0.5"], check=True, capture_output=True)
    document = json.loads(report.read_text())
    energy = document["energy"]
    assert document["meter"]["idle_w"] == 20.0
    assert energy["idle_j"] == pytest.approx(0.4 * energy["total_j"], rel=0.05)
    assert energy["idle_j"] + energy["process_j"] + energy["other_j"] == pytest.approx(energy["total_j"])


def test_looking_for_a_calibration_takes_some_milliseconds_at_most(measured):
    store(measured)
    started = time.process_time()
    assert stored().calibrations
    assert time.process_time() - started < 0.020
