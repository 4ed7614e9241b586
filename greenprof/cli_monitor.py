"""``greenprof export``, ``agent`` and ``top`` on the command line: joules for monitoring."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from greenprof.cli_lang import lang_option
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.output import STANDARD_OUTPUT, check_writable, say, write, write_whole

if TYPE_CHECKING:
    from greenprof.model import Report


def register(group: click.Group) -> None:
    """Make these commands part of the command line."""
    group.add_command(export)
    group.add_command(agent)
    group.add_command(top)


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


_METER = click.option(
    "--meter", metavar="NAME", help="Meter to use, NAME or NAME:ARGUMENT. [default: the first that works]"
)
_GROUPS = click.option(
    "--groups", type=click.IntRange(1, 10_000), default=100, show_default=True, metavar="N",
    help="Groups of processes that are shown; the rest is one more.",
)  # fmt: skip


def _shipped(page: str) -> bytes:
    name = {"dashboard": "grafana.json", "service": "greenprof-agent.service"}[page]
    return (Path(__file__).parent / "monitor" / name).read_bytes()


@click.command()
@click.option("--listen", default="127.0.0.1:9105", show_default=True, metavar="HOST:PORT", help="Where it is asked.")
@click.option("--allow-remote", is_flag=True, help="Listen where other machines reach it too.")
@_METER
@click.option(
    "--interval", type=click.FloatRange(0.1, 3600), default=1.0, show_default=True, metavar="SECONDS",
    help="Time between two looks at the host.",
)  # fmt: skip
@_GROUPS
@click.option(
    "--scripts", is_flag=True, help="Call a Python by the script or module that it runs, without its arguments."
)
@click.option("--otlp", "url", metavar="URL", help="Send to a receiver of OTLP over HTTP too.")
@click.option("--otlp-json", is_flag=True, help="With --otlp: as JSON, which needs no extra.")
@click.option(
    "--push-every", type=click.FloatRange(1, 86_400), default=15.0, show_default=True, metavar="SECONDS",
    help="With --otlp: time between two deliveries.",
)  # fmt: skip
@click.option(
    "--print", "page", type=click.Choice(["dashboard", "service"]),
    help="Print a dashboard for Grafana, or a unit file for systemd, and end.",
)  # fmt: skip
def agent(
    *, listen: str, allow_remote: bool, meter: str | None, interval: float, groups: int, scripts: bool, url: str | None,
    otlp_json: bool, push_every: float, page: str | None,
) -> None:  # fmt: skip
    """Watch this host: joules of the machine and of its processes, for Prometheus at /metrics.

    Runs until it is told to end (Ctrl-C, SIGTERM).
    """
    from greenprof.monitor import otlp
    from greenprof.monitor.agent import address_of, run
    from greenprof.monitor.push import receiver

    if page is not None:
        say(_shipped(page))
        return
    if otlp_json and url is None:
        raise click.UsageError("--otlp-json goes with --otlp")
    to = None if url is None else receiver(url)
    if to is not None and not otlp_json:
        otlp.check_protobuf()
    run(
        address_of(listen, allow_remote=allow_remote), meter=meter, interval_s=interval, most_groups=groups,
        scripts=scripts, remote=allow_remote, to=to, push_every_s=push_every, as_json=otlp_json,
        say=lambda text: click.echo(f"greenprof: {text}", err=True),
    )  # fmt: skip


@click.command()
@_METER
@click.option(
    "--interval", type=click.FloatRange(0.1, 3600), default=2.0, show_default=True, metavar="SECONDS",
    help="Time between two looks.",
)  # fmt: skip
@click.option("--once", is_flag=True, help="Look for one interval, print what was seen, and end.")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for each look, or one with --once.")
@click.option(
    "--sort", "by", type=click.Choice(["watts", "joules", "cores", "command"]), default="watts", show_default=True,
    help="What comes first.",
)  # fmt: skip
@lang_option
def top(*, meter: str | None, interval: float, once: bool, as_json: bool, by: str) -> None:
    """Show live which processes draw how many watts: what greenprof agent sees, on a terminal.

    q ends it, s sorts otherwise. Into a pipe it prints once.
    """
    from greenprof.monitor.top import run as show

    show(meter=meter, interval_s=interval, once=once, as_json=as_json, by=by, write=_say_now)


def _say_now(text: str) -> None:
    say(text)
    sys.stdout.flush()
