"""Words and places that several formats share."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from greenprof.lint.result import FileError
    from greenprof.model import Finding


def place(one: Finding | FileError) -> str:
    """Where it is, as compilers write it: ``app.py:3:5``, or ``trial.ipynb:cell 7:3:5`` with the lines of the cell."""
    if one.cell is not None:
        return f"{neutral(one.path)}:cell {one.cell.number}:{one.cell.line}:{one.cell.column}"
    numbers = [one.line, getattr(one, "column", None)]
    return ":".join([neutral(one.path), *(str(number) for number in numbers if number is not None)])


def error_line(error: FileError) -> str:
    """One line that says which file could not be linted, where and why."""
    return f"{place(error)}: {neutral(error.message)}"


def neutral(text: str) -> str:
    """`text` without anything that could drive a terminal: control characters are spelt out."""
    if text.isprintable():
        return text
    return "".join(
        char if char == "\t" or not unicodedata.category(char).startswith("C") else ascii(char)[1:-1] for char in text
    )


def count(number: int, word: str) -> str:
    """``1 file``, ``1,200 files``."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
