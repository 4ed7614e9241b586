"""Where in a text of JSON its values stand. The text is known to be valid."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_BLANK = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


def members(text: str, at: int) -> Iterator[tuple[str, Any, int, int]]:
    """Key, value, and where the value begins and ends, of each member of the object that begins at `at`."""
    at = end_of_blank(text, at + 1)
    while text[at] != "}":
        key, at = _DECODER.raw_decode(text, at)
        start = end_of_blank(text, end_of_blank(text, at) + 1)  # behind the colon
        value, end = _DECODER.raw_decode(text, start)
        yield key, value, start, end
        at = _next(text, end)


def items(text: str, at: int) -> Iterator[tuple[Any, int, int]]:
    """Each item of the array that begins at `at`, and where it begins and ends."""
    at = end_of_blank(text, at + 1)
    while text[at] != "]":
        value, end = _DECODER.raw_decode(text, at)
        yield value, at, end
        at = _next(text, end)


def end_of_blank(text: str, at: int) -> int:
    """The first place from `at` on that is not blank."""
    match = _BLANK.match(text, at)
    return match.end() if match else at


def _next(text: str, at: int) -> int:
    """Behind the comma, if one follows."""
    at = end_of_blank(text, at)
    return end_of_blank(text, at + 1) if text[at] == "," else at
