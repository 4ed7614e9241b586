"""`board archive`: the board as a folder of files that any web server, or a browser alone, can show for years."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from greenprof.board import submissions
from greenprof.board.web.app import application
from greenprof.board.words import LANGUAGES
from greenprof.errors import EXIT_USAGE, GreenprofError

if TYPE_CHECKING:
    from greenprof.board.web.context import Board

_LINK = re.compile(r'(href|src)="(/[^"]*)"')
_FILES = ("/static/frame.css", "/static/board.css", "/static/board.js", "/openapi.json", "/api/challenges")


def write_site(board: Board, folder: Path) -> int:
    """Write what the public sees now into a new `folder`, in every language; how many files."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise GreenprofError(f"{folder}: is not empty", EXIT_USAGE)
        return asyncio.run(_write(board, folder))
    except OSError as error:
        raise GreenprofError(f"{folder}: cannot be written ({error.strerror})") from None


async def _write(board: Board, folder: Path) -> int:
    app = application(board)
    pages = ["/", "/about"]
    data = list(_FILES)
    for name in board.challenges:
        pages += [f"/challenges/{name}", f"/challenges/{name}/projector"]
        data += [f"/api/challenges/{name}/ranking", f"/api/challenges/{name}/ranking.csv"]
        pages += [f"/submissions/{one.uid}" for one in submissions.entries(board.store, challenge=name)]
    for path in data:
        _put(folder, _file_of(path), await _get(app, path, ""))
    for language in LANGUAGES:
        for path in pages:
            text = (await _get(app, path, f"lang={language}")).decode("utf-8")
            own = _page_of(path, language)
            _put(folder, own, _relative(text, own, language, set(pages), set(data)).encode("utf-8"))
    return len(data) + len(LANGUAGES) * len(pages)


def _put(folder: Path, name: str, body: bytes) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(body)


def _page_of(path: str, language: str) -> str:
    name = (path.strip("/") or "index") + ".html"
    return name if language == LANGUAGES[0] else f"{language}/{name}"


def _file_of(path: str) -> str:
    name = path.strip("/")
    return name if "." in name.rpartition("/")[2] else name + ".json"


def _relative(text: str, own: str, language: str, pages: set[str], data: set[str]) -> str:
    """Links from one file to another, so that the folder can lie anywhere."""
    up = "../" * own.count("/")

    def link(found: re.Match[str]) -> str:
        path, _sep, query = found[2].partition("?")
        chosen = query.removeprefix("lang=") if query.startswith("lang=") else language
        if path in pages:
            return f'{found[1]}="{up}{_page_of(path, chosen)}"'
        if path in data:
            return f'{found[1]}="{up}{_file_of(path)}"'
        return f'{found[1]}="{up}{_page_of("/", language)}"'

    return _LINK.sub(link, text)


async def _get(app: Any, path: str, query: str) -> bytes:
    """What the board answers, asked without a network."""
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1", "method": "GET",
        "scheme": "http", "path": path, "raw_path": path.encode(), "query_string": query.encode(),
        "headers": [(b"host", b"archive")], "server": ("archive", 80), "client": None, "root_path": "",
    }  # fmt: skip
    status, body = 0, b""

    asked = False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if asked:  # whoever asks again wants to know when the other end has gone
            await asyncio.Event().wait()
        asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        nonlocal status, body
        status = message.get("status", status)
        body += message.get("body", b"")

    await app(scope, receive, send)
    if status != 200:
        raise GreenprofError(f"archive: {path} answers {status}")
    return body
