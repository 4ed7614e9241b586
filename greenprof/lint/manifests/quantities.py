"""Quantities of Kubernetes, and durations: ``250m``, ``1.5``, ``512Mi``, ``1e3``, ``2G``. Exact, without floats.

The grammar is that of ``k8s.io/apimachinery/pkg/api/resource``: a signed number and a suffix, which is binary
(``Ki`` … ``Ei``), decimal (``n`` ``u`` ``m``, none, ``k`` ``M`` … ``E``) or an exponent.
"""

from __future__ import annotations

import re
from fractions import Fraction

_QUANTITY = re.compile(r"([+-]?)(\d+\.?\d*|\.\d+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?\d{1,3})?\Z", re.ASCII)
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5, "Ei": 6}
_MOST_CHARACTERS = 40


def quantity(text: str | None) -> Fraction | None:
    """The number that a text stands for (cores, bytes, pieces); None for what is no quantity."""
    if text is None or len(text) > _MOST_CHARACTERS:
        return None
    match = _QUANTITY.match(text.strip())
    if match is None:
        return None
    sign, digits, suffix = match[1], match[2], match[3] or ""
    value = Fraction(digits) if not digits.endswith(".") else Fraction(digits[:-1])
    if suffix in _BINARY:
        value *= 1024 ** _BINARY[suffix]
    elif suffix in _DECIMAL:
        value *= Fraction(10) ** _DECIMAL[suffix]
    else:
        value *= Fraction(10) ** int(suffix[1:])
    return -value if sign == "-" else value


def integer(text: str | None) -> int | None:
    """A whole number of at most nine digits; None for anything else."""
    return int(text) if text is not None and re.fullmatch(r"[0-9]{1,9}", text) else None


def as_memory(value: Fraction) -> str:
    """Bytes in words: the largest binary unit of which it is at least one, with at most one digit behind the point."""
    units = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]
    place = 0
    while place < len(units) - 1 and abs(value) >= 1024 ** (place + 1):
        place += 1
    return f"{float(value / 1024**place):.1f}".removesuffix(".0") + units[place]
