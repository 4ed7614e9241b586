"""The statements that Pythons have counted themselves (`greenprof/target/greenprof_queries.py`), from their folder."""

from __future__ import annotations

import json
import os
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from greenprof.model import Frame, Sent
from greenprof.sampler.inside import full_path
from greenprof.target.greenprof_queries import (
    COUNT,
    ELAPSED_NS,
    ROUNDS,
    ROWS,
    ROWS_KNOWN,
    SERVER_KNOWN,
    SERVER_NS,
    WIDTH,
)

Number = TypeVar("Number", int, float)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Statements of one shape by one chain of lines, innermost frame last; see `greenprof.model.Sent`."""

    shape: str
    frames: tuple[Frame, ...]
    count: int
    rows: int | None
    elapsed_s: float
    server_s: float | None
    rounds: int


def counted_in(folder: Path) -> tuple[Counted, ...] | None:
    """What was counted, those of all processes together; None if no Python has counted.

    A file that is cut short, by a process that was killed, counts as far as it goes.
    """
    found: dict[tuple[str, tuple[Frame, ...]], Counted] = {}
    files = sorted(folder.glob("*.queries"))
    for path in files:
        for one in _of_process(path):
            key = one.shape, one.frames
            found[key] = _together(found[key], one) if key in found else one
    return tuple(found.values()) if files else None


def sent_in(folder: Path, frames: Sequence[Frame], start: Path) -> tuple[tuple[Frame, ...], tuple[Sent, ...] | None]:
    """What was counted, for a recording: its `frames` with new ones added, and what was sent by which of them.

    Paths below `start` are relative to it.
    """
    counted = counted_in(folder)
    if counted is None:
        return tuple(frames), None
    prefix = f"{start}{os.sep}"
    places = {frame: place for place, frame in enumerate(frames)}
    sent = []
    for one in counted:
        shown = (replace(frame, path=frame.path.removeprefix(prefix)) for frame in one.frames)
        sent.append(
            Sent(
                shape=one.shape,
                stack=tuple(places.setdefault(frame, len(places)) for frame in shown),
                count=one.count,
                rows=one.rows,
                elapsed_s=one.elapsed_s,
                server_s=one.server_s,
                rounds=one.rounds,
            )
        )
    return tuple(places), tuple(sent)


def _of_process(path: Path) -> Iterator[Counted]:
    try:
        lines = path.read_bytes().splitlines()
        numbers = array("q", path.with_suffix(".counts").read_bytes())
    except (OSError, ValueError):
        return
    cwd, place = "", 0
    for line in lines:
        try:
            values = json.loads(line)
        except ValueError:
            return
        if "cwd" in values:
            cwd = text_of(values["cwd"])
            continue
        row = numbers[place : place + WIDTH]
        place += WIDTH
        if len(row) == WIDTH and row[COUNT]:
            yield _counted(text_of(values["shape"]), frames_of(values["frames"], cwd), row)


def _counted(shape: str, frames: tuple[Frame, ...], row: Sequence[int]) -> Counted:
    return Counted(
        shape=shape,
        frames=frames,
        count=row[COUNT],
        rows=row[ROWS] if row[ROWS_KNOWN] else None,
        elapsed_s=row[ELAPSED_NS] / 1e9,
        server_s=row[SERVER_NS] / 1e9 if row[SERVER_KNOWN] else None,
        rounds=max(1, row[ROUNDS]),
    )


def frames_of(frames: list[tuple[str, int, str, int]], cwd: str) -> tuple[Frame, ...]:
    """Frames as they are written, innermost first, as values, outermost first."""
    return tuple(
        Frame(path=full_path(text_of(path), cwd), line=line, function=text_of(name), function_line=first)
        for path, line, name, first in reversed(frames)
    )


def _together(one: Counted, other: Counted) -> Counted:
    return Counted(
        shape=one.shape,
        frames=one.frames,
        count=one.count + other.count,
        rows=sum_known(one.rows, other.rows),
        elapsed_s=one.elapsed_s + other.elapsed_s,
        server_s=sum_known(one.server_s, other.server_s),
        rounds=one.rounds + other.rounds,
    )


def sum_known(one: Number | None, other: Number | None) -> Number | None:
    """The sum of those that are known, None if none is."""
    return other if one is None else one if other is None else one + other


def text_of(value: str) -> str:
    """A text as a Python that counts writes it."""
    return bytes.fromhex(value).decode("utf-8", "surrogatepass")
