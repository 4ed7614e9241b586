"""This process's share of a block."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

import greenprof
from greenprof.measuring import tally
from greenprof.measuring.busy import Busy
from greenprof.measuring.shared import Mark
from greenprof.model import Reading


def test_the_share_of_a_busy_block_and_of_a_sleeping_one(ticking_meter, spin):
    meter = ticking_meter(watts=40.0)
    # Somebody has to be at work, or even a sleeper's microseconds are all that the machine did.
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as other:
        with greenprof.measure(meter) as busy:
            spin(0.4)
        with greenprof.measure(meter) as sleeping:
            time.sleep(0.3)
        other.kill()
    for m in (busy, sleeping):
        assert 0 <= m.process_j <= m.energy_j
        assert m.process_interval_j[0] <= m.process_j <= m.process_interval_j[1]
    assert busy.process_j > 0.05 * busy.energy_j
    assert sleeping.process_j < 0.5 * busy.process_j


def test_children_that_were_waited_for_are_part_of_the_share(ticking_meter):
    meter = ticking_meter(watts=40.0)
    with greenprof.measure(meter) as m:
        code = "import time\nwhile time.process_time() < 0.3: pass"
        subprocess.run([sys.executable, "-I", "-c", code], check=True)
    others_s = m.duration_s * (os.cpu_count() or 1) - 0.3
    assert m.process_j >= m.energy_j * 0.3 / (0.3 + others_s) * 0.8


def test_the_share_can_be_left_out_and_is_unknown_in_a_blink(ticking_meter):
    with greenprof.measure(ticking_meter(), share=False) as m:
        time.sleep(0.05)
    assert m.energy_j is not None
    assert (m.process_j, m.process_interval_j) == (None, None)
    with greenprof.measure(ticking_meter()) as m:
        time.sleep(0.003)
    assert m.process_j is None or m.process_interval_j[1] > m.process_j


@given(
    own_s=st.floats(0, 100),
    others_s=st.floats(0, 100),
    joules=st.floats(0, 1e5),
    seconds=st.floats(0.02, 1e3),
    idle_w=st.none() | st.floats(0, 50),
)
def test_the_share_closes_the_ledger(own_s, others_s, joules, seconds, idle_w):
    ticks = round((own_s + others_s) * os.sysconf("SC_CLK_TCK"))

    def mark(at_s, own, busy, energy):
        stat = b"cpu  %d 0 0 7 7 0 0 9 0 0\n" % busy
        at_ns = int(at_s * 1e9)
        return Mark(Reading(at_ns=at_ns, joules=(energy,)), int(own * 1e9), Busy(at_ns, stat, int(own * 1e9)))

    span = tally.between(mark(1.0, 5.0, 1000, 3.0), mark(1.0 + seconds, 5.0 + own_s, 1000 + ticks, 3.0 + joules))
    energy_j = span.joules[0]
    process_j, (low, high) = tally.process_j(span, energy_j, tally.interval_j(energy_j, 0.05), idle_w)
    idle_j = min(energy_j, (idle_w or 0.0) * span.duration_s)
    assert 0 <= process_j <= energy_j - idle_j + 1e-6
    assert low - 1e-9 <= process_j <= high + 1e-9
    if own_s > 1:
        exact_j = (energy_j - idle_j) * own_s / (own_s + others_s)
        assert process_j == pytest.approx(exact_j, rel=0.02, abs=1e-6)
        assert low * (1 - 1e-6) - 1e-6 <= exact_j <= high * (1 + 1e-6) + 1e-6
