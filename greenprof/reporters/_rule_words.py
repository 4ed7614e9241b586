"""What a rule says in the language of the context: its title, its explanation, and its messages.

A rule's folder has a page for each other language, ``nl.md``: a title, a short explanation, and under the second
heading the rule's messages, each with its translation on the line below::

    # Query in een lus

    Elke ronde van de lus stuurt een eigen query …

    ## Meldingen

    - one query for each round of a loop over {what}
      één query voor elke ronde van een lus over {what}

A message stands as the rule writes it, with a name in braces where it puts something in; what it puts in is told
too, where it is in the list itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from greenprof.i18n import ENGLISH, filled, language
from greenprof.reporters._kept_words import Foreign, pattern_of

if TYPE_CHECKING:
    from greenprof.model import Finding

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MESSAGE = re.compile(r"^- (.+)\n  (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleWords:
    """A rule in another language. `messages` are pairs of an English pattern and what it is there."""

    title: str
    explanation: str
    messages: tuple[tuple[str, str], ...]


def english_page(rule: str) -> str | None:
    """The page of a rule of greenprof's own; None for another."""
    return _file(rule, "README.md")


def words_of(rule: str) -> RuleWords | None:
    """What is known of a rule in the language of the context; None in English, and for a rule of somebody else."""
    return None if language() == ENGLISH else _words(rule, language())


def title_of(rule: str) -> str | None:
    """The rule's title in the language of the context; None in English, where its name is its title."""
    words = words_of(rule)
    return words.title if words else None


def message(finding: Finding) -> str:
    """What a finding says."""
    return in_words(finding.rule, finding.message)


def in_words(rule: str, said: str) -> str:
    """What `rule` says, in the language of the context; `Foreign` where that is not known."""
    if language() == ENGLISH or not said:
        return said
    words = words_of(rule)
    for pattern, translation in words.messages if words else ():
        if found := pattern_of(pattern).fullmatch(said):
            return filled(translation, {name: in_words(rule, value) for name, value in found.groupdict().items()})
    return Foreign(said)


def full_message(finding: Finding) -> str:
    """What a finding says, behind the rule's title where it is not known in the language of the context."""
    said, title = message(finding), title_of(finding.rule)
    return f"{title}: {said}" if isinstance(said, Foreign) and title else said


def parsed(text: str) -> RuleWords:
    """The parts of a rule's page in another language."""
    head, _, messages = text.partition("\n## ")
    title, _, explanation = head.partition("\n")
    pairs = tuple((found[1], found[2]) for found in _MESSAGE.finditer(messages))
    return RuleWords(title=title.removeprefix("# ").strip(), explanation=explanation.strip(), messages=pairs)


@cache
def _words(rule: str, of_language: str) -> RuleWords | None:
    text = _file(rule, f"{of_language}.md")
    return None if text is None else parsed(text)


@cache
def _file(rule: str, name: str) -> str | None:
    if not _NAME.fullmatch(rule):
        return None
    from greenprof.lint.registry import builtin_folder  # which knows the linter: a text in English needs none of it

    try:
        return (builtin_folder() / rule.replace("-", "_") / name).read_text(encoding="utf-8")
    except OSError:
        return None
