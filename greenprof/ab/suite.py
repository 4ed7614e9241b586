"""THE STORY: check out the base, collect both sides, try each test once, and race what both can run."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from greenprof.ab import git
from greenprof.ab.outcome import Outcome, Result, Stand
from greenprof.ab.program import Program, program_of
from greenprof.ab.racing import raced
from greenprof.ab.side import Repository, Side, as_it_is, at_commit, repository_at
from greenprof.ab.trying import Tried, collecting, try_each
from greenprof.ab.workers import NOTHING, Collected, LeftOut, Start, Test, Worker
from greenprof.ab.workplace import place_for
from greenprof.budgets import parse_growth
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.host import describe_host
from greenprof.pairs import Plan
from greenprof.redact import redact

if TYPE_CHECKING:
    from greenprof.meters.meter import Meter

LIMIT = "5%"
TIMEOUT_S = 60.0
# A pytest takes a second or so to start and collect, a pair of short tests a fifth of that.
PAIRS_SHARED = 4
_SIDES = ("base", "head")


class NothingChosen(GreenprofError):
    """There are tests, and none asks to be compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was asked for.

    ``head`` None is the working tree. ``words`` are the user's pytest and its arguments, ``program`` is what they come
    to where that is known. Without ``every``, fixtures and marks choose the tests, with ``marked`` also marks that set
    no limit; ``limit`` is for tests without one of their own. ``install`` is a command that builds an environment of
    the base. With ``tip`` it is compared with the tip of ``base``, not with where the head branched off. The joules of
    ``meter`` are compared, or CPU time where none is named.
    """

    base: str
    head: str | None
    words: tuple[str, ...]
    program: Program | None = None
    left_out: LeftOut = NOTHING
    every: bool = False
    marked: bool = False
    limit: str = LIMIT
    tip: bool = False
    fetch: bool = True
    install: str | None = None
    cache: Path | None = None
    keep: bool = False
    timeout_s: float = TIMEOUT_S
    strict: bool = False
    meter: str | None = None
    plan: Plan = field(default_factory=lambda: Plan(shared=PAIRS_SHARED))


def compare_commits(request: Request, cwd: Path, say: Callable[[str], None] = lambda _text: None) -> Result:
    """Base and head, test by test; `say` is told how far it is.

    Raises:
        GreenprofError: for what stands in the way of all tests, such as a base that does not build.
    """
    parse_growth(request.limit)
    program = request.program or program_of(request.words)
    at = repository_at(cwd)
    with ExitStack() as stack:
        meter = _meter(request.meter, stack)
        base, head = _sides(request, at, program, stack, say)
        say("collecting the tests of both sides")
        start = Start(side=head, program=program, head_top=at.top, left_out=request.left_out)
        head_start, head_worker, in_head = _collect(start, None, at, stack)
        base_start, base_worker, in_base = _collect(replace(start, side=base), (head, in_head), at, stack)
        starts = (base_start, head_start)
        chosen = _chosen(request, in_head)
        both, outcomes = _in_both(chosen, in_base, in_head, request)
        say(f"trying {len(both)} test{'s' * (len(both) != 1)} once on each side")
        tried = tuple(
            try_each(start, worker, both, request.timeout_s)
            for start, worker in zip(starts, (base_worker, head_worker), strict=True)
        )
        limits = {test.node: limit_of(test, request) for test in both}
        for test in both:
            if fault := next((one.faults[test.node] for one in tried if test.node in one.faults), None):
                limit = limits.pop(test.node)
                outcomes.append(Outcome(node=test.node, said=fault.said, limit=limit, reason=fault.reason))
        waiting = frozenset(node for one in tried for node in one.waiting)
        measured, spent_s = raced(
            limits,
            starts,
            waiting=waiting,
            plan=request.plan,
            timeout_s=request.timeout_s,
            say=say,
            meter=meter,
        )
        changed = _changed_tests(at, base, in_head)
    order = {test.node: place for place, test in enumerate(chosen)}
    outcomes = [_noted(one, changed) for one in (*outcomes, *measured)]
    return Result(
        base=_stand(base, tried[0]), head=_stand(head, tried[1]), command=redact(request.words),
        outcomes=tuple(sorted(outcomes, key=lambda one: order.get(one.node, len(order)))), strict=request.strict,
        host=describe_host().fingerprint, spent_s=spent_s, meter=None if meter is None else meter.name,
    )  # fmt: skip


def _meter(named: str | None, stack: ExitStack) -> Meter | None:
    """The meter whose joules are compared; raises `GreenprofError` for one that only estimates them."""
    if named is None:
        return None
    from greenprof.meters import open_meter

    meter = open_meter(named).meter
    stack.callback(meter.close)
    if meter.estimated:
        raise GreenprofError(
            f"the meter {meter.name} only estimates joules, from CPU time: leave it out, and that is compared",
            EXIT_USAGE,
        )
    return meter


def _sides(
    request: Request, at: Repository, program: Program, stack: ExitStack, say: Callable[[str], None]
) -> tuple[Side, Side]:
    """Both sides, ready to run; what was made for them goes with `stack`."""
    against = git.commit(at.top, request.head, fetch=request.fetch) if request.head is not None else None
    base = git.base_of(at.top, request.base, against.sha if against else None, tip=request.tip, fetch=request.fetch)
    say(f"checking out {base.short} ({base.how or base.name})")

    def placed(sha: str) -> Side:
        place = stack.enter_context(place_for(at.top, at.project, sha, cache=request.cache, keep=request.keep))
        name, commit = ("base", base) if sha == base.sha else ("head", against)
        assert commit is not None
        return at_commit(name, commit, at, place, python=program.python, install=request.install, say=say)

    one = placed(base.sha)
    if against is None:
        scratch = stack.enter_context(place_for(at.top, at.project, "working-tree", cache=None, keep=False))
        return one, as_it_is(at, program, scratch)
    if against.sha == base.sha:
        raise GreenprofError(f"{request.base} and {request.head} are one commit, {base.short}", EXIT_USAGE)
    return one, placed(against.sha)


def _collect(
    start: Start, like: tuple[Side, Collected] | None, at: Repository, stack: ExitStack
) -> tuple[Start, Worker, Collected]:
    """A worker that has collected the tests of its side; its settings are those that `like` has on the other side."""
    side = start.side
    if side.commit is not None:
        rootdir = _rootdir(side, like, at)
        start = replace(start, rootdir=rootdir, inipath=_settings(rootdir, like, side))
    worker, found = collecting(start)
    stack.callback(worker.end, at_once=True)
    return start, worker, found


def _rootdir(side: Side, like: tuple[Side, Collected] | None, at: Repository) -> Path:
    """pytest's rootdir in a checkout: in the same place as on the other side. It would find that side's by itself."""
    if like is not None and like[1].rootdir.is_relative_to(like[0].top):
        return side.top / like[1].rootdir.relative_to(like[0].top)
    return side.top / at.folder


def _settings(rootdir: Path, like: tuple[Side, Collected] | None, side: Side) -> Path:
    """pytest's settings in a checkout: the file that the other side uses, or another that is there, or none."""
    if like is not None and (ini := like[1].inipath) and ini.is_relative_to(like[0].top):
        same = side.top / ini.relative_to(like[0].top)
        if same.is_file():
            return same
    sections = {"pytest.ini": "", ".pytest.ini": "", "pyproject.toml": "[tool.pytest", "tox.ini": "[pytest]"}
    for name, section in (sections | {"setup.cfg": "[tool:pytest]"}).items():
        path = rootdir / name
        if path.is_file() and section in path.read_text(encoding="utf-8", errors="replace"):
            return path
    return Path(os.devnull)


