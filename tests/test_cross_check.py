"""Two readers of one counter, held against each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenprof.cross_check import CrossChecks, cross_check, cross_check_all, render_text
from greenprof.errors import GreenprofError
from greenprof.meters.pyrapl import PyraplMeter
from greenprof.meters.rapl import RaplMeter
from greenprof.model import Reading

WATTS = 50.0


class Plain:
    """A meter in simulated time that shows `watts` for each of its domains."""

    def __init__(self, clock, name, delay_s=0.0, estimated=False, uncertainty=0.05, notes=(), **watts):
        self.clock, self.name, self.delay_s = clock, name, delay_s
        self.domains = tuple(domain.replace("_", "-") for domain in watts)
        self.watts = tuple(watts.values())
        self.estimated, self.uncertainty, self.notes = estimated, uncertainty, notes
        self.scope, self.idle_w, self.max_interval_s = "", None, None
        self.begin_ns, self.lost_s = clock.monotonic_ns(), 0.0

    def read(self):
        self.clock.sleep(self.delay_s)
        now_ns = self.clock.monotonic_ns()
        seconds = (now_ns - self.begin_ns) / 1e9
        joules = tuple(None if watts is None else watts * seconds for watts in self.watts)
        return Reading(at_ns=now_ns, joules=joules, invalid_s=self.lost_s)

    def close(self):
        pass


@pytest.fixture
def clock(simulated_clock):
    return simulated_clock()


def text_of(check):
    return render_text(CrossChecks(checks=(check,), refused=()))


def test_rapl_and_pyrapl_agree_on_one_tree(powercap_tree, simulated_clock):
    tree = powercap_tree("two-sockets")
    clock = simulated_clock(tree, WATTS)
    a, b = RaplMeter(tree.root, clock), PyraplMeter(tree.root, clock)
    check = cross_check(a, b, 2.0, work=clock.sleep)
    a.close()
    b.close()
    assert check.agree is True
    assert (check.a, check.b) == ("rapl", "pyrapl")
    assert check.seconds == pytest.approx(2.0, abs=0.06)
    assert {domain.domain for domain in check.domains} == {"package-0", "dram-0", "package-1", "dram-1"}
    assert sum(domain.a_j for domain in check.domains) == pytest.approx(WATTS * check.seconds, rel=1e-4)
    assert max(domain.difference for domain in check.domains) < 1e-6
    assert check.explanations == ()
    assert text_of(check).startswith("rapl and pyrapl agree over 2.0")


def test_in_real_time_on_moving_counters(powercap_tree):
    tree = powercap_tree("single")
    with tree.run_at(WATTS):
        checks = cross_check_all([f"rapl:{tree.root}", f"pyrapl:{tree.root}"], seconds=0.3)
    assert checks.agree is True
    assert checks.refused == ()
    (check,) = checks.checks
    assert check.domains[0].a_j == pytest.approx(WATTS * check.seconds, rel=0.2)


def test_memory_that_one_does_not_count_is_explained_and_no_disagreement(
    powercap_tree, simulated_zone, simulated_clock
):
    zones = (
        simulated_zone("intel-rapl:0", "package-0", 0.6),
        simulated_zone("intel-rapl:0:0", "dram", 0.1),
        simulated_zone("intel-rapl:1", "package-1", 0.3),
    )
    tree = powercap_tree(zones)
    clock = simulated_clock(tree, WATTS)
    a, b = RaplMeter(tree.root, clock), PyraplMeter(tree.root, clock)
    check = cross_check(a, b, 1.0, work=clock.sleep)
    a.close()
    b.close()
    assert check.agree is True
    assert check.explanations[0].startswith("dram-0 is counted by rapl only: memory, which stands beside the package")
    assert any(text.startswith("pyrapl says: dram-0 is not counted") for text in check.explanations)
    assert [(domain.b_j, domain.difference) for domain in check.domains if domain.domain == "dram-0"] == [(None, None)]


def test_another_value_of_the_same_domain_is_a_disagreement(clock):
    check = cross_check(Plain(clock, "a", package_0=50.0), Plain(clock, "b", package_0=55.0), 1.0, work=clock.sleep)
    assert check.agree is False
    assert check.domains[0].difference == pytest.approx(5 / 52.5)
    assert "one of them is wrong" in check.explanations[0]
    assert "a and b DO NOT AGREE" in text_of(check)


@pytest.mark.parametrize(
    ("domain", "words"),
    [
        ("psys", "the whole platform"),
        ("gpu_0", "a graphics board"),
        ("package_1", "does not find or holds to be a mirror"),
        ("core", "never added"),
        ("wall", "does not know"),
    ],
)
def test_a_domain_of_one_only_is_explained_in_words(clock, domain, words):
    a = Plain(clock, "a", package_0=50.0)
    check = cross_check(a, Plain(clock, "b", package_0=50.0, **{domain: 9.0}), 1.0, work=clock.sleep)
    assert check.agree is True
    assert check.explanations[0].startswith(f"{domain.replace('_', '-')} is counted by b only: ")
    assert words in check.explanations[0]


def test_nothing_in_common_cannot_be_compared(clock):
    check = cross_check(Plain(clock, "a", package_0=50.0), Plain(clock, "b", wall=90.0), 1.0, work=clock.sleep)
    assert check.agree is None
    assert "they count nothing in common" in check.explanations
    assert "cannot be compared" in text_of(check)


def test_a_domain_that_could_not_be_read_is_unknown_not_zero(clock):
    check = cross_check(Plain(clock, "a", package_0=50.0), Plain(clock, "b", package_0=None), 1.0, work=clock.sleep)
    assert check.agree is None
    assert check.explanations[0] == "package-0 could not be read by b"
    assert "unknown" in text_of(check)


def test_lost_time_cannot_be_compared(clock):
    losing = Plain(clock, "b", package_0=50.0)

    def work(seconds):
        clock.sleep(seconds)
        losing.lost_s += 0.01

    check = cross_check(Plain(clock, "a", package_0=50.0), losing, 1.0, work=work)
    assert check.agree is None
    assert "b lost a part of the window" in check.explanations[0]


def test_readings_far_apart_are_allowed_for_and_said(clock):
    near = cross_check(Plain(clock, "a", package_0=50.0), Plain(clock, "b", package_0=50.0), 1.0, work=clock.sleep)
    far = cross_check(Plain(clock, "a", package_0=50.0), Plain(clock, "b", 0.02, package_0=50.0), 1.0, work=clock.sleep)
    assert near.tolerance == pytest.approx(0.012, rel=0.1)
    assert far.tolerance > near.tolerance + 0.07
    assert "40.00 ms apart" in far.tolerance_reason


def test_an_estimate_is_held_to_no_more_than_it_promises(clock):
    estimate = Plain(clock, "b", package_0=70.0, estimated=True, uncertainty=0.5)
    check = cross_check(Plain(clock, "a", package_0=50.0), estimate, 1.0, work=clock.sleep)
    assert check.agree is True
    assert "b is an estimate, ±50%" in check.tolerance_reason


def test_a_meter_that_lags_more_is_allowed_for(clock):
    a, b = Plain(clock, "a", package_0=50.0), Plain(clock, "b", package_0=52.0)
    assert cross_check(a, b, 1.0, work=clock.sleep).agree is False
    b.resolution_s = 0.1
    check = cross_check(a, b, 1.0, work=clock.sleep)
    assert check.agree is True
    assert "may lag by 3 and 100 ms" in check.tolerance_reason


def test_a_window_always_comes_to_its_end(clock):
    # A part of a nanosecond is left over, which no clock ever shows.
    a, b = Plain(clock, "a", package_0=5.0), Plain(clock, "b", package_0=5.0)
    assert cross_check(a, b, 0.3000000004, work=clock.sleep).seconds >= 0.3


def test_a_longer_window_is_stricter(clock):
    def tolerance(seconds):
        a, b = Plain(clock, "a", package_0=5.0), Plain(clock, "b", package_0=5.0)
        return cross_check(a, b, seconds, work=clock.sleep).tolerance

    assert tolerance(10) < tolerance(1) < tolerance(0.1)


@pytest.mark.parametrize("seconds", [0.0, -1.0, 0.01, 1e6, float("nan"), float("inf")])
def test_a_window_that_is_none(clock, seconds):
    with pytest.raises(GreenprofError, match="cannot be checked") as caught:
        cross_check(Plain(clock, "a", package_0=1.0), Plain(clock, "b", package_0=1.0), seconds)
    assert caught.value.exit_code == 2


@given(
    st.floats(1, 500),
    st.floats(0.2, 3),
    st.lists(st.floats(0, 0.003), min_size=4, max_size=4),
    st.floats(0, 0.01),
)
def test_two_right_readers_of_one_ticking_counter_always_agree(watts, seconds, lags, delay_s):
    clock = Instants()

    class Ticking(Plain):
        def read(self):
            # A tick late by up to 3 ms at each edge; the same between two edges.
            lag_s = lags[0] if clock.monotonic_ns() < self.begin_ns + 0.1e9 else lags[1]
            shown = super().read()
            joules = tuple(max(0.0, value - watts * lag_s) for value in shown.joules)
            return Reading(at_ns=shown.at_ns, joules=joules)

    check = cross_check(
        Plain(clock, "a", package_0=watts), Ticking(clock, "b", delay_s, package_0=watts), seconds, work=clock.sleep
    )
    assert check.agree is True


class Instants:
    """A clock of which nothing but the time is simulated."""

    def __init__(self):
        self.now_ns = 10**12

    def monotonic_ns(self):
        return self.now_ns

    def sleep(self, seconds):
        self.now_ns += round(seconds * 1e9)


def test_meters_that_do_not_work_are_said_and_the_others_compared(powercap_tree, tmp_path):
    tree = powercap_tree("mirrored-dies")
    with tree.run_at(WATTS):
        checks = cross_check_all([f"rapl:{tree.root}", f"pyrapl:{tree.root}", "nonsense"], seconds=0.1)
    assert (checks.checks, checks.agree) == ((), None)
    assert [(name, bool(reason)) for name, reason, _ in checks.refused] == [("pyrapl", True), ("nonsense", True)]
    said = render_text(checks)
    assert "nothing to compare" in said
    assert "not compared: pyrapl: pyRAPL cannot tell the dies" in said
    assert cross_check_all([f"rapl:{tmp_path}/none"]).agree is None


def test_no_counters_at_all_is_an_answer_not_a_failure(tmp_path):
    checks = cross_check_all([f"rapl:{tmp_path}", f"pyrapl:{tmp_path}"])
    assert "Fewer than two readers" in render_text(checks)
    assert len(checks.refused) == 2
