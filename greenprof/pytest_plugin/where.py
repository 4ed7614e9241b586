"""Where the energy of a test that is over its budget went: the hottest lines, and the findings on them.

A call is repeated under the sampler after it was measured, and only if it is over its budget. What cannot be repeated,
a block or a whole test, is sampled while it runs, by a thread inside (`greenprof.target.greenprof_inside`), and its
lines stand for their loops. Files are linted when the measuring is over.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from greenprof.budgets import CPU_TIME, ENERGY, QUERIES, written
from greenprof.pytest_plugin import judging
from greenprof.pytest_plugin.result import Line

if TYPE_CHECKING:
    from greenprof.budgets import Budget
    from greenprof.model import Finding, Frame
    from greenprof.pytest_plugin.options import Options
    from greenprof.pytest_plugin.result import Series, TestEnergy
    from greenprof.pytest_plugin.statements import Sender

Stacks = list[tuple[tuple["Frame", ...], float]]

_LONGEST = 80  # of what stands for a whole process
_SHOWN = 3
_FINDINGS_SHOWN = 3
_SMALLEST = 0.01  # of the whole
_AGAIN_S = 0.5
_INTERVAL_S = 0.005
_OWN_FOLDER = str(Path(__file__).resolve().parents[1]) + os.sep
_BY_TIME = (ENERGY.name, CPU_TIME.name)
_FEW = "It was too short to see on which lines."


class Where:
    """Looks where the energy of one test goes, if it has a budget of energy or CPU time."""

    def __init__(self, budgets: Sequence[Budget], options: Options, root: Path) -> None:
        self._budgets, self._options, self._root = budgets, options, root
        self._is_about_time = any(budget.quantity.name in _BY_TIME for budget in budgets)
        self._inside: _Inside | None = None
        self._stacks: Stacks = []
        self._note = ""
        self.senders: Sequence[Sender] = ()

    def span_comes(self) -> None:
        """A span that cannot be repeated is about to be measured."""
        if not self._is_about_time:
            return
        if not sys.platform.startswith("linux"):
            self._note = "On which lines is seen on Linux only."
        else:
            self._inside = _Inside()

    def span_begins(self) -> None:
        """The meter has been read: what is sampled from now on is the test."""
        if self._inside is not None:
            self._inside.begin()

    def span_ends(self) -> None:
        """The work is over, and the meter is about to be read."""
        if self._inside is not None:
            self._inside.end()

    def measured(self, series: Series, again: Callable[[], object] | None) -> None:
        """A test was measured; `again` repeats what was."""
        if again is None or not self._is_about_time:
            return
        held = judging.hold(self._budgets, series, self._options.scope, self._options.estimated)
        if any(one.verdict == judging.OVER and one.quantity in _BY_TIME for one in held):
            self._stacks, self._note = _sampled_again(again)

    def lines(self, test: TestEnergy) -> tuple[tuple[Line, ...], str]:
        """The hottest lines, and what is to be said of them."""
        over = [held for held in test.budgets if held.verdict == judging.OVER]
        by_time = next((held for held in over if held.quantity in _BY_TIME), None)
        stacks, note = self._stacks, self._note
        if by_time is not None and self._inside is not None:
            stacks = self._inside.stacks()
        if by_time is not None and stacks:
            budget = next(one for one in self._budgets if one.quantity.name == by_time.quantity)
            used = by_time.measured or 0.0
            hottest = _hottest(stacks, lambda share: written(used * share, budget, 2))
            return _with_findings(hottest, self._root), note or ("" if hottest else _FEW)
        if any(held.quantity == QUERIES.name for held in over) and self.senders:
            return _with_findings([_sender_line(one) for one in self.senders[:_SHOWN]], self._root), ""
        return (), note or (_FEW if by_time is not None else "")


def _hottest(stacks: Stacks, said: Callable[[float], str]) -> list[Line]:
    """The lines of own code that most of the CPU time was spent on, libraries that they call included."""
    from greenprof.own_code import own_code

    kept = [(left, cpu_s) for frames, cpu_s in stacks if cpu_s > 0 and (left := _without_us(frames))]
    own = own_code(kept)
    used: dict[tuple[str, int], float] = {}
    functions: dict[tuple[str, int], str] = {}
    for frames, cpu_s in kept:
        frame = own.line_of(frames)
        key = frame.path, frame.line
        functions.setdefault(key, frame.function)
        used[key] = used.get(key, 0.0) + cpu_s
    total_s = sum(used.values())
    ranked = sorted(used.items(), key=lambda item: (-item[1], item[0]))[:_SHOWN]
    return [
        Line(
            path=path,
            line=line,
            function=functions[path, line],
            share=cpu_s / total_s,
            used=f"{said(cpu_s / total_s)}  {cpu_s / total_s:4.0%}",
        )
        for (path, line), cpu_s in ranked
        if cpu_s >= _SMALLEST * total_s
    ]


def _without_us(frames: tuple[Frame, ...]) -> tuple[Frame, ...]:
    """A stack without the frames of greenprof itself, which repeats the call."""
    return tuple(frame for frame in frames if not frame.path.startswith(_OWN_FOLDER))


def _sender_line(sender: Sender) -> Line:
    times = "1 query" if sender.count == 1 else f"{sender.count:,} queries"
    return Line(path=sender.path, line=sender.line, function=sender.function, share=sender.share, used=times)


def _with_findings(lines: Iterable[Line], root: Path) -> tuple[Line, ...]:
    """The lines with their source, and with what the linter finds on them."""
    from dataclasses import replace

    lines = list(lines)
    paths = sorted({line.path for line in lines if not line.path.startswith("<") and Path(line.path).is_file()})
    findings = lint(paths, root) if paths else ()
    sources = {path: Path(path).read_text(encoding="utf-8", errors="replace").splitlines() for path in paths}
    return tuple(
        replace(
            line,
            path=shown(line.path, root),
            source=_source(sources, line),
            findings=tuple(
                f"{one.rule}: {one.message}" + (" (low confidence)" if one.confidence == "low" else "")
                for one in findings
                if one.path == line.path and one.line <= line.line <= max(one.end_line or 0, one.line)
            )[:_FINDINGS_SHOWN],
        )
        for line in lines
    )


def _source(sources: Mapping[str, Sequence[str]], line: Line) -> str:
    text = sources.get(line.path, ())
    return text[line.line - 1].strip() if 0 < line.line <= len(text) else ""


def shown(path: str, root: Path) -> str:
    """A path as it reads from the project's root; a command that was not sampled, short enough for a line."""
    if path.startswith("<"):
        return path if len(path) <= _LONGEST else f"{path[: _LONGEST - 2]}…>"
    return os.path.relpath(path, root) if path.startswith(f"{root}{os.sep}") else path


