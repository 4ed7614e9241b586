"""Keep secrets out of saved command lines: arguments that look like one are masked."""

from __future__ import annotations

import re
from collections.abc import Sequence

MASK = "***"

_SECRET_WORDS = "passw(?:or)?d|passphrase|secret|token|(?:api|access|private)[_-]?key|credential|bearer|auth"
_SECRET_NAME = rf"[\w.-]*(?:{_SECRET_WORDS})[\w.-]*"
_ASSIGNMENT = re.compile(rf"(?i)^(-{{0,2}}{_SECRET_NAME}[=:]).+$", re.DOTALL)
_OPTION = re.compile(rf"(?i)^--?{_SECRET_NAME}$")
_URL_PASSWORD = re.compile(r"(?<=://)([^/\s:@]*):([^/\s@]+)@")
_KNOWN_TOKEN = re.compile(
    r"\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|AKIA[0-9A-Z]{16}|xox[abprs]-[\w-]{10,}|sk-[\w-]{20,}"
    r"|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*)"
)


def redact(command: Sequence[str], everything: bool = False) -> tuple[str, ...]:
    """`command` with what looks like a secret masked; with `everything`, all arguments after the first."""
    if everything:
        return tuple(argument if place == 0 else MASK for place, argument in enumerate(command))
    masked: list[str] = []
    value_follows = False
    for argument in command:
        is_value = value_follows and not argument.startswith("-")
        masked.append(MASK if is_value else _redact_argument(argument))
        value_follows = bool(_OPTION.match(argument))
    return tuple(masked)


def _redact_argument(argument: str) -> str:
    argument = _ASSIGNMENT.sub(rf"\g<1>{MASK}", argument)
    argument = _URL_PASSWORD.sub(rf"\g<1>:{MASK}@", argument)
    return _KNOWN_TOKEN.sub(MASK, argument)
