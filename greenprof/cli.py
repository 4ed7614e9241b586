"""The command line: each command is a few lines that call one function."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

import click

from greenprof import (
    __version__,
    cli_ab,
    cli_board,
    cli_carbon,
    cli_compare,
    cli_history,
    cli_lint,
    cli_monitor,
    cli_prove,
    cli_rightsize,
    cli_scan,
    cli_selftest,
)
from greenprof.cli_lang import lang_option
from greenprof.errors import EXIT_OWN_FAILURE, EXIT_USAGE, GreenprofError
from greenprof.grades import CONFIDENCES
from greenprof.output import STANDARD_OUTPUT, append, check_writable, open_streams, say, say_no_more, write

if TYPE_CHECKING:
    from greenprof.command import Target
    from greenprof.config import Config
    from greenprof.model import Report
    from greenprof.own_code import Scope


def main() -> None:
    """Run the command line; the one place where an error is printed."""
    open_streams()
    try:
        cli(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(128 + 2)
    except click.exceptions.Exit as ended:
        sys.exit(ended.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(EXIT_USAGE)
    except GreenprofError as error:
        click.echo(f"greenprof: {error}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        say_no_more(sys.stdout)
        sys.exit(EXIT_OWN_FAILURE)
    finally:
        gc.freeze()  # what is left goes with the process: nobody need look through it at the end


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="greenprof", message="%(prog)s %(version)s")
def cli() -> None:
    """How many joules a program burns, on which lines, and which antipattern sits on them."""


cli_ab.register(cli)
cli_lint.register(cli)
cli_carbon.register(cli)
cli_compare.register(cli)
cli_history.register(cli)
cli_prove.register(cli)
cli_scan.register(cli)
cli_board.register(cli)
cli_rightsize.register(cli)
cli_selftest.register(cli)
cli_monitor.register(cli)


class _RunCommand(click.Command):
    """`greenprof run` takes its own options up to the program, and leaves the rest alone."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        from greenprof.command import split

        takes_value = {name for option in self.params if not getattr(option, "is_flag", False) for name in option.opts}
        own, ctx.obj = split(args, takes_value)
        return super().parse_args(ctx, own)


_FORMAT = click.option(
    "-f", "--format", "formats", multiple=True, metavar="FORMAT",
    help="text, html, markdown, json, csv, sarif, github, speedscope, collapsed, pprof, firefox; one for all outputs, "
    "or one for each -o. [default: by the suffix of -o, else text]",
)  # fmt: skip

_TEXT_OR_JSON = click.option(
    "-f", "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True
)

_OUTPUT = click.option(
    "-o", "--output", "outputs", multiple=True, type=click.Path(path_type=Path), metavar="FILE",
    help="Write the report to FILE, in the format of its suffix; may be given several times. - is standard output.",
)  # fmt: skip

_FULL = click.option(
    "-v", "--full", is_flag=True, help="The whole report on the terminal, where it is else kept to 30 lines."
)

_QUERIES_BEFORE = click.option(
    "--queries-before", type=click.Path(path_type=Path), metavar="REPORT",
    help="Say how many statements to databases there were in a report that was saved before, and how many now.",
)  # fmt: skip

_SCOPE = (
    click.option(
        "--include", multiple=True, metavar="PATTERN",
        help="Own code is only what matches, a shell pattern of paths; may be given several times.",
    ),
    click.option(
        "--exclude", multiple=True, metavar="PATTERN", help="What matches is not own code: its callers get its joules."
    ),
)  # fmt: skip


_MIN_CONFIDENCE = click.option(
    "--min-confidence", type=click.Choice(CONFIDENCES),
    help="Show findings at least this sure, and those whose lines burned what matters. [default: medium]",
)  # fmt: skip


def _scope_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_SCOPE):
        command = option(command)
    return command


