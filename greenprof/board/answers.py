"""Pure: whether an answer is right, and if not, where it first differs. Answers are bytes that nobody vouches for."""

from __future__ import annotations

import math
from collections.abc import Callable

_SHOWN = 60


def exact(expected: bytes, answer: bytes) -> str | None:
    """What is wrong with an answer that must be equal line for line; spaces at the ends of lines do not matter."""
    return _differing(expected, answer, lambda right, given: right == given)


def tolerant(expected: bytes, answer: bytes, tolerance: float) -> str | None:
    """The same, where numbers may be off by `tolerance`, relative, and the words of a line must be equal."""

    def close(right: bytes, given: bytes) -> bool:
        pairs = list(zip(right.split(), given.split(), strict=False))
        if len(right.split()) != len(given.split()):
            return False
        return all(one == other or _close(one, other, tolerance) for one, other in pairs)

    return _differing(expected, answer, close)


def _close(right: bytes, given: bytes, tolerance: float) -> bool:
    try:
        one, other = float(right), float(given)
    except ValueError:
        return False
    return math.isfinite(one) and math.isfinite(other) and math.isclose(one, other, rel_tol=tolerance, abs_tol=0)


def _differing(expected: bytes, answer: bytes, same: Callable[[bytes, bytes], bool]) -> str | None:
    right, given = expected.rstrip().split(b"\n"), answer.rstrip().split(b"\n")
    for number, (one, other) in enumerate(zip(right, given, strict=False), start=1):
        if not same(one.rstrip(), other.rstrip()):
            return f"line {number} is {_shown(other)}, and {_shown(one)} is right"
    if len(right) != len(given):
        return f"it has {len(given)} lines, and {len(right)} are right"
    return None


def _shown(line: bytes) -> str:
    text = ascii(line[:_SHOWN].decode(errors="replace"))
    return f"{text}…" if len(line) > _SHOWN else text
