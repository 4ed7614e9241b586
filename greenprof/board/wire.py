"""Results to JSON and back: what the store keeps, the page's programs read, and an export holds."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from greenprof import __version__
from greenprof.board.model import Result
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.wire import decoded

FORMAT = "greenprof-board-result"
VERSION = 1


def result_to_json(result: Result) -> dict[str, Any]:
    """A result with all its readings, ready for ``json.dumps``."""
    return {"format": FORMAT, "version": VERSION, **asdict(result), "greenprof": result.greenprof or __version__}


def result_from_json(data: object, where: str) -> Result:
    """Read a result; raises `GreenprofError` that names `where` and the key that is wrong."""
    if not isinstance(data, dict) or data.get("format") != FORMAT or data.get("version") != VERSION:
        raise GreenprofError(f"{where}: is not a result of a board, in version {VERSION}", EXIT_USAGE)
    return decoded(Result, data, where)
