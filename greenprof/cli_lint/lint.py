"""``greenprof lint``: what is done with what is found."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from greenprof.cli_lang import lang_option
from greenprof.cli_lint.options import STANDARD_INPUT, Options, check, options, selection_of, settings
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.grades import SEVERITIES
from greenprof.i18n import _
from greenprof.output import STANDARD_OUTPUT, check_writable, say, write

if TYPE_CHECKING:
    from greenprof.config import Config
    from greenprof.lint.baseline import Baseline
    from greenprof.lint.files import FileChoice
    from greenprof.lint.result import LintResult
    from greenprof.lint.selection import Selection
    from greenprof.lint.shards import Shard
    from greenprof.model import Finding, Report

MOST_ROUNDS = 10  # each loads a relation of what the one before loads


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(readable=False))  # what cannot be read is told, the rest linted
@options
@lang_option
def lint(paths: tuple[str, ...], **given: Any) -> None:
    """Find energy antipatterns in PATHS (by default here) without running anything. - is standard input.

    Exit code: 0 clean, 1 findings, 2 wrong use or a file that could not be read or parsed.
    """
    from greenprof.lint.formats import check_format

    asked = Options(**given, is_piped=STANDARD_INPUT in paths)
    check_format(asked.format_)
    check_writable(asked.output)
    check(paths, asked)
    paths = paths or (".",)
    if asked.watch:
        from greenprof.cli_lint.watch import watch

        watch(paths, asked, lambda: _lint(paths, asked))
    else:
        sys.exit(_lint(paths, asked))


def _lint(paths: tuple[str, ...], asked: Options) -> int:
    return _run(_Task(paths=paths, asked=asked, config=settings(asked)))


@dataclass(frozen=True, kw_only=True)
class _Task:
    """What is to be done: on the command line, and in the project's settings."""

    paths: tuple[str, ...]
    asked: Options
    config: Config

    @cached_property
    def selection(self) -> Selection:
        """Which rules are asked."""
        return selection_of(self.config)

    @cached_property
    def shard(self) -> Shard | None:
        """Which part of the files is linted; None is all of them."""
        from greenprof.lint.shards import read_shard

        return None if self.asked.shard is None else read_shard(self.asked.shard)

    @cached_property
    def choice(self) -> FileChoice:
        """Which files are linted."""
        from greenprof.lint.files import choice_of

        return choice_of(self.config)

    @cached_property
    def baseline(self) -> Baseline | None:
        """What is known already; None where nothing is, or all is to be shown."""
        from greenprof.lint.baseline import read_baseline

        if self.config.baseline is None or self.asked.baseline_create:
            return None
        return read_baseline(Path(self.config.baseline))

    @cached_property
    def report(self) -> Report | None:
        """The run that confirms findings; None where none is named."""
        from greenprof.wire import load_report

        return None if self.asked.confirmed_by is None else load_report(self.asked.confirmed_by)

    def read(self) -> None:
        """Read both now: what is wrong with one is told before anything is linted."""
        for _known in (self.baseline, self.report):
            pass

    def keeps(self, finding: Finding) -> bool:
        """Whether a finding counts."""
        return self.selection.keeps(finding) and not (self.baseline and self.baseline.holds(finding))


