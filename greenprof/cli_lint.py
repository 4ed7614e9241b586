"""``greenprof lint``: its options, and what is done with what is found."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.model import CONFIDENCES, SEVERITIES
from greenprof.output import STANDARD_OUTPUT, check_writable, say, write

if TYPE_CHECKING:
    from greenprof.config import Config
    from greenprof.lint.files import FileChoice
    from greenprof.lint.result import LintResult
    from greenprof.lint.selection import Selection

STANDARD_INPUT = "-"


def register(group: click.Group) -> None:
    """Make the linter's commands part of the command line."""
    group.add_command(lint)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Options:
    """What was asked for on the command line; None or empty is what the project has settled."""

    select: tuple[str, ...]
    extend_select: tuple[str, ...]
    ignore: tuple[str, ...]
    per_file_ignores: tuple[str, ...]
    min_confidence: str | None
    fail_on: str | None
    exit_zero: bool
    config: Path | None
    exclude: tuple[str, ...]
    extend_exclude: tuple[str, ...]
    extend_include: tuple[str, ...]
    force_exclude: bool | None
    respect_gitignore: bool | None
    tests: bool | None
    stdin_filename: str | None
    fix: bool
    diff: bool
    unsafe_fixes: bool | None
    format_: str
    output: Path
    sort: str
    statistics: bool
    show_source: bool | None
    jobs: int | None
    cache: bool | None
    quiet: bool
    is_piped: bool


def _several(name: str, help: str, metavar: str = "RULES") -> Callable[[Any], Any]:
    """An option that may be given several times, and takes several words with commas between them."""
    return click.option(
        name,
        multiple=True,
        metavar=metavar,
        help=help,
        callback=lambda _, __, values: tuple(word.strip() for value in values for word in value.split(",") if word),
    )


_OPTIONS = (
    _several("--select", "Only these rules and groups; names with commas between them, or several times."),
    _several("--extend-select", "These rules and groups too."),
    _several("--ignore", "Not these rules and groups."),
    click.option(
        "--per-file-ignores", multiple=True, metavar="PATTERN:RULES",
        help="Not these rules and groups in files that match; may be given several times.",
    ),
    click.option(
        "--min-confidence", type=click.Choice(CONFIDENCES),
        help="Show what is at least this sure. [default: medium]",
    ),
    click.option(
        "--fail-on", type=click.Choice(SEVERITIES),
        help="End with 1 only for findings at least this severe. [default: info]",
    ),
    click.option("--exit-zero", is_flag=True, help="End with 0 although there are findings."),
    click.option(
        "--config", type=click.Path(path_type=Path), metavar="FILE",
        help="Settings. [default: the nearest pyproject.toml]",
    ),
    _several("--exclude", "Leave out files and folders that match, in place of the usual ones.", "PATTERNS"),
    _several("--extend-exclude", "Leave out these too.", "PATTERNS"),
    _several("--extend-include", "Take files that match beside those that end in .py.", "PATTERNS"),
    click.option(
        "--force-exclude/--no-force-exclude", default=None, help="Leave out what matches even if it is named outright."
    ),
    click.option(
        "--respect-gitignore/--no-respect-gitignore", default=None,
        help="Leave out what git ignores. [default: respect]",
    ),
    click.option(
        "--tests/--no-tests", default=None,
        help="Take tests and migrations too; named outright, they are taken anyway. [default: no]",
    ),
    click.option(
        "--stdin-filename", metavar="FILE", help="With - as PATH: the file that standard input is the text of."
    ),
    click.option("--fix", is_flag=True, help="Apply safe fixes, and show what is left."),
    click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing."),
    click.option(
        "--unsafe-fixes/--no-unsafe-fixes", default=None, help="With --fix or --diff: fixes that may change results."
    ),
    click.option(
        "-f", "--format", "--output-format", "format_", metavar="FORMAT", default="text", show_default=True,
        help="text, json, sarif, github, gitlab, junit.",
    ),
    click.option("-o", "--output", type=click.Path(path_type=Path), default=STANDARD_OUTPUT, metavar="FILE"),
    click.option(
        "--sort", type=click.Choice(["place", "cost"]), default="place", show_default=True,
        help="By file and line, or what is repeated: queries before requests before the processor's work.",
    ),
    click.option("--statistics", is_flag=True, help="Show how many findings each rule has, instead of them."),
    click.option(
        "--show-source/--no-show-source", default=None, help="Show the line of each finding. [default: show]"
    ),
    click.option(
        "-j", "--jobs", type=click.IntRange(1), metavar="N", help="Processes at once. [default: one a processor]"
    ),
    click.option(
        "--cache/--no-cache", default=None,
        help="Keep what was found below .greenprof/ for the next time. [default: keep]",
    ),
    click.option("-q", "--quiet", is_flag=True, help="Nothing but errors; the exit code tells."),
)  # fmt: skip