def _chosen(request: Request, in_head: Collected) -> tuple[Test, ...]:
    """The tests of the head that are asked for; raises `GreenprofError` where there are none."""
    chosen = tuple(test for test in in_head.tests if _is_wanted(test, request))
    if not in_head.tests:
        broken = f": {in_head.broken[0][0]}: {in_head.broken[0][1]}" if in_head.broken else ""
        raise GreenprofError(f"head: pytest found no test{broken}", EXIT_USAGE)
    if not chosen:
        number = len(in_head.tests)
        raise NothingChosen(
            f"{number} tests, none with the fixture energy or energy_budget(regress=…); --all takes all", EXIT_USAGE
        )
    for test in chosen:
        limit_of(test, request)
    return chosen


def _is_wanted(test: Test, request: Request) -> bool:
    return request.every or test.energy or test.regress is not None or (request.marked and test.marked)


def limit_of(test: Test, request: Request) -> float:
    """By how much a test may grow; raises `GreenprofError` where its mark makes no sense."""
    if test.regress is None:
        return parse_growth(request.limit)
    try:
        return parse_growth(test.regress)
    except GreenprofError as error:
        raise GreenprofError(f"{test.node}: {error}", EXIT_USAGE) from None


def _in_both(
    chosen: Sequence[Test], in_base: Collected, in_head: Collected, request: Request
) -> tuple[list[Test], list[Outcome]]:
    """The tests that both sides have; and what is said of the others."""
    usual = parse_growth(request.limit)
    there, broken = {test.node for test in in_base.tests}, dict(in_base.broken)
    both, outcomes = [], []
    for test in chosen:
        if test.node in there:
            both.append(test)
        elif (file := test.node.partition("::")[0]) in broken:
            reason = f"base: {file} cannot be collected: {broken[file]}"
            outcomes.append(Outcome(node=test.node, said="broken", limit=limit_of(test, request), reason=reason))
        else:
            outcomes.append(
                Outcome(node=test.node, said="new", limit=limit_of(test, request), reason="not in the base")
            )
    here = {test.node for test in in_head.tests}
    for test in in_base.tests:
        if (
            _is_wanted(test, request)
            and test.node not in here
            and test.node.partition("::")[0] not in dict(in_head.broken)
        ):
            outcomes.append(Outcome(node=test.node, said="gone", limit=usual, reason="not in the head"))
    for file, reason in in_head.broken:
        told = f"head: cannot be collected: {reason}"
        outcomes.append(Outcome(node=file, said="broken", limit=usual, reason=told))
    return both, outcomes


