"""The call tree as stacks with whole numbers: what the files for other tools' viewers are written from.

A stack holds what its last place used itself, so that the stacks sum to the whole: in µJ to ``process_j``, in ns of CPU
time to ``run.cpu_s``. What lies on no place of the tree (``unattributed_j``, and functions too small for the tree) is a
stack of its own, `NOT_PLACED`. The idle joules that pass while a line waits are not the program's, and not in here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from greenprof.reporters import _story as story
from greenprof.reporters._numbers import uncertainty
from greenprof.reporters._text import command as command_in
from greenprof.reporters._text import neutral, shorten

if TYPE_CHECKING:
    from greenprof.model import LineShare, Node, Report

NOT_PLACED = "(not placed)"

_LONGEST_TITLE = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A function and where it begins (0 if unknown), or a line (``is_line``). Without a file there is no ``path``.

    That of a native function is the file of its source or its library.
    """

    name: str
    path: str | None = None
    line: int = 0
    is_line: bool = False
    is_native: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """Functions, outermost first, and what ``line`` of the last of them used itself.

    ``line`` is None where the tree does not tell; with an ``end_line`` it stands for the loop that ends there.
    ``native`` are the native functions below the line; then it is the last of them that used it.
    ``energy_uj`` is None in every stack of a report without joules.
    """

    functions: tuple[Place, ...]
    line: int | None
    energy_uj: int | None
    cpu_ns: int
    end_line: int | None = None
    native: tuple[Place, ...] = ()

    @property
    def places(self) -> tuple[Place, ...]:
        """The functions, below them the line, and below that the native functions."""
        path = self.functions[-1].path
        if self.line is None or path is None:
            return (*self.functions, *self.native)
        return (*self.functions, _line_of(path, self.line, self.end_line), *self.native)


def function_of(path: str, line: int, function: str) -> Place:
    """A function that begins at `line`, safe to show; a process without lines of Python is ``(command: gzip)``."""
    name = command_in(path, line)
    return Place(name=f"({neutral(name)})") if name else Place(name=neutral(function), path=neutral(path), line=line)


def stacks(report: Report) -> tuple[Stack, ...]:
    """Every place of the call tree that used something itself, in the order of the tree; `NOT_PLACED` at the end."""
    used = [*_used(report.tree), _Used((Place(name=NOT_PLACED),), None, (), 0.0, 0.0)]
    energy: Sequence[int | None] = [None] * len(used)
    if report.energy.process_j is not None:
        energy = _whole_numbers([each.joules for each in used], report.energy.process_j, 1e6)
    cpu_ns = _whole_numbers([each.cpu_s for each in used], report.run.cpu_s, 1e9)
    ends = {(neutral(spot.path), spot.line): spot.end_line for spot in report.hotspots}
    return tuple(
        Stack(
            functions=each.functions, line=each.line, energy_uj=energy_uj, cpu_ns=ns, native=each.native,
            end_line=ends.get((each.functions[-1].path or "", each.line or 0)),
        )
        for each, energy_uj, ns in zip(used, energy, cpu_ns, strict=True)
        if energy_uj or ns
    )  # fmt: skip


def weighed(report: Report) -> tuple[tuple[Stack, int], ...]:
    """The stacks with their µJ, or with their ns of CPU time where joules are unknown (`unit`); none that weighs 0."""
    known = report.energy.process_j is not None
    weights = [(stack, (stack.energy_uj or 0) if known else stack.cpu_ns) for stack in stacks(report)]
    return tuple((stack, weight) for stack, weight in weights if weight)


def unit(report: Report) -> str:
    """What `weighed` weighs by, how it is known and how uncertain: ``µJ, measured, ±1 %``."""
    if report.energy.process_j is None:
        return "ns of CPU time, joules unknown"
    return f"µJ, {story.how_known(report)}, {uncertainty(report.meter.uncertainty)}"


def title(report: Report) -> str:
    """The command, short enough for the head of a page."""
    return shorten(neutral(story.command(report)), _LONGEST_TITLE)