def _options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@_options
def lint(paths: tuple[str, ...], **given: Any) -> None:
    """Find energy antipatterns in PATHS (by default here) without running anything. - is standard input.

    Exit code: 0 clean, 1 findings, 2 wrong use or a file that could not be read or parsed.
    """
    from greenprof.lint.formats import check_format

    options = _Options(**given, is_piped=STANDARD_INPUT in paths)
    check_format(options.format_)
    check_writable(options.output)
    _check(paths, options)
    config = _settings(options)
    selection, choice = _selection(config), _choice(config)
    if options.is_piped:
        found = _from_standard_input(selection, choice, config, options)
    else:
        found = _from_paths(paths or (".",), selection, choice, config, options)
    if options.diff:
        write(options.output, found.diff)
        _show_errors(found.result)
        sys.exit(2 if found.result.errors else int(bool(found.diff) and not options.exit_zero))
    _show(found.result, selection, config, options)
    sys.exit(_exit_code(found.result, config, options))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What is found, after fixing if that was asked for, and what fixing changes, or would change."""

    result: LintResult
    diff: str = ""


def _check(paths: tuple[str, ...], options: _Options) -> None:
    context = click.get_current_context()
    if options.is_piped and len(paths) > 1:
        raise click.UsageError("- stands alone: standard input is one file", context)
    if options.stdin_filename is not None and paths != (STANDARD_INPUT,):
        raise click.UsageError("--stdin-filename goes with - as the only PATH", context)
    if options.fix and options.diff:
        raise click.UsageError("--diff changes nothing and --fix does; give one of them", context)
    if options.statistics and (options.diff or options.format_ not in ("text", "json")):
        raise click.UsageError("--statistics is text or json, and goes without --diff", context)
    if options.unsafe_fixes and not (options.fix or options.diff):
        raise click.UsageError("--unsafe-fixes goes with --fix or --diff", context)


def _settings(options: _Options) -> Config:
    """The project's settings, with what was asked for on the command line in their place."""
    from greenprof.config import load_config, read_config

    config = load_config() if options.config is None else read_config(options.config)
    given = {
        name: value
        for name in (
            "select", "extend_select", "ignore", "min_confidence", "fail_on", "exclude", "extend_exclude",
            "extend_include", "force_exclude", "respect_gitignore", "tests", "unsafe_fixes", "show_source", "cache",
        )
        if (value := getattr(options, name)) not in (None, ())
    }  # fmt: skip
    if config.fail_on not in (None, *SEVERITIES):
        raise GreenprofError(f"fail-on in [tool.greenprof] is one of {', '.join(SEVERITIES)}", EXIT_USAGE)
    more = _per_file(options.per_file_ignores)
    return replace(config, per_file_ignores={**config.per_file_ignores, **more}, **given)


