"""What the program's Pythons have counted of their requests to language models (`greenprof.target.greenprof_llm`)."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from greenprof.model import Asked, Frame
from greenprof.query_counts import frames_of, sum_known, text_of

Key = tuple[Any, ...]


@dataclass(slots=True)
class _Sum:
    count: int = 0
    failed: int = 0
    again: int = 0
    items: int = 0
    input_tokens: int | None = None
    output_tokens: int | None = None
    untold: int = 0
    about: int = 0
    elapsed_s: float = 0.0

    def add(self, call: Mapping[str, Any]) -> None:
        self.count += 1
        self.failed += bool(call["failed"])
        self.again += bool(call["again"])
        self.items += int(call["items"])
        self.input_tokens = sum_known(self.input_tokens, call["input"])
        self.output_tokens = sum_known(self.output_tokens, call["output"])
        told = call["input" if call["kind"] == "embedding" else "output"]  # an embedding puts out none
        self.untold += told is None and not call["failed"]
        self.about += bool(call["about"])
        self.elapsed_s += call["elapsed_ns"] / 1e9


def asked_in(folder: Path, frames: Sequence[Frame], start: Path) -> tuple[tuple[Frame, ...], tuple[Asked, ...]]:
    """What was counted, for a recording: its `frames` with new ones added, and what was asked by which of them.

    Paths below `start` are relative to it. A line that is cut short, by a process that was killed, does not count.
    """
    sums: dict[Key, _Sum] = {}
    for path in sorted(folder.glob("*.calls")):
        for key, call in _calls(path):
            sums.setdefault(key, _Sum()).add(call)
    prefix = f"{start}{os.sep}"
    places = {frame: place for place, frame in enumerate(frames)}
    asked = []
    for (provider, model, kind, answered, host, stack), total in sums.items():
        shown = (replace(frame, path=frame.path.removeprefix(prefix)) for frame in stack)
        asked.append(
            Asked(
                provider=provider,
                model=model,
                kind=kind,
                stack=tuple(places.setdefault(frame, len(places)) for frame in shown),
                answered=answered or None,
                host=host or None,
                **{name: getattr(total, name) for name in _Sum.__slots__},
            )
        )
    return tuple(places), tuple(asked)


def _calls(path: Path) -> Iterator[tuple[Key, Mapping[str, Any]]]:
    stacks: dict[int, tuple[Frame, ...]] = {}
    cwd = ""
    with path.open(encoding="ascii", errors="replace") as lines:
        for line in lines:
            try:
                values = json.loads(line)
                if "cwd" in values:
                    cwd = text_of(values["cwd"])
                elif "frames" in values:
                    stacks[values["number"]] = frames_of(values["frames"], cwd)
                else:
                    names = (text_of(values[name]) for name in ("provider", "model"))
                    more = (text_of(values[name]) for name in ("answered", "host"))
                    yield (*names, values["kind"], *more, stacks.get(values["stack"], ())), values
            except (ValueError, KeyError, TypeError):
                continue
