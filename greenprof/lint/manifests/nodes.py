"""YAML as rules see it: nodes with their places, which never raise on odd shapes.

A stream is cut at its ``---`` lines first, which YAML allows nowhere inside a document, so that only documents worth
it are parsed, and one that is broken spoils no other. ruamel.yaml composes them; aliases share one node, so that no
bomb of them grows, and a node that holds itself is followed only as far as somebody asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from greenprof.lint.manifests.rule import Span

if TYPE_CHECKING:
    from ruamel.yaml import YAML

_CUT = re.compile(r"^(?:---|\.\.\.)(?=[ \t\n]|$)", re.MULTILINE)
_DIRECTIVE = re.compile(r"^%.*$", re.MULTILINE)
# ruamel counts these as line ends, and greenprof's places do not.
_OTHER_LINE_ENDS = str.maketrans({"\x85": " ", "\u2028": " ", "\u2029": " "})
_DEEP = re.compile(r"(?:[\[{][ \t\n]*){150}")  # nobody's, and ruamel takes long to find out
_KEY = "tag:yaml.org,2002:merge"


class YamlError(Exception):
    """A document that cannot be read: why, in words, and the line of the file."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


@dataclass(frozen=True, slots=True)
class Source:
    """The text of one document, and the line of the file that it begins in."""

    text: str
    line: int


class Node:
    """A mapping, a list or a scalar, and the key that led to it, if one did."""

    __slots__ = ("_first", "_raw", "key")

    def __init__(self, raw: Any, first: int, key: Node | None = None) -> None:
        self._raw = raw
        self._first = first  # the line of the file that the document begins in
        self.key = key

    def __eq__(self, other: object) -> bool:
        """Whether both are the same place of the same document."""
        return isinstance(other, Node) and self._raw is other._raw

    def __hash__(self) -> int:
        """By identity, as equality is."""
        return id(self._raw)

    def __repr__(self) -> str:
        """For people who debug a rule."""
        what = "mapping" if self.is_mapping else "list" if self.is_list else repr(self.text)
        return f"<Node {what} line {self.line}>"

    @property
    def is_mapping(self) -> bool:
        """Whether it has keys."""
        return bool(self._raw.id == "mapping")

    @property
    def is_list(self) -> bool:
        """Whether it has items."""
        return bool(self._raw.id == "sequence")

    @property
    def text(self) -> str | None:
        """A scalar's text without its quotes; None for what is none, and for null."""
        if self._raw.id != "scalar" or self.is_null:
            return None
        return str(self._raw.value)

    @property
    def is_null(self) -> bool:
        """Whether it is written as nothing, ``~`` or ``null``."""
        return self._raw.id == "scalar" and str(self._raw.tag).endswith(":null")

    @property
    def quote(self) -> str:
        """What the scalar stands in: ``'``, ``"``, ``|``, ``>``, or nothing."""
        return (self._raw.style or "") if self._raw.id == "scalar" else ""

    @property
    def is_flow(self) -> bool:
        """Whether a mapping or list is written in braces or brackets."""
        return bool(self._raw.id != "scalar" and self._raw.flow_style)

    @property
    def line(self) -> int:
        """The line it begins in, from 1."""
        return int(self._raw.start_mark.line) + self._first

    @property
    def column(self) -> int:
        """The column it begins at, from 1."""
        return int(self._raw.start_mark.column) + 1

    @property
    def end_line(self) -> int:
        """The line of what follows it directly; of a mapping or list in block style maybe far below its last item."""
        return int(self._raw.end_mark.line) + self._first

    @property
    def end_column(self) -> int:
        """The column behind it."""
        return int(self._raw.end_mark.column) + 1

    @property
    def is_alias(self) -> bool:
        """Whether it stands elsewhere: an alias leads to it, and what is changed in it is changed for others too."""
        return self.key is not None and (self.line, self.column) < (self.key.line, self.key.column)

    @property
    def span(self) -> Span:
        """Where people look for it: at its key, or at itself."""
        at = self.key or self
        return Span(at.line, at.column)

    @property
    def items(self) -> tuple[Node, ...]:
        """The items of a list; none of anything else."""
        return tuple(Node(each, self._first) for each in self._raw.value) if self.is_list else ()

    @property
    def own_pairs(self) -> tuple[tuple[Node, Node], ...]:
        """The keys and values that stand in a mapping itself, merge keys too."""
        if not self.is_mapping:
            return ()
        keys = ((Node(key, self._first), value) for key, value in self._raw.value)
        return tuple((key, Node(value, self._first, key)) for key, value in keys)

    @property
    def pairs(self) -> tuple[tuple[Node, Node], ...]:
        """The keys and values of a mapping, those that it merges last, each key once."""
        found: dict[str | None, tuple[Node, Node]] = {}
        for key, value in self._all_pairs():
            found.setdefault(key.text, (key, value))
        return tuple(found.values())

    def get(self, *path: str) -> Node | None:
        """The value behind these keys, one after another; None where there is no such thing, or only null."""
        node: Node | None = self
        for word in path:
            node = node._value(word) if node is not None else None
        return None if node is None or node.is_null else node

    def has(self, *path: str) -> bool:
        """Whether the keys are there, with whatever value, null too."""
        above = self.get(*path[:-1]) if path[:-1] else self
        return above is not None and above._value(path[-1]) is not None

    def text_at(self, *path: str) -> str | None:
        """The text of the scalar behind these keys; None where there is none."""
        node = self.get(*path)
        return None if node is None else node.text

    def items_at(self, *path: str) -> tuple[Node, ...]:
        """The items of the list behind these keys."""
        node = self.get(*path)
        return () if node is None else node.items

    def as_dict(self) -> dict[str, str]:
        """The keys and values of a mapping that are scalars."""
        return {key.text: value.text for key, value in self.pairs if key.text is not None and value.text is not None}

    def _value(self, word: str) -> Node | None:
        if not self.is_mapping:
            return None
        merges = False
        for key, value in self._raw.value:
            if key.id == "scalar":
                if key.value == word:
                    return Node(value, self._first, Node(key, self._first))
                merges = merges or key.value == "<<"
        return next((value for key, value in self._all_pairs() if key.text == word), None) if merges else None

    def _all_pairs(self) -> Iterator[tuple[Node, Node]]:
        """Its own pairs, then those of what it merges, each mapping once: what comes again says nothing new."""
        todo, seen = [self], {id(self._raw)}
        while todo:
            merged: list[Node] = []
            for key, value in todo.pop().own_pairs:
                if key._raw.tag == _KEY or (key.text == "<<" and not key.quote):
                    merged += value.items if value.is_list else (value,)
                else:
                    yield key, value
            new = [one for one in merged if id(one._raw) not in seen]
            seen.update(id(one._raw) for one in new)
            todo += reversed(new)

    def scalars(self) -> Iterator[Node]:
        """Every scalar in it, keys too, each once however many aliases lead there."""
        seen: set[int] = set()
        todo = [self._raw]
        while todo:
            raw = todo.pop()
            if id(raw) in seen:
                continue
            seen.add(id(raw))
            if raw.id == "scalar":
                yield Node(raw, self._first)
            elif raw.id == "sequence":
                todo += raw.value
            else:
                todo += [each for pair in raw.value for each in pair]


