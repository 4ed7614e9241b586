"""`greenprof board submit`: hands in from a terminal. The token comes from the environment or a file, never from a
command line, which others on the machine can see, and goes into a header, never into an address.
"""

from __future__ import annotations

import http.client
import json
import os
import ssl
import stat
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from greenprof import __version__, project_folder
from greenprof.errors import EXIT_USAGE, GreenprofError

TOKEN, ADDRESS = "GREENPROF_BOARD_TOKEN", "GREENPROF_BOARD"
_FILE = "board.json"
_TIMEOUT_S = 60.0
_TRIES = 4  # a board that is begun again is away for a moment; what arrived twice is judged once
_LOOK_S = 0.5
_MOST_ANSWER = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Which board, and with which token; ``repr`` does not show it."""

    address: str
    token: str

    def __repr__(self) -> str:
        return f"Door({self.address})"


def remember(root: Path, address: str, token: str) -> None:
    """Keep the way to a board in the project's folder, for its owner only."""
    folder = root / project_folder.FOLDER
    project_folder.make(folder)
    path = folder / _FILE
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump({"address": address, "token": token}, file)


def door(root: Path, address: str | None, token_file: Path | None) -> Door:
    """The board and the token that are meant; raises `GreenprofError` where one is missing."""
    kept = _kept(root)
    where = address or os.environ.get(ADDRESS) or kept.get("address")
    if not where:
        raise GreenprofError(f"which board? Give --board https://…, or set {ADDRESS}", EXIT_USAGE)
    parts = urlsplit(where)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise GreenprofError(
            "--board should be an address like https://board.example, with nothing behind it", EXIT_USAGE
        )
    token = _read_token(token_file) if token_file else os.environ.get(TOKEN) or _token_for(kept, where)
    if not token:
        raise GreenprofError(f"a token of your team is needed: set {TOKEN}, or give --token-file FILE", EXIT_USAGE)
    return Door(address=where.rstrip("/"), token=token.strip())


def _token_for(kept: dict[str, Any], where: str) -> str | None:
    """The token that is kept, for the board that it is of and no other."""
    return kept.get("token") if kept.get("address", "").rstrip("/") == where.rstrip("/") else None


def _kept(root: Path) -> dict[str, Any]:
    path = root / project_folder.FOLDER / _FILE
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise GreenprofError(f"{path}: cannot be read ({error}); delete it, and give --board", EXIT_USAGE) from None
    return data if isinstance(data, dict) and all(isinstance(value, str) for value in data.values()) else {}


def _read_token(path: Path) -> str:
    try:
        if path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
            raise GreenprofError(f"{path}: others can read it: chmod 600 {path}", EXIT_USAGE)
        return path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise GreenprofError(f"{path}: cannot be read ({error})", EXIT_USAGE) from None


def hand_in(at: Door, challenge: str, filename: str, body: bytes, language: str | None) -> dict[str, Any]:
    """Hand in; what the board says of it. Raises `GreenprofError` where it refuses or cannot be reached."""
    query = urlencode({"filename": filename} | ({"language": language} if language else {}))
    return _ask(at, "POST", f"/api/challenges/{quote(challenge, safe='')}/submissions?{query}", body)


def wait(at: Door, uid: str, timeout_s: float) -> dict[str, Any]:
    """Wait until a submission is judged, or for so long; what the board says of it then."""
    end = time.monotonic() + timeout_s
    while True:
        told = _ask(at, "GET", f"/api/submissions/{quote(uid, safe='')}")
        if told.get("state") not in ("accepted", "building", "judging") or time.monotonic() >= end:
            return told
        time.sleep(_LOOK_S)


def place_of(at: Door, told: dict[str, Any]) -> tuple[int, bool] | None:
    """The place of a submission in the ranking, and whether it is shared; None where it is not its team's best."""
    ranking = _ask(at, "GET", f"/api/challenges/{quote(str(told['challenge']), safe='')}/ranking")
    for table in ranking.get("tables", []):
        for line in table["lines"]:
            if line["submission"] == told["uid"]:
                return line["rank"], line["tied"]
    return None


def _ask(at: Door, method: str, path: str, body: bytes | None = None) -> dict[str, Any]:
    for attempt in range(_TRIES):
        try:
            status, data = _once(at, method, path, body)
        except (OSError, http.client.HTTPException) as error:
            if attempt == _TRIES - 1:
                said = getattr(error, "strerror", None) or str(error) or type(error).__name__
                raise GreenprofError(f"{at.address}: cannot be reached ({said})") from None
            time.sleep(2**attempt / 2)
            continue
        if status in (502, 503, 504) and attempt < _TRIES - 1:
            time.sleep(2**attempt / 2)
            continue
        if status >= 400:
            said = data.get("error") if isinstance(data.get("error"), str) else f"it answers {status}"
            raise GreenprofError(f"{at.address}: {said}", EXIT_USAGE)
        return data
    raise AssertionError("not reached")


def _once(at: Door, method: str, path: str, body: bytes | None) -> tuple[int, dict[str, Any]]:
    parts = urlsplit(at.address)
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection = http.client.HTTPSConnection(parts.netloc, timeout=_TIMEOUT_S, context=context)
    else:
        connection = http.client.HTTPConnection(parts.netloc, timeout=_TIMEOUT_S)
    headers = {"Authorization": f"Bearer {at.token}", "User-Agent": f"greenprof/{__version__}"}
    if body is not None:
        headers["Content-Type"] = "application/octet-stream"
    try:
        connection.request(method, parts.path.rstrip("/") + path, body, headers)
        answer = connection.getresponse()
        text = answer.read(_MOST_ANSWER)
    finally:
        connection.close()
    try:
        data = json.loads(text)
    except ValueError:
        data = {}
    return answer.status, data if isinstance(data, dict) else {}
