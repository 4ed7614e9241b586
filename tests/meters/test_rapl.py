"""RAPL through powercap, on simulated trees whose truth is known."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from greenprof.meters import MeterUnavailable, info
from greenprof.meters.rapl import RaplMeter
from greenprof.meters.rapl import open as open_rapl

WATTS = 50.0


@pytest.fixture
def opened(powercap_tree, simulated_clock):
    """Build a tree and open the meter on it while the machine draws 50 W; everything in simulated time."""
    meters = []

    def build(layout="single", shape="class", watts=WATTS, **changes):
        tree = powercap_tree(layout, shape, **changes)
        clock = simulated_clock(tree, watts)
        meter = RaplMeter(tree.root, clock)
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
        ("dies", ("package-0-die-0", "dram-0-die-0", "package-0-die-1")),
        ("mirrored-dies", ("package-0-die-0",)),
        ("psys-only", ("psys",)),
        ("many", tuple(f"package-{n}" for n in range(12))),
    ],
)
@pytest.mark.parametrize("shape", ["class", "nested", "flat"])
def test_the_domains_add_up_to_the_machine_in_every_layout(opened, layout, domains, shape):
    _, clock, meter = opened(layout, shape)
    assert meter.domains == domains
    first = meter.read()
    clock.sleep(0.1)
    second = meter.read()
    assert total(second.since(first)) == pytest.approx(5.0, abs=1e-4)
    assert second.invalid_s == 0


def test_what_is_another_view_of_a_counter_is_named_in_the_notes(opened):
    assert opened("mmio")[2].notes == ("package-0 counted once: intel-rapl-mmio:0 is another view of intel-rapl:0",)
    assert opened("mirrored-dies")[2].notes == (
        "package-0-die-1 not counted again: it shows the counter of intel-rapl:0",
    )


def test_sockets_that_happen_to_count_alike_are_not_mirrors(powercap_tree, simulated_zone, simulated_clock):
    twins = tuple(simulated_zone(f"intel-rapl:{n}", f"package-{n}", 0.5) for n in range(2))
    tree = powercap_tree(twins)
    clock = simulated_clock(tree, WATTS)
    meter = RaplMeter(tree.root, clock)
    first = meter.read()
    clock.sleep(1)
    assert total(meter.read().since(first)) == pytest.approx(50.0)
    meter.close()


@pytest.mark.parametrize("share_of_interval", [0.3, 1.0])
def test_a_wrap_is_no_gap(opened, share_of_interval):
    tree, clock, meter = opened(range_uj=3_000_000)
    before_uj = tree.drawn_uj["intel-rapl:0"]
    joules = [meter.read().joules[0]]
    for _ in range(300):
        clock.sleep(share_of_interval * meter.max_interval_s)
        joules.append(meter.read().joules[0])
    truth_j = (tree.drawn_uj["intel-rapl:0"] - before_uj) / 1e6
    assert joules[-1] == pytest.approx(truth_j, abs=1e-4)
    assert truth_j > 5 * 3.0, "the counter must have wrapped several times"
    assert joules == sorted(joules)


def test_too_long_between_two_reads_is_said_and_never_guessed(opened):
    _, clock, meter = opened(range_uj=3_000_000)
    first = meter.read()
    clock.sleep(10 * meter.max_interval_s)
    second = meter.read()
    assert second.invalid_s == pytest.approx(10 * meter.max_interval_s)
    clock.sleep(0.002)
    third = meter.read()
    assert third.since(second)[0] == pytest.approx(0.1)
    assert third.since(first)[0] == pytest.approx(0.1), "what is known is counted, what is not is said"
    assert third.invalid_s == second.invalid_s
    assert any("cannot be known" in note for note in meter.notes)


def test_the_keep_alive_is_well_within_the_fastest_wrap(opened):
    _, _, meter = opened(range_uj=262_143_328_850)
    fastest_wrap_s = 262_143 / (2 * 200)  # twice the stated limit, for turbo
    assert meter.max_interval_s == pytest.approx(fastest_wrap_s / 2, rel=1e-3)


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"12ab\n", b"-5\n", b"1_000\n", b"+7\n", b"9" * 40, b"\xff\xfe\n", b"0\n"]
)
def test_a_failed_or_wild_read_is_unknown_and_then_made_good(opened, content):
    tree, clock, meter = opened()
    first = meter.read()
    clock.sleep(0.1)
    tree.write("intel-rapl:0", content)
    failed = meter.read()
    assert failed.joules == (None,)
    assert failed.since(first) == (None,)
    clock.sleep(0.1)
    after = meter.read()
    assert after.since(first)[0] == pytest.approx(10.0)
    assert after.invalid_s == 0


def test_a_reset_loses_the_interval_and_no_more(opened):
    tree, clock, meter = opened()
    first = meter.read()
    clock.sleep(0.1)
    tree.reset("intel-rapl:0", raw=3)
    assert meter.read().joules == (None,)
    clock.sleep(0.1)
    after = meter.read()
    assert after.since(first)[0] == pytest.approx(5.0, abs=1e-4)
    assert after.invalid_s == pytest.approx(0.1)


def test_a_step_that_no_processor_can_draw_is_not_believed(opened):
    tree, clock, meter = opened()
    first = meter.read()
    clock.sleep(0.1)
    tree.step(10_000)
    assert meter.read().joules == (None,)
    clock.sleep(0.1)
    after = meter.read()
    assert after.since(first)[0] == pytest.approx(5.0, abs=1e-4)
    assert after.invalid_s == pytest.approx(0.1)


@pytest.mark.parametrize(("stated_uw", "watts"), [(200_000_000, 300.0), (6_000_000, 30.0), (0, 500.0), (None, 500.0)])
def test_turbo_above_the_stated_limit_is_believed(opened, stated_uw, watts):
    _, clock, meter = opened(watts=watts, max_power_uw=stated_uw)
    first = meter.read()
    clock.sleep(1.0)
    assert meter.read().since(first)[0] == pytest.approx(watts)


@pytest.mark.parametrize("stated", [b"", b"4095000000000\n", b"-7\n", b"lots\n"])
def test_a_limit_that_cannot_be_is_no_limit(powercap_tree, simulated_clock, stated):
    tree = powercap_tree("single")
    (tree.folders["intel-rapl:0"] / "constraint_0_max_power_uw").write_bytes(stated)
    clock = simulated_clock(tree, 900.0)
    meter = RaplMeter(tree.root, clock)
    first = meter.read()
    clock.sleep(1.0)
    assert meter.read().since(first)[0] == pytest.approx(900.0)
    meter.close()


def test_a_suspension_is_unknown_time(opened):
    tree, clock, meter = opened()
    first = meter.read()
    clock.sleep(0.1)
    clock.suspend(60)
    tree.step(2.0)
    second = meter.read()
    assert second.invalid_s == pytest.approx(0.1)
    clock.sleep(0.1)
    assert meter.read().since(first)[0] == pytest.approx(5.0)
    assert any("suspended" in note for note in meter.notes)


def test_a_zone_that_vanishes_is_unknown_and_counts_again_when_it_is_back(opened):
    tree, clock, meter = opened("two-sockets")
    first = meter.read()
    clock.sleep(0.1)
    tree.remove("intel-rapl:1")
    for _ in range(8):
        clock.sleep(0.1)
        gone = meter.read()
    place = meter.domains.index("package-1")
    assert gone.joules[place] is None
    assert gone.since(first)[0] == pytest.approx(0.9 * 25.0)
    tree.restore("intel-rapl:1")
    clock.sleep(0.1)
    meter.read()
    clock.sleep(0.1)
    back = meter.read()
    assert total(back.since(first)) == pytest.approx(1.1 * WATTS)
    assert any("package-1" in note and "unknown" in note for note in meter.notes)


def test_a_zone_that_appears_is_noted(opened, powercap_tree):
    tree, _, meter = opened()
    other = powercap_tree("many")
    (tree.root / "intel-rapl:7").symlink_to(other.folders["intel-rapl:7"])
    assert meter.notes == ("intel-rapl:7 (package-7) appeared after the meter was opened and is not counted",)


def test_a_counter_that_stops_is_unknown_not_zero(opened):
    _, clock, meter = opened()
    meter.read()
    clock.watts = 0.0
    for _ in range(10):
        clock.sleep(0.1)
        last = meter.read()
    assert last.joules == (None,)
    assert any("stood still" in note for note in meter.notes)


def test_a_dead_memory_counter_is_left_out_and_named(powercap_tree, simulated_zone, simulated_clock):
    zones = (simulated_zone("intel-rapl:0", "package-0", 1.0), simulated_zone("intel-rapl:0:0", "dram", 0.0))
    tree = powercap_tree(zones)
    meter = RaplMeter(tree.root, simulated_clock(tree, WATTS))
    assert meter.domains == ("package-0",)
    assert meter.notes == ("dram-0 left out: its counter does not move",)
    assert "memory" not in meter.scope
    meter.close()


def refused(root, clock=None):
    with pytest.raises(MeterUnavailable) as caught:
        RaplMeter(root, clock)
    assert "\n" not in str(caught.value)
    return caught.value


def test_counters_that_never_move_are_no_measurement(powercap_tree):
    started = time.perf_counter()
    failure = refused(powercap_tree("stuck").root)
    assert "does not move" in failure.reason
    assert time.perf_counter() - started < 0.25


@pytest.mark.parametrize("content", [b"", b"-3\n", b"lots\n", b"9" * 30])
def test_counters_that_hold_no_number_are_refused(powercap_tree, content):
    tree = powercap_tree("single")
    tree.write("intel-rapl:0", content)
    assert "holds no number" in refused(tree.root).reason


def test_no_permission_names_the_cause_and_the_command(powercap_tree, ordinary_user):
    tree = powercap_tree("two-sockets")
    tree.deny()
    with ordinary_user():
        failure = refused(tree.root)
    assert "CVE-2020-8694" in failure.reason
    assert failure.cure.startswith(f"sudo chmod a+r {tree.root}/intel-rapl:0/energy_uj")
    assert 'SUBSYSTEM=="powercap"' in failure.cure


def test_a_folder_that_is_no_powercap_tree(tmp_path):
    assert "does not exist" in refused(tmp_path / "nowhere").reason
    assert "no package counter" in refused(tmp_path).reason
    (tmp_path / "file").touch()
    assert "cannot be listed" in refused(tmp_path / "file").reason


@pytest.mark.parametrize("missing", ["name", "energy_uj"])
def test_a_zone_without_a_name_or_a_counter_is_none(powercap_tree, missing):
    tree = powercap_tree("amd")
    (tree.folders["intel-rapl:0"] / missing).unlink()
    assert "no package counter" in refused(tree.root).reason


@pytest.mark.parametrize("stated", ["", "0\n", "nonsense\n", "-4\n"])
def test_an_unknown_range_still_counts_but_never_explains_a_wrap(powercap_tree, simulated_clock, stated):
    tree = powercap_tree("single")
    (tree.folders["intel-rapl:0"] / "max_energy_range_uj").write_text(stated)
    clock = simulated_clock(tree, WATTS)
    meter = RaplMeter(tree.root, clock)
    assert meter.max_interval_s is None
    first = meter.read()
    clock.sleep(0.1)
    second = meter.read()
    assert second.since(first)[0] == pytest.approx(5.0)
    tree.reset("intel-rapl:0")
    assert meter.read().joules == (None,)
    meter.close()


def test_in_real_time_the_joules_are_those_of_the_truth(powercap_tree):
    tree = powercap_tree("two-sockets")
    with tree.run_at(WATTS):
        meter = open_rapl(str(tree.root))
        first = meter.read()
        time.sleep(0.4)
        second = meter.read()
        meter.close()
    elapsed_s = (second.at_ns - first.at_ns) / 1e9
    # The process that moves the counters may be late by a few milliseconds at either end.
    assert total(second.since(first)) == pytest.approx(WATTS * elapsed_s, abs=WATTS * 0.02)


def test_real_time_mirrors_are_found_while_the_counters_move(powercap_tree):
    tree = powercap_tree("mirrored-dies")
    with tree.run_at(WATTS):
        meter = open_rapl(str(tree.root))
        meter.close()
    assert meter.domains == ("package-0-die-0",)


def test_what_is_said_beside_the_numbers(opened):
    _, clock, meter = opened("two-sockets", range_uj=3_000_000)
    meter.read()
    clock.sleep(10)
    said = info(meter, meter.read())
    assert (said.name, said.estimated, said.idle_w) == ("rapl", False, None)
    assert said.invalid_s == pytest.approx(10)
    assert 0 < said.uncertainty < 0.2
    assert "memory" in said.scope


def test_no_descriptor_is_left_open(powercap_tree, opened):
    def descriptors():
        return len(list(Path("/proc/self/fd").iterdir()))

    before = descriptors()
    meters = [opened(layout)[2] for layout in ("many", "mirrored-dies")]
    refused(powercap_tree("stuck").root)
    assert descriptors() == before + 12 + 1
    for meter in meters:
        meter.close()
        meter.close()
    assert descriptors() == before
