"""``greenprof merge``: the parts of a sharded run as one."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from greenprof.output import STANDARD_OUTPUT, check_writable, write


@click.command()
@click.argument("parts", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("-o", "--output", type=click.Path(path_type=Path), default=STANDARD_OUTPUT, metavar="FILE")
@click.option("--exit-zero", is_flag=True, help="End with 0 although there are findings.")
def merge(parts: tuple[Path, ...], output: Path, exit_zero: bool) -> None:
    """Put together what the parts of `greenprof lint --shard` have written: SARIF, JSON or baselines.

    The result is what the run in one piece writes. A part that is missing, or there twice, is an error.

    Exit code: 0 clean, and for baselines; 1 findings; 2 wrong use, or a file that could not be linted.
    """
    from greenprof.lint.merging import merge as merge_files

    check_writable(output)
    merged = merge_files(parts, output)
    write(output, merged.text)
    sys.exit(2 if merged.failed else int(bool(merged.findings) and not exit_zero))
