"""``greenprof ab``: the working tree, or another commit, beside a base commit, test by test."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import click

from greenprof.cli_lang import lang_option
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.output import STANDARD_OUTPUT, check_writable, say, write
from greenprof.signals import ending_on_signals


def register(group: click.Group) -> None:
    """Make this command part of the command line."""
    group.add_command(ab)


class _AbCommand(click.Command):
    """Everything behind ``--`` is how the tests are run, and left alone."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        place = args.index("--") if "--" in args else len(args)
        ctx.obj = tuple(args[place + 1 :])
        return super().parse_args(ctx, args[:place])

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [*super().collect_usage_pieces(ctx), "-- pytest [ARGS]..."]


@click.command(cls=_AbCommand, short_help="Compare the tests of two commits.")
@click.argument("base")
@click.argument("head", required=False)
@click.option("--all", "every", is_flag=True, help="Every test, not only those that ask for it by fixture or mark.")
@click.option(
    "--regress", "limit", default="5%", show_default=True, metavar="PERCENT",
    help="By how much a test may grow whose mark does not say it.",
)  # fmt: skip
@click.option("--strict", is_flag=True, help="Fail, too, where a test was inconclusive or could not be run.")
@click.option("--tip", is_flag=True, help="Compare with BASE as it is, not with where HEAD branched off from it.")
@click.option("--no-fetch", is_flag=True, help="Do not fetch a base that is not here; say how to.")
@click.option(
    "--green-base-install", "--install", "install", metavar="COMMAND",
    help="Build an environment for each commit with this command of the shell, such as 'pip install .[test]'.",
)  # fmt: skip
@click.option(
    "--green-base-cache", "--cache", "cache", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
    help="Keep checkouts and environments there, one folder for each commit.",
)  # fmt: skip
@click.option("--keep", is_flag=True, help="Keep them in .greenprof/ab/.")
@click.option(
    "--timeout", "timeout_s", type=click.FloatRange(0, min_open=True), default=60.0, show_default=True,
    metavar="SECONDS", help="For one call of one test.",
)  # fmt: skip
@click.option(
    "--meter", metavar="NAME", help="Compare the joules of this meter, where it measures them. [default: CPU time]"
)
@click.option(
    "--pairs", nargs=2, type=int, default=(8, 32), show_default=True, metavar="LEAST MOST",
    help="After how many pairs of measurements a verdict is possible, and how many to take at most.",
)  # fmt: skip
@click.option(
    "-f", "--format", "format_", type=click.Choice(["text", "markdown", "json"]), help="[default: by the suffix of -o]"
)
@click.option(
    "-o", "--output", "outputs", multiple=True, type=click.Path(path_type=Path), metavar="FILE",
    help="Write to FILE, in the format of its suffix; may be given several times.",
)  # fmt: skip
@click.option("-q", "--quiet", is_flag=True, help="Nothing on the terminal but what is wrong.")
@lang_option
@click.pass_obj
def ab(
    words: tuple[str, ...], /, *, base: str, head: str | None, every: bool, limit: str, strict: bool, tip: bool,
    no_fetch: bool, install: str | None, cache: Path | None, keep: bool, timeout_s: float, meter: str | None,
    pairs: tuple[int, int],
    format_: str | None, outputs: tuple[Path, ...], quiet: bool,
) -> None:  # fmt: skip
    """Compare the tests of the working tree, or of HEAD, with those of a BASE commit, as ``ab BASE -- pytest tests/``.

    BASE gets a checkout of its own, and an environment of its own where it depends on other packages. Base and head run
    at the same time on one core, pair after pair, until a verdict is certain or out of reach.

    Exit code: 1 if a test got dearer and its limit is reached, else 0.
    """
    from greenprof.ab.show import format_of, render
    from greenprof.ab.suite import PAIRS_SHARED, Request, compare_commits
    from greenprof.pairs import Plan
    from greenprof.pytest_plugin.base_options import left_out

    for path in outputs:
        check_writable(path)
    formats = [format_ or ("text" if path == STANDARD_OUTPUT else format_of(path)) for path in outputs]
    if sys.platform != "linux":
        raise GreenprofError("ab: two commits can be measured side by side on Linux only", EXIT_USAGE)
    request = Request(
        base=base, head=head, words=words, left_out=left_out(), every=every, limit=limit, strict=strict, tip=tip,
        fetch=not no_fetch, install=install, cache=cache, keep=keep, timeout_s=timeout_s, meter=meter,
        plan=Plan(min_pairs=pairs[0], max_pairs=pairs[1], shared=PAIRS_SHARED),
    )  # fmt: skip
    progress = _say if sys.stderr.isatty() and not quiet else lambda _text: None
    with ending_on_signals() as told:
        try:
            result = compare_commits(request, Path.cwd(), progress)
        except KeyboardInterrupt:
            click.echo("greenprof: ab: stopped", err=True)
            sys.exit(128 + (told or [signal.SIGINT])[0])
    for path, wanted in zip(outputs, formats, strict=True):
        write(path, render(wanted, result))
        if path != STANDARD_OUTPUT and not quiet:
            click.echo(f"greenprof: wrote {path}", err=True)
    if not quiet and STANDARD_OUTPUT not in outputs:
        say(render(format_ if format_ and not outputs else "text", result))
    sys.exit(1 if result.failed else 0)


def _say(text: str) -> None:
    click.echo(f"\r\x1b[K{text}", err=True, nl=False)
