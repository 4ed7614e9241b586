"""The values of a suite: what its file asks for, and what came of it. Units are in the names; ``None`` is unknown."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from greenprof.model import Host, MeterInfo
from greenprof.versus.nouns import Figure, Run

Stage = Literal["tools", "build", "run", "output"]
Ended = Literal["complete", "time", "stopped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A tool that must be there: ``command`` is looked for on PATH, ``version`` is run for the first line it prints."""

    written: str
    command: str
    version: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a run is to print: the text itself, or its SHA-256."""

    text: str | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """One size of a task: what stands for ``{arguments}``, what comes in, and what is to come out (None: as the
    baseline).
    """

    name: str
    arguments: tuple[str, ...] = ()
    stdin: Path | None = None
    expected: Expected | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Implementation:
    """One way to do a task. ``build`` and ``run`` are commands as words, with ``{arguments}`` still in ``run``;
    ``command`` is the latter as it is written, without the paths of this machine.
    """

    name: str
    language: str
    needs: tuple[Need, ...]
    sources: tuple[Path, ...]
    build: tuple[tuple[str, ...], ...]
    run: tuple[str, ...]
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be done. ``tolerance`` is by how much a printed number may be off, relative; sizes, smallest first."""

    name: str
    about: str
    tolerance: float
    sizes: tuple[Size, ...]
    implementations: tuple[Implementation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """The whole file. ``size`` is the one to run where nobody names another."""

    name: str
    path: Path
    sha256: str
    baseline: str
    size: str
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked of a suite, `greenprof.versus.nouns.Asked` for several tasks.

    ``runs`` fixes how often each is run, else each goes on until its cost is known to ±``until``, between ``min_runs``
    and ``max_runs`` times. No round begins after ``max_s`` seconds. ``warmup`` runs are of the smallest size.
    """

    warmup: int = 1
    runs: int | None = None
    until: float = 0.03
    min_runs: int = 3
    max_runs: int = 20
    max_s: float = 900.0
    timeout_s: float | None = None
    meter: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A tool that was found: how it is asked for, and the line by which it names its version."""

    need: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What is not in the tables, and why: a tool is missing, it was not built, failed, or printed something else."""

    task: str
    implementation: str
    stage: Stage
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """Something over the baseline's, with its 95 % interval where there are runs enough for one."""

    value: float
    interval: tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One implementation of a task: its figures for one run, and the ratios to the baseline's.

    ``energy_j`` are the joules of the machine while it ran, ``above_idle_j`` without those at rest. ``watts`` is the
    first over time, ``cores`` CPU time over time. ``cost`` is the ratio of what is compared: joules, or CPU time.
    """

    implementation: str
    language: str
    command: str
    energy_j: Figure | None
    above_idle_j: Figure | None
    cpu_s: Figure
    wall_s: Figure
    cores: Figure
    watts: Figure | None
    max_rss_bytes: Figure | None
    cost: Ratio | None
    wall: Ratio | None
    memory: Ratio | None
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A task, its implementations from the cheapest to the dearest; ``checked`` says what their output was held to."""

    task: str
    about: str
    arguments: tuple[str, ...]
    checked: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mean:
    """The geometric mean of an implementation's ratios over the tasks that it and the baseline have.

    The intervals are those of measuring these tasks. ``least`` and ``most`` are the ratios of the single tasks that lie
    furthest apart, and ``of_tasks`` is the 95 % interval if the tasks were drawn by lot from many others.
    """

    implementation: str
    language: str
    tasks: tuple[str, ...]
    cost: Ratio
    wall: Ratio
    memory: Ratio | None
    least: float
    most: float
    of_tasks: tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What else the machine did: the processes that wanted to run, on average over a minute, at the ends."""

    before: float
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteOutcome:
    """All that came of a suite. ``quantity`` is what is compared: J (above idle, where that is known), or cpu-s."""

    suite: str
    sha256: str
    size: str
    started_at: str
    spent_s: float
    ended: Ended
    baseline: str
    quantity: Literal["J", "cpu-s"]
    meter: MeterInfo
    host: Host
    load: Load | None
    tools: tuple[Tool, ...]
    tables: tuple[Table, ...]
    means: tuple[Mean, ...]
    left: tuple[Left, ...]
    notes: tuple[str, ...] = ()
