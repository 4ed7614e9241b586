"""``greenprof export`` on the command line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.output import STANDARD_OUTPUT, check_writable, write, write_whole

if TYPE_CHECKING:
    from greenprof.model import Report


def register(group: click.Group) -> None:
    """Make these commands part of the command line."""
    group.add_command(export)


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[REPORT]...")
@click.option(
    "-f", "--format", "format_", type=click.Choice(["prometheus", "openmetrics", "otlp", "otlp-json"]),
    help="[default: prometheus, or otlp with --to]",
)  # fmt: skip
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=STANDARD_OUTPUT, metavar="FILE",
    help="Write to FILE, whole or not at all: a collector never sees half of it. [default: -, standard output]",
)  # fmt: skip
@click.option("--to", "url", metavar="URL", help="Send to a receiver of OTLP over HTTP, such as http://localhost:4318.")
@click.option(
    "--timeout", type=click.FloatRange(0, min_open=True), default=10.0, show_default=True, metavar="SECONDS",
    help="With --to: the longest that sending may take, tries again included.",
)  # fmt: skip
@click.option("--lines", type=click.IntRange(0), default=20, show_default=True, help="Dearest lines of each report.")
def export(
    files: tuple[Path, ...], *, format_: str | None, output: Path, url: str | None, timeout: float, lines: int
) -> None:
    """Write saved reports as metrics: for Prometheus's textfile collector, or as OTLP.

    With --to, OTEL_EXPORTER_OTLP_HEADERS holds what proves who you are.
    """
    from greenprof.monitor.of_report import named
    from greenprof.wire import load_report

    if not files:
        raise click.UsageError("name at least one saved report")
    if url is not None:
        if format_ in ("prometheus", "openmetrics"):
            raise click.UsageError(f"--to sends OTLP; {format_} is a text that is fetched: write it to a file with -o")
        if output != STANDARD_OUTPUT:
            raise click.UsageError("--to sends and -o writes: give one")
    check_writable(output)
    reports = named(files, [load_report(path) for path in files])
    if url is not None:
        _send(reports, url, timeout, lines, as_json=format_ == "otlp-json")
        return
    made = _rendered(reports, format_ or "prometheus", lines)
    if isinstance(made, bytes) and output == STANDARD_OUTPUT and sys.stdout.isatty():
        raise GreenprofError("otlp is not text: write it to a file with -o", EXIT_USAGE)
    if output == STANDARD_OUTPUT:
        write(output, made)
    else:
        write_whole(output, made)


def _rendered(reports: dict[str, Report], format_: str, lines: int) -> str | bytes:
    from greenprof.monitor import otlp, prometheus
    from greenprof.monitor.of_report import batches_of, families_of

    if format_ == "otlp-json":
        return otlp.to_json(batches_of(reports, lines)) + "\n"
    if format_ == "otlp":
        return otlp.to_protobuf(batches_of(reports, lines))
    families = families_of(reports, lines)
    return prometheus.text(families) if format_ == "prometheus" else prometheus.openmetrics(families)


def _send(reports: dict[str, Report], url: str, timeout_s: float, lines: int, *, as_json: bool) -> None:
    from greenprof.monitor import otlp
    from greenprof.monitor.of_report import batches_of
    from greenprof.monitor.push import receiver, send

    to = receiver(url, timeout_s=timeout_s)
    batches = batches_of(reports, lines)
    body = otlp.to_json(batches).encode() if as_json else otlp.to_protobuf(batches)
    remark = send(to, body, otlp.JSON_TYPE if as_json else otlp.PROTOBUF_TYPE)
    click.echo(f"greenprof: sent {len(reports)} report{'s'[: len(reports) > 1]} to {to.name}", err=True)
    if remark:
        click.echo(f"greenprof: {to.name}: {remark}", err=True)