def lint(paths: Sequence[str], root: Path) -> Sequence[Finding]:
    """What the linter finds in files, by the settings of the project, surest first.

    Of any confidence: it is asked for lines that a test has shown to be dear.
    """
    from dataclasses import replace

    from greenprof.config import load_config, rule_settings
    from greenprof.errors import GreenprofError
    from greenprof.grades import CONFIDENCES
    from greenprof.lint.files import FileChoice
    from greenprof.lint.paths import lint_selected
    from greenprof.lint.selection import Selection

    try:
        config = load_config(root)
        selection = replace(Selection(root=config.root, **rule_settings(config)), min_confidence="low")
        findings = lint_selected(paths, selection, FileChoice(root=config.root)).findings
        return sorted(findings, key=lambda one: CONFIDENCES.index(one.confidence))
    except GreenprofError:  # a rule of the project that cannot be had, say: `greenprof lint` tells of it
        return ()


def _sampled_again(again: Callable[[], object]) -> tuple[Stacks, str]:
    """The stacks of more calls, read from outside by a helper process; and why there are none."""
    from greenprof.errors import GreenprofError
    from greenprof.notebook.measure import Measurement

    try:
        with Measurement("estimate", _INTERVAL_S) as measurement:
            until_s = time.monotonic() + _AGAIN_S
            while True:
                again()
                if time.monotonic() >= until_s:
                    break
            recording = measurement.recording()
    except GreenprofError as error:
        return [], f"On which lines is not known: {error}."
    except Exception as error:
        return [], f"On which lines is not known: called once more, it failed ({type(error).__name__}: {error})."
    stacks = [tuple(recording.frames[place] for place in stack) for stack in recording.stacks]
    return [(stacks[sample.stack], sample.cpu_s) for sample in recording.samples], ""


class _Inside:
    """Stacks of this process, sampled by a thread of its own from `begin` to `end`."""

    def __init__(self) -> None:
        from greenprof.target.greenprof_inside import InsideSampler

        self._kind: Any = InsideSampler
        self._folder = tempfile.TemporaryDirectory(prefix="greenprof-")
        self._sampler: Any = None
        _watch_forks()

    def begin(self) -> None:
        """Start the thread; CPU time counts from here on."""
        self._sampler = _Forks.sampler = self._kind(self._folder.name, "", _INTERVAL_S)
        self._sampler.begin()

    def end(self) -> None:
        """Stop it; all that it saw is in the folder."""
        _Forks.sampler = None
        self._sampler.end()

    def stacks(self) -> Stacks:
        """What was seen, with the CPU time of each stack."""
        from greenprof.sampler.inside import InsideReader

        reader = InsideReader()
        for path in sorted(Path(self._folder.name).glob(f"{os.getpid()}-*.inside")):
            reader.take(path)
        seen = reader.flush(1.0)
        self._folder.cleanup()
        return [(one.frames, one.cpu_s) for samples in seen.values() for one in samples]


class _Forks:
    """A fork must not find a thread that samples: it pauses meanwhile, and stays behind in the child."""

    sampler: Any = None
    is_watching = False

    @classmethod
    def before(cls) -> None:
        if cls.sampler is not None:
            cls.sampler.pause()

    @classmethod
    def in_parent(cls) -> None:
        if cls.sampler is not None:
            cls.sampler.go_on()

    @classmethod
    def in_child(cls) -> None:
        cls.sampler = None


def _watch_forks() -> None:
    if not _Forks.is_watching and hasattr(os, "register_at_fork"):
        _Forks.is_watching = True
        os.register_at_fork(before=_Forks.before, after_in_parent=_Forks.in_parent, after_in_child=_Forks.in_child)
