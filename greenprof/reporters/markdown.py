"""The report for a pull request: GitHub-flavoured Markdown, the short list open and the rest folded away."""

from __future__ import annotations

import re
from itertools import islice, product
from textwrap import dedent
from typing import TYPE_CHECKING

from greenprof.i18n import _
from greenprof.reporters import _carbon as carbon
from greenprof.reporters import _cluster as cluster
from greenprof.reporters import _models as models
from greenprof.reporters import _native as native
from greenprof.reporters import _notes as notes
from greenprof.reporters import _numbers as numbers
from greenprof.reporters import _rule_words as rule_words
from greenprof.reporters import _story as story
from greenprof.reporters._text import command, neutral, place, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from greenprof.model import Hotspot, Report

SUFFIXES = (".md", ".markdown")
SPOKEN = True

# GitHub refuses a comment of more than 65,536 characters. Bytes are counted, which are never fewer.
MOST_BYTES = 65_000
ROWS = (25, 10, 5, 2, 1, 0)
WIDTH = 160
FIX_WIDTH = 4_000

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#!|~&$]")
_PLAIN_IN_A_SPAN = re.compile(r"[^`|\n]*")


def render(report: Report) -> str:
    """The report with as many rows in each table as a comment may hold, with the fixes as diffs if they fit too."""
    for rows, diffs in product(ROWS, (True, False)):
        page = "\n".join(_page(report, rows, diffs)) + "\n"
        if len(page.encode("utf-8")) <= MOST_BYTES:
            break
    return page


def _page(report: Report, rows: int, diffs: bool) -> Iterable[str]:
    energy = numbers.energy(report.energy.process_j, numbers.precision(report), story.scale(report))
    yield "## " + _("Energy: {amount}, {how}", amount=energy, how=story.how_known(report)) + "\n"
    yield f"{code(story.command(report))}\n"
    sentences = (story.headline(report), story.coverage(report), story.why_unknown(report))
    yield " ".join(prose(sentence) for sentence in sentences if sentence) + "\n"
    yield from _table((_("Where the joules went"), _("Joules"), _("Of the total"), ""), "lrrl", _ledger(report))
    yield from _cluster(report, rows)
    if report.cluster is None or report.findings:
        yield from _findings(report, rows)
    yield from _folded(_("Fixes"), _fixes(report, rows, diffs))
    yield from _folded(story.lines_title(report), _lines(report, rows))
    if report.queries:
        yield from _folded(story.queries_title(report), _queries(report, rows))
    if report.llm_calls:
        yield from _folded(models.title(report), _models(report, rows))
    yield from _folded(f"{carbon.title()} {carbon.covers()}", _emissions(report))
    yield from _folded(_("Functions"), _functions(report, rows))
    yield from _folded(_("Notes"), [f"- {prose(note)}" for note in notes.notes(report)[: rows + 5]])
    yield from _folded(_("Method, meter and machine"), _method(report))


def _ledger(report: Report) -> Iterable[tuple[str, ...]]:
    precision, scale = numbers.precision(report), story.scale(report)
    for entry in story.ledger(report):
        strong = "**" if entry.key in ("process", "total") else ""
        yield (
            strong + (_("of which {part}", part=entry.label) if entry.part else entry.label) + strong,
            f"{strong}{numbers.energy(entry.joules, precision, scale)}{strong}",
            _share(numbers.fraction(entry.joules, report.energy.total_j)),
            prose(entry.remark),
        )


def _cluster(report: Report, rows: int) -> Iterable[str]:
    for told in cluster.tables(report, rows):
        cells = [[code(cell) if side == "l" else cell for cell, side in zip(row, told.sides, strict=True)]
                 for row in told.rows]  # fmt: skip
        body = [*_table(told.header, told.sides, cells), *([f"{prose(told.rest)}\n"] if told.rest else [])]
        if told.name in ("tasks", "machines"):
            yield from _folded(told.title, body)
        else:
            yield f"### {told.title}\n"
            yield from body


