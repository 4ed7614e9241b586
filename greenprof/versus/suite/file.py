"""A ``suite.toml`` as a `Suite`; whatever is wrong in it is said in one line, with the place.

What several implementations share stands once, in a ``[toolchain.NAME]``; an implementation names it and adds, or says
otherwise, what is its own. Paths are relative to the file and stay inside its folder.
"""

from __future__ import annotations

import hashlib
import re
import shlex
import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.versus.suite.nouns import Expected, Implementation, Need, Size, Suite, Task

_SUITE = ("name", "baseline", "size", "toolchain", "task")
_TASK = ("name", "about", "tolerance", "size", "implementation")
_SIZE = ("arguments", "stdin", "expect", "expect-file", "expect-sha256")
_TOOLCHAIN = ("language", "needs", "sources", "build", "run")
_IMPLEMENTATION = ("name", "toolchain", *_TOOLCHAIN)
_PLACE = re.compile(r"\{\{|\}\}|\{(\w*)\}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LARGEST = 64 * 1024 * 1024  # bytes of an expected output: what is longer is named by its hash


@dataclass(frozen=True)
class _Table:
    """A table of the file, with the place that messages name."""

    values: Mapping[str, Any]
    place: str

    def wrong(self, key: str, wanted: str) -> GreenprofError:
        return GreenprofError(f"{self.place}: {key} should be {wanted}", EXIT_USAGE)

    def need(self, key: str) -> None:
        if key not in self.values:
            raise GreenprofError(f"{self.place}: {key} is missing", EXIT_USAGE)

    def text(self, key: str, default: str | None = None) -> str:
        value = self.values.get(key, default)
        if value is None:
            self.need(key)
        if not isinstance(value, str) or not value.strip() or "\0" in value:
            raise self.wrong(key, "a text")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """One text, or a list of them."""
        value = self.values.get(key, [])
        found = [value] if isinstance(value, str) else value
        if not isinstance(found, list) or not all(isinstance(one, str) and one.strip() for one in found):
            raise self.wrong(key, "a text or a list of texts")
        return tuple(found)

    def below(self, key: str, place: str, known: Sequence[str]) -> _Table:
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            raise self.wrong(key, f"a table, as [{key}]")
        return _table(value, place, known)

    def items(self, key: str) -> list[Mapping[str, Any]]:
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise self.wrong(key, f"tables, each as [[{key}]]")
        if not value:
            raise GreenprofError(f"{self.place}: there is no {key}", EXIT_USAGE)
        return value


def read_suite(path: Path) -> Suite:
    """The suite in a file; raises `GreenprofError` for what cannot be read or cannot be meant."""
    try:
        raw = path.read_bytes()
        whole = tomllib.loads(raw.decode())
    except OSError as error:
        raise GreenprofError(f"{path}: cannot be read ({error.strerror})", EXIT_USAGE) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise GreenprofError(f"{path}: is not valid TOML ({error})", EXIT_USAGE) from None
    root = _table(whole, str(path), _SUITE)
    toolchains = {
        name: _table(_is_table(value, f"{path}: toolchain {name!r}"), f"{path}: toolchain {name!r}", _TOOLCHAIN)
        for name, value in root.below("toolchain", f"{path}: toolchain", ()).values.items()
    }
    tasks = tuple(_task(one, path, number, toolchains) for number, one in enumerate(root.items("task"), 1))
    _unlike([task.name for task in tasks], f"{path}: two tasks are named")
    sizes = [size.name for size in tasks[0].sizes]
    for task in tasks:
        if [size.name for size in task.sizes] != sizes:
            raise GreenprofError(
                f"{path}: task {task.name!r}: its sizes should be those of the first task, {', '.join(sizes)}",
                EXIT_USAGE,
            )
    names = list(dict.fromkeys(one.name for task in tasks for one in task.implementations))
    return Suite(
        name=root.text("name", path.stem),
        path=path,
        sha256=hashlib.sha256(raw).hexdigest(),
        baseline=chosen(root.text("baseline", names[0]), names, f"{path}: baseline"),
        size=chosen(root.text("size", sizes[0]), sizes, f"{path}: size"),
        tasks=tasks,
    )


def chosen(name: str, known: Sequence[str], what: str) -> str:
    """`name` if it is known; raises `GreenprofError` that says what it may be."""
    if name in known:
        return name
    close = get_close_matches(name, known, 1) or [one for one in known if one.lower() == name.lower()]
    hint = f"did you mean {close[0]}?" if close else f"known: {', '.join(known)}"
    raise GreenprofError(f"{what}: there is no {name!r}; {hint}", EXIT_USAGE)


def _table(values: Mapping[str, Any], place: str, known: Sequence[str]) -> _Table:
    """A table with known keys only; any where none are named."""
    for key in values:
        if known and key not in known:
            close = get_close_matches(key, known, 1)
            hint = f"did you mean {close[0]}?" if close else f"known: {', '.join(known)}"
            raise GreenprofError(f"{place}: there is no key {key!r}; {hint}", EXIT_USAGE)
    return _Table(values, place)


def _is_table(value: object, place: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise GreenprofError(f"{place} should be a table", EXIT_USAGE)
    return value


def _unlike(names: Sequence[str], what: str) -> None:
    for place, name in enumerate(names):
        if name in names[:place]:
            raise GreenprofError(f"{what} {name!r}", EXIT_USAGE)


def _task(values: Mapping[str, Any], path: Path, number: int, toolchains: Mapping[str, _Table]) -> Task:
    name = values.get("name")
    place = f"{path}: task {name!r}" if isinstance(name, str) and name else f"{path}: task {number}"
    table = _table(values, place, _TASK)
    tolerance = values.get("tolerance", 0.0)
    if isinstance(tolerance, bool) or not isinstance(tolerance, int | float) or not 0 <= tolerance < 1:
        raise table.wrong("tolerance", "a number from 0 to below 1, by how much a printed number may be off")
    sizes = tuple(
        _size(size, _table(_is_table(one, f"{place}: size {size!r}"), f"{place}: size {size!r}", _SIZE), path.parent)
        for size, one in table.below("size", place, ()).values.items()
    )
    if tolerance and any(size.expected is not None and size.expected.sha256 for size in sizes):
        raise table.wrong("tolerance", "left out where an output is known by its hash only")
    made = tuple(
        _implementation(one, place, number, toolchains, path.parent)
        for number, one in enumerate(table.items("implementation"), 1)
    )
    _unlike([one.name for one in made], f"{place}: two implementations are named")
    return Task(
        name=table.text("name"),
        about=table.text("about", " ") if "about" in values else "",
        tolerance=float(tolerance),
        sizes=sizes or (Size(name="default"),),
        implementations=made,
    )


def _size(name: str, table: _Table, folder: Path) -> Size:
    given = [key for key in ("expect", "expect-file", "expect-sha256") if key in table.values]
    if len(given) > 1:
        raise GreenprofError(f"{table.place}: {' and '.join(given)} say the same: leave one of them", EXIT_USAGE)
    expected = None
    if given == ["expect"]:
        if not isinstance(table.values["expect"], str):
            raise table.wrong("expect", "a text, all that is to be printed")
        expected = Expected(text=table.values["expect"])
    elif given == ["expect-file"]:
        expected = Expected(text=_content(_inside(folder, table, "expect-file")))
    elif given == ["expect-sha256"]:
        value = table.text("expect-sha256").lower()
        if not _SHA256.fullmatch(value):
            raise table.wrong("expect-sha256", "64 hexadecimal digits")
        expected = Expected(sha256=value)
    arguments = table.values.get("arguments", "")
    if not isinstance(arguments, str):
        raise table.wrong("arguments", "a text, as the command is to get it")
    return Size(
        name=name,
        arguments=_words(arguments, f"{table.place}: arguments"),
        stdin=_inside(folder, table, "stdin") if "stdin" in table.values else None,
        expected=expected,
    )


def _implementation(
    values: Mapping[str, Any], task: str, number: int, toolchains: Mapping[str, _Table], folder: Path
) -> Implementation:
    said = values.get("name", values.get("toolchain"))
    place = f"{task}: implementation {said!r}" if isinstance(said, str) else f"{task}: implementation {number}"
    own = _table(values, place, _IMPLEMENTATION)
    shared: Mapping[str, Any] = {}
    if "toolchain" in values:
        shared = toolchains[chosen(own.text("toolchain"), list(toolchains), f"{place}: toolchain")].values
    table = _Table({**shared, **values}, place)
    name = table.text("name", values.get("toolchain"))
    sources = tuple(_path(folder, source, f"{place}: sources") for source in table.texts("sources"))
    fill = _filler(sources, place)
    builds = tuple(_words(fill(one, False), f"{place}: build") for one in table.texts("build"))
    run = _words(fill(table.text("run"), True), f"{place}: run")
    return Implementation(
        name=name,
        language=table.text("language", name),
        needs=tuple(_need(one, fill(one, False), f"{place}: needs") for one in table.texts("needs")),
        sources=sources,
        build=builds,
        run=run if "{arguments}" in run else (*run, "{arguments}"),
        command=table.text("run"),
    )


def _filler(sources: Sequence[Path], place: str) -> Callable[[str, bool], str]:
    """Puts in ``{source}`` (the first), ``{sources}`` and ``{python}``; ``{arguments}`` is left for a size's."""
    known = {
        "source": shlex.quote(sources[0].name) if sources else None,
        "sources": shlex.join(source.name for source in sources) if sources else None,
        "python": shlex.quote(sys.executable),
    }

    def fill(text: str, with_arguments: bool) -> str:
        def at(match: re.Match[str]) -> str:
            if match[1] is None:
                return match[0][0]
            if match[1] == "arguments" and with_arguments:
                return match[0]
            name = match[1]
            if known.get(name) is None:
                there = ", ".join(f"{{{one}}}" for one in (*known, "arguments"))
                why = "has no sources" if name in known else f"is no place ({there})"
                raise GreenprofError(
                    f"{place}: {text}: {{{name}}} {why}; write {{{{ and }}}} for braces of its own", EXIT_USAGE
                )
            return str(known[name])

        return _PLACE.sub(at, text)

    return fill


def _need(written: str, text: str, place: str) -> Need:
    """``gcc`` is asked by ``gcc --version``; ``go version`` says itself how it is asked."""
    words = _words(text, place)
    return Need(written=written, command=words[0], version=words if len(words) > 1 else (words[0], "--version"))


def _words(text: str, place: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(text))
    except ValueError as error:
        raise GreenprofError(
            f"{place}: {text}: cannot be split into words ({str(error).lower()})", EXIT_USAGE
        ) from None


def _inside(folder: Path, table: _Table, key: str) -> Path:
    return _path(folder, table.text(key), f"{table.place}: {key}")


def _path(folder: Path, written: str, place: str) -> Path:
    """A file below the folder of the suite, links followed."""
    path = folder / written
    if not path.resolve().is_relative_to(folder.resolve()):
        raise GreenprofError(f"{place}: {written}: is outside the folder of the suite", EXIT_USAGE)
    if not path.is_file():
        raise GreenprofError(f"{place}: {written}: there is no such file", EXIT_USAGE)
    return path


def _content(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise GreenprofError(f"{path}: is larger than 64 MiB; name it by expect-sha256", EXIT_USAGE)
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise GreenprofError(f"{path}: cannot be read ({error.strerror})", EXIT_USAGE) from None
    except UnicodeDecodeError:
        raise GreenprofError(f"{path}: is no text in UTF-8; name it by expect-sha256", EXIT_USAGE) from None
