"""What a proof says, in words and rounded numbers."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from greenprof.prove.nouns import DOES_NOT_APPLY, KEPT, VERDICTS, Proof, Saving, Trial
from greenprof.reporters import _numbers as numbers
from greenprof.reporters._numbers import Precision


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A trial as a line of the table. What was not measured is empty."""

    verdict: str
    before: str
    after: str
    saves: str
    fix: str
    place: str
    detail: str


def row(trial: Trial) -> Row:
    """One trial."""
    one, saving = trial.candidate, trial.saving
    return Row(
        verdict=trial.verdict,
        before=amount(saving, after=False) if saving else "",
        after=amount(saving, after=True) if saving else "",
        saves=saves(saving) if saving else "",
        fix=one.rule if one.rule and one.patch is None else f"{one.rule} ({one.message})" if one.rule else one.message,
        place=one.path if one.line is None else f"{one.path}:{one.line}",
        detail=_detail(trial),
    )


def amount(saving: Saving, *, after: bool) -> str:
    """``41.3 J`` where joules were measured, else ``1.92 s (about 21 J)``."""
    value, joules = (saving.after, saving.after_j) if after else (saving.before, saving.before_j)
    if saving.unit == "J":
        return numbers.energy(value, Precision(digits=3, about=saving.estimated))
    seconds = _seconds(value)
    return seconds if joules is None else f"{seconds} ({numbers.energy(joules, Precision(digits=2, about=True))})"


def saves(saving: Saving) -> str:
    """``71 % (68 to 73 %)``: of what it was before, with the interval."""
    low, high = _percent(1 - saving.high), _percent(1 - saving.low)
    return f"{_percent(1 - saving.ratio)} % ({low} to {high} %)"


def headline(proof: Proof) -> str:
    """One sentence: how many are kept, and what they save together."""
    tried, kept = len(proof.trials), len(proof.kept)
    fixes = f"{tried} fix{'es' * (tried != 1)}"
    if not tried:
        return "No fix was tried."
    if not kept:
        return f"None of {fixes} is kept."
    said = f"{kept} of {fixes} {'is' if kept == 1 else 'are'} kept"
    saving = proof.together
    if saving is None:
        return f"{said}."
    how = "the joules" if saving.unit == "J" else "the CPU time"
    change = f"{amount(saving, after=False)} before, {amount(saving, after=True)} after"
    if saving.verdict != "less":
        return f"{said}; together their saving could not be told from chance: {change}."
    return f"{said}: together {'it saves' if kept == 1 else 'they save'} {saves(saving)} of {how}: {change}."


def counted(proof: Proof) -> str:
    """``1 kept, 2 no saving``."""
    return ", ".join(
        f"{number} {verdict}" for verdict in VERDICTS if (number := sum(one.verdict == verdict for one in proof.trials))
    )


def checks(proof: Proof) -> str:
    """What each fix that is kept was held to."""
    asked = proof.asked
    held = [f"the tests ({', '.join(asked.tests)}) pass"] if asked.tests else []
    if asked.check_answer:
        held.append(f"{' and '.join(asked.answers) or 'what the command prints'} stays the same, and its exit code")
    else:
        held.append("the command ends with exit code 0")
    held.append(f"the saving is real at {confidence(asked.confidence)}")
    untested = "" if asked.tests else " No tests were given (--tests), so only the command's own answer was checked."
    if not asked.tests and not asked.check_answer:
        untested = " No tests were given (--tests), and the answer was not checked."
    return f"Kept is a fix with which {'; '.join(held)}.{untested}"


def method(proof: Proof) -> str:
    """How it was measured."""
    saving = proof.together or next((one.saving for one in proof.trials if one.saving), None)
    if saving is None:
        return ""
    if saving.unit == "J":
        return f"Joules by the meter {saving.meter}, both states in turn; intervals are at 95 %."
    parts = ["CPU time of the command and all its processes, both states side by side in pairs"]
    if saving.before_j is not None:
        parts.append("joules are about, by the command's joules for a second of CPU time")
    return "; ".join((*parts, "intervals are at 95 %")) + "."


def command(proof: Proof) -> str:
    """The command as one types it."""
    return shlex.join(proof.asked.command)


def confidence(level: float) -> str:
    """``99 %``."""
    return f"{100 * level:g} %"


def _detail(trial: Trial) -> str:
    parts = [trial.detail] if trial.detail else []
    if trial.saving is not None and trial.verdict != KEPT and trial.saving.detectable is not None:
        parts.append(f"a change of {_percent(trial.saving.detectable)} % would have shown")
    if trial.candidate.is_safe is False and trial.verdict == KEPT:
        parts.append("an unsafe fix: the linter cannot tell that results stay the same")
    if trial.candidate.also and trial.verdict != DOES_NOT_APPLY:
        parts.append(f"also mends {', '.join(trial.candidate.also)}")
    return "; ".join(parts)


def _seconds(value: float) -> str:
    return f"{value:.3g} s" if value < 1000 else f"{value:,.0f} s"


def _percent(share: float) -> str:
    percent = 100 * share
    text = f"{percent:.0f}" if abs(percent) >= 9.95 else f"{percent:.1f}"
    return text.replace("-", "−") if float(text) else "0"
