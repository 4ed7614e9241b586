"""The door: which meter is taken, and what is said of those that are not."""

from __future__ import annotations

import importlib
import sys

import pytest

from greenprof.errors import GreenprofError
from greenprof.meters import meter_kinds, open_meter

PLUGIN = """
from greenprof.meters import MeterUnavailable
from greenprof.model import Reading

PRIORITY = {priority}
SUMMARY = "a plug from the wall"

class Plug:
    name, domains, estimated, uncertainty, scope = "plug", ("wall",), False, 0.02, "the whole machine"
    idle_w, max_interval_s, notes = 20.0, None, ()
    def read(self): return Reading(at_ns=0, joules=(1.0,))
    def close(self): pass

def open(argument):
    if argument == "broken": raise OSError("no such\\nplug")
    if argument == "unplugged": raise MeterUnavailable("nobody plugged it in", "plug it in")
    return Plug()
"""


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Install a package that offers one meter in the entry-point group."""

    def build(code, name="plug"):
        (tmp_path / f"{name}_meter.py").write_text(code)
        metadata = tmp_path / f"{name}_meter-1.0.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-meter\nVersion: 1.0\n")
        (metadata / "entry_points.txt").write_text(f"[greenprof.meters]\n{name} = {name}_meter\n")
        monkeypatch.syspath_prepend(str(tmp_path))
        monkeypatch.delitem(sys.modules, f"{name}_meter", raising=False)
        importlib.invalidate_caches()

    return build


def refused(spec):
    with pytest.raises(GreenprofError) as caught:
        open_meter(spec)
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_built_in_meters_are_found_in_the_order_in_which_they_are_tried():
    names = [kind.name for kind in meter_kinds()]
    assert names.index("rapl") < names.index("estimate")
    assert len(names) == len(set(names))
    assert all(kind.summary and "\n" not in kind.summary for kind in meter_kinds())


def test_the_first_that_works_is_taken_and_the_others_say_why_not(monkeypatch, tmp_path):
    monkeypatch.setattr("greenprof.meters.rapl.DEFAULT_ROOT", tmp_path / "powercap")
    opened = open_meter()
    opened.meter.close()
    name, reason, cure = opened.refused[0]
    assert name == "rapl"
    assert "does not exist" in reason
    assert "modprobe" in cure
    tried = [kind.name for kind in meter_kinds()]
    assert [*(refusal.name for refusal in opened.refused), opened.meter.name] == tried[: len(opened.refused) + 1]


def test_measuring_comes_before_estimating(monkeypatch, powercap_tree):
    tree = powercap_tree("single")
    monkeypatch.setattr("greenprof.meters.rapl.DEFAULT_ROOT", tree.root)
    with tree.run_at(50):
        opened = open_meter()
        opened.meter.close()
    assert (opened.meter.name, opened.refused) == ("rapl", ())


def test_a_named_meter_with_an_argument(powercap_tree):
    tree = powercap_tree("amd")
    with tree.run_at(50):
        meter = open_meter(f"rapl:{tree.root}").meter
        meter.close()
    assert meter.domains == ("package-0",)


def test_a_name_that_is_not_known():
    known = ", ".join(kind.name for kind in meter_kinds())
    assert refused("rapll") == f"unknown meter 'rapll', did you mean rapl? (meters: {known})"
    assert refused("zzz") == f"unknown meter 'zzz' (meters: {known})"
    assert "unknown meter ''" in refused("")


def test_a_named_meter_that_cannot_work_gives_reason_and_cure(tmp_path):
    message = refused(f"rapl:{tmp_path}/none")
    assert message.startswith(f"the meter rapl cannot be used: {tmp_path}/none does not exist")
    assert "to change that:" in message
    assert "nothing follows the colon" in refused("rapl:")


def test_a_plug_in_comes_through_the_same_door(install):
    install(PLUGIN.format(priority=-1))
    assert meter_kinds()[0].name == "plug"
    assert open_meter().meter.scope == "the whole machine"
    assert (
        refused("plug:unplugged") == "the meter plug cannot be used: nobody plugged it in; to change that: plug it in"
    )


def test_a_meter_without_a_priority_must_be_asked_for(install):
    install(PLUGIN.format(priority=None))
    assert "plug" in [kind.name for kind in meter_kinds() if kind.priority is None]
    assert open_meter().meter.name != "plug"
    assert open_meter("plug").meter.name == "plug"


@pytest.mark.parametrize("code", ["import nothing_like_this", "PRIORITY = 1", "def open(:"])
def test_a_plug_in_that_cannot_be_loaded_takes_nothing_with_it(install, code):
    install(code)
    assert open_meter("estimate").meter.name == "estimate"
    assert open_meter().meter.name != "plug"
    assert "its plug-in plug_meter is broken" in refused("plug")


def test_a_plug_in_that_fails_when_opened_is_a_refusal(install):
    install(PLUGIN.format(priority=5))
    assert "is broken (OSError: no such plug)" in refused("plug:broken")


def test_a_plug_in_does_not_take_a_built_in_name(install):
    install(PLUGIN.format(priority=1), name="estimate")
    assert open_meter("estimate").meter.domains == ("cpu",)
