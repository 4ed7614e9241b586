"""Annotations for GitHub Actions: the findings of a run beside its code, dearest first, each with its joules.

GitHub shows ten of a kind and step, so that the order decides what is seen. The command line adds the Markdown report
to the summary of the step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.i18n import _
from greenprof.reporters import _numbers as numbers
from greenprof.reporters import _rule_words as rule_words
from greenprof.reporters import _story as story
from greenprof.reporters._text import neutral

if TYPE_CHECKING:
    from greenprof.model import Report

SUFFIXES: tuple[str, ...] = ()
SPOKEN = True


def render(report: Report) -> str:
    """A notice with the total, and a command for each finding."""
    from greenprof.lint.formats.github import COMMANDS, command
    from greenprof.lint.identity import relative

    lines = [command("notice", {"title": "greenprof"}, neutral(f"{story.headline(report)} {story.coverage(report)}"))]
    for item in story.ranked_findings(report):
        one = item.finding
        share = "" if item.fraction is None else f" ({numbers.share(item.fraction, 1.0)})"
        words = {
            "title": neutral(f"greenprof {one.rule}: {story.worth(one.energy_j, report)}{share}"),
            "file": neutral(relative(one.path)),
            "line": max(1, one.line),
            "col": max(1, one.column),
        }
        facts = story.facts(item, report)
        text = (
            rule_words.full_message(one)
            + (f" ({', '.join(facts)})" if facts else "")
            + ("\n" + _("fix: {words}", words=rule_words.in_words(one.rule, one.fix)) if one.fix else "")
        )
        lines.append(command(COMMANDS.get(one.severity, "notice"), words, neutral(text, multiline=True)))
    return "".join(f"{line}\n" for line in lines)
