"""Pure: what was seen of a kernel -> what was seen of one cell, with cells named as the notebook shows them."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from greenprof.model import Frame, Recording

_OWN_FOLDER = str(Path(__file__).resolve().parent) + os.sep
_MODULE = "<module>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What was run: ``file`` is what its code calls its file, ``name`` and ``command`` what the reader knows it by."""

    file: str
    name: str
    command: tuple[str, ...]


def only_cell(
    recording: Recording, cell: Cell, duration_s: float, names: Mapping[str, str], cells: Collection[str]
) -> Recording:
    """The part of `recording` that belongs to `cell`, which ran for `duration_s`.

    A stack that comes through the cell begins there. One that does not is that of a thread or a task: it begins with
    the first frame of any cell, if it has one, or stays as it is. What was seen of greenprof itself at the beginning
    and the end is left out. `names` are those that the reader knows, by path; `cells` are the paths of all cells.
    """
    starts = [frame.path == cell.file and frame.function == _MODULE for frame in recording.frames]
    begins = [frame.path in cells for frame in recording.frames]
    ours = [frame.path.startswith(_OWN_FOLDER) for frame in recording.frames]
    kept = [_kept(stack, starts, begins, ours) for stack in recording.stacks]
    frames: dict[Frame, int] = {}
    place_of = {
        place: frames.setdefault(_renamed(recording.frames[place], names), len(frames))
        for place in sorted({place for stack in kept for place in stack})
    }
    stacks: dict[tuple[int, ...], int] = {}
    numbers = [
        stacks.setdefault(tuple(place_of[place] for place in stack), len(stacks)) if stack else None for stack in kept
    ]
    return replace(
        recording,
        run=replace(recording.run, command=cell.command, duration_s=duration_s),
        frames=tuple(frames),
        stacks=tuple(stacks),
        sources={names.get(path, path): digest for path, digest in recording.sources.items()},
        samples=tuple(
            replace(sample, stack=number)
            for sample in recording.samples
            if (number := numbers[sample.stack]) is not None
        ),
    )


def _renamed(frame: Frame, names: Mapping[str, str]) -> Frame:
    return replace(frame, path=names.get(frame.path, frame.path))


def _kept(stack: Sequence[int], starts: Sequence[bool], begins: Sequence[bool], ours: Sequence[bool]) -> Sequence[int]:
    """What is left of a stack, outermost frame first; nothing of one that was seen outside of the cell."""
    for depth, place in enumerate(stack):
        if starts[place]:
            return stack[depth:]
    if any(ours[place] for place in stack):
        return ()
    return next((stack[depth:] for depth, place in enumerate(stack) if begins[place]), stack)