@cli.command(cls=_RunCommand, options_metavar="[OPTIONS] SCRIPT | -m MODULE | -- COMMAND  [ARGS]...")
@click.option("--meter", metavar="NAME", help="Meter to use, NAME or NAME:ARGUMENT. [default: the first that works]")
@_FORMAT
@_OUTPUT
@click.option(
    "--save", type=click.Path(path_type=Path), metavar="FILE", help="Keep the recording, for greenprof report."
)
@click.option("--repeat", type=click.IntRange(1), default=1, metavar="N", help="Run the program N times.")
@click.option(
    "--interval",
    type=click.FloatRange(0.001, 1),
    default=0.01,
    show_default=True,
    metavar="SECONDS",
    help="Time between two samples of the stacks.",
)
@click.option("--pid", type=click.IntRange(1), help="Measure a process that runs already, until it ends or Ctrl-C.")
@click.option(
    "--duration", type=click.FloatRange(0, min_open=True), metavar="SECONDS", help="With --pid: measure so long."
)
@click.option(
    "--sampler", type=click.Choice(["outside", "inside"]), default="outside", show_default=True,
    help="Who samples: greenprof, or a thread inside the program, where a line stands for its loop.",
)  # fmt: skip
@click.option(
    "--native", is_flag=True,
    help="Show native functions (C, C++, Rust) below the lines that call them; needs the extra native.",
)  # fmt: skip
@click.option("--live", is_flag=True, help="Show the joules so far and the hottest lines while the program runs.")
@_scope_options
@cli_carbon.carbon_options
@click.option("--no-lint", is_flag=True, help="Do not look for antipatterns.")
@click.option("--no-queries", is_flag=True, help="Do not count the statements that are sent to databases.")
@_MIN_CONFIDENCE
@_QUERIES_BEFORE
@_FULL
@lang_option
@click.option("--redact", is_flag=True, help="Mask every argument of the commands in what is saved and shown.")
@click.option("--label", metavar="NAME", help="What this run is called in the history, in place of its command.")
@click.option("--no-history", is_flag=True, help="Do not keep this run in the history.")
@click.option("-q", "--quiet", is_flag=True, help="No report on the terminal.")
@click.pass_obj
def run(
    target: Target, /, *, meter: str | None, formats: tuple[str, ...], outputs: tuple[Path, ...], save: Path | None,
    repeat: int, interval: float, pid: int | None, duration: float | None, sampler: str, native: bool,
    live: bool,
    include: tuple[str, ...], exclude: tuple[str, ...], no_lint: bool, no_queries: bool,
    min_confidence: str | None, queries_before: Path | None, full: bool, redact: bool, label: str | None,
    no_history: bool, quiet: bool,
    **carbon: Any,
) -> None:  # fmt: skip
    """Run a program and report the joules on its lines.

    Ends with the program's own exit code. The report goes to standard error, or to -o.
    """
    from greenprof.command import command_line
    from greenprof.pipeline import check_carbon, check_rules, record_process, record_program, report_on, scope_of
    from greenprof.wire import dumps, recordings_to_json

    _check_what_to_run(target, pid, duration)
    if native and sampler == "inside":
        raise click.UsageError("--native divides exact lines, and --sampler inside knows loops only: leave one out")
    for path in (*outputs, *([save] if save else ())):
        check_writable(path)
    of_outputs = _formats(formats, outputs)
    before = _report_in(queries_before)
    config = _config(include, exclude, min_confidence, carbon)
    check_carbon(config)
    if not no_lint:
        check_rules(config)
    how: _How = {
        "meter": meter or config.meter, "interval_s": interval, "redact_all": redact,
        "live": scope_of(config) if live and sys.stderr.isatty() else None, "native": native,
    }  # fmt: skip
    if pid is not None:
        recordings = record_process(pid, duration_s=duration, **how)
    else:
        recordings = record_program(
            command_line(target, os.environ), repeat=repeat, inside=sampler == "inside", queries=not no_queries, **how
        )
    if save:
        write(save, dumps(recordings_to_json(recordings)))
        if not quiet:
            click.echo(f"greenprof: wrote {save}", err=True)
    report = report_on(recordings, config, lint=not no_lint, label=label)
    _deliver(report, of_outputs, outputs, quiet=quiet)
    if not quiet:
        for format_ in ("text",) if outputs else formats or ("text",):
            _show(report, format_, err=True, full=full)
        _show_fall(before, report, err=True)
    if not no_history:
        from greenprof.history.keep import keep

        for warning in keep(report, config, label=label):
            click.echo(f"greenprof: {warning}", err=True)
    code = report.run.exit_code or 0
    sys.exit(code if code >= 0 else 128 - code)


class _How(TypedDict):
    """What both ways of recording take."""

    meter: str | None
    interval_s: float
    redact_all: bool
    live: Scope | None
    native: bool


