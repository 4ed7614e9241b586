"""Pure: stacks with their joules -> the call tree that a flame graph shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from greenprof.model import DEEPEST_TREE, Frame, LineShare, Node

_SMALLEST_SHARE = 0.002  # of the whole: what is thinner cannot be seen, and its parent holds its joules

Key = tuple[str, int, str]


@dataclass(slots=True)
class _Growing:
    joules: float = 0.0
    cpu_s: float = 0.0
    children: dict[Key, _Growing] = field(default_factory=dict)
    lines: dict[int, tuple[float, float]] = field(default_factory=dict)


def call_tree(stacks: Iterable[tuple[tuple[Frame, ...], float, float]], known: bool) -> tuple[Node, ...]:
    """Merge stacks (frames outermost first, joules, CPU seconds) by function, dearest child first.

    Where joules are not `known` the tree is weighed and ordered by CPU time.
    """
    root = _Growing()
    for frames, joules, cpu_s in stacks:
        _add(root, frames[:DEEPEST_TREE], joules, cpu_s)
    return _frozen(root, _weight(root, known) * _SMALLEST_SHARE, known)


def _add(root: _Growing, frames: tuple[Frame, ...], joules: float, cpu_s: float) -> None:
    place = root
    place.joules += joules
    place.cpu_s += cpu_s
    for frame in frames:
        place = place.children.setdefault((frame.path, frame.function_line, frame.function), _Growing())
        place.joules += joules
        place.cpu_s += cpu_s
    if frames:
        before_j, before_s = place.lines.get(frames[-1].line, (0.0, 0.0))
        place.lines[frames[-1].line] = (before_j + joules, before_s + cpu_s)


def _frozen(place: _Growing, smallest: float, known: bool) -> tuple[Node, ...]:
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
                LineShare(line=at, self_j=joules if known else None, cpu_s=cpu_s)
                for at, (joules, cpu_s) in sorted(child.lines.items(), key=lambda item: (-item[1][0], -item[1][1]))
                if (joules if known else cpu_s) > smallest / 4
            ),
        )
        for (path, line, function), child in kept
    )


def _weight(place: _Growing, known: bool) -> float:
    return place.joules if known else place.cpu_s
