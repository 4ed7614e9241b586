"""The board's nouns: frozen values, units in the names, `None` for what is unknown.

A `Challenge` is what is asked, a `Submission` what a team hands in, a `Result` what the judge says of it. A result
holds all that is needed to check it again: the seeds of the inputs, the digests of what was judged, the meter, the
host and every reading.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from greenprof.model import Finding, Host, MeterInfo

ACCEPTED: Final = "accepted"
BUILDING: Final = "building"
JUDGING: Final = "judging"
JUDGED: Final = "judged"
REJECTED: Final = "rejected"
State = Literal["accepted", "building", "judging", "judged", "rejected"]
"""Accepted is stored and waiting; judged has a score; rejected has a `Result.reason` and no score."""

JOULES: Final = "joules"
CPU_SECONDS: Final = "cpu_s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one run of a submission may use; the build may use `build_s` of wall time and the same of all else.

    `memory_bytes` is of the whole process tree, `disk_bytes` of its scratch folder, `output_bytes` of what it prints.
    """

    wall_s: float = 20.0
    cpu_s: float = 20.0
    build_s: float = 120.0
    memory_bytes: int = 1 << 30
    disk_bytes: int = 256 << 20
    output_bytes: int = 8 << 20
    processes: int = 64
    files: int = 256
    source_bytes: int = 2 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """When the judge has seen enough: `precision` is half the 95 % interval of the score, relative (0.02 is 2 %).

    Fewer than `least_pairs` say nothing about the spread; after `most_pairs`, or `most_s` of runs, the judge stops,
    however wide it is.
    """

    precision: float = 0.02
    least_pairs: int = 8
    most_pairs: int = 40
    most_s: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """How programs of a language are built and run; `{input}` and `{source}` in the words are replaced.

    `build` is a shell command line in the folder of the submission, empty where there is nothing to build.
    """

    name: str
    source: str
    run: str
    build: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """What is asked. `title` and `task` (Markdown) are by language code: en, nl. `folder` is where it is on this host.

    `digest` is of all files of the folder, so that two judges can tell whether they mean the same challenge.
    """

    name: str
    title: Mapping[str, str]
    task: Mapping[str, str]
    languages: tuple[Language, ...]
    input_name: str
    checker: str
    tolerance: float
    reference_language: str
    reference: str
    limits: Limits
    scoring: Scoring
    folder: Path
    digest: str

    def language(self, name: str) -> Language | None:
        """The language of this name, ``None`` if this challenge does not take it."""
        return next((each for each in self.languages if each.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What a team handed in: its files by path, which `archive.unpack` or `archive.single` has checked.

    `received_at` is a time of day in UTC (ISO 8601); `digest` is of language and files, see `digest_of`.
    """

    id: str
    team: str
    challenge: str
    language: str
    files: Mapping[str, bytes]
    digest: str
    received_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One run of one program. `total_j` is the machine's, `idle_j` what it would have used anyway.

    `joules` is the program's share of what is above idle; unknown where the meter could not be read. `cpu_s` is of the
    whole process tree without the sandbox's own (`sandbox_s`), `busy_s` of the whole machine. `answer` is the SHA-256
    of what it printed.
    """

    joules: float | None
    total_j: float | None
    idle_j: float | None
    cpu_s: float
    wall_s: float
    busy_s: float
    sandbox_s: float
    exit_code: int
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One repetition: the same fresh input, made from `seed`, given to the reference and to the submission."""

    seed: int
    reference_first: bool
    reference: Measured
    submission: Measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What the judge says of a submission.

    `score` is its joules relative to the reference's: 0.5 is half as much. `interval` is at 95 %. `quantity` is what
    was compared: joules, or CPU seconds where the meter only estimates. `log_score` and `log_error` (one standard
    error) and `pairs` are what decides ties, on the scale of natural logarithms. `reason` is one line for a rejected
    one, `log` the end of what build and run wrote.
    """

    submission: str
    challenge: str
    team: str
    language: str
    state: State
    reason: str | None = None
    score: float | None = None
    interval: tuple[float, float] | None = None
    quantity: str | None = None
    log_score: float | None = None
    log_error: float | None = None
    joules: float | None = None
    cpu_s: float | None = None
    precise: bool | None = None
    estimated: bool | None = None
    meter: MeterInfo | None = None
    host: Host | None = None
    readings: tuple[Pair, ...] = ()
    findings: tuple[Finding, ...] = ()
    log: str = ""
    notes: tuple[str, ...] = ()
    seed: int | None = None
    submission_digest: str | None = None
    challenge_digest: str | None = None
    greenprof: str | None = None
    judged_at: str | None = None

    @property
    def pairs(self) -> int:
        """How many repetitions the score rests on."""
        return len(self.readings)

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds of the inputs, in the order in which they were judged."""
        return tuple(pair.seed for pair in self.readings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A tie group: `results`, best first, none of which can be told from the first; `rank` counts from 1."""

    rank: int
    results: tuple[Result, ...] = field(default=())


def digest_of(language: str, files: Mapping[str, bytes]) -> str:
    """The SHA-256 of a submission: of its language, and of the paths and contents of its files in order."""
    whole = hashlib.sha256(language.encode())
    for path, content in sorted(files.items()):
        whole.update(f"\n{len(path.encode())} {path} {len(content)}\n".encode())
        whole.update(content)
    return whole.hexdigest()
