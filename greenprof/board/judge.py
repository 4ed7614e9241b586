"""The judge: build, is it right, what does it use beside the reference.

    Judge(challenge, meter, sandbox)     the reference is built, and what a sandbox takes itself is measured
      .judge(submission) -> Result
         built                           in the sandbox; what it leaves is read as an archive is
         public samples                  right before anything is measured
         pairs                           a fresh input each time, for the reference and the submission, in random order;
                                         every answer and every exit code has to be right, in what is measured
         score_of                        pure

All that is measured is read outside of the submission's processes, and nothing that it could write to lies on the way.
"""

from __future__ import annotations

import random
import secrets
import shlex
import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from greenprof import __version__
from greenprof.board import answers
from greenprof.board.archive import Refused, from_tar
from greenprof.board.challenge import (
    EXACT,
    PROGRAM,
    make_input,
    run_checker,
    sample_answer,
    sample_seeds,
    solution,
)  # fmt: skip
from greenprof.board.contained import Outcome
from greenprof.board.hints import findings_of, with_joules
from greenprof.board.host_lock import measuring_alone
from greenprof.board.measure import Metered, metered
from greenprof.board.model import (
    BUILDING,
    CPU_SECONDS,
    JOULES,
    JUDGED,
    JUDGING,
    REJECTED,
    Challenge,
    Language,
    Pair,
    Result,
    Submission,
)  # fmt: skip
from greenprof.board.sandbox import Place, Sandbox, put_files
from greenprof.board.score import enough, score_of
from greenprof.board.tree_cpu import MACHINE
from greenprof.errors import GreenprofError
from greenprof.host import describe_host
from greenprof.meters import Meter, info
from greenprof.model import Finding

_LOG_CHARACTERS = 4000
_TRIES_OF_NOTHING = 5  # runs of a program that does nothing, to know the sandbox's own share
_MOST_BUILT_FILES = 2000
_SEED_BITS = 48
_NO_IDLE = (
    "the power of the idle machine is not known here (greenprof calibrate), so waiting counts as work and the "
    "differences are smaller than they would be"
)
_UNSAFE = "judged without a sandbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What the judge is doing: `state`, how many `pairs` so far, and half the score's interval, relative."""

    state: str
    pairs: int = 0
    score: float | None = None
    half_width: float | None = None
    waiting: bool = False


Told = Callable[[Progress], None]


def judge(
    challenge: Challenge, submission: Submission, *, meter: Meter, sandbox: Sandbox, seed: int | None = None,
    told: Told = lambda _: None, lock: Path | None = None, lint: bool = True,
) -> Result:  # fmt: skip
    """Judge one submission; `Judge` keeps what several have in common.

    With the `seed` of an earlier result its inputs are made again. Raises `GreenprofError` for what is wrong with the
    challenge or this host; what is wrong with the submission is in the result.
    """
    with Judge(challenge, meter=meter, sandbox=sandbox, lock=lock) as one:
        return one.judge(submission, seed=seed, told=told, lint=lint)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Built:
    """A program that can be run: its folder on this host, and how."""

    folder: Path
    language: Language


class _Rejected(Exception):
    """The submission is not right, and why, in one line."""


