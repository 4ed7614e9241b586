"""The story: every command runs once in a round, round after round, until it is enough.

In turn, and not one after the other, so that what changes meanwhile (heat, clock speed, a neighbour) meets all alike.
The order is turned round from one round to the next, and moved on every other one.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from greenprof.errors import EXIT_NOT_EXECUTABLE, EXIT_NOT_FOUND, EXIT_USAGE, GreenprofError
from greenprof.host import describe_host
from greenprof.measuring.block import Measurement
from greenprof.pairs import Match, Plan, Verdict, race_many, standing
from greenprof.record import check_system
from greenprof.versus import summary
from greenprof.versus.nouns import Asked, Case, Outcome, Series
from greenprof.versus.running import Outputs, Runner, hook

USUAL_MIN_RUNS, USUAL_MAX_RUNS = 8, 100
RUNS_PER_SIZE = 8

Say = Callable[[str], None]


def compare(asked: Asked, say: Say) -> Outcome:
    """Run all that is asked, and say what came of it; raises `GreenprofError` for a command that does not do."""
    check_system()
    if asked.race and any(case.prepare or case.conclude for case in asked.cases):
        raise GreenprofError(
            "--race runs two commands at once, which --prepare and --conclude cannot go before and after", EXIT_USAGE
        )
    with Measurement(asked.meter) as meter:
        pass  # a meter that cannot be opened is told before anything runs
    runners = [
        Runner(
            case,
            meter=asked.meter,
            timeout_s=asked.timeout_s,
            ignore_failure=asked.ignore_failure,
            cure="; --ignore-failure goes on all the same",
        )
        for case in asked.cases
    ]
    raced: dict[int, Verdict] = {}
    try:
        for argv in _once(case.setup for case in asked.cases):
            hook("setup", argv)
        for case in asked.cases:
            _check_there(case)
        notes = _all_rounds(asked, runners, meter.estimated, say)
        if asked.race:
            raced = _raced(asked.cases, runners, say)
            notes += (
                "ratios and verdicts are of the CPU time of pairs that ran at the same time on one core (--race)",
            )
    except BaseException:
        with suppress(GreenprofError):  # what went wrong first is what counts
            _clean_up(asked)
        raise
    try:
        _clean_up(asked)
    except GreenprofError as error:  # what was measured is still worth showing
        notes += (str(error),)
    series = [Series(runs=tuple(runner.runs), share_j=runner.share_j) for runner in runners]
    return summary.outcome(
        asked, series, raced=raced, meter=meter.meter, host=describe_host(), notes=notes, plan=plan_of(asked)
    )


def _check_there(case: Case) -> None:
    """Before anything is measured: the last command may be an hour away."""
    command = case.argv[0]
    if shutil.which(command) is None:
        if "/" in command and Path(command).exists():
            raise GreenprofError(f"{command}: is not a program that may be run", EXIT_NOT_EXECUTABLE)
        raise GreenprofError(f"{command}: no such command", EXIT_NOT_FOUND)


def _clean_up(asked: Asked) -> None:
    for argv in _once(case.cleanup for case in asked.cases):
        hook("cleanup", argv)


def _once(hooks: Iterable[tuple[str, ...] | None]) -> list[tuple[str, ...]]:
    """Each of them once, in their order."""
    return list(dict.fromkeys(argv for argv in hooks if argv is not None))


def plan_of(asked: Asked) -> Plan | None:
    """How a verdict is come by in steps; None where the number of runs does not depend on it."""
    if asked.runs is not None or asked.until is not None or asked.scale is not None:
        return None
    least = asked.min_runs or USUAL_MIN_RUNS
    return Plan(min_pairs=max(6, least), max_pairs=max(32, least))


def _all_rounds(asked: Asked, runners: Sequence[Runner], estimated: bool, say: Say) -> tuple[str, ...]:
    """All rounds, those to warm up first; gives what is to be said of how they ended."""
    begun_s = time.monotonic()
    for number in range(asked.warmup):
        say(f"warming up: round {number + 1} of {asked.warmup}")
        _round(asked, runners, range(len(runners)), number, counts=False)
    number = 0
    while wanted := _wanted(asked, runners, number, estimated):
        if number and time.monotonic() - begun_s > asked.max_s:
            if asked.runs is None:
                return (f"ended after {asked.max_s:g} s (--max-time), before it was enough",)
            return (f"ended after {asked.max_s:g} s (--max-time) and {number} of {asked.runs} rounds",)
        say(f"round {number + 1}: {len(wanted)} of {len(runners)} commands")
        _round(asked, runners, wanted, number)
        number += 1
    if asked.until is not None and (vague := _vague(asked, runners, estimated)):
        names = ", ".join(runners[place].case.name for place in vague)
        return (f"±{100 * asked.until:g} % was not reached after {number} runs: {names}",)
    return ()


def _round(asked: Asked, runners: Sequence[Runner], wanted: Sequence[int], number: int, *, counts: bool = True) -> None:
    """One run of each command that is wanted."""
    turned = number // 2 % len(wanted)
    order = [*wanted[turned:], *wanted[:turned]]
    outputs = Outputs()
    try:
        for place in reversed(order) if number % 2 else order:
            output = outputs.file(place) if asked.check_output else None
            runners[place].run(number, output=output, counts=counts)
        if asked.check_output:
            for place in wanted:
                base = asked.cases[place].base
                if base != place:
                    outputs.check(place, base, asked.cases)
    finally:
        outputs.close()


def _wanted(asked: Asked, runners: Sequence[Runner], number: int, estimated: bool) -> list[int]:
    """The places of the commands that are to run in the next round; none when it is enough."""
    everyone = list(range(len(runners)))
    runs = asked.runs
    if runs is None and asked.scale is not None and asked.until is None:
        runs = max(asked.min_runs or RUNS_PER_SIZE, summary.fewest_runs(_tests(asked)) if _two(asked) else 0)
    if runs is not None:
        return everyone if number < runs else []
    least = asked.min_runs or USUAL_MIN_RUNS
    most = asked.max_runs or max(USUAL_MAX_RUNS, least)
    if number < least:
        return everyone
    if number >= most:
        return []
    if asked.until is not None:
        return everyone if _vague(asked, runners, estimated) else []
    plan = plan_of(asked)
    assert plan is not None
    open_: set[int] = set()
    tests = _tests(asked)
    for place, case in enumerate(asked.cases):
        if case.base == place:
            continue
        ratios = summary.log_ratios(runners[place].runs, runners[case.base].runs, estimated)
        if ratios and standing(ratios, plan, tests).wanted:
            open_ |= {place, case.base}
    return sorted(open_)


def _tests(asked: Asked) -> int:
    return sum(case.base != place for place, case in enumerate(asked.cases))


def _two(asked: Asked) -> bool:
    """Whether commands are compared, and not only sizes of one."""
    return len({case.template for case in asked.cases}) > 1


def _vague(asked: Asked, runners: Sequence[Runner], estimated: bool) -> list[int]:
    """The places of those whose mean is not yet known as well as it is to be."""
    assert asked.until is not None
    return [
        place
        for place, runner in enumerate(runners)
        if summary.relative_half_width(runner.runs, estimated) > asked.until
    ]


def _raced(cases: Sequence[Case], runners: Sequence[Runner], say: Say) -> dict[int, Verdict]:
    """The verdicts of pairs that run at the same time on one core."""
    places = [place for place, case in enumerate(cases) if case.base != place]
    matches = [Match(base=runners[cases[place].base].piece(), head=runners[place].piece()) for place in places]
    found = race_many(matches, say=say)
    return dict(zip(places, found, strict=True))
