"""Lint what ran and join it with the joules, as `greenprof.pipeline` does, where some of the source is in no file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from greenprof.errors import GreenprofError
from greenprof.join import join, own_code_of, own_files
from greenprof.pipeline import scope_of
from greenprof.sources import lines_of, not_linted, unchanged, unchanged_in_archives

if TYPE_CHECKING:
    from greenprof.config import Config
    from greenprof.model import Finding, Recording, Report


def report_on(recording: Recording, texts: Mapping[str, Sequence[str]], config: Config, *, lint: bool) -> Report:
    """The report of `recording`; `texts` are the lines of the cells, by name.

    Linted is what was seen running, and the cell itself, which may be too quick to be seen.
    """
    own = own_code_of((recording,), scope_of(config))
    seen = own_files((recording,), own)
    cells = {name: lines for name, lines in texts.items() if name in seen or name in recording.run.command}
    files = [name for name in seen if name not in texts]
    same = unchanged(files, recording.sources)
    notes = not_linted(files, same, unchanged_in_archives(files, recording.sources))
    findings, more = _lint(cells, same, config) if lint else ((), ["The source was not linted."])
    sources = {**lines_of(same), **cells}
    return join((recording,), findings, sources, [*notes, *more], own, min_confidence=config.min_confidence)


def _lint(
    cells: Mapping[str, Sequence[str]], files: Sequence[str], config: Config
) -> tuple[tuple[Finding, ...], list[str]]:
    """Findings of any confidence in cells and files, and what could not be linted: no reason to lose a measurement."""
    from greenprof.config import rule_settings
    from greenprof.lint.engine import lint_source
    from greenprof.lint.files import FileChoice
    from greenprof.lint.paths import lint_selected
    from greenprof.lint.selection import Selection

    findings, notes = [], []
    try:
        selection = replace(Selection(root=config.root, **rule_settings(config)), min_confidence="low")
        result = lint_selected(files, selection, FileChoice(root=config.root))
        for name, lines in cells.items():
            try:
                findings += lint_source("\n".join(lines), name, selection.file_rules)
            except (SyntaxError, ValueError, RecursionError) as error:  # one that awaits, say
                notes.append(f"{name} was not linted: {error}")
    except GreenprofError as error:
        return (), [f"The source was not linted: {error}"]
    notes += [f"{error.path} was not linted: {error.message}" for error in result.errors]
    return (*findings, *result.findings), notes
