"""A Code Quality report, which GitLab shows in merge requests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from greenprof.lint.identity import fingerprints, relative

if TYPE_CHECKING:
    from greenprof.lint.formats import Shown

_SEVERITIES = {"error": "major", "warning": "minor", "info": "info"}


def render(shown: Shown) -> str:
    """A list of issues; a fingerprint stays the same when lines move."""
    findings = shown.result.findings
    issues = [
        {
            "type": "issue",
            "check_name": one.rule,
            "categories": ["Performance"],
            "description": f"{one.rule}: {one.message}",
            "content": {"body": one.fix or one.message},
            "severity": _SEVERITIES[one.severity],
            "fingerprint": fingerprint,
            "location": {"path": relative(one.path), "lines": {"begin": one.line, "end": one.end_line}},
        }
        for one, fingerprint in zip(findings, fingerprints(findings), strict=True)
    ]
    return json.dumps(issues, indent=1) + "\n"