def _check_what_to_run(target: Target, pid: int | None, duration: float | None) -> None:
    context = click.get_current_context()
    if pid is None and not target.words:
        raise click.UsageError("name a script, -m MODULE, or -- COMMAND to run", context)
    if pid is not None and target.words:
        raise click.UsageError("--pid measures what runs already; name no program with it", context)
    if pid is None and duration is not None:
        raise click.UsageError("--duration goes with --pid: a program that is started is measured to its end", context)


def _config(
    include: tuple[str, ...], exclude: tuple[str, ...], min_confidence: str | None, carbon: Mapping[str, Any]
) -> Config:
    """The project's settings, with what was asked for on the command line in their place."""
    from greenprof.config import load_config

    config = load_config()
    return replace(
        config,
        profile_include=include or config.profile_include,
        profile_exclude=exclude or config.profile_exclude,
        min_confidence=min_confidence or config.min_confidence,
        carbon=cli_carbon.settled(config.carbon, cli_carbon.given(carbon)),
    )


@cli.command()
@click.argument("file", type=click.Path(path_type=Path))
@_FORMAT
@_OUTPUT
@_scope_options
@cli_carbon.carbon_options
@click.option("--no-lint", is_flag=True, help="Do not look for antipatterns.")
@_MIN_CONFIDENCE
@_QUERIES_BEFORE
@_FULL
@lang_option
@click.option("--open", "open_", is_flag=True, help="Show the HTML page in the browser.")
def report(
    file: Path, *, formats: tuple[str, ...], outputs: tuple[Path, ...], open_: bool, include: tuple[str, ...],
    exclude: tuple[str, ...], no_lint: bool, min_confidence: str | None, queries_before: Path | None, full: bool,
    **carbon: Any,
) -> None:  # fmt: skip
    """Show a saved report or recording again, without measuring again.

    Options of the place (--country and the like) price it anew; else a report keeps the emissions it has.

    A FILE in .greenprof/ is what was seen of a program by a greenprof that was killed.
    """
    from greenprof.model import Report
    from greenprof.wire import load

    for path in outputs:
        check_writable(path)
    of_outputs = _formats(formats, outputs)
    before = _report_in(queries_before)
    saved = load(file)
    if isinstance(saved, Report) and (include or exclude):
        raise GreenprofError(f"{file}: is a report, in which own code is settled; --include needs a recording (--save)")
    if isinstance(saved, Report) and min_confidence:
        raise GreenprofError(f"{file}: is a report, in which findings are settled; --min-confidence needs a recording")
    shown = saved
    if isinstance(shown, Report):
        shown = _priced_anew(shown, carbon)
    else:
        from greenprof.pipeline import check_carbon, report_on  # with all that records: a saved report needs none of it

        config = _config(include, exclude, min_confidence, carbon)
        check_carbon(config)
        shown = report_on(shown, config, lint=not no_lint)
    _deliver(shown, of_outputs, outputs)
    if open_:
        from greenprof.browser import open_page

        open_page(
            next((path for path, format_ in zip(outputs, of_outputs, strict=True) if format_ == "html"), None), shown
        )
    elif not outputs:
        for format_ in formats or ("text",):
            _show(shown, format_, err=False, full=full)
    _show_fall(before, shown, err=bool(outputs) or any(format_ != "text" for format_ in formats))


def _report_in(path: Path | None) -> Report | None:
    """The report that an earlier run has saved in `path`, if it is named."""
    from greenprof.wire import load_report

    return None if path is None else load_report(path)


def _show_fall(before: Report | None, now: Report, *, err: bool) -> None:
    """How many statements an earlier run sent, and how many this one."""
    from greenprof.query_falls import told

    if before is not None:
        say(told(before, now), err=err)


def _priced_anew(report: Report, carbon: Mapping[str, Any]) -> Report:
    """A saved report with other emissions, where something was asked for."""
    if not (given := cli_carbon.given(carbon)):
        return report
    from greenprof.carbon import priced
    from greenprof.config import load_config

    return priced(report, cli_carbon.settled(load_config().carbon, given))


