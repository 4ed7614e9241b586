"""``greenprof lint``: each command is a few lines that call one function."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from greenprof.output import STANDARD_OUTPUT, check_writable, write


def register(group: click.Group) -> None:
    """Make the linter's commands part of the command line."""
    group.add_command(lint)


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--select", multiple=True, metavar="RULE", help="Only these rules or groups.")
@click.option("--ignore", multiple=True, metavar="RULE", help="Not these rules or groups.")
@click.option("--min-confidence", type=click.Choice(["high", "medium", "low"]), help="[default: medium]")
@click.option("-f", "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), default=STANDARD_OUTPUT, metavar="FILE")
def lint(
    paths: tuple[Path, ...], *, select: tuple[str, ...], ignore: tuple[str, ...], min_confidence: str | None,
    format_: str, output: Path,
) -> None:  # fmt: skip
    """Find energy antipatterns in PATHS (by default here) without running anything.

    Exit code: 0 clean, 1 findings, 2 wrong use or a file that could not be read or parsed.
    """
    from greenprof.config import load_config
    from greenprof.lint import lint_paths
    from greenprof.lint.show import error_line, render

    check_writable(output)
    config = load_config()
    result = lint_paths(
        [str(path) for path in paths] or ["."],
        select=select or config.select,
        ignore=ignore or config.ignore,
        extra_rules=config.rules,
        min_confidence=min_confidence or config.min_confidence,
    )
    write(output, render(format_, result))
    for error in result.errors:
        click.echo(f"greenprof: {error_line(error)}", err=True)
    sys.exit(2 if result.errors else 1 if result.findings else 0)
