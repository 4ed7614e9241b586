"""Paths as short as they can be read: without what every one of them has, and without where Python is installed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_INSTALLED = re.compile(r"^/.*/(?:site-packages|dist-packages|lib/python3\.\d+)/(?=.)")
_MOST_PARTS = 8


def shortest(paths: Iterable[str]) -> Mapping[str, str]:
    """Each path's end that no other path has: ``shop.py``, or ``orders/models.py`` beside ``users/models.py``."""
    ends: dict[str, set[str]] = {}
    unique = set(paths)
    for path in unique:
        for end in _ends(path):
            ends.setdefault(end, set()).add(path)
    return {path: next((end for end in _ends(path) if len(ends[end]) == 1), path) for path in unique}


def library(path: str) -> str:
    """`path` from the folder on that libraries are installed in: ``sqlalchemy/orm/session.py``."""
    return _INSTALLED.sub("", path)


def _ends(path: str) -> list[str]:
    """The path's ends, shortest first; a name such as ``<string>`` is one piece."""
    if path.startswith("<"):
        return [path]
    parts = path.split("/")[-_MOST_PARTS:]
    return ["/".join(parts[place:]) for place in range(len(parts) - 1, -1, -1) if parts[place]]
