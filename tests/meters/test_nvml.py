"""GPUs through NVML, on a driver that the test plays."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenprof.errors import GreenprofError
from greenprof.meters import MeterUnavailable, info, meter_kinds, open_meter
from greenprof.meters.nvml import STUCK_AFTER_S, UNCERTAINTY, CountedGpu, NvmlMeter, gpus_present

WATTS = 100.0

CODES = {
    "NVML_ERROR_NOT_SUPPORTED": 3,
    "NVML_ERROR_NO_PERMISSION": 4,
    "NVML_ERROR_DRIVER_NOT_LOADED": 9,
    "NVML_ERROR_LIBRARY_NOT_FOUND": 12,
    "NVML_ERROR_FUNCTION_NOT_FOUND": 13,
    "NVML_ERROR_GPU_IS_LOST": 15,
    "NVML_ERROR_LIB_RM_VERSION_MISMATCH": 18,
    "NVML_ERROR_UNKNOWN": 999,
}
LOST, NOT_SUPPORTED, NO_PERMISSION, UNKNOWN = 15, 3, 4, 999


class Driver(ModuleType):
    """The library pynvml, as far as it is used, with GPUs that draw equal parts of what the test lets flow."""

    def __init__(self, gpus=1):
        super().__init__("pynvml")
        vars(self).update(CODES)

        class NVMLError(Exception):
            def __init__(self, value):
                super().__init__(f"error {value}")
                self.value = value

        self.NVMLError = NVMLError
        self.gpus = [{"mj": 10**9 * (n + 1), "mw": 0, "fails": {}, "mig": 0} for n in range(gpus)]
        self.fails, self.started = {}, 0
        self.shares = [1 / max(1, gpus)] * gpus

    def step(self, joules):
        for gpu, share in zip(self.gpus, self.shares, strict=True):
            gpu["mj"] += round(joules * share * 1e3)

    def power(self, watts):
        for gpu, share in zip(self.gpus, self.shares, strict=True):
            gpu["mw"] = round(watts * share * 1e3)

    def _may(self, what, fails):
        if what in fails:
            raise self.NVMLError(fails[what])

    def nvmlInit(self):
        self._may("init", self.fails)
        self.started += 1

    def nvmlShutdown(self):
        self.started -= 1
        self._may("shutdown", self.fails)

    def nvmlDeviceGetCount(self):
        self._may("count", self.fails)
        return len(self.gpus)

    def nvmlDeviceGetHandleByIndex(self, number):
        self._may("handle", self.gpus[number]["fails"])
        return self.gpus[number]

    def nvmlDeviceGetName(self, handle):
        self._may("name", handle["fails"])
        return b"NVIDIA Tester"

    def nvmlDeviceGetTotalEnergyConsumption(self, handle):
        self._may("energy", handle["fails"])
        return handle["mj"]

    def nvmlDeviceGetPowerUsage(self, handle):
        self._may("power", handle["fails"])
        return handle["mw"]

    def nvmlDeviceGetPowerManagementLimitConstraints(self, handle):
        self._may("limit", handle["fails"])
        return [50_000, 400_000]

    def nvmlDeviceGetMigMode(self, handle):
        self._may("mig", handle["fails"])
        return [handle["mig"], 0]


@pytest.fixture
def opened(simulated_clock):
    """Build a driver and open the meter on it while the GPUs draw 100 W together; everything in simulated time."""

    def build(gpus=1, numbers=None, prepare=lambda driver: None):
        driver = Driver(gpus)
        driver.power(WATTS)
        prepare(driver)
        clock = simulated_clock(driver, WATTS)
        return driver, clock, NvmlMeter(driver, numbers, clock)

    return build


def without_counter(driver):
    for gpu in driver.gpus:
        gpu["fails"]["energy"] = NOT_SUPPORTED


def total(joules):
    return None if None in joules else sum(joules)


@pytest.mark.parametrize("gpus", [1, 2, 8])
def test_every_gpu_is_a_domain_and_they_add_up(opened, gpus):
    _, clock, meter = opened(gpus)
    assert meter.domains == tuple(f"gpu-{n}" for n in range(gpus))
    first = meter.read()
    clock.sleep(2.0)
    second = meter.read()
    assert total(second.since(first)) == pytest.approx(200.0, abs=0.01)
    assert second.invalid_s == 0


def test_gpus_can_be_chosen_by_number(opened):
    _, clock, meter = opened(4, "2, 0")
    assert meter.domains == ("gpu-0", "gpu-2")
    first = meter.read()
    clock.sleep(1.0)
    assert total(meter.read().since(first)) == pytest.approx(50.0, abs=0.01)


def test_what_is_said_beside_the_numbers(opened):
    _, _, meter = opened()
    said = info(meter)
    assert (said.name, said.estimated, said.idle_w, said.uncertainty) == ("nvml", False, None, UNCERTAINTY)
    assert "idle draw" in said.scope
    assert "not the processors" in said.scope
    assert said.notes[0] == "gpu-0 is NVIDIA Tester"
    assert any("does not say whose work" in note for note in said.notes)
    assert meter.max_interval_s is None
    assert said.resolution_s == 0.1


def test_a_gpu_without_a_counter_is_summed_up_from_its_power(opened):
    driver, clock, meter = opened(prepare=without_counter)
    assert meter.max_interval_s == pytest.approx(0.1)
    assert info(meter).resolution_s == 1.0, "power is a mean of the last second"
    assert any("no energy counter" in note for note in meter.notes)
    first = meter.read()
    for _ in range(10):
        clock.sleep(0.1)
        last = meter.read()
    assert last.since(first)[0] == pytest.approx(100.0)
    assert meter.uncertainty == pytest.approx(UNCERTAINTY)
    driver.power(300.0)
    clock.sleep(0.1)
    assert meter.read().since(last)[0] == pytest.approx(20.0)
    assert meter.uncertainty == pytest.approx(UNCERTAINTY + 10 / 120), "nobody knows when it rose"


def test_power_that_nobody_read_for_long_is_lost_time(opened):
    _, clock, meter = opened(prepare=without_counter)
    first = meter.read()
    clock.sleep(30)
    last = meter.read()
    assert last.since(first)[0] == 0
    assert last.invalid_s == pytest.approx(30)
    assert any("not read for more than" in note for note in meter.notes)


def test_a_board_that_draws_no_power_is_not_believed(opened):
    driver, clock, meter = opened(prepare=without_counter)
    driver.power(0)
    clock.sleep(0.1)
    assert meter.read().joules == (None,)


def test_a_dead_counter_falls_back_to_power_and_a_live_one_stays(opened):
    def prepare(driver):
        driver.shares = [0.0, 1.0]
        driver.gpus[0]["mw"] = 20_000

    _, clock, meter = opened(2, prepare=prepare)
    assert next(note for note in meter.notes if "no energy counter" in note).startswith("gpu-0 ")
    first = meter.read()
    clock.sleep(0.5)
    assert meter.read().since(first) == (pytest.approx(10.0), pytest.approx(50.0, abs=0.01))


def test_a_counter_that_never_moves_is_no_measurement(opened):
    def freeze(driver):
        driver.step = lambda joules: None

    _, clock, meter = opened(prepare=freeze)
    assert any("no energy counter" in note for note in meter.notes), "it still tells its power"
    first = meter.read()
    clock.sleep(0.5)
    assert meter.read().since(first)[0] == pytest.approx(50.0)

    def freeze_and_hide(driver):
        freeze(driver)
        driver.gpus[0]["fails"]["power"] = NOT_SUPPORTED

    with pytest.raises(MeterUnavailable, match="does not move: that is not zero joules"):
        opened(prepare=freeze_and_hide)


def test_a_counter_that_stops_is_unknown_not_zero(opened):
    driver, clock, meter = opened()
    meter.read()
    driver.step = lambda joules: None
    clock.sleep(STUCK_AFTER_S / 2)
    assert meter.read().joules != (None,)
    clock.sleep(STUCK_AFTER_S)
    assert meter.read().joules == (None,)
    assert any("stood still" in note for note in meter.notes)


def test_a_lost_gpu_is_unknown_and_the_others_go_on(opened):
    driver, clock, meter = opened(2)
    first = meter.read()
    driver.gpus[1]["fails"]["energy"] = LOST
    clock.sleep(1.0)
    gone = meter.read()
    assert gone.since(first) == (pytest.approx(50.0, abs=0.01), None)
    assert "gpu-1 has been lost by the driver" in meter.notes


def test_a_reading_that_fails_now_and_then_costs_nothing(opened):
    driver, clock, meter = opened()
    first = meter.read()
    driver.gpus[0]["fails"]["energy"] = UNKNOWN
    clock.sleep(1.0)
    assert meter.read().joules == (None,)
    del driver.gpus[0]["fails"]["energy"]
    clock.sleep(1.0)
    last = meter.read()
    assert last.since(first)[0] == pytest.approx(200.0, abs=0.01)
    assert last.invalid_s == 0
    assert any("could not be read at times" in note for note in meter.notes)


def test_a_driver_that_is_loaded_anew_loses_the_interval_and_no_more(opened):
    driver, clock, meter = opened()
    first = meter.read()
    clock.sleep(1.0)
    meter.read()
    clock.sleep(0.5)
    driver.gpus[0]["mj"] = 7
    reset = meter.read()
    assert reset.since(first)[0] == pytest.approx(100.0, abs=0.01)
    assert reset.invalid_s == pytest.approx(0.5)
    clock.sleep(1.0)
    assert meter.read().since(first)[0] == pytest.approx(200.0, abs=0.01)
    assert any("reset" in note for note in meter.notes)


def test_a_step_that_no_board_can_draw_is_not_believed(opened):
    driver, clock, meter = opened()
    first = meter.read()
    clock.sleep(0.1)
    driver.gpus[0]["mj"] += 10**12
    last = meter.read()
    assert last.since(first)[0] == 0
    assert last.invalid_s == pytest.approx(0.1)


@given(
    st.lists(
        st.tuples(
            st.floats(0.01, 3), st.floats(0.1, 400), st.sampled_from(["ok", "ok", "ok", "fail", "reset", "jump"])
        ),
        max_size=40,
    )
)
def test_any_history_never_backwards_and_wrong_only_where_it_says_so(history):
    gpu = CountedGpu(0, None, (), max_power_w=400.0)
    now_ns, raw_mj, truth_mj, lost_s = 10**12, 5 * 10**9, 0.0, 0.0
    assert gpu.advance(raw_mj, now_ns) == 0
    shown = [0.0]
    for seconds, watts, event in history:
        drawn_mj = round(seconds * watts * 1e3)
        now_ns += round(seconds * 1e9)
        truth_mj += drawn_mj
        raw_mj += drawn_mj
        if event == "reset" and raw_mj >= 5 * 10**9:  # from lower down, a reset looks like a step
            raw_mj = 0
        elif event == "jump":
            raw_mj += 10**10
        value = gpu.advance(None if event == "fail" else raw_mj, now_ns)
        if gpu.lost_ns is not None:
            lost_s += (gpu.lost_ns[1] - gpu.lost_ns[0]) / 1e9
        if value is not None:
            shown.append(value)
    assert shown == sorted(shown)
    missing_j = truth_mj / 1e3 - shown[-1]
    if not any(event in ("reset", "jump") for _, _, event in history):
        assert lost_s == 0
    if history and history[-1][2] != "fail":
        assert -1e-6 <= missing_j <= 400.0 * lost_s + 0.01, "what is missing was drawn in the time that is said lost"


def test_a_gpu_that_is_split_up_says_so(opened):
    _, _, meter = opened(prepare=lambda driver: driver.gpus[0].update(mig=1))
    assert any("split up (MIG)" in note and "other users" in note for note in meter.notes)


def test_what_most_gpus_do_not_know_is_no_obstacle(opened):
    def prepare(driver):
        driver.gpus[0]["fails"].update(mig=NOT_SUPPORTED, limit=NOT_SUPPORTED, name=UNKNOWN)

    _, clock, meter = opened(prepare=prepare)
    first = meter.read()
    clock.sleep(1.0)
    assert meter.read().since(first)[0] == pytest.approx(100.0, abs=0.01)
    assert "does not tell its name" in meter.notes[0]


def refused(opened, gpus=1, numbers=None, **fails):
    drivers = []

    def prepare(driver):
        driver.fails.update(fails)
        drivers.append(driver)

    with pytest.raises(MeterUnavailable) as caught:
        opened(gpus, numbers, prepare)
    assert "\n" not in str(caught.value)
    assert drivers[0].started == 0, "the library is let go"
    return caught.value


@pytest.mark.parametrize(
    ("code", "reason", "cure"),
    [
        ("NVML_ERROR_LIBRARY_NOT_FOUND", "no NVIDIA driver is installed", "--gpus all"),
        ("NVML_ERROR_DRIVER_NOT_LOADED", "is not loaded", "modprobe nvidia"),
        ("NVML_ERROR_LIB_RM_VERSION_MISMATCH", "was updated", "restart"),
        ("NVML_ERROR_NO_PERMISSION", "may not be asked by this user", "/dev/nvidia"),
        ("NVML_ERROR_UNKNOWN", "does not answer (error 999)", "nvidia-smi"),
    ],
)
def test_a_driver_that_does_not_start_gives_reason_and_cure(opened, code, reason, cure):
    failure = refused(opened, init=CODES[code])
    assert reason in failure.reason
    assert cure in failure.cure


def test_no_gpu(opened):
    assert "shows no GPU" in refused(opened, gpus=0).reason
    assert "cannot be listed" in refused(opened, count=UNKNOWN).reason


@pytest.mark.parametrize("numbers", ["3", "-1", "one", "", "0,,1", "0;1", "1.5", "²"])
def test_numbers_of_gpus_that_are_not_there(opened, numbers):
    failure = refused(opened, gpus=2, numbers=numbers)
    assert "does not list GPUs of this machine" in failure.reason
    assert "0 to 1" in failure.cure


@pytest.mark.parametrize("what", [{"handle": NO_PERMISSION}, {"energy": LOST, "power": LOST}])
def test_a_gpu_that_tells_nothing_is_not_left_out_silently(opened, what):
    with pytest.raises(MeterUnavailable) as caught:
        opened(3, prepare=lambda driver: driver.gpus[1]["fails"].update(what))
    assert "gpu-1: error" in caught.value.reason
    assert caught.value.cure == "count the others only: nvml:0,2"


def test_without_the_library_the_cure_is_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "pynvml", None)
    with pytest.raises(
        GreenprofError, match=r"nvidia-ml-py is not installed; to change that: pip install 'greenprof\[gpu\]'"
    ):
        open_meter("nvml")


def test_through_the_door_with_an_argument(monkeypatch):
    driver = Driver(2)
    driver.power(WATTS)
    energy = driver.nvmlDeviceGetTotalEnergyConsumption
    driver.nvmlDeviceGetTotalEnergyConsumption = lambda handle: driver.step(0.5) or energy(handle)
    monkeypatch.setitem(sys.modules, "pynvml", driver)
    meter = open_meter("nvml:1").meter
    first = meter.read()
    assert meter.read().since(first)[0] > 0
    assert (meter.name, meter.domains, driver.started) == ("nvml", ("gpu-1",), 1)
    meter.close()
    meter.close()
    assert driver.started == 0


def test_a_driver_that_has_gone_can_be_closed(opened):
    driver, _, meter = opened()
    driver.fails["shutdown"] = UNKNOWN
    meter.close()


def test_gpus_are_never_counted_unasked():
    assert next(kind.priority for kind in meter_kinds() if kind.name == "nvml") is None


def test_gpus_that_the_driver_lists_are_counted_without_the_library(tmp_path):
    assert gpus_present(tmp_path) == 0
    (tmp_path / "proc/driver/nvidia/gpus/0000:01:00.0").mkdir(parents=True)
    assert gpus_present(tmp_path) == 1


def test_the_library_has_every_name_that_is_used_here():
    pynvml = pytest.importorskip("pynvml")
    names = [name for name in dir(Driver) if name.startswith("nvml")]
    assert len(names) == 9
    assert [name for name in names if not callable(getattr(pynvml, name))] == []
    assert {name: getattr(pynvml, name) for name in CODES} == CODES
    assert pynvml.NVMLError(LOST).value == LOST
