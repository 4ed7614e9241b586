"""pyRAPL as a meter, with its faults contained, on simulated trees."""

from __future__ import annotations

import logging
import subprocess
import sys
import warnings

import pytest

from greenprof.errors import GreenprofError
from greenprof.meters import MeterUnavailable, info, meter_kinds, open_meter
from greenprof.meters.pyrapl import PyraplMeter

pytest.importorskip("pyRAPL")

WATTS = 50.0


@pytest.fixture
def opened(powercap_tree, simulated_clock):
    """Build a tree and let pyRAPL read it while the machine draws 50 W; everything in simulated time."""
    meters = []

    def build(layout="single", shape="class", watts=WATTS, **changes):
        tree = powercap_tree(layout, shape, **changes)
        clock = simulated_clock(tree, watts)
        meter = PyraplMeter(tree.root, clock)
        meters.append(meter)
        return tree, clock, meter

    yield build
    for meter in meters:
        meter.close()


def total(joules):
    return None if None in joules else sum(joules)


@pytest.mark.parametrize(
    ("layout", "domains"),
    [
        ("single", ("package-0",)),
        ("two-sockets", ("package-0", "dram-0", "package-1", "dram-1")),
        ("mmio", ("package-0",)),
        ("amd", ("package-0",)),
        ("many", tuple(f"package-{n}" for n in range(12))),
    ],
)
@pytest.mark.parametrize("shape", ["class", "nested"])
def test_the_domains_add_up_to_the_machine_and_are_called_as_by_rapl(opened, layout, domains, shape):
    _, clock, meter = opened(layout, shape)
    assert meter.domains == domains
    first = meter.read()
    clock.sleep(1.0)
    last = meter.read()
    assert total(last.since(first)) == pytest.approx(WATTS, abs=1e-3)
    assert (last.invalid_s, meter.notes) == (0.0, ())


def test_what_is_said_beside_the_numbers(opened):
    said = info(opened("two-sockets")[2])
    assert (said.name, said.estimated, said.idle_w) == ("pyrapl", False, None)
    assert "memory" in said.scope
    assert "memory" not in info(opened("single")[2]).scope


def test_memory_of_one_socket_only_is_left_out_and_named(opened, simulated_zone):
    zones = (
        simulated_zone("intel-rapl:0", "package-0", 0.6),
        simulated_zone("intel-rapl:0:0", "dram", 0.1),
        simulated_zone("intel-rapl:1", "package-1", 0.3),
    )
    _, _, meter = opened(zones)
    assert meter.domains == ("package-0", "package-1")
    assert meter.notes == ("dram-0 is not counted: pyRAPL does not know this domain, or not on every socket",)


def test_a_wrap_is_no_gap_though_pyrapl_knows_none(opened):
    tree, clock, meter = opened(range_uj=3_000_000)
    before_uj = tree.drawn_uj["intel-rapl:0"]
    joules = [meter.read().joules[0]]
    for _ in range(100):
        clock.sleep(meter.max_interval_s)
        joules.append(meter.read().joules[0])
    truth_j = (tree.drawn_uj["intel-rapl:0"] - before_uj) / 1e6
    assert joules[-1] == pytest.approx(truth_j, abs=1e-3)
    assert truth_j > 5 * 3.0, "the counter must have wrapped several times"
    assert joules == sorted(joules)


def test_a_backward_step_of_a_counter_without_a_range_is_lost_and_never_negative(opened):
    tree, clock, meter = opened(range_uj=None)
    first = meter.read()
    assert meter.max_interval_s is None
    clock.sleep(0.1)
    tree.reset("intel-rapl:0", raw=3)
    assert meter.read().joules == (None,)
    clock.sleep(0.1)
    last = meter.read()
    assert last.since(first)[0] == pytest.approx(5.0, abs=1e-3)
    assert last.invalid_s == pytest.approx(0.1)
    assert any("cannot be known" in note for note in meter.notes)


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"12ab\n", b"-5\n", b"nan\n", b"inf\n", b"1e400\n", b"9" * 40, b"\xff\n"]
)
def test_a_failed_or_wild_read_is_unknown_and_then_made_good(opened, content):
    tree, clock, meter = opened()
    first = meter.read()
    clock.sleep(0.1)
    tree.write("intel-rapl:0", content)
    assert meter.read().joules == (None,)
    clock.sleep(0.1)
    after = meter.read()
    assert after.since(first)[0] == pytest.approx(10.0, abs=1e-3)
    assert after.invalid_s == 0


def test_one_counter_that_fails_hides_the_others_but_only_just_then(opened):
    tree, clock, meter = opened("two-sockets")
    first = meter.read()
    clock.sleep(0.1)
    tree.write("intel-rapl:1", b"broken\n")
    assert meter.read().joules == (None,) * 4
    assert any("could not read at times (ValueError" in note for note in meter.notes)
    clock.sleep(0.1)
    assert total(meter.read().since(first)) == pytest.approx(10.0, abs=1e-3)


def test_a_counter_that_stops_is_unknown_not_zero(opened):
    _, clock, meter = opened()
    meter.read()
    clock.watts = 0.0
    clock.sleep(0.2)
    assert meter.read().joules == (None,)
    assert any("stood still" in note for note in meter.notes)


def test_a_suspension_is_unknown_time(opened):
    tree, clock, meter = opened()
    first = meter.read()
    clock.sleep(0.1)
    clock.suspend(60)
    tree.step(2.0)
    assert meter.read().invalid_s == pytest.approx(0.1)
    clock.sleep(0.1)
    assert meter.read().since(first)[0] == pytest.approx(5.0, abs=1e-3)


