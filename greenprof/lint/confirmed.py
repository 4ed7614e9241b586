"""Pure: fixes over several files that a run has confirmed: it has seen the statements that they save."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace

from greenprof.model import Finding

LEAST = 10  # statements of a line: fewer are no reason to load more at once


def with_confirmed(found: Iterable[Finding], seen: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings `found` now, with what a run has `seen` of them; paths of both are from here.

    A fix over several files is safe where the run has sent the line's statement again and again, `LEAST` times in all:
    the relation is read for the rows of that query for certain. Lines that have changed since then are not confirmed.
    """
    known = {_key(one): one for one in seen if one.confirmed and (one.executions or 0) >= LEAST}
    told = []
    for one in found:
        same = known.get(_key(one))
        if same is not None and one.evidence and one.edits:
            one = replace(one, executions=same.executions, confirmed=True, fix_is_safe=True)  # noqa: PLW2901
        told.append(one)
    return tuple(told)


def _key(finding: Finding) -> tuple[str, str, int, str]:
    return finding.rule, os.path.realpath(finding.path), finding.line, (finding.source or "").strip()