def _changed_tests(at: Repository, base: Side, in_head: Collected) -> frozenset[str]:
    """The files, relative to the rootdir, that differ between the base and the working tree."""
    if base.commit is None or not in_head.rootdir.is_relative_to(at.top):
        return frozenset()
    prefix = in_head.rootdir.relative_to(at.top).as_posix()
    start = "" if prefix == "." else f"{prefix}/"
    return frozenset(path.removeprefix(start) for path in git.differing(at.top, base.commit.sha))


def _noted(one: Outcome, changed: frozenset[str]) -> Outcome:
    """An outcome, with a word where the test itself is not what it was."""
    if not one.judged or one.node.partition("::")[0] not in changed:
        return one
    return replace(one, notes=(*one.notes, "the file of the test has changed too: each side runs its own"))


def _stand(side: Side, tried: Tried) -> Stand:
    """Where the code of a side came from."""
    tops: Mapping[str, None] = dict.fromkeys(
        str(file.parent if file.name == "__init__.py" else file)
        for name, file in sorted(tried.modules.items())
        if "." not in name
    )
    notes = side.notes if tried.modules else (*side.notes, "none of the project's modules was imported")
    return Stand(
        name=side.commit.name if side.commit else "working tree", sha=side.commit.sha if side.commit else None,
        how=side.commit.how if side.commit else "", python=side.python, code=tuple(tops), modules=len(tried.modules),
        notes=notes,
    )  # fmt: skip
