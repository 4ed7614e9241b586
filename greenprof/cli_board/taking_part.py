"""What a team does: hand in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.output import say

_NOT_ACCEPTED = 1


@click.command()
@click.argument("challenge")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--language", metavar="NAME", help="Where the file's name does not tell it.")
@click.option("--board", "address", metavar="URL", help="The board. [default: $GREENPROF_BOARD]")
@click.option("--token-file", type=click.Path(path_type=Path), metavar="FILE", help="[default: $GREENPROF_BOARD_TOKEN]")
@click.option("--wait/--no-wait", default=True, show_default=True, help="Wait for the judge.")
@click.option("--timeout", type=click.FloatRange(0), default=1800.0, show_default=True, metavar="SECONDS")
@click.option("-f", "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def submit(
    *, challenge: str, file: Path, language: str | None, address: str | None, token_file: Path | None, wait: bool,
    timeout: float, format_: str,
) -> None:  # fmt: skip
    """Hand in FILE (a source file, a zip, or a git bundle) for CHALLENGE, and wait for its score.

    Exit code: 0 it has a score, or waits for one with --no-wait; 1 it was not accepted; 2 the board refused it.
    """
    from greenprof.board import client
    from greenprof.config import load_config

    try:
        body = file.read_bytes()
    except OSError as error:
        raise GreenprofError(f"{file}: cannot be read ({error.strerror})", EXIT_USAGE) from None
    at = client.door(load_config().root, address, token_file)
    told = client.hand_in(at, challenge, file.name, body, language)
    page = f"{at.address}/submissions/{told['uid']}"
    if told.get("new") is False:
        click.echo("greenprof: these files were handed in before; they are judged once", err=True)
    click.echo(f"greenprof: accepted: {page}", err=True)
    place = None
    if wait:
        told = client.wait(at, told["uid"], timeout)
        place = client.place_of(at, told) if told.get("state") == "judged" else None
    if format_ == "json":
        from greenprof.wire import dumps

        say(dumps(told | {"place": place and place[0], "page": page}))
    else:
        say("\n".join(_lines(told, place)) + "\n")
    sys.exit(_NOT_ACCEPTED if told.get("state") in ("rejected", "failed") else 0)


def _lines(told: dict[str, Any], place: tuple[int, bool] | None) -> list[str]:
    detail = told.get("detail") or {}
    if told["state"] == "judged" and told["score"] is not None:
        low, high = told["interval"] or (None, None)
        within = f" (95 %: {low:.3g} to {high:.3g})" if low is not None else ""
        what = "processor time, estimated" if told["estimated"] else "energy"
        lines = [f"score {told['score']:.3g}{within}: its {what}, relative to the reference's"]
        if place is not None:
            lines.append(f"place {place[0]}{', shared' if place[1] else ''}")
        else:
            lines.append("the team's best is another one, or the ranking is frozen")
    elif told["state"] == "rejected":
        lines = [f"not accepted: {detail.get('reason') or 'the page says why'}"]
    elif told["state"] == "failed":
        lines = ["no judge could judge it, which says nothing about it; the organisers look at it"]
    else:
        lines = [f"state: {told['state']}"]
    lines += [f"{one['path']}:{one['line']}: {one['message']} ({one['rule']})" for one in detail.get("hints", [])]
    return lines


def register(board: click.Group) -> None:
    """Add the command to the group."""
    board.add_command(submit)
