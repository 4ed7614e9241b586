"""``greenprof selftest`` on the command line."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from greenprof.output import check_writable, output_option, write


def register(group: click.Group) -> None:
    """Make the command part of the command line."""
    group.add_command(selftest)


@click.command()
@click.option("--thorough", is_flag=True, help="Take half an hour in place of a minute.")
@click.option("--seconds", type=float, metavar="N", help="Take about so long.")
@click.option(
    "--more", type=float, default=5.0, show_default=True, metavar="PERCENT", help="The change that is to be found."
)
@click.option("-f", "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@output_option
def selftest(*, thorough: bool, seconds: float | None, more: float, format_: str, output: Path) -> None:
    """Say how often verdicts are wrong on this machine: false alarms, and changes that are found.

    Exit code: 0 where nothing speaks against them, 1 where they alarm or miss too often.
    """
    if thorough and seconds is not None:
        raise click.UsageError("--thorough and --seconds both say how long: give one")
    check_writable(output)
    if sys.platform != "linux":
        from greenprof.errors import EXIT_USAGE, GreenprofError

        raise GreenprofError("two pieces of work can be measured side by side on Linux only", EXIT_USAGE)
    from greenprof.selftest import QUICK_S, THOROUGH_S, render, run

    lasts_s = THOROUGH_S if thorough else QUICK_S if seconds is None else seconds
    test = run(lasts_s, more / 100, _progress)
    _progress("")
    write(output, render(format_, test))
    sys.exit(0 if test.good else 1)


def _progress(text: str) -> None:
    """One line that is written over; an empty text takes it away."""
    if sys.stderr.isatty():
        click.echo(f"\r\x1b[K{text and f'greenprof: {text}'}", err=True, nl=False)
