"""Joules, on a simulated machine whose truth is known: a fake clock moves the counters while a fake piece works."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from greenprof.errors import GreenprofError
from greenprof.meters.rapl import RaplMeter
from greenprof.model import Reading
from greenprof.pairs import Match, Plan, race, race_many
from greenprof.pairs.blocks import Blocks

IDLE_W = 10.0


class Machine:
    """Draws its idle power always, and what a piece adds while it works; other programs now and then."""

    def __init__(self, powercap_tree, simulated_clock, others_w: float = 0.0) -> None:
        self.tree = powercap_tree()
        self.clock = simulated_clock(self.tree, IDLE_W)
        self.meter = RaplMeter(self.tree.root, clock=self.clock)
        self.meter.idle_w = IDLE_W
        self.others_w, self.chance = others_w, random.Random(5)
        self.order = ""

    def work(self, seconds: float, watts: float) -> None:
        self.clock.watts = IDLE_W + watts + self.chance.random() * self.others_w
        self.clock.sleep(seconds)
        self.clock.watts = IDLE_W


class Work:
    """A piece that takes so long and adds so many watts."""

    repeats = True

    def __init__(self, machine: Machine, seconds: float, watts: float, name: str = "x") -> None:
        self.machine, self.seconds, self.watts, self.name = machine, seconds, watts, name
        self.calls = 0
        self.cores: list[int | None] = []

    def start(self, core: int | None, seed: int) -> None:
        self.cores.append(core)

    def go(self, key: str, calls: int) -> None:
        self.calls = calls

    def collect(self) -> float:
        self.machine.order += self.name
        self.machine.work(self.seconds * self.calls, self.watts)
        return self.seconds * self.calls

    def stop(self) -> None:
        self.calls = 0


@pytest.fixture
def machine(powercap_tree, simulated_clock) -> Callable[..., Machine]:
    return lambda others_w=0.0: Machine(powercap_tree, simulated_clock, others_w)


def test_joules_are_compared_and_not_time(machine: Callable[..., Machine]) -> None:
    here = machine(others_w=0.5)
    verdict = race(Work(here, 0.01, 20.0), Work(here, 0.01, 30.0), meter=here.meter)
    assert verdict.outcome == "dearer"
    assert verdict.quantity == "J"
    assert verdict.ratio == pytest.approx(1.5, rel=0.02)  # 20 and 30 W above idle, in the same time
    assert verdict.base_cost == pytest.approx(0.2, rel=0.03)
    assert verdict.head_cost == pytest.approx(0.3, rel=0.03)


def test_the_same_joules_are_the_same(machine: Callable[..., Machine]) -> None:
    here = machine(others_w=1.0)
    verdict = race(Work(here, 0.01, 20.0), Work(here, 0.005, 40.0), meter=here.meter)
    assert verdict.outcome == "same"


def test_what_others_use_makes_it_inconclusive_and_not_wrong(machine: Callable[..., Machine]) -> None:
    here = machine(others_w=60.0)
    verdict = race(Work(here, 0.01, 20.0), Work(here, 0.01, 20.4), meter=here.meter)
    assert verdict.outcome == "inconclusive"
    assert verdict.smallest_detectable > 0.05


def test_turns_are_taken_as_a_b_b_a_and_then_b_a_a_b(machine: Callable[..., Machine]) -> None:
    here = machine()
    match = Match(base=Work(here, 0.01, 20.0, "A"), head=Work(here, 0.01, 20.0, "B"))
    way = Blocks(Plan(), here.meter)
    size, _ = way.size(match)
    here.order = ""
    way.pair(match, size, 0)
    way.pair(match, size, 1)
    assert here.order == "ABBABAAB"
    assert 0.4 <= size.calls * 0.01 <= 1.0


def test_what_drifts_meets_both_alike(machine: Callable[..., Machine]) -> None:
    here = machine()
    base, head = Work(here, 0.01, 20.0), Work(here, 0.01, 20.0)

    def work(seconds: float, watts: float) -> None:
        here.clock.watts = IDLE_W + watts + here.clock.now_ns * 1e-11  # a machine that gets warm
        here.clock.sleep(seconds)
        here.clock.watts = IDLE_W

    here.work = work  # type: ignore[method-assign]
    way = Blocks(Plan(), here.meter)
    size, _ = way.size(Match(base=base, head=head))
    one, other = way.pair(Match(base=base, head=head), size, 0).costs
    assert one == pytest.approx(other, rel=1e-4)


def test_what_does_not_repeat_is_run_until_the_block_is_long_enough(machine: Callable[..., Machine]) -> None:
    here = machine()
    piece = Work(here, 0.1, 20.0)
    piece.repeats = False
    match = Match(base=piece, head=piece)
    size, _ = Blocks(Plan(), here.meter).size(match)
    assert (size.calls, 4 <= size.batches <= 6) == (1, True)
    assert Blocks(Plan(), here.meter).pair(match, size, 0).costs[0] == pytest.approx(2.0, rel=0.01)


def test_nothing_is_pinned(machine: Callable[..., Machine]) -> None:
    here = machine()
    base, head = Work(here, 0.01, 20.0), Work(here, 0.01, 30.0)
    race(base, head, meter=here.meter)
    assert set(base.cores + head.cores) == {None}


def test_unknown_idle_power_is_told(machine: Callable[..., Machine]) -> None:
    here = machine()
    here.meter.idle_w = None
    verdict = race(Work(here, 0.01, 20.0), Work(here, 0.01, 30.0), meter=here.meter)
    assert verdict.ratio == pytest.approx(4 / 3, rel=0.02)  # 30 and 40 W
    assert "not known" in verdict.notes[-1]


def test_no_joules_are_nothing_to_compare(machine: Callable[..., Machine]) -> None:
    here = machine()
    here.meter.idle_w = 200.0
    with pytest.raises(GreenprofError, match="no more joules than the machine at rest"):
        race(Work(here, 0.01, 20.0), Work(here, 0.01, 30.0), meter=here.meter)


def test_a_meter_that_cannot_be_read_is_told(machine: Callable[..., Machine]) -> None:
    here = machine()
    here.meter.read = lambda: Reading(at_ns=here.clock.now_ns, joules=(None,))  # type: ignore[method-assign]
    with pytest.raises(GreenprofError, match="could not be read: greenprof doctor"):
        race(Work(here, 0.01, 20.0), Work(here, 0.01, 30.0), meter=here.meter)


def test_an_estimate_is_no_reason_to_wait(machine: Callable[..., Machine]) -> None:
    here = machine()
    here.meter.estimated = True
    base, head = Work(here, 0.01, 20.0), Work(here, 0.02, 20.0)
    (verdict,) = race_many([Match(base=base, head=head)], meter=here.meter)
    assert (verdict.quantity, verdict.outcome) == ("cpu-s", "dearer")
