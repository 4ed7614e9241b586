"""Words and places that several formats share."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from greenprof.i18n import ENGLISH, decimal, language, ngettext

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


def count(number: int) -> str:
    """A whole number with thousands set apart."""
    return decimal(f"{number:,}")


def findings(number: int) -> str:
    """``1 finding``, ``1,200 findings``."""
    return ngettext("{number} finding", "{number} findings", number, number=count(number))


def files(number: int) -> str:
    """``1 file``, ``1,200 files``."""
    return ngettext("{number} file", "{number} files", number, number=count(number))


def message(finding: Finding) -> str:
    """What a finding says, in the language of the context; behind the rule's title where that is not known."""
    if language() == ENGLISH:
        return finding.message
    from greenprof.reporters._kept_words import Foreign
    from greenprof.reporters._rule_words import title_of

    said, title = told(finding.message, finding.rule), title_of(finding.rule)
    return f"{title}: {said}" if isinstance(said, Foreign) and title else said


def told(words: str, rule: str | None = None) -> str:
    """What `rule`, or the linter itself, says, in the language of the context."""
    if language() == ENGLISH:
        return words
    from greenprof.reporters._kept_words import Foreign
    from greenprof.reporters._kept_words import told as told_of_notes
    from greenprof.reporters._rule_words import in_words

    said = in_words(rule, words) if rule else Foreign(words)
    return told_of_notes(words) if isinstance(said, Foreign) else said
