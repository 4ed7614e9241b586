"""``greenprof history``, ``targets`` and ``summary``: runs over time, and intended against actual."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from greenprof import cli_carbon
from greenprof.cli_lang import lang_option
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.output import STANDARD_OUTPUT, check_writable, say, write

if TYPE_CHECKING:
    from greenprof.history.store import History, Wanted

_DATABASE = click.option(
    "--database", metavar="URL", help="postgresql://… or an SQLite file. [default: the settings', else .greenprof/]"
)
_OUTPUTS = click.option(
    "-o", "--output", "outputs", multiple=True, type=click.Path(path_type=Path), metavar="FILE",
    help="Write to FILE, in the format of its suffix; may be given several times. - is standard output.",
)  # fmt: skip
_MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"])
_WHICH = (
    click.option("--label", metavar="PATTERN", help="Only runs with this label; * and ? stand for anything."),
    click.option("--command", metavar="PATTERN", help="Only runs of this command line; * and ? as above."),
    click.option("--host", metavar="FINGERPRINT", help="Only runs on this machine."),
    click.option("--project", metavar="NAME", help="Only runs of this project. [default: this one; '*' is all]"),
    click.option("--since", type=_MOMENT, metavar="DATE", help="Only runs from then on, in UTC."),
    click.option("--until", type=_MOMENT, metavar="DATE", help="Only runs before then, in UTC."),
)


def register(group: click.Group) -> None:
    """Make these commands part of the command line."""
    group.add_command(history)
    group.add_command(targets)
    group.add_command(summary)


def _which(command: click.decorators.FC) -> click.decorators.FC:
    for option in reversed(_WHICH):
        command = option(command)
    return command


@click.group(invoke_without_command=True, options_metavar="[OPTIONS]", subcommand_metavar="[COMMAND]")
@_which
@click.option(
    "--mix-hosts", is_flag=True, help="Put runs of different machines and meters into one series; it says so."
)
@click.option(
    "-f",
    "--format",
    "format_",
    type=click.Choice(["text", "html", "json", "csv"]),
    show_default="by the suffix of -o, else text",
)
@_OUTPUTS
@lang_option
@_DATABASE
@click.pass_context
def history(
    ctx: click.Context,
    /,
    *,
    mix_hosts: bool,
    format_: str | None,
    outputs: tuple[Path, ...],
    database: str | None,
    **which: Any,
) -> None:
    """Show the runs that were kept, with their trend, and where their joules changed."""
    ctx.obj = database
    if ctx.invoked_subcommand is not None:
        _check_before(ctx, ctx.invoked_subcommand)
        return
    from greenprof.history.series import series_of
    from greenprof.history.show import data, pages, text

    known = {"text": text.history, "html": pages.as_html, "json": data.history_json, "csv": data.history_csv}
    formats = _formats(format_, outputs, known)
    found = series_of(_open(database).rows(_wanted(which)), mix_hosts=mix_hosts)
    _deliver(formats, lambda wanted: known[wanted](found))


def _check_before(ctx: click.Context, command: str) -> None:
    """Raise UsageError for options before a command that would not be heard there."""
    heard = ("database", "lang")
    given = click.core.ParameterSource.COMMANDLINE
    for option in ctx.command.params:
        if option.name not in heard and ctx.get_parameter_source(option.name or "") == given:
            name = max(option.opts, key=len)
            raise click.UsageError(f"{name} before {command} is not heard: put it behind, or leave it out", ctx)


@history.command()
@click.argument("run", type=int)
@click.option(
    "-f", "--format", "format_", metavar="FORMAT", help="As greenprof report.",
    show_default="by the suffix of -o, else text",
)  # fmt: skip
@_OUTPUTS
@lang_option
@click.pass_obj
def show(database: str | None, *, run: int, format_: str | None, outputs: tuple[Path, ...]) -> None:
    """Show the report of RUN, a number that greenprof history shows."""
    from greenprof.reporters import check_format, format_for, formats, render

    if format_ is not None:
        check_format(format_)
    wanted = _formats(format_, outputs, formats(), format_for)
    report = _open(database).report(run)
    _deliver(wanted, lambda one: render(one, report))


@history.command(name="import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--label", metavar="NAME", help="Label of the runs.")
@click.pass_obj
def import_(database: str | None, *, files: tuple[Path, ...], label: str | None) -> None:
    """Put saved reports and recordings into the history; what is there already is left alone."""
    import hashlib

    from greenprof.config import load_config
    from greenprof.history.context import Context, project_of
    from greenprof.history.inbox import packed
    from greenprof.pipeline import report_of
    from greenprof.wire import load, report_to_json

    config = load_config()
    context = Context(project=project_of(config), label=label)
    kept = []
    for path in files:
        report = report_of(load(path), config)
        kept.append((hashlib.sha256(packed(report_to_json(report))).hexdigest()[:32], context, report))
    added = _open(database).add(kept)
    known = len(kept) - len(added)
    say(f"{len(added)} put in{f', {known} there already' if known else ''}\n")


@history.command()
@click.argument("runs", nargs=-1, type=int)
@_which
@click.option("--all", "everything", is_flag=True, help="All runs of this project.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def forget(database: str | None, /, *, runs: tuple[int, ...], everything: bool, yes: bool, **which: Any) -> None:
    """Delete RUNS by their numbers, or those that the options say, with their reports. It asks before it does."""
    if not (runs or everything or any(which.values())):
        raise click.UsageError("say which runs: numbers, options, or --all")
    opened, wanted = _open(database), _wanted(which)
    number = len(runs) or len(opened.rows(wanted))
    if number and not yes:
        click.confirm(f"Delete {number} {'run' if number == 1 else 'runs'} for good?", abort=True, err=True)
    say(f"{opened.forget(wanted, runs)} deleted\n")


@history.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--run", "run", type=int, required=True, metavar="RUN", help="The run that the readings are of.")
@click.option("--zone", metavar="ZONE", help="Time zone of times without an offset, as Europe/Amsterdam.")
@click.option("--column", metavar="NAME", help="The column to read, where several are fit.")
@click.option("--name", metavar="NAME", help="What the other meter is called. [default: the file's name]")
@click.option(
    "--uncertainty", type=click.FloatRange(0, 100), default=2.0, show_default=True, metavar="PERCENT",
    help="How far the other meter may be off, at 95 %, by its maker's word.",
)  # fmt: skip
@click.pass_obj
def readings(
    database: str | None, *, file: Path, run: int, zone: str | None, column: str | None, name: str | None,
    uncertainty: float,
) -> None:  # fmt: skip
    """Set another meter's readings (a plug, a PDU), from a CSV file of watts or of a counter, against a run."""
    from greenprof.history import readings as other
    from greenprof.reporters import _numbers as numbers

    opened = _open(database)
    row = opened.row(run)
    read = other.read_csv(file, zone=zone, column=column)
    measured = other.measured_over(read, row, source=name or file.name, uncertainty=uncertainty / 100)
    opened.add_reading(run, measured)
    theirs = numbers.Precision(digits=3, about=False)
    own = numbers.Precision(digits=2 if row.estimated else 3, about=row.estimated)
    within_own = replace(own, about=False)
    within = numbers.energy_interval((measured.low_j, measured.high_j), theirs)
    lines = [
        f"{measured.source}: {numbers.energy(measured.energy_j, theirs)} (95 %: {within}) over run {run}; "
        f"{measured.covered_s:.1f} s of {row.duration_s * row.runs:.1f} s covered"
    ]
    compared = other.against(measured, row)
    if compared is None:
        lines.append("the run's own meter knows no joules, so there is nothing to set them against")
    else:
        low, high = compared.interval_j
        verdict = "more" if low > 0 else "less" if high < 0 else "no difference beyond the uncertainty"
        share = "" if low <= 0 <= high else f" ({_compared(abs(compared.gap_j) / compared.own_j, verdict)})"
        lines += [
            f"{row.meter}, the whole machine: {numbers.energy(compared.own_j, own)} "
            f"(95 %: {numbers.energy_interval(compared.own_interval_j, own)})",
            f"difference: {numbers.difference(compared.gap_j, own)} "
            f"(95 %: {numbers.difference(low, within_own)} to {numbers.difference(high, within_own)})"
            + (share or f": {verdict}"),
            "Method: straight lines join the readings, and gaps are filled with their mean; a plug sees "
            "what a processor's counters do not: power supply, disks, network, screen.",
        ]
    say("\n".join(lines) + "\n")


