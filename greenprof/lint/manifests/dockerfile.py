"""A Dockerfile as instructions and stages, with places: continued lines, comments, here-documents, escape, arguments.

Written after the reference of the format (https://docs.docker.com/reference/dockerfile/). It reads on where the builder
would stop: what is wrong with a file is the builder's to say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from greenprof.lint.manifests.rule import Manifest, Span
from greenprof.lint.manifests.shell import Command, commands_in, commands_of_list, words_in

_DIRECTIVE = re.compile(r"#\s*([A-Za-z]+)\s*=\s*(.*?)\s*\Z")
_COMMENT = re.compile(r"[ \t]*#")
_WORD = re.compile(r"[ \t]*(\S+)[ \t]*")
_FLAG = re.compile(r"--([a-z-]+)(?:=(\"[^\"]*\"|'[^']*'|\S*))?(?:\s+|\Z)")
_HEREDOC = re.compile(r"<<(-?)([\"']?)([A-Za-z_][\w.-]*)\2")
_WITH_HEREDOCS = frozenset(("RUN", "COPY", "ADD"))
_VARIABLE = re.compile(r"\\\$|\$(?:\{(\w+)(?::?([-+])([^}]*))?\}|(\w+))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heredoc:
    """A here-document: its text, and the line that it begins in."""

    text: str
    line: int


Starts = tuple[tuple[int, int, int], ...]  # offset in a text, line, column


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A command, and where its words stand."""

    command: Command
    starts: Starts = field(repr=False)

    def place(self, word: int = 0) -> tuple[int, int]:
        """Line and column of a word."""
        return _place(self.starts, self.command.offsets[word][0])

    def behind(self, word: int = -1) -> tuple[int, int]:
        """Line and column behind a word."""
        line, column = _place(self.starts, self.command.offsets[word][1] - 1)
        return line, column + 1

    @property
    def is_text(self) -> bool:
        """Whether its words stand in the file as they are: not those of a JSON list, or of a text for ``sh -c``."""
        return self.command.offsets[0] != self.command.offsets[-1] or len(self.command.words) == 1

    @property
    def span(self) -> Span:
        """Where it stands."""
        return Span(*self.place())


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """One instruction. ``text`` is what follows its name and flags, on one line, without comments."""

    name: str  # in capitals
    flags: tuple[tuple[str, str], ...]
    text: str
    line: int
    column: int
    end_line: int
    heredocs: tuple[Heredoc, ...] = ()
    starts: Starts = field(default=(), repr=False)  # of text

    @property
    def span(self) -> Span:
        """Where it stands."""
        return Span(self.line, self.column)

    def flag(self, name: str) -> str | None:
        """The value of a flag, the last if it is there several times."""
        return next((value for word, value in reversed(self.flags) if word == name), None)

    def mounts(self, kind: str) -> tuple[str, ...]:
        """The targets of its mounts of a kind, as ``cache``."""
        found = []
        for word, value in self.flags:
            options = dict(part.partition("=")[::2] for part in value.strip("\"'").split(","))
            if word == "mount" and options.get("type") == kind:
                found.append(next((options[key] for key in ("target", "dst", "destination") if key in options), ""))
        return tuple(found)

    @property
    def as_list(self) -> tuple[str, ...] | None:
        """The words of its JSON form; None where it has another."""
        if not self.text.startswith("["):
            return None
        try:
            words = json.loads(self.text)
        except ValueError:
            return None
        return tuple(words) if isinstance(words, list) and all(isinstance(each, str) for each in words) else None

    @property
    def runs(self) -> tuple[Run, ...]:
        """The commands of a RUN, CMD or ENTRYPOINT, those of a shell's here-document too."""
        words = self.as_list
        if words is not None:
            return tuple(Run(command=one, starts=((0, self.line, self.column),)) for one in commands_of_list(words))
        own = [Run(command=one, starts=self.starts) for one in commands_in(self.text) if not _is_only_heredoc(one)]
        for each in self.heredocs if self.name == "RUN" else ():
            own += [Run(command=one, starts=_starts_of_lines(each)) for one in commands_in(each.text)]
        return tuple(own)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What a FROM begins. ``image`` has its arguments filled in, as far as they are known."""

    name: str | None
    image: str
    start: Instruction
    instructions: tuple[Instruction, ...]
    base: int | None  # the stage that it goes on with


@dataclass(frozen=True, slots=True, kw_only=True)
class Dockerfile:
    """The stages of a file, in order; the last one is what is built when nobody names another."""

    stages: tuple[Stage, ...]
    escape: str

    def lineage(self, number: int) -> tuple[int, ...]:
        """A stage and those that it goes on with: all whose files are in its image, itself first."""
        found = [number]
        while (base := self.stages[found[-1]].base) is not None and base not in found:
            found.append(base)
        return tuple(found)

    @property
    def shipped(self) -> tuple[int, ...]:
        """The stages whose files are in the image that is built when nobody names another."""
        return self.lineage(len(self.stages) - 1) if self.stages else ()

    def environment(self, number: int) -> dict[str, str]:
        """What ENV sets in a stage and those before it."""
        found: dict[str, str] = {}
        for each in reversed(self.lineage(number)):
            for one in self.stages[each].instructions:
                if one.name == "ENV":
                    found.update(pairs_of(one.text))
        return found

    def last(self, name: str) -> tuple[int, Instruction] | None:
        """The instruction of this name that holds for what is built: its stage, and itself."""
        for number in self.shipped:
            for one in reversed(self.stages[number].instructions):
                if one.name == name:
                    return number, one
        return None


def dockerfile_of(manifest: Manifest) -> Dockerfile:
    """The file that a rule is shown; each is parsed once, however many rules ask."""
    return parsed(manifest.text)


@lru_cache(maxsize=4)
def parsed(text: str) -> Dockerfile:
    """The instructions and stages of a text whose line ends are ``\\n``."""
    lines = text.split("\n")
    escape, first = _directives(lines)
    arguments: dict[str, str] = {}
    stages: list[Stage] = []
    start: Instruction | None = None
    inside: list[Instruction] = []

    def end() -> None:
        if start is not None:
            stages.append(_stage(start, tuple(inside), stages, arguments))
            inside.clear()

    for one in _instructions(lines, escape, first):
        if one.name == "FROM":
            end()
            start = one
        elif start is None:
            if one.name == "ARG":
                arguments.update(pairs_of(one.text))
        else:
            inside.append(one)
    end()
    return Dockerfile(stages=tuple(stages), escape=escape)


def pairs_of(text: str) -> dict[str, str]:
    """What ENV or ARG sets: ``A=1 B="two words"``, or the old form ``A 1``."""
    found = {}
    words = words_in(text)
    if words and "=" not in words[0]:
        return {words[0]: " ".join(words[1:])} if len(words) > 1 else {}
    for word in words:
        name, equals, value = word.partition("=")
        if equals:
            found[name] = value
    return found


def filled(text: str, values: Mapping[str, str]) -> str:
    """`text` with variables replaced, those that are not known left as they stand."""

    def value(match: re.Match[str]) -> str:
        name = match[1] or match[4]
        if name is None:
            return match[0]
        if match[2] == "+":
            return match[3] if name in values else ""
        return values.get(name) or (match[3] if match[2] == "-" else match[0])

    return _VARIABLE.sub(value, text)


def _directives(lines: Sequence[str]) -> tuple[str, int]:
    """The escape character, and the number of lines with directives, which stand before everything else."""
    escape, first = "\\", 0
    for line in lines:
        match = _DIRECTIVE.match(line.strip())
        if match is None or match[1].lower() not in ("escape", "syntax", "check"):
            break
        if match[1].lower() == "escape" and match[2] in ("\\", "`"):
            escape = match[2]
        first += 1
    return escape, first


def _instructions(lines: Sequence[str], escape: str, first: int) -> Iterator[Instruction]:
    continued = re.compile(re.escape(escape) + r"[ \t]*\Z")
    at = first
    while at < len(lines):
        if not lines[at].strip() or _COMMENT.match(lines[at]):
            at += 1
            continue
        begin, text, starts = at, "", []
        while at < len(lines):
            line = lines[at]
            at += 1
            if at - 1 > begin and (not line.strip() or _COMMENT.match(line)):
                continue  # comments and empty lines within an instruction are none of it
            more = continued.search(line)
            part = line[: more.start()] if more else line
            starts.append((len(text), at, 1))
            text += part
            if not more:
                break
        last, heredocs = at, []
        name = _WORD.match(text)
        if name is None:  # nothing but the sign that it goes on
            continue
        if name[1].upper() in _WITH_HEREDOCS:
            for match in _HEREDOC.finditer(text):
                body_at = at
                end = next((n for n in range(at, len(lines)) if _ends(lines[n], match)), None)
                if end is None:
                    break
                heredocs.append(Heredoc(text="\n".join(lines[body_at:end]), line=body_at + 1))
                at = last = end + 1
        yield _instruction(text, name, starts, last, tuple(heredocs))


def _ends(line: str, match: re.Match[str]) -> bool:
    return (line.lstrip("\t") if match[1] else line) == match[3]


def _instruction(
    text: str, name: re.Match[str], starts: list[tuple[int, int, int]], end_line: int, heredocs: tuple[Heredoc, ...]
) -> Instruction:
    flags, at = [], name.end()
    while (flag := _FLAG.match(text, at)) is not None:
        flags.append((flag[1], flag[2] or ""))
        at = flag.end()
    while at < len(text) and text[at] in " \t":
        at += 1
    shifted = tuple((offset - at, line, column) for offset, line, column in starts)
    begun = next(one for one in reversed(shifted) if one[0] <= 0)
    line, column = _place(tuple(starts), name.start(1))
    return Instruction(
        name=name[1].upper(),
        flags=tuple(flags),
        text=text[at:].rstrip(),
        line=line,
        column=column,
        end_line=end_line,
        heredocs=heredocs,
        starts=((0, begun[1], begun[2] - begun[0]), *(one for one in shifted if one[0] > 0)),
    )


def _stage(
    start: Instruction, inside: tuple[Instruction, ...], before: Sequence[Stage], arguments: Mapping[str, str]
) -> Stage:
    words = start.text.split()
    image = filled(words[0], arguments) if words else ""
    name = words[2].lower() if len(words) > 2 and words[1].upper() == "AS" else None
    base = next((at for at in reversed(range(len(before))) if before[at].name == image.lower()), None)
    return Stage(name=name, image=image, start=start, instructions=inside, base=base)


def _place(starts: Starts, offset: int) -> tuple[int, int]:
    at = next(start for start in reversed(starts) if start[0] <= max(0, offset))
    return at[1], at[2] + offset - at[0]


def _starts_of_lines(heredoc: Heredoc) -> Starts:
    found, offset = [], 0
    for number, line in enumerate(heredoc.text.split("\n"), heredoc.line):
        found.append((offset, number, 1))
        offset += len(line) + 1
    return tuple(found)


def _is_only_heredoc(command: Command) -> bool:
    return bool(command.words) and all(word.startswith("<<") for word in command.words)
