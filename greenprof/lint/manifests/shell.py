"""The commands in a text of a shell, as far as a linter needs: their words without quotes, and where each stands.

What joins commands (``&&``, ``;``, ``|``, lines, brackets) only parts them. Words before the program itself are taken
off: assignments, ``sudo``, ``exec``, ``then``; and ``sh -c 'text'`` is its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\+?=")
_BEFORE = frozenset((
    "!", "{", "command", "do", "elif", "else", "env", "exec", "if", "nice", "nohup", "sudo", "then", "time", "until",
    "while", "tini", "/tini", "dumb-init", "/usr/bin/dumb-init", "/usr/bin/tini", "gosu", "su-exec", "--",
))  # fmt: skip
_NEXT_TOO = frozenset(("gosu", "su-exec"))  # the word behind them is no program either
_SHELLS = frozenset(("sh", "bash", "ash", "dash", "zsh", "/bin/sh", "/bin/bash", "/bin/ash", "/usr/bin/bash"))
_MOST_NESTED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A simple command: its words, and of each the offsets of its first and behind its last character."""

    words: tuple[str, ...]
    offsets: tuple[tuple[int, int], ...]
    assigned: tuple[str, ...] = ()  # ``NAME=value`` before it

    @property
    def program(self) -> str:
        """The name of what is run, without its folder."""
        return self.words[0].rpartition("/")[2] if self.words else ""

    @property
    def end(self) -> int:
        """The offset behind its last word."""
        return self.offsets[-1][1]

    def has(self, *words: str) -> bool:
        """Whether one of these is among its words, or begins one as ``--word=value``."""
        return any(each == word or each.startswith(f"{word}=") for each in self.words[1:] for word in words)

    def starts(self, *words: str) -> bool:
        """Whether it is this program with these first words; options between them do not count."""
        found = [self.program, *(each for each in self.words[1:] if not each.startswith("-"))]
        return tuple(found[: len(words)]) == words

    def value(self, *names: str) -> str | None:
        """The value of an option, ``-w 4``, ``-w4``, ``--workers 4`` or ``--workers=4``."""
        for at, word in enumerate(self.words[1:], 1):
            for name in names:
                if word == name:
                    return self.words[at + 1] if at + 1 < len(self.words) else None
                if word.startswith(f"{name}=") or (not name.startswith("--") and word.startswith(name)):
                    return word[len(name) :].removeprefix("=")
        return None


def commands_in(text: str) -> tuple[Command, ...]:
    """The commands of a text, in order."""
    return tuple(_expanded(_split(text), 0))


def words_in(text: str) -> list[str]:
    """All words of a text, without quotes."""
    return [word for each in _split(text) for word, _, _ in each]


def commands_of_list(words: Sequence[str]) -> Iterator[Command]:
    """The commands of a list of words that no shell reads, such as the JSON form of CMD; they have no offsets."""
    yield from _expanded([[(word, 0, 0) for word in words]], 0)


_Words = list[tuple[str, int, int]]


def _expanded(commands: Sequence[_Words], depth: int) -> Iterator[Command]:
    for words in commands:
        at, assigned = 0, []
        while at < len(words):
            word = words[at][0]
            if _ASSIGNMENT.match(word):
                assigned.append(word)
            elif word in _NEXT_TOO:
                at += 1
            elif word not in _BEFORE and not (at and word.startswith("-")):
                break
            at += 1
        rest = words[at:]
        if not rest:
            continue
        text = _of_shell(rest)
        if text is not None and depth < _MOST_NESTED:
            place = rest[-1][1:]
            inner = [[(word, *place) for word, _, _ in each] for each in _split(text)]
            yield from _expanded(inner, depth + 1)
        else:
            yield Command(
                words=tuple(word for word, _, _ in rest),
                offsets=tuple((start, end) for _, start, end in rest),
                assigned=tuple(assigned),
            )


def _of_shell(words: _Words) -> str | None:
    """What ``sh -c text`` runs."""
    if words[0][0] not in _SHELLS:
        return None
    for at, (word, _, _) in enumerate(words[1:], 1):
        if re.fullmatch(r"-[a-z]*c", word):
            return words[at + 1][0] if at + 1 < len(words) else None
        if not word.startswith("-"):
            return None
    return None


def _split(text: str) -> list[_Words]:  # noqa: PLR0912 (every character is one case of a few)
    """The words of each command, without their quotes, with their offsets in `text`."""
    commands: list[_Words] = [[]]
    word, start, quote, at = "", -1, "", 0
    depth = 0  # of $( … ), which belongs to the word that it stands in

    def end_word(end: int) -> None:
        nonlocal word, start
        if start >= 0:
            commands[-1].append((word, start, end))
        word, start = "", -1

    while at < len(text):
        character = text[at]
        if quote:
            if character == quote:
                quote = ""
            elif character == "\\" and quote == '"' and at + 1 < len(text):
                at += 1
                word += text[at]
            else:
                word += character
        elif character in "\"'":
            quote, start = character, at if start < 0 else start
        elif character == "\\" and at + 1 < len(text):
            at += 1
            if text[at] != "\n":
                start = at - 1 if start < 0 else start
                word += text[at]
        elif depth or text.startswith("$(", at):
            start = at if start < 0 else start
            depth += (character == "(") - (character == ")")
            word += character
            if character == "$" and not depth:
                at += 1
                depth, word = 1, word + "("
        elif character in " \t":
            end_word(at)
        elif character == "#" and start < 0:
            while at + 1 < len(text) and text[at + 1] != "\n":
                at += 1
        elif character in "&|;\n()" and not (character == "&" and text[at - 1 : at] == ">"):
            end_word(at)
            if commands[-1]:
                commands.append([])
        else:
            start = at if start < 0 else start
            word += character
        at += 1
    end_word(len(text))
    return [each for each in commands if each]
