"""What who runs the board does: serve, judge, teams and their keys, freeze and reveal."""

from __future__ import annotations

import signal
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from greenprof.cli_board.judging import METER, UNSAFE, sandbox_of
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.output import say

if TYPE_CHECKING:
    from greenprof.board.model import Challenge
    from greenprof.board.store import Store

_DATABASE = click.option(
    "--database", metavar="URL", help="postgresql://… or an SQLite file. [default: $GREENPROF_BOARD_DATABASE]"
)
_CHALLENGES = click.argument("challenges", nargs=-1, metavar="[CHALLENGE]...")
_BY_HAND = "the command line"


@click.command()
@_CHALLENGES
@_DATABASE
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True)
@click.option("--judges", type=click.IntRange(0, 16), default=1, show_default=True, help="Judges beside the server.")
@click.option("--title", default="Green code board", show_default=True)
@click.option("--secure", is_flag=True, help="It is reached by https only, through a proxy: stricter cookies.")
@click.option("--waiting", type=click.IntRange(1), default=5, show_default=True, help="Most that wait, for a team.")
@click.option("--an-hour", type=click.IntRange(1), default=30, show_default=True, help="Most in an hour, for a team.")
@click.option("--viewers", type=click.IntRange(1), default=1000, show_default=True, help="Most who watch at a time.")
def serve(
    *, challenges: tuple[str, ...], database: str | None, host: str, port: int, judges: int, title: str, secure: bool,
    waiting: int, an_hour: int, viewers: int,
) -> None:  # fmt: skip
    """Serve a board with CHALLENGES: folders, or names of those that come with greenprof. [default: all of these]"""
    from greenprof.board.submissions import Allowance
    from greenprof.config import load_config

    _need_extra()
    from greenprof.board.serve import serve as serve_board
    from greenprof.board.web.context import Settings

    allowance = Allowance(waiting=waiting, an_hour=an_hour)
    settings = Settings(title=title, secure=secure, allowance=allowance, viewers=viewers)
    known = _load(challenges)
    serve_board(
        _open(database), known, settings, host=host, port=port, judges=judges, root=load_config().root,
        folders=[str(one.folder) for one in known.values()],
    )  # fmt: skip


@click.command()
@_CHALLENGES
@_DATABASE
@click.option("--until-empty", is_flag=True, help="End when nothing waits.")
@METER
@UNSAFE
@click.option("--beside-server", is_flag=True, hidden=True)
def judge(
    *, challenges: tuple[str, ...], database: str | None, until_empty: bool, meter: str | None, unsafe: bool,
    beside_server: bool,
) -> None:  # fmt: skip
    """Judge what waits on a board, for CHALLENGES, until told to end; several can judge for one board."""
    from greenprof.board.judging import judging
    from greenprof.board.worker import work
    from greenprof.meters import open_meter

    known = _load(challenges)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if beside_server:
        threading.Thread(target=_until_input_ends, args=(stop,), daemon=True).start()
    sandbox = sandbox_of(unsafe=unsafe)
    opened = open_meter(meter).meter
    try:
        with judging(known, opened, sandbox) as judge_job:
            work(_open(database), known, judge_job, stop=stop, until_empty=until_empty)
    finally:
        opened.close()


def _until_input_ends(stop: threading.Event) -> None:
    sys.stdin.buffer.read()
    stop.set()


@click.command()
@click.argument("name", required=False)
@click.option("--organiser", is_flag=True, help="One who runs the board.")
@click.option("--shut-out", is_flag=True, help="Shut the team out; what it handed in stays.")
@click.option("--let-in", is_flag=True, help="Let it in again.")
@click.option("--revoke", is_flag=True, help="End all its keys and sessions.")
@_DATABASE
def team(
    *, name: str | None, organiser: bool, shut_out: bool, let_in: bool, revoke: bool, database: str | None
) -> None:
    """List the teams, or make one called NAME, or change one."""
    from greenprof.board import accounts

    store = _open(database)
    if name is None:
        for one in accounts.all_teams(store):
            say("\t".join((one.name, one.role, *(["shut out"] if one.closed else []))) + "\n")
    elif revoke:
        number = accounts.revoke(store, accounts.team_named(store, name), who=_BY_HAND)
        say(f"{number} keys ended\n")
    elif shut_out or let_in:
        accounts.close(store, accounts.team_named(store, name), closed=shut_out, who=_BY_HAND)
    else:
        role = accounts.ORGANISER if organiser else accounts.TEAM
        made = accounts.add_team(store, name, role=role, who=_BY_HAND)
        say(f"{made.name}: made; greenprof board invite makes a link for it\n")


@click.command()
@click.argument("name")
@click.option("--board", "address", metavar="URL", default="", help="Address of the board, to make a whole link.")
@click.option("--days", type=click.FloatRange(0.01, 365), default=14.0, show_default=True, help="How long it is good.")
@_DATABASE
def invite(*, name: str, address: str, days: float, database: str | None) -> None:
    """Make an invite for the team NAME: a link that works once. The team is made where there is none."""
    from greenprof.board import accounts

    store = _open(database)
    names = {one.name for one in accounts.all_teams(store)}
    clean = accounts.checked_name(name)
    made = accounts.team_named(store, clean) if clean in names else accounts.add_team(store, clean, who=_BY_HAND)
    key = accounts.new_key(store, made, accounts.INVITE, who=_BY_HAND, life=timedelta(days=days))
    say(f"{address.rstrip('/')}/enter#{key}\n")


