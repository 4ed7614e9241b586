"""Pure: stacks with their joules -> the call tree that a flame graph shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from greenprof.model import DEEPEST_TREE, Frame, LineShare, NativeFunction, Node

_SMALLEST_SHARE = 0.002  # of the whole: what is thinner cannot be seen, and its parent holds its joules

Key = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class Used:
    """What a stack used: lines of Python, outermost first, and below them the native functions that ran."""

    frames: tuple[Frame, ...]
    native: tuple[NativeFunction, ...]
    joules: float
    cpu_s: float


@dataclass(slots=True)
class _Growing:
    joules: float = 0.0
    cpu_s: float = 0.0
    children: dict[Key, _Growing] = field(default_factory=dict)
    lines: dict[int, _Growing] = field(default_factory=dict)

    def add(self, used: Used) -> _Growing:
        self.joules += used.joules
        self.cpu_s += used.cpu_s
        return self

    def child(self, path: str, line: int, function: str) -> _Growing:
        return self.children.setdefault((path, line, function), _Growing())


def call_tree(stacks: Iterable[Used], known: bool) -> tuple[Node, ...]:
    """Merge stacks by function, dearest child first.

    Where joules are not `known` the tree is weighed and ordered by CPU time.
    """
    root = _Growing()
    for used in stacks:
        _add(root, used)
    return _frozen(root, _weight(root, known) * _SMALLEST_SHARE, known)


def _add(root: _Growing, used: Used) -> None:
    place = root.add(used)
    frames = used.frames[:DEEPEST_TREE]
    for frame in frames:
        place = place.child(frame.path, frame.function_line, frame.function).add(used)
    if frames:
        place = place.lines.setdefault(frames[-1].line, _Growing()).add(used)
    for function in used.native[: DEEPEST_TREE - len(frames)]:
        place = place.child(function.path, 0, function.name).add(used)


def _frozen(place: _Growing, smallest: float, known: bool) -> tuple[Node, ...]:
    """What lies below a place; what used no more than `smallest` is held by the place itself."""
    kept = [(key, child) for key, child in place.children.items() if _weight(child, known) > smallest]
    kept.sort(key=lambda item: -_weight(item[1], known))
    return tuple(
        Node(
            path=path,
            line=line,
            function=function,
            total_j=child.joules if known else None,
            cpu_s=child.cpu_s,
            children=_frozen(child, smallest, known),
            lines=tuple(
                LineShare(
                    line=at, self_j=own.joules if known else None, cpu_s=own.cpu_s,
                    native=_frozen(own, smallest, known),
                )
                for at, own in sorted(child.lines.items(), key=lambda item: (-item[1].joules, -item[1].cpu_s))
                if _weight(own, known) > smallest / 4
            ),
        )
        for (path, line, function), child in kept
    )  # fmt: skip


def _weight(place: _Growing, known: bool) -> float:
    return place.joules if known else place.cpu_s