def _findings(report: Report, rows: int) -> Iterable[str]:
    if not report.findings:
        yield f"{story.nothing_found(report)}\n"
        return
    ranked, unseen = story.told_findings(report)
    cells = []
    for item in ranked[:rows]:
        facts = story.facts(item, report)
        cells.append(
            (
                str(item.rank),
                story.worth(item.finding.energy_j, report),
                _share(item.fraction),
                code(place(item.finding.path, item.finding.line, WIDTH)),
                f"**{prose(item.finding.rule)}**",
                prose(rule_words.full_message(item.finding)) + (f" ({prose(', '.join(facts))})" if facts else ""),
            )
        )
    yield f"### {story.findings_title(report)}\n"
    if cells:
        if report.energy.process_j is not None:
            yield f"{_sentence(story.shares_of(report))}\n"
        yield from _table(("", _("Joules"), _("Share"), _("Line"), _("Rule"), _("What")), "rrrlll", cells)
    if len(ranked) > rows:
        yield f"{story.rest_of(ranked[rows:], report)}\n"
    if unseen:
        yield f"{prose(unseen)}\n"


def _fixes(report: Report, rows: int, diffs: bool) -> Iterable[str]:
    for item in story.told_findings(report)[0][:rows]:
        finding = item.finding
        fix = rule_words.in_words(finding.rule, (finding.fix or "").strip("\n"))
        source = (finding.source or "").strip("\n")
        if not fix.strip():
            continue
        yield f"**{item.rank}. {prose(finding.rule)}**, {code(place(finding.path, finding.line, WIDTH))}\n"
        if source.strip():
            yield _fenced(dedent(source), "python")
        if story.changed_lines(fix) is not None:
            yield _fenced(fix, "diff")
        else:
            yield _fenced(fix, "") if "\n" in fix else f"{prose(fix)}\n"
            if finding.diff and diffs:
                unsafe = ", " + _("which may change what the program does") if finding.fix_is_safe is False else ""
                yield _("Fix as a diff") + unsafe + ":\n"
                yield _fenced(finding.diff.strip("\n"), "diff")


def _lines(report: Report, rows: int) -> Iterable[str]:
    precision, scale = numbers.precision(report), story.lines_scale(report)
    known, ranked = report.energy.process_j is not None, story.burning_lines(report)[:rows]
    waited = any(line.hotspot.idle_j for line in ranked)
    called = any(story.calling_j(line.hotspot) for line in ranked)
    natively = any(line.hotspot.native for line in ranked)
    cells = [
        (
            numbers.energy(line.energy_j, precision, scale) if known else numbers.cpu_time(line.hotspot.cpu_s),
            f"{_share(line.fraction)} {numbers.margin(line.hotspot.margin)}".strip(),
            *([numbers.energy(line.hotspot.idle_j, precision, scale) if line.hotspot.idle_j else ""] if waited else []),
            *([_calls(line.hotspot, precision, scale)] if called else []),
            code(place(line.hotspot.path, line.hotspot.line, WIDTH, line.hotspot.end_line or 0)),
            "" if command(line.hotspot.path, line.hotspot.line) else code(line.hotspot.function),
            code((line.hotspot.source or "").strip()),
            *([prose(native.functions(line.hotspot))] if natively else []),
            ", ".join(str(mark) for mark in line.marks[:20]),
        )
        for line in ranked
    ]
    waiting = (_("Of it idle, waiting"),) if waited else ()
    calling = (_("With its calls"),) if called else ()
    below = (_("Native functions"),) if natively else ()
    what = (_("Line"), _("Function"), _("Source"), *below, _("Findings"))
    header = (_("Joules") if known else _("CPU time"), _("Share"), *waiting, *calling, *what)
    if cells:
        yield f"{_sentence(story.shares_of(report))}\n"
        yield from _table(header, "rr" + "r" * (waited + called) + "l" * len(what), cells)


def _calls(spot: Hotspot, precision: numbers.Precision, scale: int) -> str:
    total_j = story.calling_j(spot)
    return numbers.energy(total_j, precision, scale) if total_j else ""


