"""A laptop's battery, on a simulated folder whose truth is known."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenprof.errors import GreenprofError
from greenprof.meters import MeterUnavailable, info, meter_kinds, open_meter
from greenprof.meters.battery import GAUGE_UNCERTAINTY, GREATEST_POWER_W, BatteryMeter, Gauge, Level

WATTS = 12.0
UWH_PER_J = 1 / 3.6e-3


class Laptop:
    """A folder like /sys/class/power_supply: a charger that is unplugged and a battery that feeds the machine.

    The battery's files change every `refresh_s` only, in steps of `quantum_uwh`.
    """

    def __init__(self, root, kind="energy", refresh_s=2.0, quantum_uwh=10_000, power=True):
        self.root, self.kind, self.refresh_s, self.quantum_uwh, self.power = root, kind, refresh_s, quantum_uwh, power
        self.drawn_j = self.elapsed_s = self.refreshed_s = 0.0
        self.watts = 0.0
        self.write("AC", type="Mains", online="0")
        self.write("hidpp_battery_0", type="Battery", scope="Device", status="Discharging", energy_now="5")
        self.write("BAT0", type="Battery", status="Discharging", present="1", voltage_now="12000000")
        self.refresh()

    def write(self, supply, **files):
        (self.root / supply).mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (self.root / supply / name).write_text(content + "\n")

    def step(self, joules):
        """The machine draws that much; called by the simulated clock, small step by small step."""
        self.drawn_j += joules

    def refresh(self):
        left_uwh = 50_000_000 - self.drawn_j * UWH_PER_J
        left_uwh = math.ceil(left_uwh / self.quantum_uwh) * self.quantum_uwh
        if self.kind == "energy":
            self.write("BAT0", energy_now=str(left_uwh))
        elif self.kind == "charge":
            self.write("BAT0", charge_now=str(round(left_uwh / 12)))
        if self.power:
            self.write(
                "BAT0", **({"power_now": str(round(self.watts * 1e6))} if self.kind != "charge" else self.amps())
            )

    def amps(self):
        return {"current_now": str(-round(self.watts / 12 * 1e6))}


@pytest.fixture
def opened(tmp_path, simulated_clock):
    """Build a laptop that draws 12 W and open its meter; ``pass_time(seconds)`` lets time go by, read every 0.1 s."""

    def build(watts=WATTS, **made):
        laptop = Laptop(tmp_path / "power_supply", **made)
        laptop.watts = watts
        laptop.refresh()
        clock = simulated_clock(laptop, watts)
        meter = BatteryMeter(laptop.root, clock)

        def pass_time(seconds, every_s=0.1):
            reading = None
            for _ in range(round(seconds / every_s)):
                clock.sleep(every_s)
                laptop.elapsed_s += every_s
                if laptop.elapsed_s - laptop.refreshed_s >= laptop.refresh_s - 1e-9:
                    laptop.refreshed_s = laptop.elapsed_s
                    laptop.watts = clock.watts
                    laptop.refresh()
                reading = meter.read()
            return reading

        return laptop, clock, meter, pass_time

    return build


@pytest.mark.parametrize("kind", ["energy", "charge", "power only"])
def test_constant_draw_is_power_times_time_from_whatever_the_battery_tells(opened, kind):
    _, _, meter, pass_time = opened(kind=kind)
    first = meter.read()
    assert meter.domains == ("BAT0",)
    assert pass_time(60).since(first)[0] == pytest.approx(WATTS * 60, rel=0.06)
    assert pass_time(540, every_s=1.0).since(first)[0] == pytest.approx(WATTS * 600, rel=0.01)
    assert meter.read().invalid_s == 0


def test_between_refreshes_the_joules_grow_with_the_power(opened):
    _, _, meter, pass_time = opened(refresh_s=30.0)
    pass_time(61)
    first = meter.read()
    assert pass_time(1.0).since(first)[0] == pytest.approx(WATTS, rel=0.01)


def test_the_count_puts_right_what_the_power_missed(opened):
    # For 28 s after the load rose, the battery still tells the old watts.
    _, clock, _, pass_time = opened(refresh_s=30.0)
    first = pass_time(62)
    clock.watts = 3 * WATTS
    assert pass_time(27).since(first)[0] < 2 * WATTS * 27
    assert pass_time(60).since(first)[0] == pytest.approx(3 * WATTS * 87, rel=0.12)


def test_without_power_joules_are_unknown_until_the_first_refresh_and_said_lost(opened):
    _, _, meter, pass_time = opened(power=False, refresh_s=5.0)
    assert meter.read().joules == (None,)
    assert pass_time(4.0).joules == (None,)
    first = pass_time(1.2)
    assert first.joules == (0.0,)
    assert first.invalid_s == pytest.approx(5.0, abs=0.2)
    assert pass_time(300, every_s=1.0).since(first)[0] == pytest.approx(WATTS * 300, rel=0.05)


def test_the_resolution_says_how_short_a_run_is_too_short(opened):
    _, _, meter, pass_time = opened(refresh_s=20.0)
    assert meter.resolution_s == 30.0, "nothing new has been told yet"
    pass_time(10)
    assert meter.resolution_s == 30.0
    pass_time(290, every_s=1.0)
    assert meter.resolution_s == pytest.approx(20.0, abs=0.2)
    assert "told something new every 20.0 s at worst: a run should last 200 s or more" in meter.notes[0]


def test_a_battery_that_is_silent_for_long_is_that_coarse(opened):
    _, _, meter, pass_time = opened(refresh_s=1000.0)
    pass_time(90, every_s=1.0)
    assert meter.resolution_s == pytest.approx(90.0)


def test_what_is_said_beside_the_numbers(opened):
    _, _, meter, _ = opened()
    said = info(meter)
    assert (said.name, said.estimated, said.idle_w, said.uncertainty) == ("battery", False, None, GAUGE_UNCERTAINTY)
    assert "display" in said.scope
    assert "is taken to tell something new every 30.0 s at worst: a run should last 300 s" in said.notes[0]
    assert "10% is assumed" in said.notes[1]


def test_plugging_in_makes_joules_unknown_and_unplugging_known_again(opened):
    laptop, _, meter, pass_time = opened()
    before = pass_time(20)
    laptop.write("AC", online="1")
    laptop.write("BAT0", status="Charging")
    plugged = pass_time(10)
    assert plugged.joules == (None,)
    assert plugged.invalid_s == pytest.approx(10, abs=0.2)
    assert any("unknown from 20 s on: the machine runs on its charger (AC)" in note for note in meter.notes)
    laptop.write("AC", online="0")
    laptop.write("BAT0", status="Discharging")
    after = pass_time(20)
    assert after.invalid_s == pytest.approx(10, abs=0.3)
    assert after.since(before)[0] == pytest.approx(WATTS * 20, rel=0.1), "the plugged time is not in it"


def test_two_batteries_of_which_one_rests(opened, tmp_path):
    root = tmp_path / "power_supply"
    Laptop(root).write("BAT1", type="Battery", status="Not charging", energy_now="40000000", power_now="0")
    _, _, meter, pass_time = opened()
    first = meter.read()
    assert meter.domains == ("BAT0", "BAT1")
    assert pass_time(120).since(first) == (pytest.approx(WATTS * 120, rel=0.05), 0.0)


@pytest.mark.parametrize("content", ["", "lots", "-5", "1" * 30, "²"])
def test_a_count_that_is_none_leaves_the_power(opened, content):
    laptop, _, meter, pass_time = opened(refresh_s=1000.0)
    first = meter.read()
    laptop.write("BAT0", energy_now=content)
    assert pass_time(10).since(first)[0] == pytest.approx(WATTS * 10, rel=0.02)


def test_a_battery_that_tells_nothing_just_now_is_unknown_and_then_made_good(opened):
    laptop, _, meter, pass_time = opened()
    first = pass_time(10)
    (laptop.root / "BAT0/energy_now").rename(laptop.root / "BAT0/away")
    laptop.write("BAT0", power_now="0")
    laptop.refresh_s = 1000.0
    assert pass_time(10).joules == (None,)
    (laptop.root / "BAT0/away").rename(laptop.root / "BAT0/energy_now")
    laptop.refresh_s = 2.0
    assert pass_time(120).since(first)[0] == pytest.approx(WATTS * 130, rel=0.05)
    assert meter.read().invalid_s == 0


def test_power_that_promised_too_much_is_waited_for_and_never_taken_back(opened):
    laptop, _, _, pass_time = opened(refresh_s=5.0)
    first = pass_time(30)
    joules = [first.joules[0]]
    for _ in range(60):
        laptop.write("BAT0", power_now=str(round(3 * WATTS * 1e6)))
        joules.append(pass_time(0.5).joules[0])
    assert joules == sorted(joules)
    assert joules[-1] - joules[0] == pytest.approx(WATTS * 30, abs=3 * WATTS * 5 + 36), "wrong by a refresh at most"


def test_a_gauge_that_jumps_is_not_believed(opened):
    laptop, _, _, pass_time = opened(refresh_s=5.0)
    first = pass_time(30)
    laptop.drawn_j += 100_000
    assert pass_time(60).since(first)[0] == pytest.approx(WATTS * 60, rel=0.1)
    laptop.drawn_j -= 100_000
    assert pass_time(60).since(first)[0] == pytest.approx(WATTS * 120, rel=0.1)


@given(
    st.lists(
        st.tuples(
            st.floats(0.01, 200),
            st.none() | st.integers(0, 10**8),
            st.none() | st.floats(0.1, GREATEST_POWER_W),
            st.booleans(),
        ),
        max_size=40,
    )
)
def test_whatever_a_gauge_tells_joules_never_go_back_and_never_exceed_the_greatest_power(history):
    gauge, now_ns, shown, elapsed_s = Gauge(), 10**12, [0.0], 0.0
    for seconds, units, watts, plugged in history:
        now_ns += round(seconds * 1e9)
        elapsed_s += seconds
        if plugged:
            gauge.interrupt()
        joules = gauge.advance(None if units is None else Level(units, 3.6e-3), watts, now_ns)
        if joules is not None:
            shown.append(joules)
        if gauge.lost_ns is not None:
            assert gauge.lost_ns[0] <= gauge.lost_ns[1] == now_ns
    assert shown == sorted(shown)
    assert shown[-1] <= GREATEST_POWER_W * elapsed_s + 1e-3


def refused(root):
    with pytest.raises(MeterUnavailable) as caught:
        BatteryMeter(root)
    assert "\n" not in str(caught.value)
    return caught.value.reason


@pytest.mark.parametrize(
    ("supply", "files", "reason"),
    [
        ("AC", {"online": "1"}, "runs on its charger (AC)"),
        ("ucsi-source-psy", {"type": "USB", "online": "1"}, "runs on its charger (ucsi-source-psy)"),
        ("BAT0", {"status": "Charging"}, "BAT0 is charging"),
        ("BAT0", {"status": "Full"}, "no battery is discharging (BAT0: Full)"),
        ("BAT0", {"status": "Unknown"}, "no battery is discharging (BAT0: Unknown)"),
        ("BAT0", {"present": "0"}, "no battery that powers this machine"),
        ("BAT0", {"scope": "Device"}, "no battery that powers this machine"),
        ("BAT0", {"energy_now": "", "power_now": "?"}, "tells neither what it holds nor its power"),
    ],
)
def test_what_would_not_be_the_machine_is_refused(tmp_path, supply, files, reason):
    Laptop(tmp_path).write(supply, **files)
    assert reason in refused(tmp_path)


def test_no_folder_and_no_battery(tmp_path):
    assert "only Linux shows batteries there" in refused(tmp_path / "none")
    assert "shows no battery" in refused(tmp_path)


def test_through_the_door_by_name_only(tmp_path):
    laptop = Laptop(tmp_path)
    laptop.watts = WATTS
    laptop.refresh()
    meter = open_meter(f"battery:{tmp_path}").meter
    assert meter.read().joules[0] >= 0
    meter.close()
    laptop.write("AC", online="1")
    with pytest.raises(GreenprofError, match="battery cannot be used: the machine runs on its charger"):
        open_meter(f"battery:{tmp_path}")
    assert next(kind.priority for kind in meter_kinds() if kind.name == "battery") is None