@cli.command()
@click.option("--meter", metavar="NAME:ARG", help="Try the meter of that name with that argument.")
@click.option("--cross-check", is_flag=True, help="Let every reader of the processor's counters read the same second.")
@_TEXT_OR_JSON
@lang_option
def doctor(*, meter: str | None, cross_check: bool, format_: str) -> None:
    """Say which meters work here, what would open the others, and how fit this machine is to compare.

    Exit code: 0 if joules are measured, 1 if they can only be estimated. With --cross-check: 0 if all agree, else 1.
    """
    if cross_check:
        from greenprof import cross_check as checking

        checks = checking.cross_check_all(checking.readers(meter))
        say(checking.render(format_, checks))
        sys.exit(0 if checks.agree else 1)
    from greenprof.doctor import diagnose, render

    diagnosis = diagnose(meter=meter)
    say(render(format_, diagnosis))
    sys.exit(diagnosis.exit_code)


@cli.command()
@click.option("--meter", metavar="NAME", help="Meter to calibrate with. [default: the first that works]")
@click.option("--idle-w", type=float, metavar="W", help="Watts at rest, read from a plug.")
@click.option("--half-w", type=float, metavar="W", help="Watts with half of the CPUs busy.")
@click.option("--full-w", type=float, metavar="W", help="Watts with all CPUs busy.")
@click.option("--seconds", type=float, default=10.0, show_default=True, help="Time for each load.")
@_TEXT_OR_JSON
@lang_option
def calibrate(
    *, meter: str | None, idle_w: float | None, half_w: float | None, full_w: float | None, seconds: float, format_: str
) -> None:
    """Learn what this machine draws at rest and under load, once, and keep it for this user.

    With a counter it is measured; without one, give the watts that a plug shows.
    """
    from greenprof.calibrate import calibrate_host, render

    made, path = calibrate_host(meter=meter, idle_w=idle_w, half_w=half_w, full_w=full_w, seconds=seconds)
    say(render(format_, made, path))


def _formats(formats: Sequence[str], outputs: Sequence[Path]) -> list[str]:
    """The format of each output; raises `GreenprofError` for one that is unknown, or for formats that do not fit."""
    from greenprof.reporters import check_format

    for format_ in formats:
        check_format(format_)
    if not formats:
        return [_format_of(path) for path in outputs]
    if len(formats) > 1 and not outputs:
        raise click.UsageError(f"{len(formats)} formats and no output: give a -o for each, or one -f")
    if len(formats) == 1:
        return [formats[0]] * len(outputs)
    if len(formats) != len(outputs):
        raise click.UsageError(
            f"{len(formats)} formats and {len(outputs)} outputs: give one -f for all, or one for each -o"
        )
    return list(formats)


def _format_of(path: Path) -> str:
    from greenprof.reporters import format_for, formats

    if path == STANDARD_OUTPUT:
        return "text"
    format_ = format_for(path)
    if format_ is None:
        known = ", ".join(formats())
        raise GreenprofError(f"{path}: no format has this suffix; name one with -f ({known})", EXIT_USAGE)
    return format_


def _deliver(report: Report, formats: Sequence[str], outputs: Sequence[Path], quiet: bool = False) -> None:
    from greenprof.reporters import render

    for format_, path in zip(formats, outputs, strict=True):
        write(path, render(format_, report))
        _summarise(format_, report)
        if path != STANDARD_OUTPUT and not quiet:
            click.echo(f"greenprof: wrote {path}", err=True)


def _summarise(format_: str, report: Report) -> None:
    """Under GitHub Actions the annotations come with the Markdown report in the summary of the step."""
    if format_ == "github" and (summary := os.environ.get("GITHUB_STEP_SUMMARY")):
        from greenprof.reporters import markdown

        append(Path(summary), markdown.render(report))


def _show(report: Report, format_: str, err: bool, full: bool) -> None:
    """Print a report; the text one with the width and colours of the terminal, and on one screen unless `full`."""
    from greenprof.reporters import render, text

    stream = sys.stderr if err else sys.stdout
    if format_ == "text":
        colour = stream.isatty() and not os.environ.get("NO_COLOR")
        say(text.render(report, colour=colour, width=None if stream.isatty() else 100, full=full), err=err)
        return
    shown = render(format_, report)
    _summarise(format_, report)
    if isinstance(shown, bytes) and stream.isatty():
        raise GreenprofError(f"{format_} is not text: write it to a file with -o", EXIT_USAGE)
    say(shown, err=err)
