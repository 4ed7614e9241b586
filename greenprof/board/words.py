"""The board's words in the language of who looks at it.

Messages are English as they stand; Dutch ones are in ``dutch.json``, with two texts where a number decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

ENGLISH, DUTCH = LANGUAGES = ("en", "nl")
_language: ContextVar[str] = ContextVar("board_language", default=ENGLISH)
_PLACE = re.compile(r"\{(\w+)\}")
_OTHER_SIGNS = str.maketrans(",.", ".,")


def language() -> str:
    """The language here, one of `LANGUAGES`."""
    return _language.get()


def speak(language: str) -> None:
    """Tell everything in `language` from now on in this context."""
    _language.set(language if language in LANGUAGES else ENGLISH)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Tell everything in `language` meanwhile."""
    token = _language.set(language if language in LANGUAGES else ENGLISH)
    try:
        yield
    finally:
        _language.reset(token)


def _(message: str, /, **values: object) -> str:
    """`message` in the language of the context, with `values` at the places that it names in braces."""
    told = message if _language.get() == ENGLISH else _dutch().get(message, message)
    assert isinstance(told, str), message
    return _PLACE.sub(lambda place: str(values[place[1]]), told) if values else told


def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
    """As `_`, of a message that depends on a number of things."""
    told = one if number == 1 else many
    if _language.get() != ENGLISH:
        told = _dutch().get(one, [one, many])[number != 1]
    return _PLACE.sub(lambda place: str(values[place[1]]), told) if values else told


@cache
def _dutch() -> dict[str, Any]:
    import json

    known: dict[str, Any] = json.loads(Path(__file__).with_name("dutch.json").read_text(encoding="utf-8"))
    return known


def decimal(number: str) -> str:
    """A number as Python writes it, with the signs of the language."""
    return number if _language.get() == ENGLISH else number.translate(_OTHER_SIGNS)


def preferred(accept_language: str) -> str:
    """The language that a browser asks for first among those that there are."""
    wanted: list[tuple[float, int, str]] = []
    for place, part in enumerate(accept_language.split(",")[:20]):
        tag, _sep, quality = part.strip().partition(";q=")
        code = tag.strip().lower()[:2]
        if code in LANGUAGES:
            try:
                wanted.append((-float(quality or 1), place, code))
            except ValueError:
                continue
    return min(wanted)[2] if wanted else ENGLISH
