"""An outcome as a table: for the terminal, and as Markdown."""

from __future__ import annotations

from greenprof.i18n import _
from greenprof.reporters.markdown import code
from greenprof.versus.nouns import Outcome
from greenprof.versus.show import words


def text(outcome: Outcome) -> str:
    """The commands by number, a table, the growth, and what it all rests on."""
    lines = [f"{place + 1:>3}  {words.name(row.case.name)}" for place, row in enumerate(outcome.rows)]
    table = [words.headings(outcome), *(words.cells(outcome, place) for place in range(len(outcome.rows)))]
    widths = [max(len(line[column]) for line in table) for column in range(len(table[0]))]
    lines.append("")
    for line in table:
        told = [cell.rjust(width) for cell, width in zip(line, widths, strict=True)]
        told[-1] = line[-1]
        lines.append("  ".join(told).rstrip())
    lines.append("")
    lines += words.sentences(outcome)
    lines += [f"{words.name(growth.name)}: {words.grows(growth)}" for growth in outcome.growths]
    lines += words.remarks(outcome)
    lines += words.method(outcome)
    return "\n".join(lines) + "\n"


def markdown(outcome: Outcome) -> str:
    """For a pull request or a page."""
    heads = words.headings(outcome)
    command = _("command")
    lines = [
        f"| # | {command} | {' | '.join(heads[1:])} |",
        f"| --: | :-- |{' --: |' * (len(heads) - 2)} :-- |",
    ]
    for place, row in enumerate(outcome.rows):
        number, *told = words.cells(outcome, place)
        lines.append(f"| {number} | {code(words.name(row.case.name))} | {' | '.join(map(_in_table, told))} |")
    lines.append("")
    lines += [f"- {code(words.name(growth.name))}: {words.grows(growth)}" for growth in outcome.growths]
    lines += [f"- {code(remark)}" for remark in words.remarks(outcome)]
    lines += ["", *(f"<sub>{_in_table(line)}</sub>" for line in words.method(outcome))]
    return "\n".join(lines) + "\n"


def _in_table(cell: str) -> str:
    return cell.replace("|", "\\|").replace("<", "&lt;")
