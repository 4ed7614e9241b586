"""Text that others chose (names, source lines, messages) made safe and short enough to show."""

from __future__ import annotations

import re
import unicodedata

from greenprof.i18n import N_, _

# Controls (terminal escapes among them), invisible formatting (which turns the reading direction
# round, so that code looks like other code), lone surrogates of undecodable file names, and the
# Unicode line separators, and what no font can show. Everything else is shown as it is, in any script.
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})


# What stands for no file, at line 0: a process that has no lines of Python, and the like.
_COMMAND = re.compile(r"<command: (.+)>", re.DOTALL)
_NO_FILE = {f"<{name}>": name for name in (N_("other code"), N_("Python's start/end"))}


def neutral(text: str, *, multiline: bool = False) -> str:
    """`text` with each unsafe character spelt out (``\\x1b``), tabs as spaces; newlines stay if `multiline`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_neutral_character(character, multiline) for character in text)


def _neutral_character(character: str, multiline: bool) -> str:
    if character == "\t":
        return "    "
    if character == "\n" and multiline:
        return character
    if unicodedata.category(character) in _UNSAFE_CATEGORIES:
        return character.encode("unicode_escape").decode("ascii")
    return character


def shorten(text: str, width: int) -> str:
    """`text` in at most `width` characters, its end cut off."""
    return text if len(text) <= width else text[: max(0, width - 1)] + "…"


def shorten_path(path: str, width: int) -> str:
    """`path` in at most `width` characters, its beginning cut off, between folders if possible."""
    if len(path) <= width:
        return path
    end = path[len(path) - max(0, width - 1) :]
    slash = end.find("/")
    return "…" + (end[slash:] if slash > 0 else end)


def command(path: str, line: int) -> str | None:
    """``command: gzip`` or ``other code`` where that is what the path stands for, else ``None``."""
    if line:
        return None
    match = _COMMAND.fullmatch(path)
    if match:
        return _("command: {name}", name=match[1])
    return _(_NO_FILE[path]) if path in _NO_FILE else None


def place(path: str, line: int, width: int, end_line: int = 0) -> str:
    """Where something is, safe to show: ``shop.py:42``, ``shop.py:88–89``, ``command: gzip``, a file for line 0."""
    name = command(path, line)
    if name:
        return shorten(neutral(name), width)
    if not line:
        return shorten_path(neutral(path), width)
    lines = f"{line}–{end_line}" if end_line > line else f"{line}"
    return f"{shorten_path(neutral(path), width)}:{lines}"
