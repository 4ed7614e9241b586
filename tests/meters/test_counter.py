"""The arithmetic of a wrapping counter, against random histories whose truth is known."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenprof.meters.counter import TICK_S, Counter, LostTime, Unknown, step_uj

HISTORIES_AT_A_TIME = 120
READS = 30
TICK_NS = 1_000_000


def test_a_step_within_the_range():
    assert step_uj(100, 350, elapsed_s=1, range_uj=999, max_power_w=0.0005) == 250


def test_a_step_over_the_top():
    assert step_uj(990, 10, elapsed_s=1, range_uj=999, max_power_w=0.0005) == 20


def test_a_step_that_could_hold_one_wrap_more_is_ambiguous():
    assert step_uj(100, 350, elapsed_s=10, range_uj=999, max_power_w=0.0005) is Unknown.AMBIGUOUS


def test_a_step_beyond_the_greatest_power_is_implausible():
    assert step_uj(100, 350, elapsed_s=0.1, range_uj=999, max_power_w=0.0005) is Unknown.IMPLAUSIBLE


@given(
    before=st.integers(0, 10**12),
    after=st.integers(0, 10**12),
    elapsed_s=st.floats(0, 1e6),
    range_uj=st.none() | st.integers(1, 10**12),
    max_power_w=st.floats(0.001, 1e4),
)
def test_a_known_step_is_never_negative_nor_beyond_the_greatest_power(before, after, elapsed_s, range_uj, max_power_w):
    if range_uj is not None:
        before, after = before % (range_uj + 1), after % (range_uj + 1)
    step = step_uj(before, after, elapsed_s=elapsed_s, range_uj=range_uj, max_power_w=max_power_w)
    if not isinstance(step, Unknown):
        assert 0 <= step <= max_power_w * (elapsed_s + TICK_S) * 1e6


@given(
    st.integers(0, 10**12), st.integers(0, 10**12), st.integers(10**6, 10**12), st.floats(0.001, 1e4), st.floats(0, 1)
)
def test_the_truth_is_found_whenever_it_is_the_only_answer(start, drawn_uj, range_uj, max_power_w, share):
    # The least time in which `drawn_uj` can be drawn, and more, up to where one wrap more is possible.
    modulus = range_uj + 1
    least_s = drawn_uj / 1e6 / max_power_w
    step = step_uj(
        start % modulus,
        (start + drawn_uj) % modulus,
        elapsed_s=least_s * (1 + share),
        range_uj=range_uj,
        max_power_w=max_power_w,
    )
    possible_uj = max_power_w * (least_s * (1 + share) + TICK_S) * 1e6
    if drawn_uj < modulus <= possible_uj - drawn_uj % modulus:
        assert step is Unknown.AMBIGUOUS
    elif drawn_uj < modulus:
        assert step == drawn_uj
    else:
        assert step is Unknown.AMBIGUOUS or step == drawn_uj


@dataclass
class History:
    """A machine's life: constant power between reads, a counter that moves in ticks, and the truth."""

    rng: random.Random
    range_uj: int = 0
    max_power_w: float = 0.0
    now_ns: int = 10**12
    true_uj: float = 0.0
    raw_uj: float = 0.0
    ticked_uj: float = 0.0  # what the counter shows: `raw_uj` at the last tick
    true_ticked_uj: float = 0.0  # the truth at the last tick

    def __post_init__(self):
        self.max_power_w = self.rng.choice([15.0, 95.0, 400.0])
        self.range_uj = self.rng.choice([262_143_328_850, 65_532_610_987, 5_000_000_000])
        # Anywhere on the counter, but often where it is about to wrap.
        below_top_uj = 20 * self.max_power_w * 1e6 if self.rng.random() < 0.5 else self.range_uj
        self.raw_uj = self.ticked_uj = self.rng.uniform(max(0, self.range_uj - below_top_uj), self.range_uj)

    @property
    def modulus(self):
        return self.range_uj + 1

    @property
    def wrap_s(self):
        return self.modulus / 1e6 / self.max_power_w

    def advance(self, elapsed_s):
        watts = self.rng.uniform(0.02, 1.0) * self.max_power_w
        elapsed_ns = round(elapsed_s * 1e9)
        self.now_ns += elapsed_ns
        self.true_uj += watts * elapsed_ns / 1e3
        self.raw_uj += watts * elapsed_ns / 1e3
        since_tick_ns = self.now_ns % TICK_NS
        if elapsed_ns > since_tick_ns:
            self.ticked_uj = self.raw_uj - watts * since_tick_ns / 1e3
            self.true_ticked_uj = self.true_uj - watts * since_tick_ns / 1e3

    def reset(self):
        """The counter starts again, at 0 or anywhere, but not where an honest step could lead to from where it was."""
        was, margin_uj = self.raw_uj % self.modulus, 4 * self.max_power_w * 1e6
        raw_uj = was
        while not margin_uj < (raw_uj - was) % self.modulus < self.modulus - margin_uj:
            raw_uj = self.rng.choice([0.0, self.rng.uniform(0, self.range_uj)])
        self.raw_uj = self.ticked_uj = raw_uj

    def shown(self):
        return int(self.ticked_uj) % self.modulus


