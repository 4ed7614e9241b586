"""The outcome of a suite as tables: for the terminal, and as Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from greenprof.i18n import _
from greenprof.reporters.markdown import code
from greenprof.versus.suite.nouns import SuiteOutcome
from greenprof.versus.suite.show import words


def text(outcome: SuiteOutcome) -> str:
    """The means first, then a table for each task, what is missing, and what it all rests on."""
    lines = [words.title(outcome), ""]
    if outcome.means:
        lines += [words.mean_title(outcome), "", *_aligned(_means(outcome)), ""]
    for table in outcome.tables:
        rows = [words.headings(outcome), *(words.cells(outcome, entry) for entry in table.entries)]
        lines += [words.about(table), "", *_aligned(rows), ""]
    if absent := words.absent(outcome):
        lines += [_("Not in the tables:"), *(f"  {line}" for line in absent), ""]
    lines.append(words.headline(outcome))
    lines += words.remarks(outcome)
    lines += words.method(outcome)
    lines += words.tools_line(outcome)
    return "\n".join(lines) + "\n"


def markdown(outcome: SuiteOutcome) -> str:
    """For a page or a pull request."""
    lines = [f"**{_plain(words.title(outcome))}**", ""]
    if outcome.means:
        lines += [f"{_plain(words.mean_title(outcome))}:", "", *_table(_means(outcome)), ""]
    for table in outcome.tables:
        rows = [words.headings(outcome), *(words.cells(outcome, entry) for entry in table.entries)]
        lines += [_plain(words.about(table)), "", *_table(rows), ""]
    if absent := words.absent(outcome):
        lines += [_("Not in the tables:"), "", *(f"- {code(line)}" for line in absent), ""]
    lines += [_plain(words.headline(outcome)), ""]
    lines += [f"- {_plain(remark)}" for remark in words.remarks(outcome)]
    rests = [*words.method(outcome), *words.tools_line(outcome)]
    lines += ["", *(f"<sub>{_plain(line)}</sub>" for line in rests)]
    return "\n".join(lines).replace("\n\n\n", "\n\n") + "\n"


def _means(outcome: SuiteOutcome) -> list[list[str]]:
    return [words.mean_headings(outcome), *(words.mean_cells(outcome, mean) for mean in outcome.means)]


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """The first column to the left, figures to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    head, *body = ([_plain(cell) for cell in row] for row in rows)
    return [
        f"| {' | '.join(head)} |",
        f"| :-- |{' --: |' * (len(head) - 1)}",
        *(f"| {' | '.join(row)} |" for row in body),
    ]


def _plain(text: str) -> str:
    """Text that Markdown takes for nothing else."""
    for sign in "\\|<[*_`":
        text = text.replace(sign, f"\\{sign}")
    return text
