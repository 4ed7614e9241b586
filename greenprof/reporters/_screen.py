"""The report on one screen: what matters of each part, and where the rest is.

The terminal's report (`greenprof.reporters.text`) in at most `LINES` lines from 80 columns on. What surrounds the two
lists is told first, each part in the lines that it may take; the lists of findings and of lines get the room that is
left, and say how much there is besides.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING

from greenprof.i18n import _, decimal, ngettext
from greenprof.query_use import is_n_plus_one
from greenprof.reporters import _carbon as carbon
from greenprof.reporters import _models as models
from greenprof.reporters import _notes as notes
from greenprof.reporters import _numbers as numbers
from greenprof.reporters import _rule_words as rule_words
from greenprof.reporters import _story as story
from greenprof.reporters._cluster_table import cluster_tables
from greenprof.reporters._line_table import line_table
from greenprof.reporters._text import neutral, place, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console, RenderableType
    from rich.text import Text

    from greenprof.model import Finding, Report

LINES = 30

_MOST_FINDINGS, _FEWEST_FINDINGS, _LINES_OF_A_FINDING = 4, 3, 2
_MOST_LINES, _FEWEST_LINES = 6, 3
_MOST_NOTES = 3
_CLUSTER_ROWS = 4

# Between a number and its unit no line is broken; what stands there meanwhile is as wide as a space, and in no text.
_UNIT, _TIE = re.compile(r"(?<=\d) (?=[%\w])"), "\ue000"


def screen(report: Report, console: Console) -> Iterator[RenderableType]:
    """The report for `console`."""
    width = console.width
    before, after = [*_before(report, console)], [*_after(report, console)]
    if report.cluster is not None:
        yield from before
        yield from cluster_tables(report, _CLUSTER_ROWS, ("groups", "workers", "retries"))
        yield from after
        return
    lines, ranked = story.burning_lines(report), story.ranked_findings(report)
    room = LINES - len(before) - len(after)
    findings = [*_findings(report, width, _fitting(len(ranked), room - (2 + min(len(lines), _FEWEST_LINES))))]
    yield from before
    yield from findings
    if lines:
        left = max(_FEWEST_LINES, min(_MOST_LINES, room - len(findings) - 2))
        shown = _of_height(lines, left)
        yield _lines_title(report, len(lines), shown, width)
        yield line_table(lines[:shown], report, width)
    yield from after


def _fitting(findings: int, room: int) -> int:
    """How many of so many findings go into `room`, an empty line, their heading and what is left of them included."""
    for shown in range(min(findings, _MOST_FINDINGS), _FEWEST_FINDINGS, -1):
        if 2 + shown * _LINES_OF_A_FINDING + (findings > shown) <= room:
            return shown
    return min(findings, _FEWEST_FINDINGS)


def _of_height(lines: Sequence[story.RankedLine], most: int) -> int:
    """How many of the lines fill `most` rows: one with native functions has a row more for them."""
    rows = accumulate(2 if line.hotspot.native else 1 for line in lines)
    return max(1, sum(1 for row in rows if row <= most))


def _before(report: Report, console: Console) -> Iterator[Text]:
    """How much it was, how that is known, what it covers, and where it went."""
    yield _cut(neutral(story.command(report)), console, "dim")
    yield from _wrapped(story.headline(report), console, "bold")
    yield from _wrapped(neutral(story.coverage(report)), console)
    if unknown := story.why_unknown(report):
        yield from _wrapped(neutral(unknown), console)
    if went := _ledger(report):
        yield from _wrapped(neutral(went), console)


def _ledger(report: Report) -> str:
    """Where the machine's joules went, in one sentence; empty where they are not known."""
    total_j = report.energy.total_j
    if not total_j:
        return ""
    told: list[str] = []
    for entry in story.ledger(report):
        if entry.key in ("total", "lines") or entry.joules is None or (entry.part and not entry.joules):
            continue
        said = f"{entry.label} {numbers.share(entry.joules, total_j)}"
        if entry.part and told:
            told[-1] = f"{told[-1]} ({said})"
        else:
            told.append(said)
    total = numbers.energy(total_j, numbers.precision(report), story.scale(report))
    return _("Of the machine's {total}: {parts}.", total=total, parts=", ".join(told).replace(") (", ", "))


