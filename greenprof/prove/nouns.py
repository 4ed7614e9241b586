"""The nouns of a proof: what is asked, what is tried, and what came of it. Frozen values that can be kept as JSON.

A path in them is relative to the project's root, with slashes, unless its name says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

KEPT = "kept"
NO_SAVING = "no saving"
INCONCLUSIVE = "inconclusive"
TEST_BROKE = "test broke"
ANSWER_CHANGED = "answer changed"
DOES_NOT_APPLY = "does not apply"
VERDICTS = (KEPT, NO_SAVING, INCONCLUSIVE, TEST_BROKE, ANSWER_CHANGED, DOES_NOT_APPLY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be proven, and how. ``paths`` and the files are as seen from ``here``, the folder it is asked in.

    ``here`` is relative to the project's root. ``answers`` are files that hold the answer; without them it is what the
    command prints. ``tests`` are commands as one types them. ``own`` are patches of the user's own.
    """

    here: str
    paths: tuple[str, ...]
    command: tuple[str, ...]
    tests: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    check_answer: bool = True
    confidence: float = 0.99
    timeout_s: float = 600.0
    meter: str | None = None
    report: str | None = None
    own: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    unsafe: bool = False
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A fix to try: what a rule offers for a finding, or for several by the same edits, or a patch of the user's own.

    ``key`` finds it again when lines have moved. ``path`` and ``line`` are those of the finding before any fix, as
    seen from where the command runs. ``energy_j`` is what its lines burned in the run that came first.
    """

    key: str
    rule: str | None
    path: str
    line: int | None
    message: str
    energy_j: float | None = None
    executions: int | None = None
    is_safe: bool | None = None
    patch: str | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """Two states measured side by side. ``unit`` is ``J`` where the meter measures, else ``s`` of CPU time.

    ``ratio`` is after over before, with its 95 % interval; ``confidence`` is how sure the verdict is. ``before_j`` and
    ``after_j`` are the joules of one run: measured, or about, as ``estimated`` says; None where nobody knows.
    ``verdict`` is ``less``, ``more``, ``same`` (too little to matter) or ``inconclusive``.
    """

    unit: str
    before: float
    after: float
    ratio: float
    low: float
    high: float
    verdict: str
    pairs: int
    confidence: float
    before_j: float | None = None
    after_j: float | None = None
    estimated: bool = True
    meter: str | None = None
    detectable: float | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What came of one candidate. ``detail`` says why, in words; ``patch`` is what it changes, where it applied."""

    candidate: Candidate
    verdict: str
    detail: str = ""
    saving: Saving | None = None
    patch: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """All that was tried, and what is kept of it: ``patch`` takes the project from before to after.

    ``together`` is everything that was kept, measured against the state before. ``left`` says in words what was not
    tried and why. ``contents`` are the files of the patch as they become, ``originals`` as they were.
    """

    asked: Asked
    trials: tuple[Trial, ...]
    patch: str
    together: Saving | None = None
    left: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    started_at: str = ""
    seconds: float = 0.0
    contents: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    originals: Mapping[str, bytes | None] = field(default_factory=dict, repr=False)

    @property
    def kept(self) -> tuple[Trial, ...]:
        """The fixes that are in the patch."""
        return tuple(one for one in self.trials if one.verdict == KEPT)
