"""What one run of a program used: read outside of it, before it starts and when its last process is gone."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass

from greenprof.board.contained import Outcome
from greenprof.board.model import Measured
from greenprof.board.tree_cpu import machine_busy_s
from greenprof.meters import Meter

_LEAST_CPU_S = 0.0005  # what is left of less, when the sandbox's own is taken off, says nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Metered:
    """A run, and what the meter saw meanwhile."""

    outcome: Outcome
    measured: Measured


def metered(run: Callable[[], Outcome], meter: Meter, sandbox_s: float) -> Metered:
    """Do `run` and measure it. `sandbox_s` is what the sandbox itself takes of CPU time.

    The program's joules are those above idle, in the share of its CPU time in that of all that worked meanwhile.
    """
    busy_s, own_s = machine_busy_s(), time.process_time()
    first = meter.read()
    outcome = run()
    last = meter.read()
    busy_s, own_s = machine_busy_s() - busy_s, time.process_time() - own_s
    cpu_s = max(_LEAST_CPU_S, outcome.cpu_s - sandbox_s)
    domains = last.since(first)
    known = [joules for joules in domains if joules is not None]
    total_j = sum(known) if known and len(known) == len(domains) and last.invalid_s == first.invalid_s else None
    span_s = (last.at_ns - first.at_ns) / 1e9
    idle_j = None if meter.idle_w is None else meter.idle_w * span_s
    others_s = max(0.0, busy_s - outcome.cpu_s)
    joules = None
    if total_j is not None:
        above_j = max(0.0, total_j - (idle_j or 0.0))
        joules = above_j * cpu_s / (outcome.cpu_s + others_s) if outcome.cpu_s + others_s > 0 else 0.0
    measured = Measured(
        joules=joules, total_j=total_j, idle_j=idle_j, cpu_s=cpu_s, wall_s=outcome.wall_s, busy_s=busy_s,
        sandbox_s=sandbox_s, exit_code=outcome.exit_code, answer=hashlib.sha256(outcome.output).hexdigest(),
    )  # fmt: skip
    return Metered(outcome=outcome, measured=measured)
