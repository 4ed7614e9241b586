"""The report as text: on one screen (`greenprof.reporters._screen`), or in full, as a file has it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from greenprof.i18n import _, ngettext
from greenprof.reporters import _carbon as carbon
from greenprof.reporters import _models as models
from greenprof.reporters import _notes as notes
from greenprof.reporters import _numbers as numbers
from greenprof.reporters import _rule_words as rule_words
from greenprof.reporters import _story as story
from greenprof.reporters._cluster_table import cluster_tables
from greenprof.reporters._line_table import line_table
from greenprof.reporters._screen import screen
from greenprof.reporters._text import neutral, place, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import RenderableType
    from rich.table import Table
    from rich.text import Text

    from greenprof.model import Report

SUFFIXES = (".txt",)
SPOKEN = True

FINDINGS_SHOWN = 20
LINES_SHOWN = 25
FIX_LINES_SHOWN = 4
QUERIES_SHOWN = 10
CLUSTER_ROWS_SHOWN = 10


def render(report: Report, width: int | None = None, colour: bool = False, *, full: bool = True) -> str:
    """The report for a terminal of `width` columns (``None``: that of this terminal, 60 to 140), on a screen or `full`.

    Holds no escape sequence unless `colour`; those in names and source lines are always spelt out.
    """
    from io import StringIO

    from rich.console import Console

    columns = width or min(140, max(60, shutil.get_terminal_size((100, 24)).columns))
    out = StringIO()
    console = Console(
        file=out,
        width=columns,
        height=1000,
        force_terminal=colour,
        color_system="standard" if colour else None,
        no_color=not colour,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    for block in _blocks(report, columns) if full else screen(report, console):
        console.print(block)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _blocks(report: Report, width: int) -> Iterable[RenderableType]:
    from rich.text import Text

    yield Text(shorten(neutral(story.command(report)), width), style="dim")
    yield Text(story.headline(report), style="bold")
    yield Text(neutral(story.coverage(report)))
    unknown = story.why_unknown(report)
    if unknown:
        yield Text(neutral(unknown))
    yield Text(f"\n{story.ledger_title()}", style="bold")
    yield _ledger(report)
    if report.cluster is not None:
        yield from cluster_tables(report, CLUSTER_ROWS_SHOWN)
    if report.cluster is None or report.findings:
        yield from _findings(report, width)
    yield from _lines(report, width)
    yield from _queries(report, width)
    yield from _models(report, width)
    yield from _emissions(report)
    method = (*notes.short_notes(report), notes.overhead(report))
    yield from _remarks(_("Notes and method"), tuple(filter(None, method)))


def _ledger(report: Report) -> Table:
    from rich.table import Table
    from rich.text import Text

    precision, scale = numbers.precision(report), story.scale(report)
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column()
    for entry in story.ledger(report):
        known = entry.joules is not None
        table.add_row(
            f"    {entry.label}" if entry.part else f"  {entry.label}",
            numbers.energy(entry.joules, precision, scale),
            numbers.share(entry.joules, report.energy.total_j) if known and report.energy.total_j else "",
            Text(neutral(entry.remark), style="dim"),
            style="bold" if entry.key in ("process", "total") else "",
        )
    return table


def _findings(report: Report, width: int) -> Iterable[RenderableType]:
    from rich.padding import Padding
    from rich.text import Text

    if not report.findings:
        yield Text(f"\n{story.nothing_found(report)}", style="bold")
        return
    known = report.energy.process_j is not None
    yield _title(story.findings_title(report), story.shares_of(report) if known else "")
    ranked, unseen = story.told_findings(report)
    amounts = [story.worth(item.finding.energy_j, report) for item in ranked[:FINDINGS_SHOWN]]
    column = max(map(len, amounts), default=0)
    for item, amount in zip(ranked, amounts, strict=False):
        share = "" if item.fraction is None else numbers.share(item.fraction, 1.0)
        yield Text.assemble(
            f"  {item.rank}  ",
            (f"{amount:>{column}}  {share:>6}", "bold"),
            ("  " + shorten(neutral(item.finding.rule), width // 2), "bold yellow"),
            ("  " + place(item.finding.path, item.finding.line, width // 2), "cyan"),
        )
        yield from _finding(item, report)
    if len(ranked) > FINDINGS_SHOWN:
        yield Text(f"  {story.rest_of(ranked[FINDINGS_SHOWN:], report)}")
    if unseen:
        yield Padding(Text(neutral(unseen)), (0, 0, 0, 2))


def _finding(item: story.RankedFinding, report: Report) -> Iterable[RenderableType]:
    from rich.padding import Padding
    from rich.text import Text

    finding = item.finding
    facts = story.facts(item, report)
    body = Text(neutral(rule_words.full_message(finding) + (f" ({', '.join(facts)})" if facts else "")))
    yield Padding(body, (0, 0, 0, 5))
    if finding.fix:
        changed = story.changed_lines(finding.fix)
        words = rule_words.in_words(finding.rule, finding.fix.rstrip())
        lines = words.split("\n") if changed is None else list(changed)
        if len(lines) > FIX_LINES_SHOWN:
            lines = [*lines[: FIX_LINES_SHOWN - 1], "…"]
        fix = Text.assemble((_("Fix:") + " ", "green"), neutral("\n     ".join(lines), multiline=True))
        fix.no_wrap, fix.overflow = changed is not None, "ellipsis"
        yield Padding(fix, (0, 0, 0, 5))


def _title(title: str, shares_of: str) -> Text:
    from rich.text import Text

    return Text.assemble("\n", (title, "bold"), (f"; {shares_of}" if shares_of else "", "dim"))


def _lines(report: Report, width: int) -> Iterable[RenderableType]:
    from rich.text import Text

    lines = story.burning_lines(report)
    if not lines:
        return
    shown = lines[:LINES_SHOWN]
    yield _title(story.lines_title(report), story.shares_of(report))
    yield line_table(shown, report, width)
    if len(lines) > LINES_SHOWN:
        number = len(lines) - LINES_SHOWN
        rest = ngettext("and {number} more line", "and {number} more lines", number, number=numbers.count(number))
        yield Text(f"    {rest}")
    if any(line.marks for line in shown):
        yield Text("    " + _("[1] marks a line of finding 1"), style="dim")


def _models(report: Report, width: int) -> Iterable[RenderableType]:
    from rich.table import Table
    from rich.text import Text

    if not report.llm_calls:
        return
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    for justify in ("right", "left", "right", "left", "left"):
        table.add_column(justify=justify, no_wrap=True)
    table.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
    rows = list(models.rows(report))
    for row in rows[:QUERIES_SHOWN]:
        where = "" if row.call.path is None else place(row.call.path, row.call.line or 0, width // 5)
        facts = Text(f"  {neutral(row.facts)}" if row.facts else "", style="dim")
        table.add_row(
            f"  {row.count}", row.tokens, row.time, Text(where, style="cyan"), neutral(row.model),
            Text.assemble(row.estimate, facts),
        )  # fmt: skip
    yield _title(models.title(report), "")
    yield table
    if len(rows) > QUERIES_SHOWN:
        number = len(rows) - QUERIES_SHOWN
        rest = ngettext("and {number} more line", "and {number} more lines", number, number=numbers.count(number))
        yield Text(f"    {rest}")
    for said in (models.summary(report), *models.remarks(report)):
        yield Text(f"    {neutral(said)}")


def _queries(report: Report, width: int) -> Iterable[RenderableType]:
    from rich.table import Table
    from rich.text import Text

    if not report.queries:
        return
    precision, scale = numbers.precision(report), story.lines_scale(report)
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
    for query in report.queries[:QUERIES_SHOWN]:
        served = numbers.energy(query.server_j, precision, scale)
        server = "" if query.server_j is None else _("server {energy}", energy=served) + "  "
        table.add_row(
            f"  {numbers.count(query.count)}",
            numbers.cpu_time(query.elapsed_s),
            Text("" if query.path is None else place(query.path, query.line or 0, width // 4), style="cyan"),
            Text.assemble(server, (neutral(query.shape), "dim")),
        )
    yield _title(story.queries_title(report), "")
    yield table
    if len(report.queries) > QUERIES_SHOWN:
        number = len(report.queries) - QUERIES_SHOWN
        rest = ngettext(
            "and {number} more kind of statement",
            "and {number} more kinds of statements",
            number,
            number=numbers.count(number),
        )
        yield Text(f"    {rest}")


def _emissions(report: Report) -> Iterable[RenderableType]:
    from rich.table import Table
    from rich.text import Text

    if report.carbon is None:
        return
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column()
    for row in carbon.rows(report.carbon, numbers.precision(report)):
        told = Text.assemble(neutral(row.told), (f"  {neutral(row.remark)}" if row.remark else "", "dim"))
        table.add_row(f"  {neutral(row.label)}", told)
    yield _title(carbon.title(), carbon.covers())
    yield table


def _remarks(title: str, sentences: tuple[str, ...]) -> Iterable[RenderableType]:
    from rich.padding import Padding
    from rich.text import Text

    if sentences:
        yield Text(f"\n{title}", style="bold")
    for sentence in sentences:
        yield Padding(Text(neutral(sentence), style="dim"), (0, 0, 0, 2))
