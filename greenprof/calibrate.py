"""Learn the power of this host: let it rest, load it half and fully, and check what was learnt at a fourth load.

Half the load is half of the CPUs fully busy, the check all CPUs a quarter of the time, so that the check is of
another load and of another kind. The data set (benchmarks/power_model.py) does not tell the two kinds apart: half
busy CPUs predict the other kind a little better (95th percentile of the error 34 % against 38 %), and they need no
rhythm that we would have to choose.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from greenprof import host
from greenprof.calibration import BY_HAND, Calibration, Point, by_hand, made_here, store
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.i18n import _, decimal
from greenprof.meters import Meter, OpenedMeter, open_meter
from greenprof.meters.clock import Clock, SystemClock
from greenprof.meters.estimate import CALIBRATED_UNCERTAINTY
from greenprof.meters.meter import resolution_s
from greenprof.model import Reading
from greenprof.power_curve import fit

FORMATS = ("text", "json")
SECONDS = 10.0
SHORTEST_S = 1.0
# The counter's lag may make up this much of a point.
_LAG_SHARE = 0.02
# A look at the machine while it rests; /proc/stat counts in ticks of 10 ms.
_LOOK_S = 1.0
# The clock follows the load within this time; the joules before that belong to no load.
_SETTLE_S = 0.5
# How long to wait for rest, in times of what is needed.
_PATIENCE = 6
# A machine at rest: its own housekeeping costs each CPU a little, and waking a core doubles the watts of a server.
_QUIET_CPUS = 0.10
_QUIET_SHARE = 0.002
_FULL_SHARE = 0.90
_HALF_SHARES = (0.30, 0.70)
_FADING = 0.05


class Work(Protocol):
    """Keeps the CPUs busy while its context is open: so many processes, each busy for `duty` (0 to 1) of the time."""

    def __call__(self, processes: int, duty: float) -> AbstractContextManager[None]: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What a calibration needs of the machine; tests put another in its place.

    `busy_s` is the CPU time of all processes since some fixed moment, `cpus` how many CPUs there are.
    """

    cpus: int
    busy_s: Callable[[], float]
    work: Work
    clock: Clock
    say: Callable[[str], None] = lambda _text: None
    root: Path = host.ROOT


@dataclass(frozen=True, slots=True)
class Look:
    """Some time with the meter: watts per domain, ``None`` if they cannot be known, and how busy the machine was."""

    elapsed_s: float
    utilisation: float
    watts: tuple[float, ...] | None


class Job(NamedTuple):
    """So many processes, each busy for `duty` (0 to 1) of the time."""

    name: str
    processes: int
    duty: float


class Chosen(NamedTuple):
    """The points that are kept, how far their curve was off at the check, and what was given up."""

    points: tuple[Point, ...]
    error: float | None
    notes: tuple[str, ...]


def calibrate_host(
    *,
    meter: str | None = None,
    idle_w: float | None = None,
    half_w: float | None = None,
    full_w: float | None = None,
    seconds: float = SECONDS,
) -> tuple[Calibration, Path]:
    """Calibrate this host with a meter that measures, or with watts given by hand; returns it and its file.

    Takes about four times `seconds` with a meter. Raises `GreenprofError` (exit code 2) without either,
    for watts that cannot be, and while the machine is busy with other work.
    """
    if idle_w is None and half_w is None and full_w is None:
        calibration = _with_meter(meter, seconds)
    elif meter is not None:
        raise GreenprofError("give either a meter to calibrate with or watts by hand, not both", EXIT_USAGE)
    elif idle_w is None or full_w is None:
        missing = "--idle-w" if idle_w is None else "--full-w"
        raise GreenprofError(f"watts given by hand need {missing} too: --idle-w 8 --full-w 31", EXIT_USAGE)
    else:
        calibration = by_hand(idle_w, full_w, half_w)
    return calibration, store(calibration)


def calibrate(meter: Meter, bench: Bench, seconds: float = SECONDS) -> Calibration:
    """Measure idle, half and full load for `seconds` each, and check the curve at a quarter.

    Where the curve through all three is off by more than the error band that is printed with it, or half
    load was none, it is made from idle and full load; if that is off too, only idle is kept. The notes say so.
    Raises `GreenprofError` if the machine does not come to rest or the meter fails.
    """
    _check(meter, seconds)
    idle = _rest(meter, bench, seconds)
    half = _loaded(meter, bench, seconds, _half(bench.cpus))
    full = _loaded(meter, bench, seconds, Job("full", bench.cpus, 1.0))
    quarter = _loaded(meter, bench, seconds, Job("a quarter, to check", bench.cpus, 0.25))
    chosen = choose(idle, _mean(half), _mean(full), _mean(quarter))
    return made_here(
        source=meter.name,
        scope=meter.scope,
        domains=meter.domains,
        points=chosen.points,
        error=chosen.error,
        notes=(*_fading(full), *chosen.notes, *_held_back(chosen, bench)),
        root=bench.root,
    )


