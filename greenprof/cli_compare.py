"""``greenprof compare``: two saved reports, or any commands beside each other."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from greenprof.cli_lang import lang_option
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.output import STANDARD_OUTPUT, check_writable, say, write
from greenprof.signals import ending_on_signals

if TYPE_CHECKING:
    from greenprof.versus.nouns import Asked


def register(group: click.Group) -> None:
    """Make this command part of the command line."""
    group.add_command(compare)


_OF_SUITES = frozenset({"suite", "tasks", "only", "skip", "size", "save", "resume"})


@click.command(options_metavar="[OPTIONS]", short_help="Compare commands, languages, or two saved reports.")
@click.argument("what", nargs=-1, metavar="BEFORE AFTER | COMMAND COMMAND... | --suite FILE")
@click.option(
    "-f", "--format", "format_", type=click.Choice(["text", "html", "markdown", "json", "csv"]),
    help="[default: by the suffix of -o, else text]",
)  # fmt: skip
@click.option(
    "-o", "--output", "outputs", multiple=True, type=click.Path(path_type=Path), metavar="FILE",
    help="Write the report to FILE, in the format of its suffix; may be given several times. - is standard output.",
)  # fmt: skip
@lang_option
@click.option("--force", is_flag=True, help="Compare reports of different machines or meters.")
@click.option("-n", "--name", "names", multiple=True, metavar="NAME", help="What a command is called; one for each.")
@click.option(
    "--baseline", metavar="N", help="Set the others beside this one, a number or a name. [default: the first]"
)
@click.option(
    "-w", "--warmup", type=click.IntRange(0), default=1, show_default=True, metavar="N", help="Runs that do not count."
)
@click.option(
    "-r", "--runs", type=click.IntRange(2), metavar="N", help="Run each N times. [default: until there is a verdict]"
)
@click.option(
    "--until",
    metavar="PERCENT",
    callback=lambda _c, _o, value: _percent(value),
    help="Run until each mean is known to ±2%, say.",
)
@click.option("--min-runs", type=click.IntRange(2), metavar="N", help="At least. [default: 8]")
@click.option("--max-runs", type=click.IntRange(2), metavar="N", help="At most. [default: 100]")
@click.option(
    "--max-time", type=click.FloatRange(0, min_open=True), default=300.0, show_default=True, metavar="SECONDS",
    help="Begin no further round after that.",
)  # fmt: skip
@click.option(
    "--timeout", type=click.FloatRange(0, min_open=True), metavar="SECONDS", help="The longest that one run may take."
)
@click.option(
    "--setup", multiple=True, metavar="COMMAND", help="Run this once before all runs; for all, or one for each."
)
@click.option("--prepare", multiple=True, metavar="COMMAND", help="Run this before each run; for all, or one for each.")
@click.option("--conclude", multiple=True, metavar="COMMAND", help="Run this after each run; for all, or one for each.")
@click.option(
    "--cleanup", multiple=True, metavar="COMMAND", help="Run this once after all runs; for all, or one for each."
)
@click.option("-i", "--ignore-failure", is_flag=True, help="Go on where a command ends with another exit code than 0.")
@click.option("--check-output", is_flag=True, help="Fail where a command prints other lines than its baseline.")
@click.option(
    "--input", "stdin", type=click.Path(path_type=Path, exists=True, dir_okay=False, readable=True), metavar="FILE",
    help="What the commands read; nothing otherwise.",
)  # fmt: skip
@click.option("--shell", is_flag=True, help="Let /bin/sh run the commands; its own start counts too.")
@click.option(
    "-P", "--parameter", "parameters", nargs=2, multiple=True, metavar="NAME VALUES",
    help="Put each value in place of {NAME}: 1,10,100 or 1..5 or 0..1:0.25 or 10..10000*10; several times.",
)  # fmt: skip
@click.option("--scale", metavar="NAME=SIZES", help="Say how cost grows with n: n=1000,10000,100000 in place of {n}.")
@click.option(
    "--race", is_flag=True, help="Come by the verdicts in pairs at the same time on one core, for a busy machine."
)
@click.option(
    "--suite", type=click.Path(path_type=Path), metavar="FILE",
    help="Compare tasks in several languages: a suite.toml.",
)  # fmt: skip
@click.option("--task", "tasks", multiple=True, metavar="NAME", help="Of a suite, this task only; several times.")
@click.option("--only", multiple=True, metavar="NAME", help="Of a suite, this implementation only; several times.")
@click.option("--skip", multiple=True, metavar="NAME", help="Of a suite, all but this implementation; several times.")
@click.option("--size", metavar="NAME", help="Of a suite, the size to run. [default: the one that it names]")
@click.option(
    "--save", type=click.Path(path_type=Path), metavar="FILE", help="Keep the JSON of a suite, after each round."
)
@click.option("--resume", is_flag=True, help="Go on with a suite where the file of --save ends.")
@click.option("--meter", metavar="NAME", help="Meter to use. [default: the first that works]")
@click.option("-q", "--quiet", is_flag=True, help="Nothing on the terminal but what is wrong.")
def compare(
    what: tuple[str, ...], *, format_: str | None, outputs: tuple[Path, ...], force: bool, quiet: bool, **given: Any
) -> None:
    """Say which lines got dearer or cheaper between two saved reports or recordings, run commands and say which uses
    more, or run a suite of tasks in several languages.

    Commands are written in quotes, as compare 'python old.py' 'python new.py'. They run in turn until it is certain
    whether each uses more than the first. Of a suite, each mean is to be known to ±3%, by 3 to 20 runs of each and
    within 900 seconds.
    """
    if given["suite"] is not None:
        _run_suite(what, format_, outputs, quiet, given)
        return
    if not what:
        raise click.UsageError("Missing argument 'BEFORE AFTER | COMMAND COMMAND...'.", click.get_current_context())
    if _are_reports(what):
        _check_options({"force"}, "these are saved reports")
        _compare_reports(Path(what[0]), Path(what[1]), format_, outputs, force)
        return
    _check_options(set(given) - _OF_SUITES | {"quiet"}, "these are commands")
    _compare_commands(what, format_, outputs, quiet, given)


def _are_reports(what: Sequence[str]) -> bool:
    """Two files that are no programs, or that are called like reports."""
    return len(what) == 2 and all(
        (word.endswith(".json") and " " not in word) or (Path(word).is_file() and not os.access(word, os.X_OK))
        for word in what
    )


def _check_options(known: Iterable[str], here: str) -> None:
    """Complain of an option that is for another kind of comparison."""
    context = click.get_current_context()
    for option in context.command.params:
        name = option.name or ""
        asked = context.get_parameter_source(name) == click.core.ParameterSource.COMMANDLINE
        if asked and name not in {*known, "what", "format_", "outputs", "lang"}:
            of_suites = "a suite that is run (--suite suite.toml)" if name in _OF_SUITES else "commands"
            is_for = "saved reports" if name == "force" else of_suites
            raise click.UsageError(f"{option.opts[-1]} is for {is_for}, and {here}", context)


def _percent(text: str | None) -> float | None:
    if text is None:
        return None
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*%\s*", text)
    if match is None or not 0 < float(match[1]) < 100:
        raise click.BadParameter(f"{text!r}: write it as 2%, above 0 and below 100")
    return float(match[1]) / 100


def _compare_reports(before: Path, after: Path, format_: str | None, outputs: tuple[Path, ...], force: bool) -> None:
    from greenprof.compare import compare as compared
    from greenprof.config import load_config
    from greenprof.pipeline import report_of
    from greenprof.reporters._comparison import FORMATS, format_of, render
    from greenprof.wire import load

    formats = _formats(format_, outputs, FORMATS, format_of)
    config = load_config()
    reports = [report_of(load(path), config) for path in (before, after)]
    comparison = compared(*reports, force=force)
    _deliver(lambda wanted: render(wanted, comparison), format_, formats, outputs)


def _run_suite(
    what: tuple[str, ...], format_: str | None, outputs: tuple[Path, ...], quiet: bool, given: dict[str, Any]
) -> None:
    from greenprof.cli_suite import OPTIONS, compare_suite
    from greenprof.versus.suite.show import FORMATS, format_of, render

    if what:
        raise click.UsageError("--suite FILE says what is run; no commands go with it", click.get_current_context())
    saved = given["suite"].suffix.lower() == ".json"
    _check_options({"suite", "quiet"} if saved else OPTIONS, "this is a saved suite" if saved else "this is a suite")
    _check_bounds(given)
    formats = _formats(format_, outputs, FORMATS, format_of)
    if saved:
        from greenprof.versus.suite.show.data import load

        shown_again = load(given["suite"])
        _deliver(lambda wanted: render(wanted, shown_again), format_, formats, outputs, quiet=quiet)
        return
    shown = sys.stderr.isatty() and not quiet
    try:
        outcome, code = compare_suite(given["suite"], given, _progress if shown else lambda _text: None)
    except KeyboardInterrupt:  # once more, while it tidied up
        sys.exit(128 + signal.SIGINT)
    finally:
        if shown:
            click.echo("\r\x1b[K", err=True, nl=False)
    _deliver(lambda wanted: render(wanted, outcome), format_, formats, outputs, quiet=quiet)
    if outputs and not quiet:
        from greenprof.versus.suite.show import words

        for line in [words.headline(outcome), *words.absent(outcome)]:
            click.echo(f"greenprof: {line}", err=True)
    sys.exit(code)


def _compare_commands(
    commands: tuple[str, ...], format_: str | None, outputs: tuple[Path, ...], quiet: bool, given: dict[str, Any]
) -> None:
    from greenprof.reporters._text import neutral
    from greenprof.versus.rounds import compare as compared
    from greenprof.versus.show import FORMATS, format_of, render

    for word in commands:
        if Path(word).is_file() and not os.access(word, os.X_OK):
            raise GreenprofError(f"{word}: is a file and no command; of saved reports, two are compared", EXIT_USAGE)
    formats = _formats(format_, outputs, FORMATS, format_of)
    asked = _asked(commands, given)
    shown = sys.stderr.isatty() and not quiet
    try:
        with ending_on_signals() as told:
            outcome = compared(asked, _progress if shown else lambda _text: None)
    except KeyboardInterrupt:
        sys.exit(128 + (told or [signal.SIGINT])[0])
    except GreenprofError as error:  # a command may have line breaks
        raise GreenprofError(neutral(str(error)), error.exit_code) from None
    finally:
        if shown:
            click.echo("\r\x1b[K", err=True, nl=False)
    _deliver(lambda wanted: render(wanted, outcome), format_, formats, outputs, quiet=quiet)


def _check_bounds(given: dict[str, Any]) -> None:
    """Complain of bounds on the number of runs that contradict each other."""
    context = click.get_current_context()
    runs, least, most = given["runs"], given["min_runs"], given["max_runs"]
    if runs is not None and any(given[name] is not None for name in ("until", "min_runs", "max_runs")):
        raise click.UsageError("--runs says how many; --until, --min-runs and --max-runs do not go with it", context)
    if least is not None and most is not None and most < least:
        raise click.UsageError(f"--max-runs {most} is below --min-runs {least}", context)


def _asked(commands: tuple[str, ...], given: dict[str, Any]) -> Asked:
    from greenprof.versus.cases import cases, sizes, values
    from greenprof.versus.nouns import Asked

    context = click.get_current_context()
    runs, least, most = given["runs"], given["min_runs"], given["max_runs"]
    _check_bounds(given)
    parameters: dict[str, tuple[str, ...]] = {}
    for name, text in given["parameters"]:
        if name in parameters:
            raise click.UsageError(f"--parameter {name} is given twice: write its values with commas", context)
        parameters[name] = values(name, text)
    scale = None
    if given["scale"] is not None:
        scale, sizes_ = sizes(given["scale"])
        if scale in parameters:
            raise click.UsageError(f"--parameter {scale} and --scale {scale} are the same: leave one out", context)
        parameters[scale] = sizes_
    if scale is not None and given["check_output"] and len(commands) == 1:
        raise click.UsageError("--check-output needs two commands: in another size one prints something else", context)
    made = cases(
        commands, parameters, names=given["names"], baseline=given["baseline"], shell=given["shell"],
        setup=given["setup"], prepare=given["prepare"], conclude=given["conclude"],
        cleanup=given["cleanup"], stdin=given["stdin"],
    )  # fmt: skip
    return Asked(
        cases=made, warmup=given["warmup"], runs=runs, until=given["until"], min_runs=least, max_runs=most,
        max_s=given["max_time"], timeout_s=given["timeout"], ignore_failure=given["ignore_failure"],
        check_output=given["check_output"], race=given["race"], scale=scale, meter=given["meter"],
    )  # fmt: skip


def _formats(format_: str | None, outputs: Sequence[Path], known: Any, format_of: Callable[[Path], str]) -> list[str]:
    """The format of each output; raises for an output that cannot be written, before anything runs."""
    if format_ is not None and format_ not in known:
        raise GreenprofError(f"-f {format_}: this is shown as {', '.join(known)}", EXIT_USAGE)
    for path in outputs:
        check_writable(path)
    return [format_ or ("text" if path == STANDARD_OUTPUT else format_of(path)) for path in outputs]


def _deliver(
    render: Callable[[str], str],
    format_: str | None,
    formats: Sequence[str],
    outputs: Sequence[Path],
    quiet: bool = False,
) -> None:
    for wanted, path in zip(formats, outputs, strict=True):
        write(path, render(wanted))
        if path != STANDARD_OUTPUT and not quiet:
            click.echo(f"greenprof: wrote {path}", err=True)
    if not outputs and not quiet:
        say(render(format_ or "text"))


def _progress(text: str) -> None:
    click.echo(f"\r\x1b[K{text}", err=True, nl=False)
