"""SARIF 2.1.0 (OASIS), which code hosts and editors read: findings, the rules with their pages, and the fixes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from greenprof import __version__
from greenprof.estimate import estimate
from greenprof.lint.identity import fingerprints, relative
from greenprof.lint.pages import page_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from greenprof.lint.formats import Shown
    from greenprof.lint.result import FileError
    from greenprof.lint.rule import Rule
    from greenprof.model import Edit, Finding, Step

_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def render(shown: Shown) -> str:
    """One run. Columns count code points; a fingerprint stays the same when lines move."""
    result = shown.result
    names = sorted({one.rule for one in result.findings})
    known = {rule.name: rule for rule in shown.rules()} if names else {}
    places = {name: number for number, name in enumerate(names)}
    results = [
        result_of(one, places[one.rule], name)
        for one, name in zip(result.findings, fingerprints(result.findings), strict=True)
    ]
    part = None if shown.shard is None else {"shard": str(shown.shard)}
    return log([_rule(name, known.get(name)) for name in names], results, result.errors, part)


def log(
    rules: Sequence[dict[str, Any]],
    results: Sequence[dict[str, Any]],
    errors: Sequence[FileError] = (),
    properties: Mapping[str, Any] | None = None,
) -> str:
    """The log of one run, with `properties` of the run as a whole."""
    return written(rules, results, [_notification(error) for error in errors], properties)


def written(
    rules: Sequence[dict[str, Any]],
    results: Sequence[dict[str, Any]],
    notifications: Sequence[dict[str, Any]] = (),
    properties: Mapping[str, Any] | None = None,
) -> str:
    """The log, from its parts as they stand in it."""
    run = {
        "tool": {"driver": {"name": "greenprof", "semanticVersion": __version__, "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not notifications,
                "toolExecutionNotifications": list(notifications),
            }
        ],
        "results": results,
        **({"properties": properties} if properties else {}),
    }
    whole = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(whole, indent=1, allow_nan=False) + "\n"


def _rule(name: str, rule: Rule | None) -> dict[str, Any]:
    if rule is None:  # not a rule but a report of the linter itself
        return {"id": name}
    page = page_of(rule)
    told = {"help": {"text": page, "markdown": page}} if page else {}
    return {
        "id": name,
        "shortDescription": {"text": rule.message},
        "defaultConfiguration": {"level": _LEVELS[rule.severity], "enabled": rule.default},
        "properties": {"tags": [rule.group], "cost": rule.cost},
        **told,
    }


def result_of(finding: Finding, rule: int, fingerprint: str) -> dict[str, Any]:
    """A finding as a result of rule number `rule`."""
    text = finding.message + (f"; {finding.fix}" if finding.fix else "")
    more: dict[str, Any] = {"fixes": [_fix(finding)]} if finding.edits else {}
    if finding.evidence:
        more["codeFlows"] = [{"threadFlows": [{"locations": [_step(step) for step in finding.evidence]}]}]
    region: dict[str, Any] = {"startLine": finding.line, "startColumn": finding.column, "endLine": finding.end_line}
    if finding.source is not None:
        region["snippet"] = {"text": finding.source}
    return {
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "level": _LEVELS.get(finding.severity, "warning"),  # a saved report is somebody else's file
        "message": {"text": text},
        "locations": [{"physicalLocation": {"artifactLocation": _artifact(finding.path), "region": region}}],
        "partialFingerprints": {"code/v1": fingerprint},
        "properties": {
            "confidence": finding.confidence,
            "cost": finding.cost,
            "rounds": finding.rounds,
            "openLoops": finding.open_loops,
            "estimate": estimate(finding),
        },
        **more,
    }


def _step(step: Step) -> dict[str, Any]:
    place = {"artifactLocation": _artifact(step.path), "region": {"startLine": step.line}}
    return {"location": {"physicalLocation": place, "message": {"text": step.message}}}


def _fix(finding: Finding) -> dict[str, Any]:
    return {
        "description": {"text": finding.fix or finding.message},
        "artifactChanges": [
            {
                "artifactLocation": _artifact(finding.edit_path or finding.path),
                "replacements": [_replacement(one) for one in finding.edits],
            }
        ],
        "properties": {"safe": finding.fix_is_safe},
    }


def _replacement(edit: Edit) -> dict[str, Any]:
    region = {
        "startLine": edit.line,
        "startColumn": edit.column,
        "endLine": edit.end_line,
        "endColumn": edit.end_column,
    }
    return {"deletedRegion": region, "insertedContent": {"text": edit.text}}


def _notification(error: FileError) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": _artifact(error.path)}
    if error.line is not None:
        place["region"] = {"startLine": error.line}
    return {"level": "error", "message": {"text": error.message}, "locations": [{"physicalLocation": place}]}


def _artifact(path: str) -> dict[str, Any]:
    shown = relative(path)
    return {"uri": Path(shown).as_uri() if Path(shown).is_absolute() else quote(shown)}
