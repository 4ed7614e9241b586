"""`greenprof board serve`: the pages, and beside them a judge in a process of its own. There is nothing to set up."""

from __future__ import annotations

import ipaddress
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from greenprof.board import accounts, client
from greenprof.board.log import log
from greenprof.board.store import VARIABLE, Store
from greenprof.board.web.context import Board, Settings
from greenprof.errors import EXIT_USAGE, GreenprofError

if TYPE_CHECKING:
    import uvicorn

    from greenprof.board.model import Challenge

LOCAL_TEAM = "local"
FIRST_ORGANISER = "Organisers"
_AGAIN_S = (0.5, 2.0, 10.0)
_GRACE_S = 3  # for what is under way when the server is told to end


def serve(
    store: Store, challenges: Mapping[str, Challenge], settings: Settings, *, host: str, port: int, judges: int,
    root: Path, folders: Sequence[str],
) -> None:  # fmt: skip
    """Serve until told to end. Raises `GreenprofError` where the extra is missing or the port is taken."""
    server = _server(store, challenges, settings, host=host, port=port)
    address = f"http://{'[' + host + ']' if ':' in host else host}:{port}"
    for line in first_steps(store, address, root, is_local=_is_loopback(host)):
        print(line, file=sys.stderr)
    beside = [_Beside(store, folders) for _ in range(judges)]
    for judge in beside:
        judge.start()
    log("board ready", address=address, database=store.address.shown, challenges=",".join(challenges), judges=judges)
    try:
        server.run()
    finally:
        for judge in beside:
            judge.end()
        store.close()


def _server(
    store: Store, challenges: Mapping[str, Challenge], settings: Settings, *, host: str, port: int
) -> uvicorn.Server:
    try:
        import uvicorn

        from greenprof.board.web.app import application
    except ModuleNotFoundError as error:
        raise GreenprofError(f"the board needs {error.name}: pip install 'greenprof[board]'", EXIT_USAGE) from None
    from greenprof.board.web.live import Live

    board = Board(store, challenges, settings)
    live = Live(board, ending=lambda: server.should_exit)  # else those who watch would hold the server up
    config = uvicorn.Config(
        application(board, live), host=host, port=port, log_config=None, access_log=False, server_header=False,
        timeout_graceful_shutdown=_GRACE_S, limit_concurrency=settings.viewers * 2,
    )  # fmt: skip
    server = uvicorn.Server(config)
    return server


def first_steps(store: Store, address: str, root: Path, *, is_local: bool) -> list[str]:
    """What a new board needs: an organiser, and on this machine a team that can hand in at once; what to say of it.

    An invite is said to a terminal only: what is written elsewhere is a log.
    """
    if accounts.all_teams(store):
        return [f"greenprof board: {address}"]
    organiser = accounts.add_team(store, FIRST_ORGANISER, role=accounts.ORGANISER, who="serve")
    lines = [f"greenprof board: {address}"]
    if sys.stderr.isatty():
        invite = accounts.new_key(store, organiser, accounts.INVITE, who="serve", life=accounts.INVITE_LIFE)
        lines.append(f"organise it, with this link, which works once: {address}/enter#{invite}")
    else:
        lines.append(f"organise it: greenprof board invite {FIRST_ORGANISER!r} makes a link that works once")
    if is_local:
        team = accounts.add_team(store, LOCAL_TEAM, who="serve")
        client.remember(root, address, accounts.new_key(store, team, accounts.TOKEN, who="serve"))
        lines.append("hand in from this folder: greenprof board submit CHALLENGE FILE")
    return lines


class _Beside:
    """A judge in a process of its own, begun again when it dies; it ends when this process does."""

    def __init__(self, store: Store, folders: Sequence[str]) -> None:
        self._command = [sys.executable, "-m", "greenprof", "board", "judge", "--beside-server", *folders]
        path = store.address.path
        # Not on the command line, where everybody on this machine would see a password.
        self._environment = {**os.environ, VARIABLE: str(path.absolute()) if path else store.address.url}
        self._stop = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def _keep(self) -> None:
        for number in range(10**9):
            began = time.monotonic()
            # Its standard input is a pipe that ends when this process does, however it does.
            self._child = subprocess.Popen(self._command, env=self._environment, stdin=subprocess.PIPE)
            code = self._child.wait()
            if self._stop.is_set():
                return
            log("judge died", code=code)
            quick = time.monotonic() - began < _AGAIN_S[-1]
            if self._stop.wait(_AGAIN_S[min(number, len(_AGAIN_S) - 1)] if quick else _AGAIN_S[0]):
                return

    def end(self) -> None:
        self._stop.set()
        child = self._child
        if child is not None and child.poll() is None:
            child.send_signal(signal.SIGTERM)
            try:
                child.wait(_GRACE_S)
            except subprocess.TimeoutExpired:
                child.kill()
        self._thread.join(_GRACE_S)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