def started_ns(report: Report) -> int:
    """When the run started, in nanoseconds since 1970; 0 where the time of day cannot be read."""
    try:
        start = datetime.fromisoformat(report.run.started_at)
    except ValueError:
        return 0
    return max(0, round((start if start.tzinfo else start.replace(tzinfo=UTC)).timestamp() * 1e9))


def apportion(weights: Sequence[float], whole: int) -> list[int]:
    """`whole` shared out in proportion to `weights`: whole numbers that sum to it, each less than 1 off its share.

    The largest remainders are rounded up (Hamilton's method). Weights are not negative; where all are 0 the last one
    gets it all.
    """
    ratios = [weight.as_integer_ratio() for weight in weights]  # exact; the denominators are powers of two
    common = max((denominator for _, denominator in ratios), default=1)
    exact = [numerator * (common // denominator) for numerator, denominator in ratios]
    all_weights = sum(exact)
    if not all_weights:
        return [0] * (len(weights) - 1) + [whole] if weights else []
    numbers, remainders = zip(*(divmod(weight * whole, all_weights) for weight in exact), strict=True)
    by_remainder = sorted(range(len(weights)), key=lambda place: -remainders[place])
    rounded_up = set(by_remainder[: whole - sum(numbers)])
    return [number + (place in rounded_up) for place, number in enumerate(numbers)]


def _whole_numbers(used: Sequence[float], whole: float, scale: float) -> list[int]:
    """`used` in whole numbers of a unit `scale` times smaller; the last gets what is missing to `whole`."""
    placed = math.fsum(used)
    return apportion([*used[:-1], used[-1] + max(0.0, whole - placed)], round(max(whole, placed) * scale))


class _Used(NamedTuple):
    """What a line of a function used itself, or the last of the native functions below it."""

    functions: tuple[Place, ...]
    line: int | None
    native: tuple[Place, ...]
    joules: float
    cpu_s: float


def _used(tree: Sequence[Node]) -> Iterator[_Used]:
    """What each place of the tree used itself. Not recursive: a saved tree may be of any depth."""
    waiting: list[tuple[tuple[Place, ...], Node]] = [((), node) for node in reversed(tree)]
    while waiting:
        above, node = waiting.pop()
        functions = (*above, function_of(node.path, node.line, node.function))
        for share in node.lines:
            rest_j, rest_s = _rest(share.self_j, share.cpu_s, share.native)
            yield _Used(functions, share.line, (), rest_j, rest_s)
            yield from _used_natively(functions, share)
        lines_j = math.fsum(each.self_j or 0.0 for each in node.lines)
        rest_j, rest_s = _rest(
            (node.total_j or 0.0) - lines_j, node.cpu_s - math.fsum(each.cpu_s for each in node.lines), node.children
        )
        yield _Used(functions, None, (), rest_j, rest_s)
        waiting.extend((functions, child) for child in reversed(node.children))


def _used_natively(functions: tuple[Place, ...], share: LineShare) -> Iterator[_Used]:
    """What the native functions below a line used themselves."""
    waiting: list[tuple[tuple[Place, ...], Node]] = [((), node) for node in reversed(share.native)]
    while waiting:
        above, node = waiting.pop()
        native = (*above, replace(function_of(node.path, node.line, node.function), is_native=True))
        yield _Used(functions, share.line, native, *_rest(node.total_j, node.cpu_s, node.children))
        waiting.extend((native, child) for child in reversed(node.children))


def _rest(joules: float | None, cpu_s: float, told: Sequence[Node]) -> tuple[float, float]:
    """Joules and CPU seconds without those of the nodes that tell of a part of them."""
    told_j, told_s = math.fsum(each.total_j or 0.0 for each in told), math.fsum(each.cpu_s for each in told)
    return max(0.0, (joules or 0.0) - told_j), max(0.0, cpu_s - told_s)


def _line_of(path: str, line: int, end_line: int | None) -> Place:
    """A line of the file at `path`, or the lines of a loop, named without folders: ``shop.py:71``."""
    file = path.replace("\\", "/").rpartition("/")[2]
    lines = f"{line}–{end_line}" if end_line and end_line > line else f"{line}"
    return Place(name=f"{file}:{lines}", path=path, line=line, is_line=True)
