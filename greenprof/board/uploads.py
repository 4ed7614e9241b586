"""What was handed in, to the files that are judged: one file, a zip, or a git bundle."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from greenprof.errors import EXIT_USAGE, GreenprofError

if TYPE_CHECKING:
    from greenprof.board.model import Challenge

FILENAME_LENGTH = 120
ENVELOPE_BYTES = 64 << 10  # what a form adds to a file


def most_bytes(challenges: Mapping[str, Challenge]) -> int:
    """The largest upload that any challenge takes."""
    return max((one.limits.source_bytes for one in challenges.values()), default=0)


def shown_name(filename: str) -> str:
    """A file's name without folders, and without what cannot be shown."""
    name = re.split(r"[/\\]", filename)[-1]
    name = "".join(letter for letter in name if letter.isprintable())[:FILENAME_LENGTH].strip()
    return name or "submission"


def language_for(challenge: Challenge, named: str | None, filename: str) -> str:
    """The language of a submission: the one named, else the one whose source has this file's suffix."""
    names = [one.name for one in challenge.languages]
    if named:
        if challenge.language(named) is None:
            raise GreenprofError(f"{challenge.name}: takes {', '.join(names)}, not {shown_name(named)}", EXIT_USAGE)
        return named
    suffix = filename.rpartition(".")[2]
    fits = [one.name for one in challenge.languages if one.source.rpartition(".")[2] == suffix]
    if len(fits) == 1:
        return fits[0]
    raise GreenprofError(f"{challenge.name}: say which language this is: {', '.join(names)}", EXIT_USAGE)


def digest_for(challenge: Challenge, language: str, filename: str, body: bytes) -> str:
    """What tells this submission from others; raises `GreenprofError` for what cannot be unpacked or is too much.

    A git bundle is read by git in the judge's sandbox and nowhere else: here it is taken as it is.
    """
    from greenprof.board.archive import unpack
    from greenprof.board.model import digest_of

    found = challenge.language(language)
    if found is None:
        raise GreenprofError(f"{challenge.name}: does not take {language}", EXIT_USAGE)
    if not body:
        raise GreenprofError("the submission is empty", EXIT_USAGE)
    if filename.lower().endswith(".bundle"):
        if len(body) > challenge.limits.source_bytes:
            raise GreenprofError(f"the submission is larger than {challenge.limits.source_bytes} bytes", EXIT_USAGE)
        return digest_of(language, {"work.bundle": body})
    return digest_of(language, unpack(filename, body, found, challenge.limits))
