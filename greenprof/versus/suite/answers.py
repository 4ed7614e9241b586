"""Pure: what was printed, held against what was to be printed."""

from __future__ import annotations

import hashlib
import math

from greenprof.versus.suite.nouns import Expected

_SHOWN = 60


def difference(printed: bytes, expected: Expected, tolerance: float) -> str | None:
    """What is wrong with an output, in one line; None where nothing is.

    With a tolerance words that are numbers on both sides may differ by so much, relative to the expected one, and what
    stands between words does not count. White space at the end of the output never does.
    """
    if expected.sha256 is not None:
        found = hashlib.sha256(printed).hexdigest()
        return None if found == expected.sha256 else f"its SHA-256 is {found[:12]}…, not {expected.sha256[:12]}…"
    assert expected.text is not None
    text = printed.decode("utf-8", "replace")
    mine, its = text.rstrip().splitlines(), expected.text.rstrip().splitlines()
    for number, (line, wanted) in enumerate(zip(mine, its, strict=False), 1):
        if not _alike(line, wanted, tolerance):
            return f"line {number} is {_short(line)}, not {_short(wanted)}"
    if len(mine) == len(its):
        return None
    if len(mine) < len(its):
        return f"line {len(mine) + 1} is missing: {_short(its[len(mine)])}"
    return f"line {len(its) + 1} is too many: {_short(mine[len(its)])}"


def _alike(line: str, wanted: str, tolerance: float) -> bool:
    if line.rstrip() == wanted.rstrip():
        return True
    if not tolerance:
        return False
    mine, its = line.split(), wanted.split()
    return len(mine) == len(its) and all(
        one == other or _near(one, other, tolerance) for one, other in zip(mine, its, strict=True)
    )


def _near(one: str, other: str, tolerance: float) -> bool:
    try:
        value, wanted = float(one), float(other)
    except ValueError:
        return False
    return math.isfinite(value) and abs(value - wanted) <= tolerance * abs(wanted)


def _short(line: str) -> str:
    return repr(line if len(line) <= _SHOWN else line[:_SHOWN] + "…")


def held_to(expected: Expected | None, baseline: str, tolerance: float) -> str:
    """In words, what outputs are held to."""
    if expected is None:
        what = f"the output of {baseline}"
    elif expected.sha256 is not None:
        what = "the hash of the expected output"
    else:
        what = "the expected output"
    return f"{what}, numbers to within {tolerance:g}" if tolerance else what