def refused(root):
    with pytest.raises(MeterUnavailable) as caught:
        PyraplMeter(root)
    assert "\n" not in str(caught.value)
    return caught.value.reason


@pytest.mark.parametrize("layout", ["dies", "mirrored-dies"])
def test_dies_are_more_than_pyrapl_can_tell_apart(powercap_tree, layout):
    assert "cannot tell the dies of a package apart (package-0-die-0, " in refused(powercap_tree(layout).root)


def test_a_dead_counter_is_refused(powercap_tree):
    assert "would call that zero" in refused(powercap_tree("stuck").root)


def test_a_tree_that_pyrapl_does_not_look_into(powercap_tree):
    assert "does not find one package for each socket" in refused(powercap_tree("single", "flat").root)
    assert "no package counter" in refused(powercap_tree("psys-only").root)


def test_a_gap_in_the_numbers_of_the_zones_ends_its_search(powercap_tree, simulated_zone):
    zones = (simulated_zone("intel-rapl:0", "package-0", 0.5), simulated_zone("intel-rapl:2", "package-1", 0.5))
    assert "does not find one package for each socket" in refused(powercap_tree(zones).root)


def test_a_package_without_a_number_is_more_than_it_can_read(powercap_tree, simulated_zone):
    assert "pyRAPL fails here" in refused(powercap_tree((simulated_zone("intel-rapl:0", "package", 1.0),)).root)


def test_no_permission(powercap_tree, ordinary_user):
    tree = powercap_tree("single")
    tree.deny()
    with ordinary_user():
        assert "may be read by root only" in refused(tree.root)


def test_folders_that_are_no_tree_are_refused_before_pyrapl_is_imported(tmp_path):
    assert "cannot be listed" in refused(tmp_path / "none")
    assert "no package counter" in refused(tmp_path)
    program = (
        "import sys; from greenprof.meters import meter_kinds, open_meter\n"
        "from greenprof.meters.pyrapl import PyraplMeter\n"
        "from greenprof.meters import MeterUnavailable\nfrom pathlib import Path\n"
        "try: PyraplMeter(Path(sys.argv[1]))\nexcept MeterUnavailable: print('pyRAPL' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True)
    assert answer.stdout == "False\n"


def test_without_the_library(powercap_tree, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyRAPL", None)
    assert "cannot be imported" in refused(powercap_tree("single").root)


SURROUNDINGS = """
import logging, sys
from greenprof.meters import open_meter
root = logging.getLogger()
assert "pyRAPL" not in sys.modules
meter = open_meter("pyrapl:" + sys.argv[1]).meter
meter.read()
meter.close()
assert "pyRAPL" in sys.modules
assert (root.handlers, root.filters, root.level) == ([], [], logging.WARNING), root.handlers
import pyRAPL.device_api, pyRAPL.sensor
assert pyRAPL._sensor is None
assert not hasattr(pyRAPL.device_api, "open") and pyRAPL.device_api.os is __import__("os")
assert pyRAPL.device_api.get_socket_ids.__module__ == "pyRAPL.device_api"
assert pyRAPL.sensor.DeviceAPIFactory is pyRAPL.DeviceAPIFactory
print("as before")
"""


@pytest.mark.parametrize("strictness", [(), ("-W", "error"), ("-W", "always")])
def test_its_surroundings_stay_as_they_were(powercap_tree, strictness):
    tree = powercap_tree("two-sockets")
    with tree.run_at(WATTS):
        answer = subprocess.run(
            [sys.executable, *strictness, "-c", SURROUNDINGS, str(tree.root)],
            check=False,
            capture_output=True,
            text=True,
        )
    assert (answer.stdout, answer.stderr, answer.returncode) == ("as before\n", "", 0)


TALKATIVE = """
import logging, sys
logging.basicConfig(stream=sys.stdout, level=logging.DEBUG)
from greenprof.meters import open_meter
open_meter("pyrapl:" + sys.argv[1]).meter.close()
logging.warning("my own")
"""


def test_its_remarks_do_not_reach_the_programs_own_log(powercap_tree):
    tree = powercap_tree("single")
    with tree.run_at(WATTS):
        answer = subprocess.run(
            [sys.executable, "-c", TALKATIVE, str(tree.root)], check=True, capture_output=True, text=True
        )
    assert answer.stdout == "WARNING:root:my own\n"


def test_nobody_elses_messages_are_held_back_meanwhile(powercap_tree, simulated_clock, caplog):
    from greenprof.meters.pyrapl import _contained

    with caplog.at_level(logging.WARNING), _contained():
        logging.warning("somebody else")
    assert [record.message for record in caplog.records] == ["somebody else"]


def test_no_file_is_left_open(powercap_tree, simulated_clock):
    tree = powercap_tree("two-sockets")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        meter = PyraplMeter(tree.root, simulated_clock(tree, WATTS))
        meter.close()
        meter.close()
        del meter


def test_through_the_door_by_name_only(powercap_tree):
    tree = powercap_tree("amd")
    with tree.run_at(WATTS):
        meter = open_meter(f"pyrapl:{tree.root}").meter
        meter.close()
    assert meter.domains == ("package-0",)
    assert next(kind.priority for kind in meter_kinds() if kind.name == "pyrapl") is None
    with pytest.raises(GreenprofError, match="pyrapl cannot be used"):
        open_meter(f"pyrapl:{tree.root}/none")
