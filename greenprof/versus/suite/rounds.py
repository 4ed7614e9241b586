"""The story of a suite: look for tools, build, warm up, then round after round of all tasks until it is enough.

A round runs every implementation of every task once, those of a task one after the other, so that whenever it ends
there is as much of each. What cannot be built, fails, or prints something else leaves, and the others go on.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.host import describe_host
from greenprof.measuring.block import Measurement
from greenprof.record import check_system
from greenprof.versus.nouns import Case, Series
from greenprof.versus.running import Runner
from greenprof.versus.suite import summary
from greenprof.versus.suite.answers import difference
from greenprof.versus.suite.file import chosen
from greenprof.versus.suite.nouns import (
    Ended,
    Expected,
    Implementation,
    Left,
    Load,
    Size,
    Stage,
    Suite,
    SuiteOutcome,
    Task,
    Wanted,
)  # fmt: skip
from greenprof.versus.suite.workshop import Tools, build
from greenprof.versus.summary import relative_half_width

Say = Callable[[str], None]
Keep = Callable[[SuiteOutcome], None]


def select(
    suite: Suite, *, tasks: Sequence[str] = (), only: Sequence[str] = (), skip: Sequence[str] = (),
    size: str | None = None, baseline: str | None = None,
) -> Suite:  # fmt: skip
    """The part of a suite that is asked for; raises `GreenprofError` for names that it does not have."""
    known_tasks = [task.name for task in suite.tasks]
    names = list(dict.fromkeys(one.name for task in suite.tasks for one in task.implementations))
    wanted_tasks = {chosen(name, known_tasks, "--task") for name in tasks} or set(known_tasks)
    wanted = {chosen(name, names, "--only") for name in only} or set(names)
    wanted -= {chosen(name, names, "--skip") for name in skip}
    sizes = [one.name for one in suite.tasks[0].sizes]
    left = [
        replace(task, implementations=tuple(one for one in task.implementations if one.name in wanted))
        for task in suite.tasks
        if task.name in wanted_tasks
    ]
    left = [task for task in left if task.implementations]
    if not left:
        raise GreenprofError("nothing is left of the suite: see --task, --only and --skip", EXIT_USAGE)
    return replace(
        suite,
        tasks=tuple(left),
        size=suite.size if size is None else chosen(size, sizes, "--size"),
        baseline=suite.baseline if baseline is None else chosen(baseline, names, "--baseline"),
    )


@dataclass
class Lane:
    """One implementation of a task, ready to run: in the size that counts, and in the smallest."""

    task: Task
    implementation: Implementation
    runner: Runner
    small: Runner


@dataclass
class State:
    """What a suite has come to so far: what still runs, what has left, and what was printed first in each size."""

    lanes: list[Lane] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    tools: Tools = field(default_factory=Tools)
    answers: dict[tuple[str, str], Expected] = field(default_factory=dict)

    def of(self, task: Task) -> list[Lane]:
        """Those of one task."""
        return [lane for lane in self.lanes if lane.task.name == task.name]

    def leave(self, task: Task, implementation: Implementation, stage: Stage, why: object) -> None:
        """It is not in the tables."""
        self.lanes = [
            lane
            for lane in self.lanes
            if (lane.task.name, lane.implementation.name) != (task.name, implementation.name)
        ]
        self.left.append(Left(task=task.name, implementation=implementation.name, stage=stage, why=str(why)))


def run_suite(
    suite: Suite,
    wanted: Wanted,
    say: Say,
    keep: Keep = lambda _outcome: None,
    earlier: SuiteOutcome | None = None,
) -> SuiteOutcome:
    """Run a suite, and say what came of it, also where it is interrupted; `keep` gets what there is after each round.

    It goes on where `earlier` has ended. Raises `GreenprofError` where nothing can be measured at all, and for what was
    earlier but is of something else.
    """
    check_system()
    with Measurement(wanted.meter) as meter:
        pass  # a meter that cannot be opened is told before anything is built
    begun_s, started_at, load = time.monotonic(), datetime.now(UTC), os.getloadavg()[0]
    host, state = describe_host(), State()
    if earlier is not None:
        _check_same(suite, earlier, meter.meter.name, host.fingerprint)

    def outcome(ended: Ended) -> SuiteOutcome:
        spent_s = time.monotonic() - begun_s + (earlier.spent_s if earlier else 0.0)
        return summary.outcome(
            suite, [(lane.task, lane.implementation, _series(lane.runner)) for lane in state.lanes],
            left=state.left, tools=state.tools.found, meter=meter.meter, host=host,
            started_at=f"{started_at:%Y-%m-%dT%H:%M:%SZ}", spent_s=spent_s, ended=ended,
            load=Load(before=load, after=os.getloadavg()[0]),
        )  # fmt: skip

    with tempfile.TemporaryDirectory(prefix="greenprof-suite-") as scratch:
        try:
            _prepare(suite, wanted, state, Path(scratch), say)
            if earlier is not None:
                _take_over(state, earlier)
            for number in range(wanted.warmup if state.lanes else 0):
                say(f"warming up: round {number + 1} of {wanted.warmup}")
                _round(suite, state, {id(lane) for lane in state.lanes}, number, say, counts=False)
            ended = _rounds(
                suite, wanted, state, estimated=meter.estimated, say=say, keep=lambda: keep(outcome("stopped"))
            )
        except KeyboardInterrupt:
            ended = "stopped"
    return outcome(ended)


def _check_same(suite: Suite, earlier: SuiteOutcome, meter: str, fingerprint: str) -> None:
    """Refuse runs that were made of another suite, or otherwise."""
    for what, its, own in (
        ("another suite.toml", earlier.sha256, suite.sha256),
        ("another size", earlier.size, suite.size),
        ("another machine", earlier.host.fingerprint, fingerprint),
        ("another meter", earlier.meter.name, meter),
    ):
        if its != own:
            raise GreenprofError(f"--resume: what was saved is of {what}; without --resume it begins anew", EXIT_USAGE)


def _take_over(state: State, earlier: SuiteOutcome) -> None:
    """Give each lane the runs that it had."""
    known = {(table.task, entry.implementation): entry for table in earlier.tables for entry in table.entries}
    for lane in state.lanes:
        if (entry := known.get((lane.task.name, lane.implementation.name))) is not None:
            share_j = None if entry.above_idle_j is None else entry.above_idle_j.mean
            lane.runner.take_over(entry.runs, share_j if earlier.meter.estimated else None)


def _series(runner: Runner) -> Series:
    return Series(runs=tuple(runner.runs), share_j=runner.share_j)


def _prepare(suite: Suite, wanted: Wanted, state: State, scratch: Path, say: Say) -> None:
    for number, task in enumerate(suite.tasks):
        for place, one in enumerate(task.implementations):
            say(f"building {task.name}: {one.name}")
            stage: Stage = "tools"
            try:
                state.tools.of(one)
                stage = "build"
                folder = scratch / f"{number}-{place}"
                build(one, folder)
            except GreenprofError as error:
                state.leave(task, one, stage, error)
                continue
            size = next(each for each in task.sizes if each.name == suite.size)
            runner, small = (_runner(one, each, folder, wanted) for each in (size, task.sizes[0]))
            state.lanes.append(Lane(task=task, implementation=one, runner=runner, small=small))


def _runner(one: Implementation, size: Size, folder: Path, wanted: Wanted) -> Runner:
    place = one.run.index("{arguments}")
    argv = (*one.run[:place], *size.arguments, *one.run[place + 1 :])
    case = Case(
        name=one.name, command=one.command, argv=argv, template=0, written=one.name, base=0, cwd=folder,
        stdin=None if size.stdin is None else size.stdin.resolve(),
    )  # fmt: skip
    return Runner(case, meter=wanted.meter, timeout_s=wanted.timeout_s, watch_memory=True)


def _rounds(
    suite: Suite, wanted: Wanted, state: State, *, estimated: bool, say: Say, keep: Callable[[], None]
) -> Ended:
    """All rounds that count."""
    begun_s = time.monotonic()
    number = first = 1 + max((run.round for lane in state.lanes for run in lane.runner.runs), default=-1)
    last_s = 0.0
    while open_ := _open(suite, wanted, state, number, estimated):
        round_s = time.monotonic()
        if number > first and round_s - begun_s + last_s > wanted.max_s:
            return "time"
        say(f"round {number + 1}")
        _round(suite, state, open_, number, say)
        number += 1
        last_s = time.monotonic() - round_s
        keep()
    return "complete"


def _open(suite: Suite, wanted: Wanted, state: State, number: int, estimated: bool) -> set[int]:
    """The lanes that are to run in the next round, each with the baseline of its task."""
    most = wanted.runs or wanted.max_runs
    least = wanted.runs or wanted.min_runs
    if number >= most:
        return set()
    found: set[int] = set()
    for task in suite.tasks:
        lanes = state.of(task)
        vague = {
            id(lane)
            for lane in lanes
            if number < least or relative_half_width(lane.runner.runs, estimated) > wanted.until
        }
        base = {id(lane) for lane in lanes if lane.implementation.name == suite.baseline}
        found |= vague | base if vague else set()
    return found


def _round(suite: Suite, state: State, wanted: set[int], number: int, say: Say, *, counts: bool = True) -> None:
    """One run of each lane that is wanted, task by task; its output is checked."""
    for task in suite.tasks:
        lanes = [lane for lane in state.of(task) if id(lane) in wanted]
        if not lanes:
            continue
        turned = number // 2 % len(lanes)
        order = [*lanes[turned:], *lanes[:turned]]
        printed: dict[int, bytes] = {}
        for lane in reversed(order) if number % 2 else order:
            say(f"round {number + 1}: {task.name}, {lane.implementation.name}")
            try:
                printed[id(lane)] = _once(lane, number, counts)
            except GreenprofError as error:
                state.leave(task, lane.implementation, "run", error)
        size = next(one for one in task.sizes if one.name == suite.size) if counts else task.sizes[0]
        _check(suite, state, task, size, [(lane, printed[id(lane)]) for lane in lanes if id(lane) in printed])


def _once(lane: Lane, number: int, counts: bool) -> bytes:
    with tempfile.TemporaryFile() as output:
        (lane.runner if counts else lane.small).run(number, output=output, counts=counts)
        output.seek(0)
        return output.read()


def _check(suite: Suite, state: State, task: Task, size: Size, printed: Sequence[tuple[Lane, bytes]]) -> None:
    """Those that printed something else leave. Where nothing is expected, it is what the baseline printed first."""
    if not printed:
        return
    key = (task.name, size.name)
    if size.expected is None and key not in state.answers:
        base = [output for lane, output in printed if lane.implementation.name == suite.baseline]
        state.answers[key] = Expected(text=(base or [printed[0][1]])[0].decode("utf-8", "replace"))
    expected = size.expected or state.answers[key]
    for lane, output in printed:
        wrong = difference(output, expected, task.tolerance)
        if wrong is not None:
            state.leave(task, lane.implementation, "output", wrong)
