"""Emissions on the command line: ``greenprof co2``, ``greenprof when``, and the options that a report is priced by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from greenprof.carbon_settings import CarbonSettings, changed, check
from greenprof.cli_lang import lang_option
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.output import check_writable, output_option, write

_PLACE = (
    click.option(
        "--country", metavar="CODE", help="Where the electricity comes from: an ISO 3166-1 code of three letters."
    ),
    click.option("--region", metavar="NAME", help="A region of USA, CAN, CHN, SWE, NOR or FIN."),
    click.option(
        "--carbon-factor", "factor", metavar="G|NAME",
        help="Grams of CO2e per kWh, or a published factor by name (nl-ce-delft, gcp:europe-west4).",
    ),
    click.option("--factor-source", metavar="TEXT", help="Who says so, of a factor of your own."),
    click.option("--factor-year", type=int, metavar="YEAR", help="The year that the factor is of."),
    click.option(
        "--factor-method", type=click.Choice(["location", "market"]),
        help="The mix of the grid, or what was bought.",
    ),
    click.option(
        "--factor-scope", type=click.Choice(["life cycle", "direct"]),
        help="Fuels and plants from their making on, or what leaves the stack.",
    ),
)  # fmt: skip
_FILE = (
    click.option("--carbon-file", metavar="CSV", help="Factors by the hour: a run is priced at the hours it ran."),
    click.option("--carbon-zone", metavar="ZONE", help="The time zone of its times that have none (Europe/Amsterdam)."),
)
_MORE = (
    click.option(
        "--pue", metavar="N|NAME",
        help="Energy of the data centre over that of its computers; or eu (1.36), global (1.56). [default: 1]",
    ),
    click.option("--wue", type=float, metavar="L", help="Litres of water per kWh of the computers."),
    click.option("--embodied-kg", type=float, metavar="KG", help="CO2e of making the computer."),
    click.option("--lifespan-years", type=float, metavar="N", help="How long it is used. [default: 4]"),
    click.option(
        "--embodied-share", type=float, metavar="N", help="The part of the computer that the run had. [default: 1]"
    ),
    click.option("--price", type=float, metavar="N", help="Money per kWh."),
    click.option("--shadow-price", type=float, metavar="N", help="Money per tonne of CO2e."),
    click.option("--currency", metavar="CODE", help="What money is in. [default: EUR]"),
)  # fmt: skip
_RUN = (
    click.option(
        "--per", metavar="UNIT=N", help="The software carbon intensity (SCI) for one of N units: request=1000."
    ),
    click.option("--runs-per-day", type=float, metavar="N", help="Say what a year of so many runs a day comes to."),
)
# The settings by the names that click gives the options; `file` is already taken by what is reported on.
_NAMES = {one.name: one.name for one in fields(CarbonSettings)} | {"file": "carbon_file", "zone": "carbon_zone"}

_FORMAT = click.option(
    "-f", "--format", "format_", type=click.Choice(["text", "json", "markdown", "csv"]), default="text",
    show_default=True,
)  # fmt: skip


def register(group: click.Group) -> None:
    """Make the commands part of the command line."""
    group.add_command(co2)
    group.add_command(when)


def carbon_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add every option of the place and of what is worked out from it."""
    return _with(command, *_PLACE, *_FILE, *_MORE, *_RUN)


def period_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add those of them that are about no single run."""
    return _with(command, *_PLACE, *_FILE, *_MORE)


def given(options: Mapping[str, Any]) -> dict[str, Any]:
    """What was given of `carbon_options`, by the names of `CarbonSettings`."""
    return {name: options[option] for name, option in _NAMES.items() if options.get(option) is not None}


def settled(settings: CarbonSettings, options: Mapping[str, Any]) -> CarbonSettings:
    """The project's settings with what was `given` on the command line in their place, checked."""
    return check(changed(settings, options), "command line") if options else settings


