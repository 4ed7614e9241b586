"""Code that is run once, or by a person who waits for it: what it repeats is seldom worth a change."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import PurePath

# What fills or changes a database, as words of a path or a function's name; in paths, commands too.
_ONCE = re.compile(
    r"(?:^|[_-])(?:demos?|fixtures|importers|migrate|v?\d*migrations?|populate|seeds?|upgrades?)(?:[_-]|$)",
    re.IGNORECASE,
)
_COMMANDS = re.compile(r"(?:^|[_-])(?:bin|cli|cmd)(?:[_-]|$)", re.IGNORECASE)
_NEAR = 3  # a folder further up may be anybody's: ~/bin/app/…


def is_by_hand(path: str, function: str = "") -> bool:
    """Whether the code of a file, or of a function in it, is a command, or what fills or migrates a database."""
    parts = [part.removesuffix(".py") for part in PurePath(path).parts[-_NEAR:]]
    if ("management", "commands") in pairwise(parts):
        return True
    return _ONCE.search(function) is not None or any(_ONCE.search(one) or _COMMANDS.search(one) for one in parts)