@dataclass
class Tally:
    """What a reader of the counter was told, judged by the truth."""

    known: int = 0
    unknowable: int = 0
    wrong: list[str] = field(default_factory=list)
    negative: int = 0
    unflagged: int = 0
    flagged_although_knowable: int = 0


def live_through(history: History, tally: Tally) -> None:
    """Read a counter through a random history and judge each interval between two readings that came."""
    rng, counter, lost = history.rng, Counter(history.range_uj, history.max_power_w), LostTime()
    last = None  # (µJ told, true µJ, true µJ at the tick, lost seconds, instant) of the last reading that came
    was_reset, quiet = False, True  # the first reading is an ordinary one
    for _ in range(READS):
        event = "none" if quiet else rng.choices(["none", "long", "reset", "fail", "wild"], [86, 3, 3, 5, 3])[0]
        if event == "long":
            history.advance(history.wrap_s * rng.uniform(0.5, 5.0))
        elif event == "reset":
            history.advance(rng.uniform(0.005, 0.1))
            history.reset()
            was_reset = True
            history.advance(rng.uniform(0.005, 0.1))
        else:
            history.advance(rng.choice([0.0, 0.0002, 0.01, 0.1, 0.1, 0.1, 1.0]) * rng.uniform(0.5, 1.0))
        raw = history.shown()
        if event == "fail":
            raw = None
        elif event == "wild":
            raw = (raw + history.range_uj // 2) % history.modulus
        total_uj = counter.advance(raw, history.now_ns, history.now_ns)
        if counter.lost_ns is not None:
            lost.add(*counter.lost_ns)
        # No second fault until the counter is trusted again: two faults at once cannot be told apart.
        quiet = event in ("long", "fail") or total_uj is None
        if total_uj is None:
            continue
        if last is not None:
            judge(history, tally, last, (total_uj, lost.seconds), was_reset)
        last = (total_uj, history.true_uj, history.true_ticked_uj, lost.seconds, history.now_ns)
        was_reset = False


def judge(history, tally, last, now, was_reset):
    then_uj, then_true_uj, then_ticked_uj, then_lost_s, then_ns = last
    now_uj, now_lost_s = now
    told_uj, true_uj = now_uj - then_uj, history.true_uj - then_true_uj
    flagged = now_lost_s > then_lost_s
    tick_uj = history.max_power_w * TICK_NS / 1e3 + 2
    possible_uj = history.max_power_w * (history.now_ns - then_ns) / 1e3
    # The least that explains what the counter showed, and one wrap more: was that possible too?
    wrap_more_uj = (history.true_ticked_uj - then_ticked_uj) % history.modulus + history.modulus
    tally.negative += told_uj < 0
    if was_reset or wrap_more_uj + tick_uj < possible_uj:
        tally.unknowable += 1
        tally.unflagged += not flagged
    elif wrap_more_uj - 5 * tick_uj > possible_uj:
        tally.known += 1
        tally.flagged_although_knowable += flagged
    if not flagged and abs(told_uj - true_uj) > tick_uj:
        tally.wrong.append(f"told {told_uj}, truth {true_uj}, range {history.range_uj}, {history.max_power_w} W")


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**64 - 1))
def test_twelve_thousand_random_histories(seed):
    tally = Tally()
    for place in range(HISTORIES_AT_A_TIME):
        live_through(History(random.Random(f"{seed}/{place}")), tally)
    assert tally.wrong == []
    assert tally.negative == 0
    assert tally.unflagged == 0
    assert tally.unknowable > 0
    assert tally.known > 10 * HISTORIES_AT_A_TIME
    assert tally.flagged_although_knowable <= 0.001 * tally.known


def test_a_counter_reset_from_near_its_start_is_not_taken_for_a_glitch():
    counter = Counter(10**12, 100)
    counter.advance(1_200_000, 0, 0)
    assert counter.advance(100_000, 10**8, 10**8) is None
    # Both "it went on from 1.2 J" and "it was reset and went on from 0.1 J" explain this.
    assert counter.advance(1_300_000, 2 * 10**8, 2 * 10**8) == 0
    assert counter.lost_ns == (0, 2 * 10**8)


def test_a_counter_that_caught_up_after_standing_still_loses_nothing():
    counter = Counter(10**12, 100)
    counter.advance(5_000_000, 0, 0)
    for second in range(1, 6):
        assert counter.advance(5_000_000, second * 10**9, second * 10**9) == 0
    assert counter.advance(305_000_000, 6 * 10**9, 6 * 10**9) == 300_000_000
    assert counter.lost_ns is None


def test_a_wild_value_that_stays_for_some_reads_is_waited_out():
    counter = Counter(10**12, 100)
    counter.advance(500_000_000, 0, 0)
    for second in range(1, 4):
        assert counter.advance(0, second * 10**9, second * 10**9) is None
    assert counter.advance(520_000_000, 4 * 10**9, 4 * 10**9) == 20_000_000
    assert counter.lost_ns is None


@pytest.mark.parametrize(
    ("spans", "seconds"),
    [([], 0), ([(0, 4), (5, 6)], 5), ([(0, 4), (2, 6)], 6), ([(3, 4), (5, 6), (0, 7)], 7), ([(0, 4), (0, 4)], 4)],
)
def test_lost_time_is_counted_once(spans, seconds):
    lost = LostTime()
    for start, end in spans:
        lost.add(start * 10**9, end * 10**9)
    assert lost.seconds == seconds
