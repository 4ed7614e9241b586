"""The values of a comparison of commands. Units are in the names; ``None`` is unknown."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from greenprof.model import Host, MeterInfo

Said = Literal["baseline", "dearer", "cheaper", "same", "inconclusive", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A command to run: ``argv`` is what is started, ``command`` what was written, values of parameters filled in and
    secrets masked.

    ``template`` is the place of the command among those given, ``written`` its name without values, ``base`` the place
    of the case that this one is set beside (its own for a baseline). ``setup``, ``prepare``, ``conclude`` and
    ``cleanup`` are started as ``argv`` is. ``cwd`` is the folder that it runs in, the current one where there is none,
    and ``stdin`` its input.
    """

    name: str
    command: str
    argv: tuple[str, ...]
    template: int
    written: str
    base: int
    parameters: tuple[tuple[str, str], ...] = ()
    setup: tuple[str, ...] | None = None
    prepare: tuple[str, ...] | None = None
    conclude: tuple[str, ...] | None = None
    cleanup: tuple[str, ...] | None = None
    cwd: Path | None = None
    stdin: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of a comparison.

    ``runs`` fixes how often each command is run; ``until`` is how well the mean is to be known (0.02 is ±2 %); with
    neither, runs go on until there is a verdict on each, between ``min_runs`` and ``max_runs``. No round begins
    after ``max_s`` seconds. ``scale`` names the parameter whose growth is to be told.
    """

    cases: tuple[Case, ...]
    warmup: int = 1
    runs: int | None = None
    until: float | None = None
    min_runs: int | None = None
    max_runs: int | None = None
    max_s: float = 300.0
    timeout_s: float | None = None
    ignore_failure: bool = False
    check_output: bool = False
    race: bool = False
    scale: str | None = None
    meter: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a command, in a round in which the others ran too.

    ``energy_j`` are the joules of the machine meanwhile, ``above_idle_j`` those above what it uses at rest. CPU time is
    that of the command and of all processes that it waited for; ``max_rss_bytes`` the peak of the largest of them,
    unknown where that is below greenprof's own (``rss_below_bytes``), which a child inherits.
    """

    round: int
    cpu_s: float
    wall_s: float
    energy_j: float | None
    above_idle_j: float | None
    max_rss_bytes: int | None
    rss_below_bytes: int
    exit_code: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """All runs of one case, and the joules of one run by their share of the CPU time that was used meanwhile."""

    runs: tuple[Run, ...]
    share_j: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A quantity over all runs: mean with its 95 % interval, median, least and most."""

    mean: float
    interval: tuple[float, float] | None
    median: float
    least: float
    most: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A command beside its baseline: the ratio of costs with its 95 % interval, and the verdict.

    ``why`` says why it is inconclusive or unknown. ``p_value`` is corrected for the number of commands.
    """

    said: Said
    ratio: float | None = None
    interval: tuple[float, float] | None = None
    p_value: float | None = None
    pairs: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What is said of one case. ``about_j`` is the estimate of joules of one run, where they are not measured."""

    case: Case
    runs: tuple[Run, ...]
    cpu_s: Figure
    wall_s: Figure
    above_idle_j: Figure | None
    energy_j: Figure | None
    about_j: float | None
    max_rss_bytes: int | None
    rss_below_bytes: int
    judged: Judged
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """How well one order of growth describes the costs: ``deviation`` is the typical relative one.

    ``share`` is the part of the cost of the largest size that grows.
    """

    order: str
    deviation: float
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """How the cost of a command grows with a size. ``order`` is None where it cannot be named, and ``why`` says why.

    ``fits`` are all orders that were tried, the best first; ``noise`` is how well the means are known, relative.
    """

    name: str
    parameter: str
    sizes: tuple[float, ...]
    costs: tuple[float, ...]
    order: str | None
    why: str
    fits: tuple[Fit, ...]
    noise: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """All that a comparison has found. ``quantity`` is what verdicts and growth are about: J (above idle), or cpu-s."""

    rows: tuple[Row, ...]
    quantity: Literal["J", "cpu-s"]
    meter: MeterInfo
    host: Host
    growths: tuple[Growth, ...] = ()
    notes: tuple[str, ...] = field(default=())