def _run(task: _Task) -> int:
    """Lint, and do what was asked; the exit code."""
    asked = task.asked
    task.read()
    found = _linted_input(task) if asked.is_piped else _linted_files(task)
    if asked.diff:
        _show_errors(found.result)
        write(asked.output, found.diff)
        return 2 if found.result.errors else int(bool(found.diff) and not asked.exit_zero)
    if asked.add_ignore:
        return _add_ignores(found.result)
    if asked.baseline_create:
        return _create_baseline(found.result, task)
    _show(found.result, task)
    return _exit_code(found.result, task)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What is found, after fixing if that was asked for, and what fixing changes, or would change."""

    result: LintResult
    diff: str = ""


def _linted_files(task: _Task) -> _Found:
    from greenprof.lint.paths import lint_selected

    cache = task.config.root if task.config.cache else None
    result = lint_selected(
        task.paths, task.selection, task.choice, jobs=task.asked.jobs, cache_in=cache, part=task.shard
    )
    new = _confirmed(_new(result, task), task)
    if not (task.asked.fix or task.asked.diff):
        return _Found(result=_with_unused_ignores(new, task))
    from greenprof.lint.fixing import fix_found
    from greenprof.lint.formats._words import told

    rules, unsafe = task.selection.rules, task.config.unsafe_fixes
    fixed = first = fix_found(new, rules, keep=task.keeps, unsafe=unsafe, write=task.asked.fix)
    number, files = 0, set[str]()
    for _round in range(MOST_ROUNDS):
        left = replace(fixed.left, errors=tuple(dict.fromkeys(fixed.left.errors)))
        number += fixed.applied
        files |= {one.path for one in fixed.files}
        over_files = any(one.evidence for file in fixed.files for one in file.applied)
        if not (task.asked.fix and fixed.applied and (over_files or task.config.report_unused_ignores)):
            break
        again = lint_selected(task.paths, task.selection, task.choice, jobs=task.asked.jobs)  # lines are others now
        left = replace(left, unused=again.unused)
        if not over_files:
            break
        left = replace(left, findings=tuple(filter(task.keeps, again.findings)))  # a relation of what is loaded now
        fixed = fix_found(left, rules, keep=task.keeps, unsafe=unsafe)
    _say_fixed(number, len(files), task)
    for words in first.untouched:
        _say(told(words))
    return _Found(result=_with_unused_ignores(left, task), diff=first.diff)


def _linted_input(task: _Task) -> _Found:
    """What is found in standard input; its text, fixed or not, goes to standard output with ``--fix``."""
    from greenprof.lint import FileError, LintResult
    from greenprof.lint.edits import is_carried_out
    from greenprof.lint.files import is_chosen
    from greenprof.lint.fixing import FixError, fix_bytes
    from greenprof.lint.paths import lint_text

    data, name = sys.stdin.buffer.read(), task.asked.stdin_filename
    path = name or STANDARD_INPUT
    if name is not None and not is_chosen(Path(name), task.choice):
        result = LintResult(findings=(), errors=(), files=0, lines=0)
    else:
        result = _new(lint_text(data, path, task.selection), task)
    diff = ""
    rules, unsafe = task.selection.rules, task.config.unsafe_fixes
    is_offered = any(is_carried_out(one, unsafe) for one in result.findings)
    if is_offered and (task.asked.fix or task.asked.diff):
        try:
            data, file, left = fix_bytes(data, path, rules, keep=task.keeps, unsafe=unsafe)
        except (FixError, ValueError) as error:
            result = replace(result, errors=(FileError(path=path, line=None, message=f"not fixed: {error}"),))
        else:
            diff = file.diff
            result = replace(result, findings=left, unused=lint_text(data, path, task.selection).unused)
            _say_fixed(len(file.applied), 1, task)
    if task.asked.fix:
        write(STANDARD_OUTPUT, data)
    return _Found(result=_with_unused_ignores(result, task), diff=diff)


def _confirmed(result: LintResult, task: _Task) -> LintResult:
    """`result` with what a run has seen of it."""
    from greenprof.lint.confirmed import with_confirmed

    if task.report is None:
        return result
    return replace(result, findings=with_confirmed(result.findings, task.report.findings))


def _new(result: LintResult, task: _Task) -> LintResult:
    """`result` without what the baseline knows; one that knows too much is told, or made smaller."""
    if task.baseline is None or task.config.baseline is None:
        return result
    compared = task.baseline.compare(result, task.selection.unsaid)
    if gone := sum(compared.gone.values()):
        words, path = _findings(gone), Path(task.config.baseline)
        if task.asked.baseline_shrink:
            write(path, task.baseline.without(compared.gone).dumps())
            _say(_("took {findings} out of {path}", findings=words, path=path))
        elif not task.asked.quiet and not task.asked.is_piped:
            _say(
                _(
                    "no longer found: {findings} of {path}; --baseline-shrink takes out what is gone",
                    findings=words,
                    path=path,
                )
            )
    return replace(result, findings=compared.new)


def _with_unused_ignores(result: LintResult, task: _Task) -> LintResult:
    from greenprof.lint.ignores import as_findings
    from greenprof.lint.paths import by_place

    if not task.config.report_unused_ignores:
        return result
    told = as_findings(result.unused, task.selection.rules, task.selection.all_rules, task.selection.python)
    return replace(result, findings=by_place((*result.findings, *told)))


def _create_baseline(result: LintResult, task: _Task) -> int:
    from greenprof.lint.baseline import baseline_of

    if task.config.baseline is None:
        raise GreenprofError("--baseline-create needs a file: --baseline FILE", EXIT_USAGE)
    path = Path(task.config.baseline)
    if path.exists():
        raise GreenprofError(f"{path}: is there already; --baseline-shrink makes it smaller", EXIT_USAGE)
    _show_errors(result)
    check_writable(path)
    write(path, baseline_of(result.findings, path).dumps(task.shard))
    _say(_("wrote {findings} to {path}", findings=_findings(len(result.findings)), path=path))
    return 2 if result.errors else 0


def _add_ignores(result: LintResult) -> int:
    from greenprof.lint.add_ignore import add_to_file
    from greenprof.lint.formats._words import place
    from greenprof.lint.ignores import UNUSED
    from greenprof.lint.result import reason

    by_file: dict[str, list[Finding]] = {}
    for one in result.findings:
        if one.rule != UNUSED:
            by_file.setdefault(one.path, []).append(one)
    silenced, failed = 0, bool(result.errors)
    _show_errors(result)
    for path, findings in by_file.items():
        try:
            added = add_to_file(Path(path), findings)
        except (OSError, SyntaxError, ValueError) as error:
            _say(_("{path}: no comments added: {reason}", path=path, reason=reason(error)))
            failed = True
            continue
        silenced += added.silenced
        for one in added.left:
            _say(_("{place}: no room for a comment that ignores {rule}", place=place(one), rule=one.rule))
            failed = True
    _say(_("silenced {findings}", findings=_findings(silenced)))
    return 2 if failed else 0


def _say_fixed(number: int, files: int, task: _Task) -> None:
    if number and not task.asked.quiet:
        from greenprof.lint.formats import _words as words

        values = {"findings": words.findings(number), "files": words.files(files)}
        if task.asked.diff:
            _say(_("would fix {findings} in {files}", **values))
        else:
            _say(_("fixed {findings} in {files}", **values))


def _findings(number: int) -> str:
    from greenprof.lint.formats._words import findings

    return findings(number)


def _say(words: str) -> None:
    click.echo(f"greenprof: {words}", err=True)


def _show(result: LintResult, task: _Task) -> None:
    from greenprof.estimate import dearest_first
    from greenprof.lint import statistics
    from greenprof.lint.formats import Shown, render

    asked = task.asked
    _show_errors(result)
    if asked.quiet:
        return
    _show_skipped(result)
    if asked.statistics:
        counted = statistics.tallies(result.findings)
        show = statistics.as_json if asked.format_ == "json" else statistics.as_text
        _deliver(show(counted), asked)
        return
    if asked.sort == "cost":
        result = replace(result, findings=tuple(sorted(result.findings, key=dearest_first)))
    shown = Shown(
        result=result,
        colour=asked.output == STANDARD_OUTPUT and sys.stdout.isatty() and not os.environ.get("NO_COLOR"),
        source=task.config.show_source,
        rules=lambda: task.selection.all_rules,
        shard=task.shard,
    )
    _deliver(render(asked.format_, shown), asked)


def _deliver(text: str, asked: Options) -> None:
    if asked.output == STANDARD_OUTPUT and asked.fix and asked.is_piped:
        say(text, err=True)  # standard output is for the text that was fixed
    else:
        write(asked.output, text)


def _show_errors(result: LintResult) -> None:
    from greenprof.lint.formats._words import error_line

    for error in result.errors:
        click.echo(f"greenprof: {error_line(error)}", err=True)


def _show_skipped(result: LintResult) -> None:
    """The files that were not read although that is no error: one line for all of a kind."""
    from greenprof.lint.formats._words import files, neutral
    from greenprof.lint.result import TEMPLATE

    by_reason: dict[str, list[str]] = {}
    for path, reason in result.skipped:
        by_reason.setdefault(reason, []).append(path)
    for reason, paths in by_reason.items():
        which = (
            neutral(paths[0])
            if len(paths) == 1
            else _("{files}, the first {path}", files=files(len(paths)), path=neutral(paths[0]))
        )
        if reason == TEMPLATE:
            how = "helm template . | greenprof lint -"
            _say(
                _(
                    "{files}: a template and no YAML, not read; lint what it renders: {command}",
                    files=which,
                    command=how,
                )
            )
        else:
            _say(_("{files}: not read: neither Python nor a manifest of a kind that greenprof knows", files=which))


def _exit_code(result: LintResult, task: _Task) -> int:
    if result.errors:
        return 2
    least = SEVERITIES.index(task.config.fail_on or SEVERITIES[-1])
    fails = any(SEVERITIES.index(one.severity) <= least for one in result.findings)
    return int(fails and not task.asked.exit_zero)
