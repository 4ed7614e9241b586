"""What ``greenprof lint`` can be asked on the command line, and what a project has settled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from greenprof.cli_lint.completion import complete_format, complete_rules
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.grades import CONFIDENCES, SEVERITIES
from greenprof.output import STANDARD_OUTPUT

if TYPE_CHECKING:
    from greenprof.config import Config
    from greenprof.lint.selection import Selection

STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was asked for on the command line; None or empty is what the project has settled."""

    select: tuple[str, ...]
    extend_select: tuple[str, ...]
    ignore: tuple[str, ...]
    per_file_ignores: tuple[str, ...]
    min_confidence: str | None
    target_version: str | None
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
    confirmed_by: Path | None
    add_ignore: bool
    baseline: Path | None
    baseline_create: bool
    baseline_shrink: bool
    report_unused_ignores: bool | None
    format_: str
    output: Path
    sort: str
    statistics: bool
    show_source: bool | None
    jobs: int | None
    cache: bool | None
    quiet: bool
    watch: bool
    shard: str | None
    is_piped: bool


def _several(name: str, help: str, metavar: str = "RULES") -> Callable[[Any], Any]:
    """An option that may be given several times, and takes several words with commas between them."""
    return click.option(
        name,
        multiple=True,
        metavar=metavar,
        help=help,
        callback=lambda _, __, values: tuple(word.strip() for value in values for word in value.split(",") if word),
        shell_complete=complete_rules if metavar == "RULES" else None,
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
        "--target-version", metavar="VERSION",
        help="Oldest Python that the code is to run on, as 3.12. [default: that of requires-python, else this one]",
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
    _several("--extend-include", "Take files that match too, such as '*.md'.", "PATTERNS"),
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
        "--confirmed-by", type=click.Path(path_type=Path), metavar="REPORT",
        help="A report that `greenprof run -f json` has saved: eager loads of what it has confirmed are safe fixes.",
    ),
    click.option("--add-ignore", is_flag=True, help="Put an ignore comment on each line that has a finding."),
    click.option(
        "--report-unused-ignores/--no-report-unused-ignores", default=None,
        help="Show ignore comments that silence nothing.",
    ),
    click.option(
        "--baseline", type=click.Path(path_type=Path), metavar="FILE", help="Leave out the findings that FILE knows."
    ),
    click.option("--baseline-create", is_flag=True, help="Write all findings to the baseline, a new file."),
    click.option("--baseline-shrink", is_flag=True, help="Take out of the baseline what is found no more."),
    click.option(
        "-f", "--format", "--output-format", "format_", metavar="FORMAT", default="text", show_default=True,
        shell_complete=complete_format, help="text, concise, json, sarif, github, gitlab, junit.",
    ),
    click.option("-o", "--output", type=click.Path(path_type=Path), default=STANDARD_OUTPUT, metavar="FILE"),
    click.option(
        "--sort", type=click.Choice(["place", "cost"]), default="place", show_default=True,
        help="By file and line, or by estimated cost: what is repeated, queries before requests before rows before the"
        " processor's work, and then how often.",
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
    click.option(
        "--shard", metavar="N/M",
        help="Part N of M, for several machines: its own files, by their paths. `greenprof merge` puts parts together.",
    ),
    click.option("-w", "--watch", is_flag=True, help="Lint again whenever something changes, until Ctrl-C."),
    click.option("-q", "--quiet", is_flag=True, help="Nothing but errors; the exit code tells."),
)  # fmt: skip


def options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command all of them."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def check(paths: tuple[str, ...], options: Options) -> None:
    """Raise UsageError for options that do not go together."""
    context = click.get_current_context()

    def refuse(wrong: bool, message: str) -> None:
        if wrong:
            raise click.UsageError(message, context)

    refuse(options.is_piped and len(paths) > 1, "- stands alone: standard input is one file")
    refuse(options.is_piped and options.confirmed_by is not None, "--confirmed-by needs files, not standard input")
    named = options.stdin_filename is not None
    refuse(named and not options.is_piped, "--stdin-filename goes with - as the only PATH")
    asked = {
        "--fix": options.fix, "--diff": options.diff, "--add-ignore": options.add_ignore,
        "--baseline-create": options.baseline_create, "--baseline-shrink": options.baseline_shrink,
    }  # fmt: skip
    given = [name for name, value in asked.items() if value]
    refuse(
        options.watch and (options.is_piped or bool(given)), "--watch shows what is found in files, and nothing else"
    )
    refuse(len(given) > 1, f"{' and '.join(given)} are different tasks; give one of them")
    for name in given:
        refuse(options.is_piped and name not in ("--fix", "--diff"), f"{name} needs files, not standard input")
    refuse(
        options.shard is not None and (options.is_piped or options.watch or bool(set(given) - {"--baseline-create"})),
        "--shard shows what is found in files, or writes it to a new baseline, and nothing else",
    )
    fixes = options.fix or options.diff
    refuse(bool(options.unsafe_fixes) and not fixes, "--unsafe-fixes goes with --fix or --diff")
    other = options.format_ not in ("text", "json")
    refuse(options.statistics and (options.diff or other), "--statistics is text or json, and goes without --diff")


def settings(options: Options) -> Config:
    """The project's settings, with what was asked for on the command line in their place."""
    from greenprof.config import load_config, read_config

    config = load_config() if options.config is None else read_config(options.config)
    given = {
        name: value
        for name in (
            "select", "extend_select", "ignore", "min_confidence", "target_version", "fail_on", "exclude",
            "extend_exclude", "extend_include", "force_exclude", "respect_gitignore", "tests", "unsafe_fixes",
            "show_source", "cache", "report_unused_ignores",
        )
        if (value := getattr(options, name)) not in (None, ())
    }  # fmt: skip
    if options.baseline is not None:
        given["baseline"] = str(options.baseline)
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


def selection_of(config: Config) -> Selection:
    """Which rules are asked, and which of their findings count."""
    from greenprof.config import rule_settings
    from greenprof.lint.selection import Selection

    return Selection(root=config.root, **rule_settings(config))