def _of_no_run(settings: CarbonSettings, hours: float | None, options: Mapping[str, Any]) -> CarbonSettings:
    """The project's settings without what they say of each run, since an amount of energy is none.

    The making of the computer stays in where it is said for how many `hours` it was used, or more of it is.
    """
    settings = replace(settings, per=None, runs_per_day=None)
    embodied = ("embodied_kg", "embodied_share", "lifespan_years")
    if hours is not None or any(name in options for name in embodied):
        return settings
    return replace(settings, **dict.fromkeys(embodied))


def _with(command: Callable[..., None], *options: Callable[[Any], Any]) -> Callable[..., None]:
    for option in reversed(options):
        command = option(command)
    return command


def _calculator_options(command: Callable[..., None]) -> Callable[..., None]:
    return _with(command, *_PLACE, *_MORE, *_RUN)


@click.command()
@click.option("--kwh", type=float, metavar="N", help="Energy of the computers.")
@click.option("--uncertainty", type=float, metavar="PERCENT", help="How uncertain that is, at 95 %; for the intervals.")
@click.option("--hours", type=float, metavar="N", help="How long the computer was used, for its embodied share.")
@click.option(
    "--saved", type=float, multiple=True, metavar="PERCENT",
    help="Also say what so much less energy would come to; may be given several times. [default: 10]",
)  # fmt: skip
@click.option("--list", "list_", is_flag=True, help="Show every country and named factor, and the averages of PUE.")
@_calculator_options
@_FORMAT
@output_option
@lang_option
def co2(
    *, kwh: float | None, uncertainty: float | None, hours: float | None, saved: tuple[float, ...], list_: bool,
    format_: str, output: Path, **options: Any,
) -> None:  # fmt: skip
    """Say what an amount of electricity emits, and what would change it.

    The place has to be given, here or in [tool.greenprof.carbon]: nothing is assumed.
    """
    from greenprof.carbon import show, what_if

    check_writable(output)
    if list_:
        write(output, show.render(format_, show.known()))
        return
    if kwh is None:
        raise click.UsageError("name the energy with --kwh, or --list the factors")
    from greenprof.config import load_config

    settings = settled(_of_no_run(load_config().carbon, hours, given(options)), given(options))
    calculation = what_if.calculate(kwh, settings, uncertainty=uncertainty, hours=hours, saved=saved or what_if.SAVED)
    write(output, show.render(format_, show.calculation(calculation)))


@click.command()
@_FILE[0]
@_FILE[1]
@click.option("--duration", required=True, metavar="SPAN", help="How long the program takes: 2h, 90min, 45s, 1h30min.")
@click.option("--kwh", type=float, metavar="N", help="What it uses in that time, to say the saving in grams.")
@click.option("--from", "now", metavar="TIME", help="Earliest time to start. [default: now]")
@click.option("--by", metavar="TIME", help="It has to be over by then.")
@_FORMAT
@output_option
@lang_option
def when(
    *, carbon_file: str | None, carbon_zone: str | None, duration: str, kwh: float | None, now: str | None,
    by: str | None, format_: str, output: Path,
) -> None:  # fmt: skip
    """Say at which hour of a forecast a program should run, and what that saves.

    The forecast is a CSV file with a time and grams of CO2e per kWh, row by row: --carbon-file, or the file of
    [tool.greenprof.carbon].
    """
    from greenprof.carbon import show
    from greenprof.carbon.forecast import advise, moment, span
    from greenprof.carbon.hourly import read_hours
    from greenprof.config import load_config

    check_writable(output)
    if kwh is not None and not 0 <= kwh < float("inf"):
        raise GreenprofError(f"--kwh should be 0 or more, not {kwh:g}", EXIT_USAGE)
    settings = load_config().carbon
    file = carbon_file or settings.file
    if file is None:
        raise click.UsageError("name the forecast with --carbon-file")
    hours = read_hours(file, carbon_zone or (None if carbon_file else settings.zone))
    advice = advise(
        hours,
        span(duration),
        now=moment(now, hours.zone, "--from") if now else datetime.now(UTC),
        by=moment(by, hours.zone, "--by") if by else None,
    )
    write(output, show.render(format_, show.advice(advice, hours, kwh)))
