"""The story: measure, lint, join. Read this first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from greenprof.join import join, own_files
from greenprof.meters import open_meter
from greenprof.model import Recording, Report
from greenprof.record import record


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
    opened = open_meter(meter)
    recordings: list[Recording] = []
    try:
        while len(recordings) < repeat and not (recordings and recordings[-1].run.exit_code):
            recordings.append(record(command, opened.meter, redact_all=redact_all))
    finally:
        opened.meter.close()
    return tuple(recordings)


def report_on(recordings: Sequence[Recording], *, lint: bool = True, rules: Sequence[str] = ()) -> Report:
    """Lint the files that ran, if asked, and join what is found with the joules on those lines."""
    from greenprof.lint import lint_paths

    files = [path for path in own_files(recordings) if Path(path).is_file()]
    notes = [
        f"{path} is not there any more: its lines were not linted."
        for path in own_files(recordings)
        if path not in files
    ]
    if not lint:
        return join(recordings, (), _sources(files), ("The source was not linted.",))
    result = lint_paths(files, extra_rules=rules)
    notes += [f"{error.path} was not linted: {error.message}" for error in result.errors]
    return join(recordings, result.findings, _sources(files), notes)


def _sources(paths: Sequence[str]) -> dict[str, list[str]]:
    return {path: Path(path).read_text(encoding="utf-8", errors="replace").split("\n") for path in paths}