class Judge:
    """Judges submissions of one challenge on this host, one after the other; a context manager.

    `lock` is the file that keeps others from measuring at the same time. Raises `GreenprofError` if the reference
    cannot be built.
    """

    def __init__(self, challenge: Challenge, *, meter: Meter, sandbox: Sandbox, lock: Path | None = None) -> None:
        self._challenge, self._meter, self._sandbox, self._lock = challenge, meter, sandbox, lock
        self._host = describe_host()
        self._quantity = CPU_SECONDS if meter.estimated else JOULES
        self._closing = ExitStack()
        self._root = self._folder(self._closing)
        self._log: list[str] = []
        own = solution(challenge, challenge.reference_language, challenge.folder / challenge.reference)
        try:
            self._reference = self._built(own, self._root / "reference")
        except _Rejected as wrong:
            self.close()
            raise GreenprofError(f"{challenge.folder}: the reference: {wrong}") from None

    def __enter__(self) -> Judge:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Remove what was built."""
        self._closing.close()

    def judge(
        self, submission: Submission, *, seed: int | None = None, told: Told = lambda _: None, lint: bool = True
    ) -> Result:
        """Judge `submission`; never raises for what it does."""
        self._log = []
        seed = secrets.randbits(_SEED_BITS) if seed is None else seed
        result = self._blank(submission, seed)
        pairs: list[Pair] = []
        with ExitStack() as closing:
            folder = self._folder(closing)
            try:
                put_files(submission.files, folder / "source")
                waiting = lambda: told(Progress(state=BUILDING, waiting=True))  # noqa: E731
                # A build is alone as well: it could burn to harm the one that is measured meanwhile.
                with measuring_alone(self._lock, waiting):
                    told(Progress(state=BUILDING))
                    if lint:
                        findings, why_not = findings_of(submission.files, folder / "source", self._sandbox)
                        said = (why_not,) if why_not else ()
                        result = replace(result, findings=findings, notes=(*result.notes, *said))
                    built = self._built(submission, folder / "built")
                    self._samples(built, folder)
                    if result.findings:
                        result = replace(result, findings=self._with_joules(result.findings, built, folder))
                    told(Progress(state=JUDGING))
                    for pair in self._pairs(built, folder, random.Random(seed)):
                        pairs.append(pair)
                        told(self._so_far(pairs))
            except _Rejected as wrong:
                result = replace(result, state=REJECTED, reason=str(wrong), readings=tuple(pairs))
            else:
                result = self._scored(result, pairs)
        return replace(
            result,
            log="\n".join(self._log)[-_LOG_CHARACTERS:],
            meter=info(self._meter),
            judged_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )

    def check_reference(self) -> list[str]:
        """What the public samples show to be wrong with the challenge itself: one line each."""
        wrong = []
        with ExitStack() as closing:
            folder = self._folder(closing)
            for seed in sample_seeds(self._challenge.folder):
                try:
                    self._sample(self._reference, folder, seed)
                except _Rejected as failure:
                    wrong.append(f"the reference: {failure}")
        return wrong

    def _blank(self, submission: Submission, seed: int) -> Result:
        return Result(
            submission=submission.id, challenge=self._challenge.name, team=submission.team,
            language=submission.language, state=JUDGED, quantity=self._quantity, estimated=self._meter.estimated,
            host=self._host, notes=() if self._sandbox.safe else (_UNSAFE,), seed=seed,
            submission_digest=submission.digest, challenge_digest=self._challenge.digest, greenprof=__version__,
        )  # fmt: skip

    def _so_far(self, pairs: Sequence[Pair]) -> Progress:
        seen = score_of(pairs, self._quantity)
        if seen is None:
            return Progress(state=JUDGING, pairs=len(pairs))
        return Progress(state=JUDGING, pairs=len(pairs), score=seen.score, half_width=seen.half_width)

    def _scored(self, result: Result, pairs: Sequence[Pair]) -> Result:
        score = score_of(pairs, self._quantity, self._challenge.scoring.precision)
        if score is None:
            raise GreenprofError(f"the meter {self._meter.name} could not be read while judging; see: greenprof doctor")
        notes = list(result.notes)
        if self._quantity == JOULES and self._meter.idle_w is None:
            notes.append(_NO_IDLE)
        precise = score.half_width <= self._challenge.scoring.precision
        return replace(
            result, score=score.score, interval=score.interval, log_score=score.log_score, log_error=score.log_error,
            precise=precise, readings=tuple(pairs), notes=(*notes, *self._clock_note),
            joules=_median(pair.submission.joules for pair in pairs),
            cpu_s=_median(pair.submission.cpu_s for pair in pairs),
        )  # fmt: skip

    def _with_joules(self, findings: Sequence[Finding], program: _Built, folder: Path) -> tuple[Finding, ...]:
        words = self._words(program)
        if words[0] not in ("python", "python3"):
            return tuple(findings)
        with self._given(sample_seeds(self._challenge.folder)[0], folder) as given:
            return with_joules(findings, words, self._places(program, given), self._sandbox)

    # Building.

    def _built(self, submission: Submission, folder: Path) -> _Built:
        language = self._challenge.language(submission.language)
        if language is None:
            raise _Rejected(f"this challenge does not take {submission.language!r}")
        if language.source not in submission.files:
            raise _Rejected(f"there is no {language.source}")
        files = dict(submission.files)
        if language.build:
            files = self._build(language, submission, folder.with_name(f"{folder.name}-source"))
        put_files(files, folder)
        return _Built(folder=folder, language=language)

    def _build(self, language: Language, submission: Submission, source: Path) -> dict[str, bytes]:
        """What the build leaves. It comes out as a tar over standard output: nothing of this host is writable there."""
        put_files(submission.files, source)
        script = 'cp -r "$1/." "$2" && cd "$2" && chmod -R u+w . && ( eval "$3" ) >&2 </dev/null && tar -cf - .'
        limits = self._challenge.limits
        outcome = self._sandbox.run(
            ["sh", "-c", script, "sh", "/source", "/build", language.build],
            replace(limits, cpu_s=limits.build_s, memory_bytes=max(limits.memory_bytes, 1 << 30)),
            [Place(inside="/source", outside=source)],
            writable=["/build"],
            wall_s=limits.build_s,
            output_bytes=limits.disk_bytes,
        )
        self._note("build", outcome)
        if outcome.killed:
            raise _Rejected(f"the build {outcome.killed}")
        if outcome.exit_code:
            raise _Rejected(f"the build fails with exit code {outcome.exit_code}: {_last_line(outcome)}")
        try:
            return from_tar(outcome.output, limits.disk_bytes, _MOST_BUILT_FILES)
        except Refused as wrong:
            raise _Rejected(f"what the build leaves: {wrong}") from None

    # Running.

    def _run(self, program: _Built, given: Path) -> Outcome:
        places = self._places(program, given)
        return self._sandbox.run(self._words(program), self._challenge.limits, places, folder="/contest")

    def _words(self, program: _Built) -> list[str]:
        known = {"{input}": f"/input/{self._challenge.input_name}", "{source}": program.language.source}
        words = shlex.split(program.language.run)
        for name, value in known.items():
            words = [word.replace(name, value) for word in words]
        return words

    @staticmethod
    def _places(program: _Built, given: Path) -> list[Place]:
        return [Place(inside="/contest", outside=program.folder), Place(inside="/input", outside=given)]

    def _samples(self, program: _Built, folder: Path) -> None:
        for seed in sample_seeds(self._challenge.folder):
            self._sample(program, folder, seed)

    def _sample(self, program: _Built, folder: Path, seed: int) -> None:
        with self._given(seed, folder) as given:
            outcome = self._run(program, given)
            self._note(f"sample {seed}", outcome)
            self._check(f"sample {seed}", outcome, sample_answer(self._challenge, seed), given)

    def _pairs(self, program: _Built, folder: Path, draw: random.Random) -> Iterator[Pair]:
        sandbox_s = self._sandbox_s(program, folder)
        taken: list[Pair] = []
        while not enough(taken, self._quantity, self._challenge.scoring):
            seed, reference_first = draw.getrandbits(31), bool(draw.getrandbits(1))
            with self._given(seed, folder) as given:
                pair = self._pair(program, given, sandbox_s, seed=seed, reference_first=reference_first)
            taken.append(pair)
            yield pair

    def _pair(self, program: _Built, given: Path, sandbox_s: float, *, seed: int, reference_first: bool) -> Pair:
        order = (self._reference, program) if reference_first else (program, self._reference)
        runs: dict[bool, Metered] = {}
        for each in order:
            measured = metered(lambda each=each: self._run(each, given), self._meter, sandbox_s)  # type: ignore[misc]
            runs[each is self._reference] = measured
        ours, theirs = runs[True], runs[False]
        where = f"the input of seed {seed}"
        if ours.outcome.killed or ours.outcome.exit_code:
            why = ours.outcome.killed or f"exit code {ours.outcome.exit_code}: {_last_line(ours.outcome)}"
            raise GreenprofError(f"{self._challenge.folder}: the reference fails on {where}: {why}")
        self._check(where, theirs.outcome, ours.outcome.output, given)
        self._clock_note = (f"CPU time is the {ours.outcome.cpu_source}",) if ours.outcome.cpu_source == MACHINE else ()
        return Pair(seed=seed, reference_first=reference_first, reference=ours.measured, submission=theirs.measured)

    _clock_note: tuple[str, ...] = ()

    def _sandbox_s(self, program: _Built, folder: Path) -> float:
        """CPU time of a sandbox around a program that does nothing: the middle of a few."""
        nothing = replace(program, language=replace(program.language, run="true {input}"))
        return statistics.median(self._run(nothing, folder).cpu_s for _ in range(_TRIES_OF_NOTHING))

    def _check(self, where: str, outcome: Outcome, expected: bytes, given: Path) -> None:
        """Raises `_Rejected` unless a run ended well with the right answer."""
        if outcome.killed:
            raise _Rejected(f"on {where} it {outcome.killed}")
        if outcome.exit_code:
            raise _Rejected(f"on {where} it ends with exit code {outcome.exit_code}: {_last_line(outcome)}")
        wrong = self._wrong(outcome.output, expected, given)
        if wrong:
            raise _Rejected(f"on {where} its answer is wrong: {wrong}")

    def _wrong(self, answer: bytes, expected: bytes, given: Path) -> str | None:
        if self._challenge.checker == EXACT:
            return answers.exact(expected, answer)
        if self._challenge.checker != PROGRAM:
            return answers.tolerant(expected, answer, self._challenge.tolerance)
        with tempfile.TemporaryDirectory(prefix="greenprof-answer-") as own:
            paths = Path(own) / "expected", Path(own) / "answer"
            for path, content in zip(paths, (expected, answer), strict=True):
                path.write_bytes(content)
            return run_checker(self._challenge, given / self._challenge.input_name, *paths)

    # Folders.

    def _folder(self, closing: ExitStack) -> Path:
        """A folder that goes when `closing` does; those who do not know its name cannot find it."""
        path = Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="greenprof-judge-")))
        path.chmod(0o711)
        inner = path / secrets.token_hex(8)
        inner.mkdir(mode=0o711)
        return inner

    @contextmanager
    def _given(self, seed: int, folder: Path) -> Iterator[Path]:
        """The input of a seed, gone afterwards."""
        with tempfile.TemporaryDirectory(dir=folder, prefix="input-") as own:
            Path(own).chmod(0o755)
            make_input(self._challenge, seed, Path(own))
            yield Path(own)

    def _note(self, what: str, outcome: Outcome) -> None:
        words = outcome.errors.decode(errors="replace").strip()
        if words:
            self._log.append(f"[{what}]\n{words}")


def _median(values: Iterator[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None


def _last_line(outcome: Outcome) -> str:
    lines = outcome.errors.decode(errors="replace").strip().splitlines()
    return "".join(each if each.isprintable() else " " for each in lines[-1][:200]) if lines else "it says nothing"