def _queries(report: Report, rows: int) -> Iterable[str]:
    precision, scale = numbers.precision(report), story.lines_scale(report)
    served = any(query.server_j is not None for query in report.queries)
    cells = [
        (
            numbers.count(query.count),
            "" if query.rows is None else numbers.count(query.rows),
            numbers.cpu_time(query.elapsed_s),
            *([_known(query.server_j, precision, scale)] if served else []),
            "" if query.path is None else code(place(query.path, query.line or 0, WIDTH)),
            code(query.shape),
            ", ".join(str(mark) for mark in story.marks_of(query, report)[:20]),
        )
        for query in report.queries[:rows]
    ]
    header = (
        _("Times"), _("Rows"), _("Time"), *((_("Server"),) if served else ()), _("Line"), _("Statement"), _("Findings")
    )  # fmt: skip
    return _table(header, "rrr" + "r" * served + "lll", cells) if cells else ()


def _models(report: Report, rows: int) -> Iterable[str]:
    cells = [
        (
            row.count,
            row.tokens,
            row.time,
            "" if row.call.path is None else code(place(row.call.path, row.call.line or 0, WIDTH)),
            code(row.model),
            row.estimate,
            prose(row.facts),
        )
        for row in islice(models.rows(report), rows)
    ]
    yield from _table(
        (_("Requests"), _("Tokens"), _("Time"), _("Line"), _("Model"), _("At the provider"), ""), "rlrllrl", cells
    )
    yield from (f"{prose(said)}\n" for said in (models.summary(report), *models.remarks(report)))


def _known(joules: float | None, precision: numbers.Precision, scale: int) -> str:
    return "" if joules is None else numbers.energy(joules, precision, scale)


def _emissions(report: Report) -> Iterable[str]:
    if report.carbon is not None:
        rows = carbon.rows(report.carbon, numbers.precision(report))
        cells = ((prose(row.label), prose(row.told), prose(row.remark)) for row in rows)
        yield from _table(("", _("Amount"), _("How")), "lrl", cells)


def _functions(report: Report, rows: int) -> Iterable[str]:
    precision, scale = numbers.precision(report), story.lines_scale(report)
    cells = [
        (
            numbers.energy(function.total_j, precision, scale),
            numbers.energy(function.self_j, precision, scale),
            code(command(function.path, function.line) or function.function),
            code(place(function.path, function.line, WIDTH)),
        )
        for function in story.ranked_functions(report)[:rows]
    ]
    return _table((_("With what it calls"), _("Own"), _("Function"), _("Where")), "rrll", cells) if cells else ()


def _method(report: Report) -> Iterable[str]:
    for sentence in (*notes.method(report), notes.machine(report)):
        yield f"- {prose(sentence)}"


def _share(fraction: float | None) -> str:
    return "" if fraction is None else numbers.share(fraction, 1.0)


def _table(header: Sequence[str], alignment: str, rows: Iterable[Sequence[str]]) -> Iterable[str]:
    marks = {"l": ":--", "r": "--:"}
    yield "| " + " | ".join(header) + " |"
    yield "| " + " | ".join(marks[side] for side in alignment) + " |"
    for row in rows:
        yield "| " + " | ".join(row) + " |"
    yield ""


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _folded(title: str, body: Iterable[str]) -> Iterable[str]:
    lines = list(body)
    if lines:
        yield f"<details><summary>{title}</summary>\n"
        yield from lines
        yield "\n</details>\n"


def prose(text: str, width: int = 2 * WIDTH) -> str:
    """`text` on one line, with nothing in it that Markdown, HTML or a mention could be made of."""
    escaped = _SPECIAL.sub(lambda match: f"&#{ord(match[0])};", shorten(neutral(text).strip(), width))
    return escaped.replace("@", "@<!-- -->")


def code(text: str) -> str:
    """`text` as code inside a sentence or a table cell."""
    text = shorten(neutral(text), WIDTH)
    if not text.strip():
        return ""
    if _PLAIN_IN_A_SPAN.fullmatch(text) and text == text.strip():
        return f"`{text}`"
    return "<code>" + re.sub(r"[^\w\s]", lambda match: f"&#{ord(match[0])};", text).replace("_", "&#95;") + "</code>"


def _fenced(text: str, language: str) -> str:
    text = shorten(neutral(text, multiline=True), FIX_WIDTH)
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}\n"