def _findings(report: Report, width: int, room: int) -> Iterator[Text]:
    from rich.text import Text

    yield Text("")
    if not report.findings:
        yield _line(story.nothing_found(report), width, "bold")
        return
    known = report.energy.process_j is not None
    yield _title(story.findings_title(report), story.shares_of(report) if known else "", width)
    ranked, unseen = story.told_findings(report)
    shown = ranked[:room]
    amounts = [story.worth(item.finding.energy_j, report) for item in shown]
    column = max(map(len, amounts), default=0)
    for item, amount in zip(shown, amounts, strict=True):
        share = "" if item.fraction is None else numbers.share(item.fraction, 1.0)
        finding = item.finding
        line = Text.assemble(
            f"  {item.rank}  ",
            (f"{amount:>{column}}  {share:>6}", "bold"),
            ("  " + shorten(neutral(finding.rule), width // 3), "bold yellow"),
            ("  " + place(finding.path, finding.line, width // 3), "cyan"),
            (f"  {', '.join(_facts(item, report))}", "dim"),
        )
        line.truncate(width, overflow="ellipsis")
        yield line
        yield _line("     " + neutral(_advice(finding)), width)
    rest = (story.rest_of(ranked[room:], report) if len(ranked) > room else "", unseen or "")
    if told := "; ".join(filter(None, rest)):
        yield _line("  " + neutral(told), width)


def _facts(item: story.RankedFinding, report: Report) -> Iterator[str]:
    """What stands behind the place: how often, how much of it waiting, how sure."""
    finding = item.finding
    if finding.executions is not None and finding.confirmed:
        times = _times(finding.executions)
        yield _("N+1 confirmed: {times}", times=times) if is_n_plus_one(finding) else times
    elif executed := story.executions(finding):
        yield executed
    if item.waiting_j:
        waiting = numbers.energy(item.waiting_j, numbers.precision(report), story.lines_scale(report))
        yield _("waiting {energy}", energy=waiting)
    if finding.confidence != "high":
        yield story.confidence(item, report)


def _times(number: int) -> str:
    return ngettext("{number} time", "{number} times", number, number=numbers.count(number))


def _advice(finding: Finding) -> str:
    """The fix in a line: its sentence, or what a diff adds first; what is wrong where there is no fix."""
    if not finding.fix:
        return rule_words.full_message(finding)
    changed = story.changed_lines(finding.fix)
    if changed is None:
        return _("Fix:") + " " + " ".join(rule_words.in_words(finding.rule, finding.fix.strip()).split("\n"))
    added = [line[1:].strip() for line in changed if line.startswith("+") and line[1:].strip()]
    if not added:
        return rule_words.full_message(finding)
    return _("Fix:") + f" {added[0]}" + (" …" if len(changed) > 2 else "")


def _lines_title(report: Report, lines: int, shown: int, width: int) -> Text:
    title = story.lines_title(report)
    if lines > shown:
        title = _("{title} ({shown} of {number})", title=title, shown=shown, number=numbers.count(lines))
    from rich.text import Text

    shares_of = "" if report.findings else story.shares_of(report)  # the heading of the findings has said it
    return Text("\n").append_text(_title(title, shares_of, width))


def _after(report: Report, console: Console) -> Iterator[Text]:
    """Statements, emissions, notes, and where the rest is."""
    from rich.text import Text

    yield Text("")
    if report.queries:
        yield _cut(neutral(_statements(report)), console)
    if report.llm_calls:
        yield from _wrapped(neutral(f"{models.title(report)}. {models.summary(report)}"), console, most=3)
    if report.carbon is not None:
        yield from _wrapped(neutral(_emissions(report)), console, most=3)
    said = [note for note in (*notes.short_notes(report), notes.overhead(report)) if note]
    for note in said[:_MOST_NOTES]:
        yield _cut(neutral(note), console, "dim")
    if (left := len(said) - _MOST_NOTES) > 0:
        told = ngettext("All of it, with {number} more note: --full.", "All of it, with {number} more notes: --full.",
                        left, number=left)  # fmt: skip
    else:
        told = _("All of it: --full.")
    page = _("Page with flame graph: -o report.html.") if report.cluster is None else _("Page: -o report.html.")
    yield _cut(f"{told} {page}", console, "dim")


def _statements(report: Report) -> str:
    """How many statements there were, and the one sent most often."""
    often = report.queries[0]
    sent = sum(query.count for query in report.queries)
    where = "" if often.path is None else f", {place(often.path, often.line or 0, 40)}"
    return ngettext(
        "{number} statement sent to databases ({often}): {shape}",
        "{number} statements sent to databases, most often ({often}): {shape}",
        sent,
        number=numbers.count(sent),
        often=_times(often.count) + where,
        shape=often.shape,
    )


def _emissions(report: Report) -> str:
    """The emissions with their factor, and each other figure without how it was worked out."""
    assert report.carbon is not None
    _energy, _facility, emitted, *rows = carbon.rows(report.carbon, numbers.precision(report))
    said = _(
        "Emissions: {amount} at {factor}, PUE {pue}",
        amount=emitted.amount,
        factor=carbon.factor(report.carbon),
        pue=decimal(f"{report.carbon.pue:g}"),
    )
    return "; ".join([said, *(f"{row.label} {row.amount}" for row in rows)]) + "."


def _title(title: str, shares_of: str, width: int) -> Text:
    from rich.text import Text

    line = Text.assemble((title, "bold"), (f"; {shares_of}" if shares_of else "", "dim"))
    line.truncate(width, overflow="ellipsis")
    return line


def _line(text: str, width: int, style: str = "") -> Text:
    from rich.text import Text

    line = Text(text, style=style)
    line.truncate(width, overflow="ellipsis")
    return line


def _cut(text: str, console: Console, style: str = "") -> Text:
    return _line(text, console.width, style)


def _wrapped(text: str, console: Console, style: str = "", most: int = 2) -> Sequence[Text]:
    """`text` in at most so many lines, cut off with an ellipsis where that is too few; a number keeps its unit."""
    from rich.text import Text

    lines = [line.plain.replace(_TIE, " ") for line in Text(_UNIT.sub(_TIE, text)).wrap(console, console.width)]
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1].rstrip()} …"]
    return [_line(line, console.width, style) for line in lines]
