"""Ways to show what the linter found, when nothing was measured."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

from greenprof import __version__
from greenprof.errors import EXIT_USAGE, GreenprofError

if TYPE_CHECKING:
    from greenprof.lint.result import FileError, LintResult


def render(format: str, result: LintResult) -> str:
    """`result` as ``text`` or ``json``; raises `GreenprofError` (exit code 2) for any other format."""
    if format not in _FORMATS:
        raise GreenprofError(f"unknown format {format!r} (formats: {', '.join(sorted(_FORMATS))})", EXIT_USAGE)
    return _FORMATS[format](result)


def error_line(error: FileError) -> str:
    """One line that says which file could not be linted, where and why."""
    place = error.path if error.line is None else f"{error.path}:{error.line}"
    return f"{place}: {error.message}"


def _text(result: LintResult) -> str:
    """A line a finding, as compilers write it, with its fix below; then one line that sums up."""
    lines = []
    for finding in result.findings:
        lines.append(f"{finding.path}:{finding.line}:{finding.column}: {finding.rule}: {finding.message}")
        if finding.source:
            lines.append(f"    {finding.source.strip()}")
        if finding.fix:
            lines.append(f"    fix: {finding.fix}")
    found = len(result.findings)
    files, lines_read = (_count(*each) for each in ((result.files, "file"), (result.lines, "line")))
    lines.append(f"{_count(found, 'finding') if found else 'no findings'} in {files} ({lines_read})")
    return "\n".join(lines) + "\n"


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _json(result: LintResult) -> str:
    return (
        json.dumps({"format": "greenprof-lint", "version": 1, "greenprof": __version__, **asdict(result)}, indent=1)
        + "\n"
    )


_FORMATS: dict[str, Callable[[LintResult], str]] = {"text": _text, "json": _json}
