"""A line a finding, as compilers write it, with its source and its fix below; then one line that sums up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from greenprof.estimate import estimate
from greenprof.lint.formats._words import count, neutral, place

if TYPE_CHECKING:
    from greenprof.lint.formats import Shown
    from greenprof.lint.result import LintResult
    from greenprof.model import Finding

_COLOURS = {"error": "red", "warning": "yellow", "info": "cyan"}


def render(shown: Shown) -> str:
    """The findings for people."""
    lines = [line for one in shown.result.findings for line in _lines(one, shown)]
    return "\n".join([*lines, _sum(shown.result)]) + "\n"


def _lines(finding: Finding, shown: Shown) -> Iterator[str]:
    where, rule = place(finding), finding.rule
    cost = estimate(finding)
    words = [cost] if cost is not None else []
    words += [f"{finding.confidence} confidence"] if finding.confidence != "high" else []
    about = f" ({', '.join(words)})" if words else ""
    source = neutral((finding.source or "").strip())
    if shown.colour:
        from click import style

        where, about, source = style(where, bold=True), style(about, dim=True), style(source, dim=True)
        rule = style(rule, fg=_COLOURS.get(finding.severity))
    yield f"{where}: {rule}: {neutral(finding.message)}{about}"
    if shown.source and finding.source:
        yield f"    {source}"
    for step in finding.evidence:
        yield f"    {neutral(step.path)}:{step.line}: {neutral(step.message)}"
    if finding.fix:
        how = {True: " (--fix)", False: " (--fix --unsafe-fixes)", None: ""}[finding.fix_is_safe]
        yield f"    fix{how}: {neutral(finding.fix)}"


def _sum(result: LintResult) -> str:
    found = len(result.findings)
    parts = [f"{count(found, 'finding') if found else 'no findings'} in {count(result.files, 'file')}"]
    parts[0] += f" ({count(result.lines, 'line')})"
    safe = sum(one.fix_is_safe is True for one in result.findings)
    unsafe = sum(one.fix_is_safe is False for one in result.findings)
    if safe:
        parts.append(f"{safe:,} can be fixed with --fix")
    if unsafe:
        parts.append(f"{unsafe:,} {'more' if safe else 'can be fixed'} with --fix --unsafe-fixes")
    if result.errors:
        parts.append(count(len(result.errors), "error"))
    return ", ".join(parts)
