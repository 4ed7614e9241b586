"""The story: measure, lint, join. Read this first."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from greenprof.config import DEFAULTS, Config
from greenprof.errors import GreenprofError
from greenprof.join import join, own_files
from greenprof.meters import open_meter
from greenprof.model import Finding, Recording, Report
from greenprof.record import check_system, record


def profile_program(command: Sequence[str], *, meter: str | None = None, repeat: int = 1, lint: bool = True) -> Report:
    """Run `command`, in any language, and say what it burned and, for Python, on which lines.

    `meter` is a name or ``name:argument``; by default the first that works. Raises `GreenprofError`
    when the command cannot be started or the meter cannot be used.
    """
    return report_on(record_program(command, meter=meter, repeat=repeat), lint=lint)


def record_program(
    command: Sequence[str], *, meter: str | None = None, repeat: int = 1, redact_all: bool = False
) -> tuple[Recording, ...]:
    """Measure `command` `repeat` times; the first run that fails is the last."""
    check_system()
    opened = open_meter(meter)
    recordings: list[Recording] = []
    try:
        while len(recordings) < repeat and not (recordings and recordings[-1].run.exit_code):
            recordings.append(record(command, opened.meter, redact_all=redact_all))
    finally:
        opened.meter.close()
    return tuple(recordings)


def report_on(recordings: Sequence[Recording], config: Config = DEFAULTS, *, lint: bool = True) -> Report:
    """Lint the files that ran, if asked, and join what is found with the joules on those lines."""
    files = own_files(recordings)
    there = [path for path in files if Path(path).is_file()]
    gone = [f"{path} is not there any more: its lines were not linted." for path in files if path not in there]
    findings, notes = _lint(there, config) if lint else ((), ["The source was not linted."])
    return join(recordings, findings, _sources(there), [*gone, *notes])


def _lint(paths: Sequence[str], config: Config) -> tuple[tuple[Finding, ...], list[str]]:
    """Findings, and what the reader has to know of files that could not be linted: no reason to lose a measurement."""
    from greenprof.lint import lint_paths

    try:
        result = lint_paths(
            paths,
            select=config.select,
            ignore=config.ignore,
            extra_rules=config.rules,
            min_confidence=config.min_confidence,
        )
    except GreenprofError as error:
        return (), [f"The source was not linted: {error}"]
    return result.findings, [f"{error.path} was not linted: {error.message}" for error in result.errors]


def _sources(paths: Sequence[str]) -> dict[str, list[str]]:
    """Lines of text by path; bytes that are not UTF-8 are shown as such, and what cannot be read is left out."""
    sources = {}
    for path in paths:
        with suppress(OSError):
            sources[path] = Path(path).read_text(encoding="utf-8", errors="replace").split("\n")
    return sources
