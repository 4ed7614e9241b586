"""What a proof says, in words and rounded numbers."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from greenprof.i18n import N_, _, decimal, ngettext
from greenprof.prove.nouns import DOES_NOT_APPLY, KEPT, Proof, Saving, Trial
from greenprof.reporters import _numbers as numbers
from greenprof.reporters._kept_words import told
from greenprof.reporters._numbers import Precision
from greenprof.reporters._rule_words import in_words

_VERDICTS = (
    N_("kept"), N_("no saving"), N_("inconclusive"), N_("test broke"), N_("answer changed"), N_("does not apply"),
)  # fmt: skip


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
    message = in_words(one.rule, one.message) if one.rule else one.message
    return Row(
        verdict=verdict(trial.verdict),
        before=amount(saving, after=False) if saving else "",
        after=amount(saving, after=True) if saving else "",
        saves=saves(saving) if saving else "",
        fix=one.rule if one.rule and one.patch is None else f"{one.rule} ({message})" if one.rule else message,
        place=one.path if one.line is None else f"{one.path}:{one.line}",
        detail=_detail(trial),
    )


def verdict(word: str) -> str:
    """One of `VERDICTS`, as it is told."""
    return _(word) if word in _VERDICTS else word


def amount(saving: Saving, *, after: bool) -> str:
    """``41.3 J`` where joules were measured, else ``1.92 s (about 21 J)``."""
    value, joules = (saving.after, saving.after_j) if after else (saving.before, saving.before_j)
    if saving.unit == "J":
        return numbers.energy(value, Precision(digits=3, about=saving.estimated))
    seconds = _seconds(value)
    return seconds if joules is None else f"{seconds} ({numbers.energy(joules, Precision(digits=2, about=True))})"


def saves(saving: Saving) -> str:
    """``71 % (68 to 73 %)``: of what it was before, with the interval."""
    bounds = numbers.span(decimal(_percent(1 - saving.high)), decimal(f"{_percent(1 - saving.low)} %"))
    return f"{decimal(f'{_percent(1 - saving.ratio)} %')} ({bounds})"


def headline(proof: Proof) -> str:
    """One sentence: how many are kept, and what they save together."""
    tried, kept = len(proof.trials), len(proof.kept)
    if not tried:
        return _("No fix was tried.")
    fixes = ngettext("{number} fix", "{number} fixes", tried, number=tried)
    if not kept:
        return _("None of {fixes} is kept.", fixes=fixes)
    said = ngettext("{kept} of {fixes} is kept", "{kept} of {fixes} are kept", kept, kept=kept, fixes=fixes)
    saving = proof.together
    if saving is None:
        return f"{said}."
    change = _("{before} before, {after} after", before=amount(saving, after=False), after=amount(saving, after=True))
    if saving.verdict != "less":
        return _("{said}; together their saving could not be told from chance: {change}.", said=said, change=change)
    return ngettext(
        "{said}: together it saves {saving} of {what}: {change}.",
        "{said}: together they save {saving} of {what}: {change}.",
        kept,
        said=said,
        saving=saves(saving),
        what=quantity(saving),
        change=change,
    )


def quantity(saving: Saving) -> str:
    """What is saved."""
    return _("the joules") if saving.unit == "J" else _("the CPU time")


def checks(proof: Proof) -> str:
    """What each fix that is kept was held to."""
    asked = proof.asked
    held = [_("the tests ({tests}) pass", tests=", ".join(asked.tests))] if asked.tests else []
    answer = _(" and ").join(asked.answers) if asked.answers else _("what the command prints")
    if asked.check_answer:
        held.append(_("{answer} stays the same, and its exit code", answer=answer))
    else:
        held.append(_("the command ends with exit code 0"))
    held.append(_("the saving is real at {confidence}", confidence=confidence(asked.confidence)))
    said = _("Kept is a fix with which {held}.", held="; ".join(held))
    if asked.tests:
        return said
    if asked.check_answer:
        untested = _("No tests were given (--tests), so only the command's own answer was checked.")
    else:
        untested = _("No tests were given (--tests), and the answer was not checked.")
    return f"{said} {untested}"


def remarks(proof: Proof) -> list[str]:
    """What was left out, and the notes, in sentences."""
    return [
        *(_("Not tried: {what}.", what=told(left)) for left in proof.left),
        *(_("Note: {note}.", note=told(note)) for note in proof.notes),
    ]


def method(proof: Proof) -> str:
    """How it was measured."""
    saving = proof.together or next((one.saving for one in proof.trials if one.saving), None)
    if saving is None:
        return ""
    if saving.unit == "J":
        return _("Joules by the meter {name}, both states in turn; intervals are at 95 %.", name=saving.meter)
    parts = [_("CPU time of the command and all its processes, both states side by side in pairs")]
    if saving.before_j is not None:
        parts.append(_("joules are about, by the command's joules for a second of CPU time"))
    return "; ".join((*parts, _("intervals are at 95 %"))) + "."


def command(proof: Proof) -> str:
    """The command as one types it."""
    return shlex.join(proof.asked.command)


def confidence(level: float) -> str:
    """``99 %``."""
    return decimal(f"{100 * level:g} %")


def _detail(trial: Trial) -> str:
    parts = [told(trial.detail)] if trial.detail else []
    if trial.saving is not None and trial.verdict != KEPT and trial.saving.detectable is not None:
        parts.append(_("a change of {share} would have shown", share=decimal(f"{_percent(trial.saving.detectable)} %")))
    if trial.candidate.is_safe is False and trial.verdict == KEPT:
        parts.append(_("an unsafe fix: the linter cannot tell that results stay the same"))
    if trial.candidate.also and trial.verdict != DOES_NOT_APPLY:
        parts.append(_("also mends {rules}", rules=", ".join(trial.candidate.also)))
    return "; ".join(parts)


def _seconds(value: float) -> str:
    return decimal(f"{value:.3g} s" if value < 1000 else f"{value:,.0f} s")


def _percent(share: float) -> str:
    percent = 100 * share
    text = f"{percent:.0f}" if abs(percent) >= 9.95 else f"{percent:.1f}"
    return text.replace("-", "−") if float(text) else "0"
