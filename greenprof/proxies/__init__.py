"""Deterministic stand-ins for energy: what a piece of work does is counted, and comes out alike run after run.

`bytecodes` counts the instructions of Python that are executed, within the process (`sys.monitoring`, Python 3.12);
`instructions` counts those of the processor, in a process of its own under valgrind's callgrind. Neither is energy:
an instruction that waits for memory draws more than one that does not, and work in other processes or on a GPU is not
seen. What they are good for is to find that code does more than before, on machines whose joules are an estimate.
Statements to databases are counted by `greenprof.query_counts`.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from greenprof.budgets import Quantity, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How much one call did, counted in several calls alike; a proxy, never joules."""

    quantity: Quantity
    counts: tuple[int, ...]
    notes: tuple[str, ...] = ()

    @property
    def value(self) -> int:
        """The median; where no two agree in the middle, the lower one."""
        return statistics.median_low(self.counts)

    @property
    def interval(self) -> tuple[int, int]:
        """The least and the most that was counted: one number where the work is the same each time."""
        return min(self.counts), max(self.counts)


def grown(before: Count, after: Count, allowed: float) -> Verdict:
    """Whether work grew by more than `allowed` (0.005 is half a percent), by the sums of all calls.

    "cannot tell" where it grew by more, but not in each call: the first is compared with the first, the second with the
    second, because what a program does anew in each process is the same in both. Raises ValueError for two quantities,
    or numbers of calls, that cannot be compared.
    """
    if before.quantity != after.quantity:
        raise ValueError(f"{before.quantity.name} and {after.quantity.name} cannot be compared")
    in_each = all(new > old for old, new in zip(before.counts, after.counts, strict=True))
    if sum(after.counts) <= sum(before.counts) * (1 + allowed):
        return "kept"
    return "over" if in_each else "cannot tell"