def _per_file(given: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for each in given:
        pattern, colon, words = each.rpartition(":")
        if not colon or not pattern:
            raise GreenprofError(f"--per-file-ignores {each!r}: should be PATTERN:RULES, such as old/:all", EXIT_USAGE)
        table[pattern] = (*table.get(pattern, ()), *(word.strip() for word in words.split(",")))
    return table


def _selection(config: Config) -> Selection:
    from greenprof.config import rule_settings
    from greenprof.lint.selection import Selection

    return Selection(root=config.root, **rule_settings(config))


def _choice(config: Config) -> FileChoice:
    from greenprof.lint.files import EXCLUDED, FileChoice

    return FileChoice(
        root=config.root,
        exclude=EXCLUDED if config.exclude is None else config.exclude,
        extend_exclude=config.extend_exclude,
        extend_include=config.extend_include,
        gitignore=config.respect_gitignore,
        tests=config.tests,
        force=config.force_exclude,
    )


def _from_paths(
    paths: tuple[str, ...], selection: Selection, choice: FileChoice, config: Config, options: _Options
) -> _Found:
    from greenprof.lint.paths import lint_selected

    cache = config.root if config.cache else None
    result = lint_selected(paths, selection, choice, jobs=options.jobs, cache_in=cache)
    if not (options.fix or options.diff):
        return _Found(result=result)
    from greenprof.lint.fixing import fix_found

    fixed = fix_found(result, selection.rules, keep=selection.keeps, unsafe=config.unsafe_fixes, write=options.fix)
    _say_fixed(fixed.applied, len(fixed.files), options)
    return _Found(result=fixed.left, diff=fixed.diff)


def _from_standard_input(selection: Selection, choice: FileChoice, config: Config, options: _Options) -> _Found:
    """What is found in standard input; its text, fixed or not, goes to standard output with ``--fix``."""
    from greenprof.lint import FileError, LintResult
    from greenprof.lint.files import is_chosen
    from greenprof.lint.fixing import FixError, fix_bytes
    from greenprof.lint.paths import lint_text

    data, path = sys.stdin.buffer.read(), options.stdin_filename or STANDARD_INPUT
    if options.stdin_filename is not None and not is_chosen(Path(path), choice):
        result = LintResult(findings=(), errors=(), files=0, lines=0)
    else:
        result = lint_text(data, path, selection)
    diff = ""
    if result.findings and (options.fix or options.diff):
        try:
            data, file, left = fix_bytes(data, path, selection.rules, keep=selection.keeps, unsafe=config.unsafe_fixes)
        except FixError as error:
            result = replace(result, errors=(FileError(path=path, line=None, message=f"not fixed: {error}"),))
        else:
            diff, result = file.diff, replace(result, findings=left)
            _say_fixed(len(file.applied), 1, options)
    if options.fix:
        write(STANDARD_OUTPUT, data)
    return _Found(result=result, diff=diff)


def _say_fixed(number: int, files: int, options: _Options) -> None:
    if number and not options.quiet:
        words = f"{number} finding{'s' * (number != 1)} in {files} file{'s' * (files != 1)}"
        click.echo(f"greenprof: {'would fix' if options.diff else 'fixed'} {words}", err=True)


def _show(result: LintResult, selection: Selection, config: Config, options: _Options) -> None:
    from greenprof.lint import statistics
    from greenprof.lint.formats import Shown, render
    from greenprof.lint.registry import load_rules
    from greenprof.lint.rule import COSTS

    _show_errors(result)
    if options.quiet:
        return
    if options.statistics:
        counted = statistics.tallies(result.findings)
        show = statistics.as_json if options.format_ == "json" else statistics.as_text
        _deliver(show(counted), options)
        return
    if options.sort == "cost":
        result = replace(result, findings=tuple(sorted(result.findings, key=lambda one: COSTS.index(one.cost))))
    shown = Shown(
        result=result,
        colour=options.output == STANDARD_OUTPUT and sys.stdout.isatty() and not os.environ.get("NO_COLOR"),
        source=config.show_source,
        rules=lambda: load_rules(selection.extra_rules),
    )
    _deliver(render(options.format_, shown), options)


def _deliver(text: str, options: _Options) -> None:
    if options.output == STANDARD_OUTPUT and options.fix and options.is_piped:
        say(text, err=True)  # standard output is for the text that was fixed
    else:
        write(options.output, text)


def _show_errors(result: LintResult) -> None:
    from greenprof.lint.formats._words import error_line

    for error in result.errors:
        click.echo(f"greenprof: {error_line(error)}", err=True)


def _exit_code(result: LintResult, config: Config, options: _Options) -> int:
    if result.errors:
        return 2
    least = SEVERITIES.index(config.fail_on or SEVERITIES[-1])
    fails = any(SEVERITIES.index(one.severity) <= least for one in result.findings)
    return int(fails and not options.exit_zero)
