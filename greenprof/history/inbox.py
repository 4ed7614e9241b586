"""Runs that wait to be taken into the database: one file each, on disk before greenprof ends, with no database loaded.

Loading SQLAlchemy takes as long as all else that greenprof does around a run, so a run leaves a file and whoever looks
at the history takes it in. A file appears whole or not at all, and goes away when the database has it.
"""

from __future__ import annotations

import json
import os
import uuid
import zlib
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from greenprof import project_folder
from greenprof.errors import GreenprofError
from greenprof.history.context import Context
from greenprof.model import Report
from greenprof.project_folder import FOLDER
from greenprof.wire import dumps, report_from_json, report_to_json

NAME = "inbox"
SUFFIX = ".run"
FORMAT = "greenprof-kept-run"


def packed(data: dict[str, Any]) -> bytes:
    """JSON, compressed; names that are no text (undecodable bytes in a command) stay what they are."""
    return zlib.compress(dumps(data).encode("utf-8", "surrogatepass"), 6)


def unpacked(body: bytes) -> Any:
    """What `packed` was given.

    Raises:
        zlib.error, ValueError: if it is damaged.
    """
    return json.loads(zlib.decompress(body).decode("utf-8", "surrogatepass"))


def put(report: Report, context: Context, root: Path) -> Path:
    """Keep a run as a file below `root`.

    Raises:
        OSError: if it cannot be written; nothing is left behind then.
    """
    project_folder.make(root / FOLDER)
    inbox = root / FOLDER / NAME
    inbox.mkdir(exist_ok=True)
    uid = uuid.uuid4().hex
    kept = {"format": FORMAT, "uid": uid, "context": asdict(context), "report": report_to_json(report)}
    path = inbox / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{uid[:8]}{SUFFIX}"
    partial = path.with_suffix(".partial")
    try:
        with partial.open("wb") as file:
            file.write(packed(kept))
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
    return path


def waiting(root: Path) -> list[Path]:
    """The runs that wait, oldest first; none where nothing can be read."""
    try:
        return sorted((root / FOLDER / NAME).glob(f"*{SUFFIX}"))
    except OSError:
        return []


def read(path: Path) -> tuple[str, Context, Report]:
    """A run that waits: its name for good, its context and its report; raises `GreenprofError` for a damaged file."""
    try:
        kept = unpacked(path.read_bytes())
        if kept["format"] != FORMAT:
            raise ValueError("not a kept run")
        return str(kept["uid"]), Context(**kept["context"]), report_from_json(kept["report"], str(path))
    except OSError as error:
        raise GreenprofError(f"{path}: cannot be read ({error.strerror})") from None
    except (zlib.error, ValueError, KeyError, TypeError) as error:
        raise GreenprofError(f"{path}: is damaged ({error})") from None


def readable(root: Path, warn: list[str]) -> Iterator[tuple[Path, str, Context, Report]]:
    """Every run that waits; what is damaged is moved aside, never deleted, and said in `warn`."""
    for path in waiting(root):
        try:
            yield (path, *read(path))
        except GreenprofError as error:
            if not path.exists():
                continue  # another greenprof has taken it in meanwhile
            aside = path.with_suffix(".damaged")
            path.replace(aside)
            warn.append(f"{error}; it is now {aside.name}")
