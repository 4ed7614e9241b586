"""Pure: what a command runs, in a word that holds none of its arguments: they hold secrets."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath


def is_python(name: str) -> bool:
    """Whether an interpreter of that name runs what follows it."""
    return name.startswith(("python", "pypy"))


def program_of(command: Sequence[str]) -> str:
    """What runs, without its arguments: ``app.py`` of ``python app.py``, ``pytest`` of ``python -m pytest -q``.

    Where it is not plain which word that is, it is the interpreter.
    """
    if not command:
        return ""
    first = PurePath(command[0]).name
    if not is_python(first):
        return first
    for place, word in enumerate(command[1:], start=1):
        if not word.startswith("-"):
            return PurePath(word).name or first
        letters = word[1:]
        if letters[:1] in ("X", "W") and letters[1:].isalpha():  # -Xdev
            continue
        if not letters.isalpha() or "c" in letters or letters[-1] in "XW":  # code, or an option whose value follows
            return first
        if letters[-1] == "m":
            return command[place + 1] if place + 1 < len(command) else first
    return first
