"""``greenprof scan``: data that is kept for nothing."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

import click

from greenprof.cli_lang import lang_option
from greenprof.output import check_writable, output_option, write_pieces
from greenprof.signals import noting_signals

_UNITS: dict[str, int] = {unit: 1000**power for power, unit in enumerate(("", "K", "M", "G", "T", "P"))}
_UNITS |= {f"{unit}I": 1024**power for power, unit in enumerate(("", "K", "M", "G", "T", "P")) if power}


def register(group: click.Group) -> None:
    """Make this command part of the command line."""
    group.add_command(scan)


class _Size(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    name = "size"

    def convert(self, value: object, _parameter: click.Parameter | None, _context: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMGTP]?I?)B?\s*", str(value).upper())
        if match is None or match[2] not in _UNITS:
            self.fail(f"{value!r} is no size; write it as 4096, 64k, 1.5MB or 1GiB")
        return int(float(match[1]) * _UNITS[match[2]])


class _Days(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    name = "days"

    def convert(self, value: object, _parameter: click.Parameter | None, _context: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([dwy]?)\s*", str(value).lower())
        if match is None:
            self.fail(f"{value!r} is no number of days; write it as 90, 90d, 12w or 2y")
        return min(float(match[1]) * {"": 1, "d": 1, "w": 7, "y": 365}[match[2]], 1e6)


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path))
@click.option(
    "--find", "kinds", multiple=True, type=click.Choice(["duplicates", "stale", "compressible"]),
    help="Look for this only; may be given several times. [default: all three]",
)  # fmt: skip
@click.option(
    "--min-size", "min_bytes", type=_Size(), default="4KiB", show_default=True, metavar="SIZE",
    help="Judge no smaller files: 4096, 64k, 1.5MB, 1GiB.",
)  # fmt: skip
@click.option(
    "--large", "large_bytes", type=_Size(), default="1MB", show_default=True, metavar="SIZE",
    help="Text is compressed on trial from this size on.",
)  # fmt: skip
@click.option(
    "--stale", "stale_days", type=_Days(), default="365", show_default=True, metavar="DAYS",
    help="Stale is what was neither read nor changed for so long: 90, 12w, 2y.",
)  # fmt: skip
@click.option(
    "--exclude", multiple=True, metavar="PATTERN",
    help="Leave out what matches, as in a .gitignore; may be given several times.",
)  # fmt: skip
@click.option("--gitignore", is_flag=True, help="Leave out what .gitignore files leave out.")
@click.option("--other-file-systems", is_flag=True, help="Enter what is mounted below PATH, too.")
@click.option(
    "--top", type=click.IntRange(0), metavar="N", help="Show so many of each. [default: 10; all in JSON and CSV]"
)
@click.option(
    "-f", "--format", "format_", type=click.Choice(["text", "json", "csv", "markdown"]),
    help="[default: by the suffix of -o, else text]",
)  # fmt: skip
@output_option
@lang_option
def scan(
    paths: tuple[Path, ...], *, kinds: tuple[str, ...], min_bytes: int, large_bytes: int, stale_days: float,
    exclude: tuple[str, ...], gitignore: bool, other_file_systems: bool, top: int | None, format_: str | None,
    output: Path,
) -> None:  # fmt: skip
    """Find duplicate files, stale files, and large text that is not compressed.

    Says how many bytes each would free. Only reads: nothing below PATH is written, and times of last access stay.

    Ctrl-C ends it with what was found until then, and exit code 130. Exit code otherwise: 0.
    """
    from greenprof.scan import Choice
    from greenprof.scan import scan as look
    from greenprof.scan.nouns import KINDS
    from greenprof.scan.show import SUFFIXES, pieces

    check_writable(output)
    choice = Choice(
        kinds=kinds or KINDS, min_bytes=min_bytes, large_bytes=large_bytes, stale_days=stale_days, exclude=exclude,
        gitignore=gitignore, other_file_systems=other_file_systems,
    )  # fmt: skip
    with noting_signals() as told, look(paths, choice, stopped=lambda: bool(told), progress=_progress()) as found:
        if sys.stderr.isatty():
            click.echo("\r\x1b[K", err=True, nl=False)
        write_pieces(output, pieces(format_ or SUFFIXES.get(output.suffix.lower(), "text"), found, top))
    if told:
        sys.exit(128 + told[0])


def _progress() -> Callable[[str, int, int | None], None]:
    """What says on a terminal, a few times a second, how far it is."""
    if not sys.stderr.isatty():
        return lambda _what, _done, _todo: None
    told_at = 0.0
    words = {"walk": "files seen", "duplicates": "files compared", "compressible": "large files tried"}

    def say(what: str, done: int, todo: int | None) -> None:
        nonlocal told_at
        if (now := time.monotonic()) - told_at > 0.2:
            told_at = now
            of = "" if todo is None else f" of {todo:,}"
            click.echo(f"\r\x1b[K{done:,}{of} {words[what]}", err=True, nl=False)

    return say
