"""What the advice of a rule saves: time of its bad side over that of its good one, measured here and now.

The two run in turn, each in a process of its own, so that a change of clock speed or a busy neighbour meets both. CPU
time stands for energy where both sides keep one processor busy. A rule about waiting saves either that, where the bad
side keeps a processor busy while it waits, or elapsed time, for which the machine stays awake: the larger saving is
told, and named.
"""

from __future__ import annotations

import math
import platform
import statistics
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from greenprof.lint.sides import SIDES, RunningSide, SideError, name_of, program_of, side
from greenprof.python_versions import RUNNING

if TYPE_CHECKING:
    from greenprof.lint.rule import Rule

Seconds = tuple[float, float]  # CPU time and elapsed time

PAIRS = 15
_PLAIN = 4  # a product of ratios that noise does not reach: one pair at 4 times, two at 2 times, five at 1.4 times


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Time of the bad side over that of the good one: the median pair, and the middle half of all pairs.

    ``time`` says which: "CPU time", or "elapsed time" for what only waits.
    """

    n: int
    pairs: int
    time: str
    ratio: float
    low: float
    high: float
    bad_s: float
    good_s: float


def has_pair(folder: Path) -> bool:
    """Whether the folder of a rule holds two programs to measure."""
    programs = [program_of(side(folder, name)) for name in SIDES]
    return all(each.is_file() and each.suffix == ".py" for each in programs)


def why_not_here(rule: Rule) -> str | None:
    """Why this Python cannot run the pair of `rule`, in words; None where it can."""
    if RUNNING not in rule.pythons:
        return f"it is about Python {rule.pythons}"
    missing = [name for name in rule.needs if find_spec(name) is None]
    return f"it needs {' and '.join(missing)}" if missing else None


def measure(folder: Path, *, waits: bool, pairs: int = PAIRS, until_plain: bool = False) -> Measured:
    """Run the two programs of a rule in turn at their default size, after one unmeasured turn.

    ``waits`` says that the rule is about waiting. ``until_plain`` stops as soon as the sign of the saving is plain.
    Raises SideError for a program that fails, and if the two do not give the same answer.
    """
    with ExitStack() as stack:
        bad, good = (stack.enter_context(RunningSide(side(folder, name))) for name in SIDES)
        if bad.answer != good.answer:
            raise SideError(f"the two sides in {folder.name} give different answers")
        times: list[tuple[Seconds, Seconds]] = []
        while len(times) < pairs and not (until_plain and _is_plain(times, waits)):
            times.append((bad.seconds(), good.seconds()))
    by_cpu, by_clock = (_by(clock, times) for clock in (0, 1))
    is_elapsed = waits and _median_ratio(by_clock) > _median_ratio(by_cpu)
    chosen = by_clock if is_elapsed else by_cpu
    ratios = [bad_s / good_s for bad_s, good_s in chosen]
    low, ratio, high = statistics.quantiles(ratios, n=4) if len(ratios) > 1 else ratios * 3
    bad_s, good_s = (statistics.median(column) for column in zip(*chosen, strict=True))
    return Measured(
        n=bad.n,
        pairs=len(times),
        time="elapsed time" if is_elapsed else "CPU time",
        ratio=ratio,
        low=low,
        high=high,
        bad_s=bad_s,
        good_s=good_s,
    )


def sentence(folder: Path, saving: Measured, needs: Sequence[str] = ()) -> str:
    """What the page of a rule says; of the packages that it `needs`, the versions too."""
    bad, good = (name_of(side(folder, name)) for name in SIDES)
    machine = ", ".join([*(f"{name} {version(name)}" for name in needs), platform.machine()])
    return (
        f"`{bad}` used **{saving.ratio:.3g} times** the {saving.time} of `{good}` at n = {saving.n:,}: the median of"
        f" {saving.pairs} interleaved pairs,\nof which the middle half lies between {saving.low:.3g} and"
        f" {saving.high:.3g}. The medians are {saving.bad_s * 1e3:.3g} ms and {saving.good_s * 1e3:.3g} ms,\n"
        f"on {platform.python_implementation()} {platform.python_version()}, {machine}."
        f" Reproduce it with `python benchmarks/rules.py {folder.name.replace('_', '-')}`.\n"
    )


def wrong_sign(folder: Path, *, waits: bool, is_default: bool) -> str | None:
    """Why the advice of a rule does not hold on this Python, in words; None where it does.

    What is on by default must save something. What is not must not cost anything beyond the noise. What fails is
    measured once more: a busy machine may have failed it. Raises SideError.
    """
    for _ in range(2):
        saving = measure(folder, waits=waits, until_plain=True)
        if saving.ratio > 1 or (saving.high >= 1 and not is_default):
            return None
    bad, good = (name_of(side(folder, name)) for name in SIDES)
    return (
        f"{bad} takes only {saving.ratio:.3g} times the {saving.time} of {good} ({saving.low:.3g} to {saving.high:.3g},"
        f" {saving.pairs} pair{'s' * (saving.pairs != 1)}): the advice saves nothing here"
    )


def _is_plain(times: Sequence[tuple[Seconds, Seconds]], waits: bool) -> bool:
    """Whether the pairs so far settle which side takes less: the smaller the difference, the more pairs that takes."""
    clocks = (0, 1) if waits else (0,)
    products = [math.prod(bad_s / good_s for bad_s, good_s in _by(clock, times)) for clock in clocks]
    return max(products) >= _PLAIN or max(products) <= 1 / _PLAIN


def _by(clock: int, times: Sequence[tuple[Seconds, Seconds]]) -> list[tuple[float, float]]:
    return [(bad[clock], good[clock]) for bad, good in times]


def _median_ratio(times: Sequence[tuple[float, float]]) -> float:
    return statistics.median(bad_s / good_s for bad_s, good_s in times)
