"""``greenprof rightsize``: requests and limits of a container, by what its program was measured to use."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from greenprof.cli_lang import lang_option
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.output import STANDARD_OUTPUT, check_writable, output_option, write

if TYPE_CHECKING:
    from greenprof.rightsize.advice import Headroom


def register(group: click.Group) -> None:
    """Make this command part of the command line."""
    group.add_command(rightsize)


def _percent(_context: click.Context, _option: click.Parameter, text: str) -> float:
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*%?\s*", text)
    if match is None:
        raise click.BadParameter(f"{text!r}: write it as 25%")
    return float(match[1]) / 100


def _limit(_context: click.Context, _option: click.Parameter, text: str) -> str | float:
    if text in ("keep", "none"):
        return text
    if re.fullmatch(r"\d+(\.\d+)?", text) and float(text) >= 1:
        return float(text)
    raise click.BadParameter(f"{text!r}: write keep, none, or how many times the request, 1 or more")


@click.command(short_help="Size a container by what its program was measured to use.")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="REPORT..."
)  # fmt: skip
@click.option(
    "--manifest", type=click.Path(path_type=Path), required=True, metavar="FILE",
    help="The Kubernetes manifest, of one or several objects; - is standard input.",
)  # fmt: skip
@click.option(
    "--container", metavar="NAME",
    help="Which container; OBJECT/NAME or KIND/OBJECT/NAME where several are called so. [default: the only one, or the "
    "one that runs what was measured]",
)  # fmt: skip
@click.option(
    "--percentile", type=click.FloatRange(50, 100), default=95.0, show_default=True, metavar="N",
    help="The CPU request covers so many percent of the time.",
)  # fmt: skip
@click.option(
    "--cpu-headroom", default="15%", show_default=True, metavar="PERCENT", callback=_percent,
    help="On top of that percentile.",
)  # fmt: skip
@click.option(
    "--memory-headroom", default="25%", show_default=True, metavar="PERCENT", callback=_percent,
    help="On top of the peak of memory.",
)  # fmt: skip
@click.option(
    "--cpu-limit", "limit", default="keep", show_default=True, metavar="keep|none|FACTOR", callback=_limit,
    help="keep has a CPU limit of twice the request where there is one now, none takes it out, FACTOR sets it to so "
    "many times the request.",
)  # fmt: skip
@click.option("--write", "write_", is_flag=True, help="Change the manifest.")
@click.option(
    "-f", "--format", "format_", type=click.Choice(["text", "json", "diff"]), default="text", show_default=True
)
@output_option
@lang_option
def rightsize(
    *, files: tuple[Path, ...], manifest: Path, container: str | None, percentile: float, cpu_headroom: float,
    memory_headroom: float, limit: str | float, write_: bool, format_: str, output: Path,
) -> None:  # fmt: skip
    """Propose CPU and memory requests and limits for a container, from saved reports of its program, as a diff.

    Of several reports the largest use counts. Measure the program under the load that it is to bear.
    """
    from greenprof.config import load_config
    from greenprof.pipeline import report_of
    from greenprof.rightsize.proposal import propose
    from greenprof.rightsize.show import render
    from greenprof.wire import load

    check_writable(output)
    if write_ and manifest == STANDARD_OUTPUT:
        raise click.UsageError("--write needs a file: the manifest is standard input")
    if write_:
        check_writable(manifest)
    config = load_config()
    reports = [(str(path), report_of(load(path), config)) for path in files]
    proposal, after = propose(
        reports, (str(manifest), _text_of(manifest)), container=container, percentile=percentile / 100,
        headroom=_headroom(cpu_headroom, memory_headroom, limit),
    )  # fmt: skip
    write(output, render(format_, proposal))
    if write_ and proposal.diff:
        write(manifest, after)
        click.echo(f"greenprof: wrote {manifest}", err=True)


def _headroom(cpu: float, memory: float, limit: str | float) -> Headroom:
    from greenprof.rightsize.advice import Headroom

    if limit == "none":
        return Headroom(cpu=cpu, memory=memory, limit=None)
    if isinstance(limit, float):
        return Headroom(cpu=cpu, memory=memory, limit=limit, keep=False)
    return Headroom(cpu=cpu, memory=memory)


def _text_of(manifest: Path) -> str:
    """The manifest as it stands, line ends and all."""
    try:
        held: Any = sys.stdin.buffer.read() if manifest == STANDARD_OUTPUT else manifest.read_bytes()
        return str(held.decode("utf-8"))
    except OSError as error:
        raise GreenprofError(f"{manifest}: cannot be read ({error.strerror})", EXIT_USAGE) from None
    except UnicodeDecodeError:
        raise GreenprofError(f"{manifest}: is no text in UTF-8", EXIT_USAGE) from None