def choose(idle: Point, half: Point, full: Point, check: Point) -> Chosen:
    """Pure: the points whose curve holds at `check`, and what was given up on the way."""
    if full.utilisation < _FULL_SHARE:
        return Chosen(
            (idle,), None, (f"only idle is kept: the machine could be loaded to {full.utilisation:.0%} only",)
        )
    notes = []
    choices: list[tuple[Point, ...]] = [(idle, half, full), (idle, full)]
    if not _HALF_SHARES[0] <= half.utilisation <= _HALF_SHARES[1]:
        notes.append(f"half load is left out: the machine was {half.utilisation:.0%} busy instead")
        del choices[0]
    for points in choices:
        predicted_w = fit(point.load for point in points).power_w(check.utilisation)
        error = abs(check.load.watts - predicted_w) / predicted_w if predicted_w > 0 else math.inf
        if error <= CALIBRATED_UNCERTAINTY[len(points)]:
            return Chosen(points, error, tuple(notes))
        off = f"{predicted_w:.1f} W instead of {check.load.watts:.1f} W at {check.utilisation:.0%}"
        notes.append(f"the curve through {len(points)} loads is not used: it gives {off}")
    return Chosen((idle,), None, (*notes, "only idle is kept"))


def render(format_: str, calibration: Calibration, path: Path) -> str:
    """What was learnt and where it is kept, as ``text`` or ``json``; raises `GreenprofError` for any other format."""
    if format_ == "json":
        return json.dumps({**asdict(calibration), "path": str(path)}, indent=2) + "\n"
    if format_ != "text":
        raise GreenprofError(f"unknown format {format_!r} (formats: {', '.join(FORMATS)})", EXIT_USAGE)
    from greenprof.reporters._kept_words import told

    is_by_hand = calibration.source == BY_HAND
    made_with = _("watts given by hand") if is_by_hand else _("the meter {name}", name=calibration.source)
    lines = [
        _("Calibrated {cpu} with {what}", cpu=calibration.cpu, what=made_with),
        "  " + _("covers {what}", what=told(calibration.scope)),
    ]
    for point in calibration.points:
        busy = _("{share} busy", share=decimal(f"{point.utilisation:4.0%}"))
        lines.append(f"  {busy}  {decimal(f'{point.load.watts:8.2f}')} W")
    if calibration.error is not None:
        share = decimal(f"{calibration.error:.0%}")
        lines.append("  " + _("off by {share} at a load that it was not made from", share=share))
    lines += ["  " + _("note: {note}", note=told(note)) for note in calibration.notes]
    return "\n".join([*lines, _("Kept in {path}", path=path)]) + "\n"


def this_machine(say: Callable[[str], None]) -> Bench:
    """The bench of the machine that we run on; raises `GreenprofError` where it does not tell its CPU time."""
    import psutil

    from greenprof.burner import burning
    from greenprof.meters.estimate import busy_and_stolen

    def busy_s() -> float:
        return busy_and_stolen(psutil.cpu_times())[0]

    try:
        busy_s()
    except (OSError, RuntimeError) as failure:
        raise GreenprofError(f"the system does not tell how busy its processors are ({failure})", EXIT_USAGE) from None
    return Bench(cpus=psutil.cpu_count() or 1, busy_s=busy_s, work=burning, clock=SystemClock(), say=say)


def _with_meter(spec: str | None, seconds: float) -> Calibration:
    with _measuring(open_meter(spec)) as meter:
        return calibrate(meter, this_machine(_progress()), seconds)


@contextmanager
def _measuring(opened: OpenedMeter) -> Iterator[Meter]:
    """The meter, closed at the end; raises `GreenprofError` for one that does not measure."""
    try:
        if opened.meter.estimated:
            refused = "; ".join(f"{each.name}: {each.reason}" for each in opened.refused[:1])
            why = f" ({refused}; greenprof doctor says more)" if refused else ""
            cure = "read the watts from a plug and give them: greenprof calibrate --idle-w 8 --full-w 31"
            raise GreenprofError(f"the meter {opened.meter.name} only estimates{why}: {cure}", EXIT_USAGE)
        yield opened.meter
    finally:
        opened.meter.close()


def _progress() -> Callable[[str], None]:
    if not sys.stderr.isatty():
        return lambda _text: None
    return lambda text: print(f"greenprof: {text}", file=sys.stderr, flush=True)


def _check(meter: Meter, seconds: float) -> None:
    lag_s = resolution_s(meter)
    if not seconds >= SHORTEST_S:
        raise GreenprofError(f"{seconds:g} seconds are too few: give at least {SHORTEST_S:g}", EXIT_USAGE)
    if lag_s > _LAG_SHARE * seconds:
        needed = f"give at least {lag_s / _LAG_SHARE:.0f}"
        raise GreenprofError(
            f"the meter {meter.name} is too coarse for {seconds:g} seconds a load: {needed}", EXIT_USAGE
        )