@click.command()
@click.argument("name")
@_DATABASE
def token(*, name: str, database: str | None) -> None:
    """Make a token for the team NAME, for programs and terminals; it is shown once."""
    from greenprof.board import accounts

    store = _open(database)
    say(accounts.new_key(store, accounts.team_named(store, name), accounts.TOKEN, who=_BY_HAND) + "\n")


_AT = click.option(
    "--at", type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]), metavar="TIME", help="In UTC. [default: now]"
)
_IN = click.option("--in", "minutes", type=float, metavar="MINUTES", help="So many minutes from now.")


@click.command()
@_AT
@_IN
@_DATABASE
def freeze(*, at: datetime | None, minutes: float | None, database: str | None) -> None:
    """Freeze the ranking: what is handed in later is judged, and shown to its team and at the reveal only."""
    _plan(database, at, minutes, "freeze_at", revealed_at=None)


@click.command()
@_AT
@_IN
@click.option("--reopen", is_flag=True, help="Take submissions again.")
@_DATABASE
def close(*, at: datetime | None, minutes: float | None, reopen: bool, database: str | None) -> None:
    """Take nothing more."""
    if reopen:
        from greenprof.board import event

        event.plan(_open(database), who=_BY_HAND, closes_at=None)
        return
    _plan(database, at, minutes, "closes_at")


@click.command()
@click.option("--sources", is_flag=True, help="Let all read what was handed in, too.")
@_DATABASE
def reveal(*, sources: bool, database: str | None) -> None:
    """Show what the freeze held back."""
    from greenprof.board import event

    store = _open(database)
    _planned, now = event.event_of(store)
    event.plan(store, who=_BY_HAND, revealed_at=now, **({"sources_at": now} if sources else {}))
    say("revealed\n")


_FILE = click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, metavar="FILE")


@click.command()
@_FILE
@click.option("--sources", is_flag=True, help="With what was handed in.")
@_DATABASE
def export(*, output: Path, sources: bool, database: str | None) -> None:
    """Write teams, submissions and results with their readings to a zip, without keys and without who did what."""
    from greenprof.board.transfer import write_board

    say(f"{write_board(_open(database), output, private=False, with_sources=sources)} submissions written\n")


@click.command()
@_FILE
@_DATABASE
def backup(*, output: Path, database: str | None) -> None:
    """Write all of the board to a zip that only you can read, while it goes on; import puts it back."""
    from greenprof.board.transfer import write_board

    say(f"{write_board(_open(database), output, private=True, with_sources=True)} submissions written\n")


@click.command(name="import")
@click.argument("file", type=click.Path(path_type=Path))
@_DATABASE
def import_(*, file: Path, database: str | None) -> None:
    """Put a board that was exported or backed up into an empty database."""
    from greenprof.board.transfer import read_board

    say(f"{read_board(_open(database), file)} submissions put in\n")


@click.command()
@_CHALLENGES
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False), required=True, metavar="FOLDER")
@click.option("--title", default="Green code board", show_default=True)
@_DATABASE
def archive(*, challenges: tuple[str, ...], output: Path, title: str, database: str | None) -> None:
    """Write what the public sees now as a static site, in English and Dutch."""
    _need_extra()
    from greenprof.board.archive_site import write_site
    from greenprof.board.web.context import Board, Settings

    board = Board(_open(database), _load(challenges), Settings(title=title, archived=True))
    say(f"{write_site(board, output)} files written\n")


def _plan(database: str | None, at: datetime | None, minutes: float | None, name: str, **more: datetime | None) -> None:
    from greenprof.board import event

    if at is not None and minutes is not None:
        raise click.UsageError("give --at or --in, not both")
    store = _open(database)
    _planned, now = event.event_of(store)
    moment = at.replace(tzinfo=UTC) if at else now + timedelta(minutes=minutes or 0)
    event.plan(store, who=_BY_HAND, **{name: moment}, **more)
    say(f"{name.removesuffix('_at')}: {moment:%Y-%m-%d %H:%M} UTC\n")


def _open(database: str | None) -> Store:
    from greenprof.board.store import Store, address_of
    from greenprof.config import load_config

    return Store(address_of(database, load_config().root))


def _load(names: tuple[str, ...]) -> dict[str, Challenge]:
    from greenprof.board import challenge

    folders: Any = [challenge.find(name) for name in names] or challenge.shipped()
    known = {one.name: one for one in map(challenge.load, folders)}
    if not known:
        raise GreenprofError("board: there is no challenge; name a folder with a challenge.toml", EXIT_USAGE)
    return known


def _need_extra() -> None:
    """One line where the extra is missing, before anything is made or opened."""
    from importlib.util import find_spec

    for module in ("starlette", "uvicorn", "python_multipart", "itsdangerous"):
        if find_spec(module) is None:
            raise GreenprofError(f"the board needs {module}: pip install 'greenprof[board]'", EXIT_USAGE)


def register(board: click.Group) -> None:
    """Add the commands to the group."""
    for command in (
        serve, judge, team, invite, token, freeze, close, reveal, export, backup, import_, archive,
    ):  # fmt: skip
        board.add_command(command)
