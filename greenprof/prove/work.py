"""The trees at work: what is run in them, and what that says of a fix."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import chdir
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

from greenprof.config import Config
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.lint.fixing import FixError, with_fix
from greenprof.meters import open_meter
from greenprof.model import Finding, Report
from greenprof.prove.candidates import Found, again, behind, check_only, findings_in, found_by, keys_of
from greenprof.prove.nouns import (
    ANSWER_CHANGED,
    DOES_NOT_APPLY,
    INCONCLUSIVE,
    KEPT,
    NO_SAVING,
    TEST_BROKE,
    Asked,
    Candidate,
    Saving,
    Trial,
)  # fmt: skip
from greenprof.prove.own import own_candidates, patched
from greenprof.prove.patch import PatchError, patch_of, read_patch
from greenprof.prove.project import Project
from greenprof.prove.running import STOPPED, Answer, Place, Ran, differing, last_line, own_import_paths, silent, split
from greenprof.prove.saving import Scales, measure
from greenprof.prove.trees import Trees
from greenprof.wire import load_report

Say = Callable[[str], None]

_PATIENCE = 10  # times what a run took before any fix, and no less than these seconds
_LEAST_PATIENCE_S = 30.0
_VERDICTS = {"less": KEPT, "more": NO_SAVING, "same": NO_SAVING, "inconclusive": INCONCLUSIVE}


@dataclass(frozen=True, slots=True)
class _Before:
    """What the command gives, and how long it takes, before any fix."""

    answer: Answer
    seconds: float


class Work:
    """One proof's trees, and what runs in them."""

    def __init__(self, asked: Asked, config: Config, project: Project, trees: Trees, say: Say) -> None:
        self._say = say
        self._asked, self._config, self.project, self._trees = asked, config, project, trees
        self._here = project.root / asked.here
        self._imports = own_import_paths(project.root, self._here, asked.command)
        self._state = Place(project.root, trees.state, asked, self._imports)
        self._trial = Place(project.root, trees.trial, asked, self._imports)
        self._before: _Before | None = None
        self._doing = ""
        self._found_before: frozenset[str] = frozenset()
        self._meter = asked.meter or config.meter
        self.j_per_cpu_s: float | None = None

    def say(self, text: str) -> None:
        """Tell what is done now."""
        self._say(text)

    def begin(self, text: str) -> None:
        """Tell what is done now, of which further words tell more."""
        self._doing = text
        self._say(text)

    def check_before(self) -> None:
        """Raise GreenprofError where the command fails, gives another answer each time, or the tests fail already.

        First of all where what is asked for is not to be had: a rule, a patch, a report or a meter.
        """
        check_only(self._asked, self._config)
        for name in self._asked.own:
            read_patch(self._here / name)
        if self._asked.report is not None:
            load_report(self._here / self._asked.report)
        open_meter(self._meter).meter.close()
        self.say("running the command as it is, twice")
        first = self._state.run(self._asked.command, self._asked.timeout_s)
        self._check_run(first)
        answer = self._state.answer_of(first)
        for name in (name for name, part in answer.parts.items() if part is None):
            refuse(f"{name}: the command leaves no such file, as --answer says")
        second = self._trial.run(self._asked.command, self._asked.timeout_s)
        self._check_run(second)
        if (how := differing(answer, self._trial.answer_of(second))) is not None:
            refuse(
                f"the command does not give the same answer twice ({how}); let it, by a seed say, name a file that"
                " holds the answer with --answer, or leave the check out with --no-answer-check"
            )
        self._before = _Before(answer, max(first.seconds, second.seconds))
        for test in self._asked.tests:
            self.say(f"running the tests as they are: {test}")
            self._trees.state.tidy()
            ran = self._state.run(split(test), self._asked.timeout_s)
            if ran.code != 0:
                refuse(f"the tests fail before any fix ({test}: {_said_by_tests(ran)})")
        self._trees.state.tidy()
        self._trees.trial.tidy()

    def candidates(self) -> Found:
        """The fixes to try, dearest first: by a report, or by a run that is recorded now."""
        with self._state.entered():
            report = self._report()
            self.j_per_cpu_s = _j_per_cpu_s(report)
            findings = self._findings()
            found = found_by(report, findings, self._asked, self._trees.state.root, self._config.min_confidence)
            own = own_candidates(
                asked=self._asked,
                report=report,
                findings=findings,
                trees=self._trees,
                keys_then=self._keys_in_trial,
                here=self._here,
            )
        ranked = sorted((*own, *found.candidates), key=lambda one: -(one.energy_j or 0.0))
        most = self._asked.most
        left = found.left
        if most is not None and len(ranked) > most:
            left = (*left, f"{len(ranked) - most} cheaper than those of --max {most}")
        return Found(candidates=tuple(ranked[:most]), left=left)

    def trial_of(
        self, candidate: Candidate, gone: tuple[str, ...], kept: Mapping[str, bytes]
    ) -> tuple[Trial, dict[str, bytes]]:
        """What comes of a fix on top of those that are `kept`, and what is kept then."""
        try:
            changes = self._changes(candidate, gone, kept)
        except (FixError, PatchError, SyntaxError, ValueError, OSError) as error:
            return Trial(candidate=candidate, verdict=DOES_NOT_APPLY, detail=str(error)), dict(kept)
        patch = patch_of({**self.before(changes), **kept}, changes)
        trial = Trial(candidate=candidate, verdict=KEPT, patch=patch)
        self._trees.trial.become(changes)
        if (why := self._why_refused()) is not None:
            verdict, detail = why
            return replace(trial, verdict=verdict, detail=detail), dict(kept)
        try:
            saving = self._measured()
        except GreenprofError as error:
            return replace(trial, verdict=INCONCLUSIVE, detail=str(error)), dict(kept)
        verdict = _VERDICTS[saving.verdict]
        detail = "it costs more" if saving.verdict == "more" else saving.note or ""
        trial = replace(trial, verdict=verdict, saving=saving, detail=detail)
        if verdict != KEPT:
            return trial, dict(kept)
        self._trees.state.become(changes)
        return trial, changes

    def behind(self, kept: Candidate) -> list[Candidate]:
        """What is found only behind the fix that was kept just now."""
        if kept.patch is not None:
            return []
        with self._state.entered():
            return behind(kept, self._found_before, self._findings(), self._asked, self._trees.state.root)

    def together(self, kept: list[Trial], changes: Mapping[str, bytes]) -> Saving | None:
        """All that was kept against the state before; with one fix that is known already."""
        if len(kept) < 2:
            return kept[0].saving if kept else None
        self.begin("measuring all that is kept against the state before")
        self._trees.state.become({})
        self._trees.trial.become(changes)
        return self._measured()

    def before(self, changes: Mapping[str, bytes]) -> dict[str, bytes | None]:
        """The files that change as the project has them; None for new ones."""
        return {path: _content(self._trees.pristine / path) for path in changes}

    def _changes(self, candidate: Candidate, gone: tuple[str, ...], kept: Mapping[str, bytes]) -> dict[str, bytes]:
        """The files of the state with one fix more. Raises what `trial_of` takes for "does not apply"."""
        if candidate.patch is not None:
            return patched(candidate.patch, self._trees, self._asked, kept)
        with self._state.entered():
            findings = self._findings()
            self._found_before = frozenset(keys_of(findings, self._trees.state.root))
            finding = again(candidate, gone, findings, self._trees.state.root)
            if finding is None or not finding.edits:
                raise FixError("it is found no more: an earlier fix has mended it, or taken its place")
            path = finding.edit_path or finding.path
            data = with_fix(Path(path).read_bytes(), path, finding)
            below = os.path.relpath(os.path.realpath(path), os.path.realpath(self._trees.state.root))
        return {**kept, Path(below).as_posix(): data}

    def _why_refused(self) -> tuple[str, str] | None:
        """Why a fix is not even measured: its answer, or a test."""
        assert self._before is not None
        limit_s = min(self._asked.timeout_s, max(_LEAST_PATIENCE_S, _PATIENCE * self._before.seconds))
        ran = self._trial.run(self._asked.command, limit_s)
        if ran.code != 0:
            return ANSWER_CHANGED, ran.ended
        if (how := differing(self._before.answer, self._trial.answer_of(ran))) is not None:
            return ANSWER_CHANGED, how
        for test in self._asked.tests:
            self._trees.trial.tidy()
            ran = self._trial.run(split(test), self._asked.timeout_s)
            if ran.code:  # a test that fails by chance is no reason
                self._trees.trial.tidy()
                ran = self._trial.run(split(test), self._asked.timeout_s)
            if ran.code != 0:
                return TEST_BROKE, _said_by_tests(ran)
        return None

    def _measured(self) -> Saving:
        self._trees.state.tidy()
        self._trees.trial.tidy()
        scales = Scales(meter=self._meter, j_per_cpu_s=self.j_per_cpu_s)
        return measure(self._state, self._trial, self._asked, scales, lambda text: self.say(f"{self._doing}: {text}"))

    def _check_run(self, ran: Ran) -> None:
        if ran.code is None:
            refuse(f"the command {ran.ended}, before any fix; a longer one needs --timeout SECONDS")
        if ran.code:
            refuse(f"the command fails before any fix ({ran.ended})")

    def _findings(self) -> tuple[Finding, ...]:
        with chdir(self._state.folder):
            return findings_in(self._asked, self._config, self.project.root, self._trees.state.root)

    def _keys_in_trial(self) -> list[str]:
        with chdir(self._trial.folder):  # from which the paths of findings are
            root = self._trees.trial.root
            return keys_of(findings_in(self._asked, self._config, self.project.root, root), root)

    def _report(self) -> Report:
        if self._asked.report is not None:
            return self._moved(load_report(self._here / self._asked.report))
        from greenprof.pipeline import record_program, report_on

        self.say("recording a run, to try the dearest first")
        with silent():
            recordings = record_program(self._state.words(self._asked.command), meter=self._meter)
        if recordings[-1].run.exit_code in STOPPED:
            raise KeyboardInterrupt  # which the recording has passed on to the program
        report = report_on(recordings, self._config)
        self._trees.state.tidy()
        return report

    def _moved(self, report: Report) -> Report:
        """A report with the tree in place of the project in its absolute paths."""
        root, tree = f"{self.project.root}/", f"{self._trees.state.root}/"
        moved = (replace(one, path=one.path.replace(root, tree, 1)) for one in report.findings)
        return replace(report, findings=tuple(moved))


def _j_per_cpu_s(report: Report) -> float | None:
    """The program's joules for a second of its CPU time, as the run showed it."""
    joules = report.energy.process_j
    return joules / report.run.cpu_s if joules is not None and report.run.cpu_s > 0 else None


def _said_by_tests(ran: Ran) -> str:
    """The first test that failed, where pytest says it, else how the tests ended."""
    for line in ran.out.decode("utf-8", "replace").splitlines():
        if line.startswith(("FAILED ", "ERROR ")):
            return line[:200]
    said = last_line(ran.out) or last_line(ran.err)
    return ran.ended if ran.code is None or not said else f"exit code {ran.code}: {said}"


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def refuse(why: str) -> NoReturn:
    """End the proof: it was asked for what cannot be."""
    raise GreenprofError(why, EXIT_USAGE)