def _half(cpus: int) -> Job:
    return Job("half", cpus // 2, 1.0) if cpus > 1 else Job("half", 1, 0.5)


def _held_back(chosen: Chosen, bench: Bench) -> tuple[str, ...]:
    """Why the machine may not have been loaded fully."""
    limit = host.cpu_limit(bench.root)
    if len(chosen.points) > 1 or limit is None or limit >= bench.cpus:
        return ()
    return (f"a control group holds this process to {limit:g} of {bench.cpus} CPUs",)


def _rest(meter: Meter, bench: Bench, seconds: float) -> Point:
    """What the machine draws while nothing else runs; waits for that."""
    quiet_share = _QUIET_SHARE + _QUIET_CPUS / bench.cpus
    quiet: list[Look] = []
    busiest = 0.0
    deadline_ns = bench.clock.monotonic_ns() + round(_PATIENCE * seconds * 1e9)
    bench.say(f"idle: {seconds:.0f} s, please leave the machine alone")
    for look in _looks(meter, bench):
        if look.watts is not None and look.utilisation <= quiet_share:
            quiet.append(look)
        busiest = max(busiest, look.utilisation)
        if sum(each.elapsed_s for each in quiet) >= seconds:
            return _mean(quiet)
        if bench.clock.monotonic_ns() >= deadline_ns:
            break
    if busiest <= quiet_share:
        raise GreenprofError(f"the meter {meter.name} could not be read: greenprof doctor says more", EXIT_USAGE)
    busy = f"the machine was up to {busiest:.0%} busy with other work (at most {quiet_share:.1%} will do)"
    cure = "end that work (top shows it), or read the watts from a plug and give them with --idle-w and --full-w"
    raise GreenprofError(f"idle watts cannot be learnt, {busy}: {cure}", EXIT_USAGE)


def _loaded(meter: Meter, bench: Bench, seconds: float, job: Job) -> list[Look]:
    """Looks at the machine while it does the job."""
    bench.say(f"load: {job.name}, {seconds:.0f} s")
    looks: list[Look] = []
    with bench.work(job.processes, job.duty):
        bench.clock.sleep(_SETTLE_S)
        for look in _looks(meter, bench):
            looks.append(look)
            if sum(each.elapsed_s for each in looks) >= seconds:
                break
    if not any(look.watts for look in looks):
        raise GreenprofError(f"the meter {meter.name} could not be read: greenprof doctor says more", EXIT_USAGE)
    return [look for look in looks if look.watts is not None]


def _looks(meter: Meter, bench: Bench) -> Iterator[Look]:
    """One look after the other, without end."""
    before, before_busy_s = meter.read(), bench.busy_s()
    while True:
        bench.clock.sleep(_LOOK_S)
        after, after_busy_s = meter.read(), bench.busy_s()
        elapsed_s = (after.at_ns - before.at_ns) / 1e9
        busy = (after_busy_s - before_busy_s) / (elapsed_s * bench.cpus) if elapsed_s > 0 else 0.0
        yield Look(elapsed_s, min(1.0, max(0.0, busy)), _watts(before, after))
        before, before_busy_s = after, after_busy_s


def _watts(before: Reading, after: Reading) -> tuple[float, ...] | None:
    joules, elapsed_s = after.since(before), (after.at_ns - before.at_ns) / 1e9
    known = [each for each in joules if each is not None]
    if len(known) < len(joules) or after.invalid_s > before.invalid_s or elapsed_s <= 0:
        return None
    return tuple(each / elapsed_s for each in known)


def _mean(looks: Sequence[Look]) -> Point:
    """All looks together, each weighed by its time."""
    elapsed_s = sum(look.elapsed_s for look in looks)
    watts = zip(*([each * look.elapsed_s for each in look.watts or ()] for look in looks), strict=True)
    return Point(
        utilisation=sum(look.utilisation * look.elapsed_s for look in looks) / elapsed_s,
        watts=tuple(sum(domain) / elapsed_s for domain in watts),
    )


def _fading(looks: Sequence[Look]) -> list[str]:
    """A note if the watts at full load fell meanwhile: short loads then draw more than long ones."""
    third = len(looks) // 3
    if not third:
        return []
    first_w, last_w = (_mean(part).load.watts for part in (looks[:third], looks[-third:]))
    if last_w >= first_w * (1 - _FADING):
        return []
    elapsed_s = sum(look.elapsed_s for look in looks)
    cause = "its budget for short bursts, or heat; for long runs give more --seconds"
    return [f"at full load the watts fell from {first_w:.1f} to {last_w:.1f} within {elapsed_s:.0f} s ({cause})"]
