"""How good verdicts are on this machine, now: false alarms over unchanged work, and what is found of a known change."""

from __future__ import annotations

import json
import math
import os
import random
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from greenprof import __version__
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.host import describe_host
from greenprof.model import Host
from greenprof.pairs import Match, Plan, Verdict, race_many, standing
from greenprof.pairs.loads import KINDS, UNITS, load
from greenprof.stats import rate_interval, smallest_detectable, spread_of

QUICK_S, THOROUGH_S = 60.0, 1800.0
FORMATS = ("text", "json")
_MOST_FALSE = 0.01  # what a single test may alarm falsely, at most, for the verdicts to be called good
_LEAST_POWER = 0.9
_SIMULATED = 3000


@dataclass(frozen=True, slots=True)
class Rate:
    """How often something was seen, with its exact 95 % interval."""

    hits: int
    trials: int

    @property
    def interval(self) -> tuple[float, float]:
        """From nothing to everything where there were no trials."""
        return rate_interval(self.hits, self.trials) if self.trials else (0.0, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One race: by how much the second side had more work, what was said, and what it took."""

    kind: str
    more: float
    outcome: str
    ratios: tuple[float, ...]
    cpu_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Selftest:
    """What came of it.

    `alarms` counts verdicts of a change over unchanged work, `found` the right ones where the second side had `more`
    work; the simulated ones are counted over pairs drawn from those that were measured. `spread` is the standard
    deviation of a pair's log ratio.
    """

    host: Host
    more: float
    alarms: Rate
    found: Rate
    inconclusive: int
    simulated_alarms: Rate
    simulated_found: Rate
    spread: float
    smallest_detectable: float
    cpu_s_unchanged: float
    cpu_s_changed: float
    elapsed_s: float
    load: float | None

    @property
    def good(self) -> bool:
        """Whether what was seen is no reason to doubt the verdicts here."""
        return self.alarms.interval[0] <= _MOST_FALSE and self.found.interval[1] >= _LEAST_POWER


def run(seconds: float, more: float, say: Callable[[str], None], plan: Plan | None = None) -> Selftest:
    """Decide about unchanged and about changed work in turn, until the time is over; at least once each.

    Ctrl-C ends it early, with what there is by then. Raises `GreenprofError` for a time or a change that makes no
    sense.
    """
    plan = plan or Plan()
    units = round(UNITS * (1 + more)) if math.isfinite(more) else UNITS
    if not seconds > 0:
        raise GreenprofError(f"{seconds:g} seconds are too few: give more than 0", EXIT_USAGE)
    if not plan.smallest_change < units / UNITS - 1 <= 1:
        raise GreenprofError(
            f"a known change of {more:.1%} makes no test: give whole percents from 2 to 100", EXIT_USAGE
        )
    begun_s = time.monotonic()
    decisions: list[Decision] = []
    chance = random.Random(1)
    try:
        while len(decisions) < 2 or time.monotonic() - begun_s < seconds:
            changed = len(decisions) % 2 == 1
            decisions.append(_decide(chance.choice(KINDS), units if changed else UNITS, plan))
            alarms, found = rates(decisions)
            say(f"{alarms.hits} of {alarms.trials} alarmed falsely, {found.hits} of {found.trials} changes found")
    except KeyboardInterrupt:
        if len(decisions) < 2:
            raise
    return summary(decisions, units / UNITS - 1, time.monotonic() - begun_s, plan)


def _decide(kind: str, units: int, plan: Plan) -> Decision:
    before_s = _children_s()
    verdict: Verdict = race_many([Match(base=load(kind), head=load(kind, units), key=kind)], plan)[0]
    return Decision(
        kind=kind, more=units / UNITS - 1, outcome=verdict.outcome, ratios=verdict.ratios,
        cpu_s=_children_s() - before_s,
    )  # fmt: skip


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def rates(decisions: Sequence[Decision]) -> tuple[Rate, Rate]:
    """False alarms, and changes that were found."""
    same = [each for each in decisions if not each.more]
    changed = [each for each in decisions if each.more]
    return (
        Rate(sum(each.outcome in {"dearer", "cheaper"} for each in same), len(same)),
        Rate(sum(each.outcome == "dearer" for each in changed), len(changed)),
    )


def summary(decisions: Sequence[Decision], more: float, elapsed_s: float, plan: Plan) -> Selftest:
    """What the decisions come to; there is at least one of each kind."""
    alarms, found = rates(decisions)
    pairs = [ratio for each in decisions if not each.more for ratio in each.ratios]
    spread = spread_of(pairs)
    return Selftest(
        host=describe_host(),
        more=more,
        alarms=alarms,
        found=found,
        inconclusive=sum(each.outcome == "inconclusive" for each in decisions),
        simulated_alarms=simulated(pairs, 0.0, _SIMULATED, plan),
        simulated_found=simulated(pairs, math.log1p(more), _SIMULATED // 10, plan),
        spread=spread,
        smallest_detectable=math.expm1(smallest_detectable(spread, plan.min_pairs, alpha=plan.alpha)),
        cpu_s_unchanged=statistics.fmean(each.cpu_s for each in decisions if not each.more),
        cpu_s_changed=statistics.fmean(each.cpu_s for each in decisions if each.more),
        elapsed_s=elapsed_s,
        load=_load(),
    )


def simulated(pairs: Sequence[float], shift: float, trials: int, plan: Plan) -> Rate:
    """How many of so many decisions see a change, over pairs drawn from these with a random sign, plus `shift`."""
    chance, seen = random.Random(1), 0
    for _ in range(trials):
        drawn: list[float] = []
        while (state := standing(drawn, plan)).wanted:
            drawn += [shift + chance.choice((-1, 1)) * chance.choice(pairs) for _ in range(state.wanted)]
        seen += state.confirmed and state.p_value <= plan.alpha
    return Rate(seen, trials)


def _load() -> float | None:
    """How many processes wanted a core in the last minute, on average."""
    try:
        return os.getloadavg()[0]
    except OSError:
        return None


def render(format_: str, test: Selftest) -> str:
    """What came of it, as ``text`` or ``json``; raises `GreenprofError` for any other format."""
    if format_ == "json":
        return json.dumps(_as_json(test), indent=2) + "\n"
    if format_ != "text":
        raise GreenprofError(f"unknown format {format_!r} (formats: {', '.join(FORMATS)})", EXIT_USAGE)
    load_now = "" if test.load is None else f", load {test.load:.1f}"
    width = test.alarms.interval[1] - test.alarms.interval[0]
    rows = {
        "false alarms, unchanged work": _told(test.alarms),
        "  simulated from its pairs": _told(test.simulated_alarms),
        f"found, {test.more:+.0%} work": _told(test.found),
        "  simulated": _told(test.simulated_found),
        "inconclusive": f"{test.inconclusive} of {test.alarms.trials + test.found.trials}",
        "spread of a pair": f"{test.spread:.1%}; 8 pairs show a change of {test.smallest_detectable:.1%}",
        "CPU time of a verdict": f"{test.cpu_s_unchanged:.1f} s unchanged, {test.cpu_s_changed:.1f} s changed",
        "took": f"{test.elapsed_s:.0f} s",
    }
    return "\n".join((
        f"Verdicts on {test.host.cpu}, {test.host.cores} CPUs, Python {test.host.python}{load_now}",
        *(f"  {name:<30} {said}" for name, said in rows.items()),
        "",
        "Nothing here speaks against the verdicts." if test.good else
        "Do not rely on verdicts on this machine as it is now: they alarm or miss too often.",
        f"The interval of the false alarms is {width:.0%} wide; a longer test (--thorough) narrows it.",
    )) + "\n"  # fmt: skip


def _told(rate: Rate) -> str:
    low, high = rate.interval
    return f"{rate.hits} of {rate.trials}   (95 %: {low:.1%} to {high:.1%})"


def _as_json(test: Selftest) -> dict[str, object]:
    said = asdict(test)
    for name in ("alarms", "found", "simulated_alarms", "simulated_found"):
        rate: Rate = getattr(test, name)
        share = rate.hits / rate.trials if rate.trials else None
        said[name] = {"hits": rate.hits, "trials": rate.trials, "rate": share, "interval": list(rate.interval)}
    return {"format": "greenprof-selftest", "version": 1, "greenprof": __version__, **said, "good": test.good}
