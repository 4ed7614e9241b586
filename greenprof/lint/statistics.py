"""How many findings each rule has."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from greenprof.i18n import _, ngettext
from greenprof.lint.formats._words import count, findings
from greenprof.model import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The findings of one rule: how many, in how many files, and how many of them have a fix of either kind."""

    rule: str
    group: str
    cost: str
    findings: int
    files: int
    safe_fixes: int
    unsafe_fixes: int


def tallies(findings: Iterable[Finding]) -> tuple[Tally, ...]:
    """One for each rule that found something, most findings first."""
    by_rule: dict[str, list[Finding]] = {}
    for one in findings:
        by_rule.setdefault(one.rule, []).append(one)
    counted = [
        Tally(
            rule=rule,
            group=found[0].group,
            cost=found[0].cost,
            findings=len(found),
            files=len({one.path for one in found}),
            safe_fixes=sum(one.fix_is_safe is True for one in found),
            unsafe_fixes=sum(one.fix_is_safe is False for one in found),
        )
        for rule, found in by_rule.items()
    ]
    return tuple(sorted(counted, key=lambda tally: (-tally.findings, tally.rule)))


def as_text(counted: Sequence[Tally]) -> str:
    """A table for people."""
    rows = [(_("findings"), _("files"), _("rule"), _("group"), _("cost"), _("fixes (safe, unsafe)"))]
    for one in counted:
        fixes = f"{one.safe_fixes}, {one.unsafe_fixes}" if one.safe_fixes or one.unsafe_fixes else "-"
        rows.append((count(one.findings), count(one.files), one.rule, one.group, one.cost, fixes))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        numbers = [cell.rjust(width) for cell, width in zip(row[:2], widths[:2], strict=True)]
        words = [cell.ljust(width) for cell, width in zip(row[2:], widths[2:], strict=True)]
        lines.append("  ".join(numbers + words).rstrip())
    total = sum(one.findings for one in counted)
    rules = ngettext("{number} rule", "{number} rules", len(counted), number=count(len(counted)))
    lines.append(_("{findings} of {rules}", findings=findings(total), rules=rules) if counted else _("no findings"))
    return "\n".join(lines if counted else lines[-1:]) + "\n"


def as_json(counted: Sequence[Tally]) -> str:
    """A list for other programs."""
    return json.dumps([asdict(one) for one in counted], indent=1) + "\n"