def sources_in(text: str) -> list[Source]:
    """The documents of a stream whose line ends are ``\\n``, each with blanks where ``---`` stood."""
    starts = [match.start() for match in _CUT.finditer(text)]
    found, line = [], 1
    for start, end in pairwise([0, *starts, len(text)]):
        part = _CUT.sub("   ", text[start:end], count=1)
        if part.strip():
            found.append(Source(part, line))
        line += part.count("\n")
    return found


def parsed(source: Source) -> Node | None:
    """The root of a document; None for one without any.

    Raises YamlError for what is no YAML, is nested too deeply, or has a key twice in a mapping.
    """
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    text = _without_directives(source.text).translate(_OTHER_LINE_ENDS)
    if _DEEP.search(text):
        raise YamlError("is nested too deeply to be linted", source.line)
    try:
        raw = _reader().compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = source.line + (mark.line if mark is not None else 0)
        raise YamlError(f"is not valid YAML: {_words(error.problem or error.context)}", line) from None
    except YAMLError as error:
        character = getattr(error, "character", None)
        at = text[: getattr(error, "position", 0)].count("\n")
        what = (
            f"a character that it does not allow ({_shown(character)})" if character is not None else _words(str(error))
        )
        raise YamlError(f"is not valid YAML: {what}", source.line + at) from None
    except (RecursionError, MemoryError):
        raise YamlError("is nested too deeply to be linted", source.line) from None
    except (ValueError, OverflowError) as error:  # of a number in a tag or an escape
        raise YamlError(f"is not valid YAML: {_words(str(error))}", source.line) from None
    if raw is None:
        return None
    root = Node(raw, source.line)
    _refuse_doubles(raw, source.line)
    return root


def _reader() -> YAML:
    from ruamel.yaml import YAML

    return YAML(typ="safe", pure=True)


def _without_directives(text: str) -> str:
    """A document without the lines with ``%`` before it, which say nothing that counts here."""
    return _DIRECTIVE.sub("", text) if text.lstrip().startswith("%") else text


def _shown(character: int | str | bytes) -> str:
    """A character by its number, which no terminal takes for anything else."""
    return f"U+{character if isinstance(character, int) else ord(character):04X}"


def _words(problem: str | None) -> str:
    return " ".join((problem or "no reason given").split())


def _refuse_doubles(raw: Any, first: int) -> None:
    """Raise YamlError for a mapping with a key twice: which one counts depends on who reads it."""
    seen: set[int] = set()
    todo = [raw]
    while todo:
        node = todo.pop()
        if id(node) in seen or node.id == "scalar":
            continue
        seen.add(id(node))
        if node.id == "sequence":
            todo += node.value
            continue
        keys: set[str] = set()
        for key, value in node.value:
            if key.id == "scalar":
                if key.value in keys and key.value != "<<":
                    line = key.start_mark.line + first
                    raise YamlError(f"has the key {key.value!r} twice in one mapping: remove one", line)
                keys.add(key.value)
            todo += (key, value)