def _compared(times: float, verdict: str) -> str:
    """By how much of the other: ``12 % less``, ``5.7 times as much``."""
    return f"{1 + times:.2g} times as much" if times >= 1 else f"{100 * times:.2g} % {verdict}"


@click.command()
@click.option(
    "-f", "--format", "format_", type=click.Choice(["text", "json"]), show_default="by the suffix of -o, else text"
)
@_OUTPUTS
@lang_option
@_DATABASE
def targets(*, format_: str | None, outputs: tuple[Path, ...], database: str | None) -> None:
    """Show what was intended against what is: [[tool.greenprof.targets]] of pyproject.toml.

    Exit code: 0 every target is reached, on course, or within the uncertainty of it; 1 one is behind, or no run shows.
    """
    from greenprof.config import load_config
    from greenprof.history.context import project_of
    from greenprof.history.show import data, text
    from greenprof.history.store import Wanted
    from greenprof.history.targets import progress

    known = {"text": text.targets, "json": data.targets_json}
    formats = _formats(format_, outputs, known)
    config = load_config()
    rows = _open(database).rows(Wanted(project=project_of(config))) if config.targets else []
    found = [progress(target, rows, datetime.now(UTC).date()) for target in config.targets]
    _deliver(formats, lambda wanted: known[wanted](found))
    sys.exit(1 if any(one.failed for one in found) else 0)


