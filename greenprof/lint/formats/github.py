"""Workflow commands, which GitHub Actions shows as annotations beside the code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from greenprof.i18n import _
from greenprof.lint.formats._words import message, told
from greenprof.lint.identity import relative

if TYPE_CHECKING:
    from greenprof.lint.formats import Shown

SPOKEN = True

COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


def render(shown: Shown) -> str:
    """A command a finding, and one for each file that could not be linted."""
    lines = []
    for one in shown.result.findings:
        words = {"title": f"greenprof {one.rule}", "file": relative(one.path), "line": one.line, "col": one.column}
        fix = _("fix{how}: {fix}", how="", fix=told(one.fix, one.rule)) if one.fix else ""
        text = f"{message(one)} ({one.rule})" + (f"\n{fix}" if fix else "")
        lines.append(command(COMMANDS[one.severity], words, text))
    for error in shown.result.errors:
        where = {"title": "greenprof", "file": relative(error.path), "line": error.line}
        lines.append(command("error", where, _("could not be linted: {reason}", reason=error.message)))
    return "".join(f"{line}\n" for line in lines)


def command(name: str, words: Mapping[str, object], text: str) -> str:
    """One workflow command; what is None in `words` is left out."""
    given = ",".join(f"{key}={_escaped(str(value), ':,')}" for key, value in words.items() if value is not None)
    return f"::{name} {given}::{_escaped(text)}"


def _escaped(text: str, more: str = "") -> str:
    for char in ("%", "\r", "\n", *more):
        text = text.replace(char, f"%{ord(char):02X}")
    return text
