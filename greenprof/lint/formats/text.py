"""A line a finding, as compilers write it, with its source and its fix below; then one line that sums up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from greenprof.estimate import estimate
from greenprof.i18n import _, ngettext
from greenprof.lint.formats._words import count, files, findings, message, neutral, place, told

if TYPE_CHECKING:
    from greenprof.lint.formats import Shown
    from greenprof.lint.result import LintResult
    from greenprof.model import Finding

SPOKEN = True

_COLOURS = {"error": "red", "warning": "yellow", "info": "cyan"}


def render(shown: Shown) -> str:
    """The findings for people."""
    lines = [line for one in shown.result.findings for line in _lines(one, shown)]
    return "\n".join([*lines, sum_line(shown.result)]) + "\n"


def first_line(finding: Finding, shown: Shown) -> str:
    """Where it is, what it is, what is repeated, and how sure that is."""
    where, rule = place(finding), finding.rule
    cost = estimate(finding)
    words = [cost] if cost is not None else []
    words += [_("{grade} confidence", grade=told(finding.confidence))] if finding.confidence != "high" else []
    about = f" ({', '.join(words)})" if words else ""
    if shown.colour:
        from click import style

        where, about = style(where, bold=True), style(about, dim=True)
        rule = style(rule, fg=_COLOURS.get(finding.severity))
    return f"{where}: {rule}: {neutral(message(finding))}{about}"


def _lines(finding: Finding, shown: Shown) -> Iterator[str]:
    yield first_line(finding, shown)
    if shown.source and finding.source:
        source = neutral(finding.source.strip())
        if shown.colour:
            from click import style

            source = style(source, dim=True)
        yield f"    {source}"
    for step in finding.evidence:
        yield f"    {neutral(step.path)}:{step.line}: {neutral(told(step.message))}"
    if finding.fix:
        how = {True: " (--fix)", False: " (--fix --unsafe-fixes)", None: ""}[finding.fix_is_safe]
        said = neutral(told(finding.fix, finding.rule))
        yield "    " + _("fix{how}: {fix}", how=how, fix=said)


def sum_line(result: LintResult) -> str:
    """How much was found in how much, and what is to be had beside it."""
    found, lines = len(result.findings), result.lines
    parts = [
        _(
            "{findings} in {files} ({lines})",
            findings=findings(found) if found else _("no findings"),
            files=files(result.files),
            lines=ngettext("{number} line", "{number} lines", lines, number=count(lines)),
        )
    ]
    safe = sum(one.fix_is_safe is True for one in result.findings)
    unsafe = sum(one.fix_is_safe is False for one in result.findings)
    if safe:
        parts.append(_("{number} can be fixed with --fix", number=count(safe)))
    if unsafe and safe:
        parts.append(_("{number} more with --fix --unsafe-fixes", number=count(unsafe)))
    elif unsafe:
        parts.append(_("{number} can be fixed with --fix --unsafe-fixes", number=count(unsafe)))
    if result.unsaid:
        parts.append(_("{number} less sure with --min-confidence low", number=count(result.unsaid)))
    if result.errors:
        errors = len(result.errors)
        parts.append(ngettext("{number} error", "{number} errors", errors, number=count(errors)))
    return ", ".join(parts)