@click.command()
@click.option("--project", metavar="NAME", help="Runs of this project. [default: this one; '*' is all]")
@click.option("--since", type=_MOMENT, metavar="DATE", help="Only runs from then on, in UTC.")
@click.option("--until", type=_MOMENT, metavar="DATE", help="Only runs before then, in UTC.")
@cli_carbon.period_options
@click.option(
    "-f", "--format", "format_", type=click.Choice(["markdown", "html", "csv"]),
    show_default="by the suffix of -o, else markdown",
)  # fmt: skip
@_OUTPUTS
@lang_option
@_DATABASE
def summary(
    *, project: str | None, since: datetime | None, until: datetime | None, format_: str | None,
    outputs: tuple[Path, ...], database: str | None, **carbon: Any,
) -> None:  # fmt: skip
    """Show a period on one page: energy, emissions, what was saved against what was intended, and the method.

    As CSV it is a line for a CO2 footprint inventory (scope 2).
    """
    from greenprof.carbon import plan
    from greenprof.config import load_config
    from greenprof.history.context import project_of
    from greenprof.history.show import management
    from greenprof.history.summary import summary_of

    known = {"markdown": management.as_markdown, "html": management.as_html, "csv": management.as_csv}
    formats = _formats(format_, outputs, known)
    config = load_config()
    planned = plan(cli_carbon.settled(config.carbon, cli_carbon.given(carbon)))
    wanted = {"label": None, "command": None, "host": None, "project": project, "since": since, "until": until}
    made = summary_of(
        _open(database).rows(_wanted(wanted)), config.targets, planned, project=project or project_of(config),
        today=datetime.now(UTC).date(),
    )  # fmt: skip
    if made is None:
        raise GreenprofError("no run is in the history of that time; greenprof run keeps each run", EXIT_USAGE)
    _deliver(formats, lambda wanted: known[wanted](made))


def _by_suffix(path: Path) -> str | None:
    """The format that the name of a file asks for."""
    return {".txt": "text", ".md": "markdown", ".htm": "html"}.get(path.suffix.lower(), path.suffix[1:].lower())


def _formats(
    format_: str | None, outputs: Sequence[Path], known: Collection[str],
    of: Callable[[Path], str | None] = _by_suffix,
) -> list[tuple[Path, str]]:  # fmt: skip
    """Each output with its format, the first one `known` on standard output; raises before anything is worked out."""
    usual = "text" if "text" in known else next(iter(known))
    found = []
    for path in outputs or (STANDARD_OUTPUT,):
        check_writable(path)
        wanted = format_ or (usual if path == STANDARD_OUTPUT else of(path))
        if wanted is None or wanted not in known:
            raise GreenprofError(
                f"{path}: no format has this suffix; name one with -f ({', '.join(known)})", EXIT_USAGE
            )
        found.append((path, wanted))
    return found


def _deliver(formats: Sequence[tuple[Path, str]], render: Callable[[str], str | bytes]) -> None:
    for path, wanted in formats:
        write(path, render(wanted))
        if path != STANDARD_OUTPUT:
            click.echo(f"greenprof: wrote {path}", err=True)


def _open(database: str | None) -> History:
    from greenprof.config import load_config
    from greenprof.history.address import address_of
    from greenprof.history.store import History

    config = load_config()
    opened = History(
        address_of(config, database), root=None if database else config.root, reports=config.history.reports
    )
    for warning in opened.warnings:
        click.echo(f"greenprof: {warning}", err=True)
    return opened


def _wanted(which: Mapping[str, Any]) -> Wanted:
    from greenprof.config import load_config
    from greenprof.history.context import project_of
    from greenprof.history.store import Wanted

    since, until, project = which["since"], which["until"], which["project"]
    if since and until and until <= since:
        raise GreenprofError("--until should be later than --since", EXIT_USAGE)
    return Wanted(
        project={None: project_of(load_config()), "*": None}.get(project, project),
        label=which["label"],
        command=which["command"],
        host=which["host"],
        since=since and since.replace(tzinfo=UTC),
        until=until and until.replace(tzinfo=UTC),
    )
