"""Jupyter notebooks (format 4): their cells as one module, and the module put back into its cells.

Cells of Python stand behind each other, as they run, with a comment between two of them. What is found is told by the
place in the file, and by that in the cell. Written back, a notebook is the same text but for the cells that changed: no
other character of the file is touched.
"""

from __future__ import annotations

import ast
import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, islice, pairwise
from typing import Any, NamedTuple

from greenprof.lint.edits import LINE_END
from greenprof.lint.engine import lint_text
from greenprof.lint.json_places import end_of_blank, items, members
from greenprof.lint.magics import as_python, restored, split_head
from greenprof.lint.result import FileError, FileResult, UnusedIgnore
from greenprof.lint.rule import Rule
from greenprof.model import CellPlace, Finding

_BETWEEN = "\n# \ue001\n"  # of the private use area: no cell holds this
_FORMAT = 4
_BOM = "\ufeff"
_CHARACTER = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u....|\\.|.")


class NotebookError(ValueError):
    """A file that is no notebook, and why; ``line`` is that of the file, None where there is none."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class _Text:
    """A text of a cell's source in the file: where it begins and ends, quotes included, and what it says."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class _Cell:
    """A cell of code, by its number among all cells, and its source: one text, or the items of a list.

    ``head`` are the cell magics above its Python, ``body`` is the Python with magics replaced; None where it does not
    parse. ``raw`` is the file's text of the source, from ``start`` to ``end``.
    """

    number: int
    start: int
    end: int
    texts: tuple[_Text, ...]
    is_list: bool
    head: str
    body: str | None
    raw: str

    @property
    def source(self) -> str:
        return "".join(one.text for one in self.texts)

    @property
    def head_lines(self) -> int:
        return self.head.count("\n")

    def position(self, line: int, column: int) -> int:
        """Where in the file a place in the cell is."""
        starts = [0, *(match.end() for match in LINE_END.finditer(self.source))]
        offset = starts[line - 1] + column - 1 if line <= len(starts) else len(self.source)
        begins = [0, *accumulate(len(one.text) for one in self.texts)][: len(self.texts)]
        which = bisect_right(begins, offset) - 1
        inside = self.texts[which]
        position = inside.start + 1
        characters = _CHARACTER.finditer(self.raw, position - self.start, inside.end - 1 - self.start)
        for match in islice(characters, offset - begins[which]):
            position = self.start + match.end()
        return position


class _Place(NamedTuple):
    """A place in a cell; lines and columns are of the cell, from 1."""

    cell: _Cell
    line: int
    column: int
    end_line: int

    @property
    def position(self) -> int:
        """Where in the file it begins."""
        return self.cell.position(self.line, self.column)

    @property
    def told(self) -> CellPlace:
        """What is told of it."""
        return CellPlace(number=self.cell.number, line=self.line, column=self.column, end_line=self.end_line)


class Notebook:
    """A notebook's file. Raises NotebookError for what is none, UnicodeDecodeError for what is not UTF-8."""

    def __init__(self, data: bytes) -> None:
        self.raw = data.decode("utf-8")
        whole = self._whole()
        self.cells = [] if _is_of_another_language(whole) else list(_cells(self.raw, self.raw.startswith(_BOM)))

    @cached_property
    def text(self) -> str:
        """Its Python as one module, line ends as ``\\n``."""
        return _BETWEEN.join(one.body for one in self._read if one.body is not None) + "\n" if self._read else ""

    @property
    def lines(self) -> int:
        """How many lines of Python it has."""
        return sum(one.body.count("\n") + 1 for one in self._read if one.body)

    def with_text(self, text: str) -> bytes:
        """The notebook with another module in its cells. Raises ValueError where cells were joined or cut."""
        bodies = text.removesuffix("\n").split(_BETWEEN) if self._read else []
        if len(bodies) != len(self._read):
            raise ValueError("the fixes would go over the ends of cells")
        parts, done = [], 0
        for cell, body in zip(self._read, bodies, strict=True):
            if body != cell.body:
                source = cell.head + restored(body)
                source = source.replace("\n", "\r\n") if "\r\n" in cell.source else source
                parts += [self.raw[done : cell.start], self._written(cell, source)]
                done = cell.end
        return "".join((*parts, self.raw[done:])).encode()

    def told(self, finding: Finding) -> Finding:
        """A finding in the module by its places in the cell and in the file. Its edits are of the module: they go."""
        cell, line = self._cell_at(finding.line)
        place = _Place(cell, line, finding.column, line + finding.end_line - finding.line)
        at, column = self._in_file(place.position)
        end, _ = self._in_file(cell.position(place.end_line, 1))
        return replace(finding, line=at, column=column, end_line=end, cell=place.told, edits=())

    def told_unused(self, unused: UnusedIgnore) -> UnusedIgnore:
        """The same for a comment that silences nothing."""
        cell, line = self._cell_at(unused.line)
        place = _Place(cell, line, unused.column, line)
        at, column = self._in_file(place.position)
        return replace(unused, line=at, column=column, cell=place.told)

    def told_error(self, error: FileError) -> FileError:
        """The same for what keeps the module from being linted."""
        if error.line is None:
            return error
        cell, line = self._cell_at(error.line)
        return self._error(error.path, _Place(cell, line, 1, line), error.message)

    def in_text(self, place: CellPlace) -> tuple[int, int]:
        """The first and last line in `text` of a place in a cell."""
        first = next(start for cell, start in zip(self._read, self._starts, strict=True) if cell.number == place.number)
        head = next(cell.head_lines for cell in self._read if cell.number == place.number)
        return first + place.line - 1 - head, first + place.end_line - 1 - head

    def broken_cell(self, path: str) -> FileError | None:
        """The first cell that is no Python."""
        for cell in self.cells:
            if cell.body is None:
                line, message = _why(cell.source[len(cell.head) :])
                line += cell.head_lines
                return self._error(path, _Place(cell, line, 1, line), message)
        return None

    def _error(self, path: str, place: _Place, message: str) -> FileError:
        return FileError(path=path, line=self._in_file(place.position)[0], message=message, cell=place.told)

    @cached_property
    def _read(self) -> Sequence[_Cell]:
        return [one for one in self.cells if one.body is not None]

    @cached_property
    def _starts(self) -> list[int]:
        """The line of `text` at which each cell begins."""
        lengths = [one.body.count("\n") + _BETWEEN.count("\n") for one in self._read if one.body is not None]
        return [1, *(1 + sum_ for sum_ in accumulate(lengths))][: len(self._read)]

    def _cell_at(self, line: int) -> tuple[_Cell, int]:
        """The cell of a line of `text`, and the line in it."""
        which = bisect_right(self._starts, line) - 1
        cell = self._read[which]
        return cell, line - self._starts[which] + 1 + cell.head_lines

    def _in_file(self, position: int) -> tuple[int, int]:
        """Line and column in the file, from 1."""
        line = bisect_right(self._line_starts, position)
        return line, position - self._line_starts[line - 1] + 1

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in LINE_END.finditer(self.raw))]

    def _written(self, cell: _Cell, source: str) -> str:
        """A cell's new source as JSON, laid out as the old one; lines that stay are the same text."""
        known = {one.text: self.raw[one.start : one.end] for one in cell.texts}

        def written(text: str) -> str:
            return known[text] if text in known else json.dumps(text, ensure_ascii=self.raw.isascii())

        if not cell.is_list:
            return written(source)
        first, last = cell.texts[0], cell.texts[-1]
        before, behind = self.raw[cell.start : first.start], self.raw[last.end : cell.end]
        between = self.raw[first.end : cell.texts[1].start] if len(cell.texts) > 1 else f",{before[1:]}"
        starts = [0, *(match.end() for match in LINE_END.finditer(source)), len(source)]
        return (
            before + between.join(written(source[start:end]) for start, end in pairwise(starts) if start < end) + behind
        )

    def _whole(self) -> dict[str, Any]:
        try:
            whole = json.loads(self.raw.removeprefix(_BOM))
        except json.JSONDecodeError as error:
            raise NotebookError(f"is no notebook: {error.msg}", error.lineno) from None
        if not isinstance(whole, dict) or not isinstance(whole.get("nbformat"), int):
            raise NotebookError("is no notebook: it does not say its nbformat")
        if whole["nbformat"] != _FORMAT:
            told = f"is a notebook of format {whole['nbformat']}"
            raise NotebookError(f"{told}; jupyter nbconvert --to notebook makes it one of format {_FORMAT}")
        if not isinstance(whole.get("cells"), list) or not all(isinstance(one, dict) for one in whole["cells"]):
            raise NotebookError("is no notebook: it has no list of cells")
        return whole


def lint_notebook(data: bytes, path: str, rules: Sequence[Rule]) -> FileResult:
    """What `rules` find in a notebook; a cell that is no Python is an error, and the others are linted all the same."""
    try:
        notebook = Notebook(data)
    except UnicodeDecodeError:
        return FileResult(error=FileError(path=path, line=None, message="is no notebook: not UTF-8"))
    except NotebookError as error:
        return FileResult(error=FileError(path=path, line=error.line, message=str(error)))
    except RecursionError:
        return FileResult(error=FileError(path=path, line=None, message="is no notebook: nested too deeply"))
    result = lint_text(notebook.text, path, rules)
    return FileResult(
        findings=tuple(map(notebook.told, result.findings)),
        unused=tuple(map(notebook.told_unused, result.unused)),
        error=notebook.told_error(result.error) if result.error is not None else notebook.broken_cell(path),
        lines=notebook.lines,
    )


def _is_of_another_language(whole: dict[str, Any]) -> bool:
    """Whether the kernel is known, and runs something else than Python."""
    told = whole.get("metadata")
    about = told if isinstance(told, dict) else {}
    for key, word in (("language_info", "name"), ("kernelspec", "language"), ("jupytext", "main_language")):
        section = about.get(key)
        language = section.get(word) if isinstance(section, dict) else None
        if isinstance(language, str):
            return not language.lower().startswith(("python", "ipython"))
    return False


def _cells(raw: str, at: int) -> Iterator[_Cell]:
    """The cells of code that hold Python. `raw`, from `at` on, is known to be a notebook."""
    *_, at = (start for key, _, start, _ in members(raw, end_of_blank(raw, at)) if key == "cells")
    for number, (_, start, _) in enumerate(items(raw, at), 1):
        cell = {key: (value, begin, end) for key, value, begin, end in members(raw, start)}
        if cell.get("cell_type", ("",))[0] != "code" or "source" not in cell:
            continue
        value, begin, end = cell["source"]
        is_list = isinstance(value, list)
        found = list(items(raw, begin)) if is_list else [(value, begin, end)]
        if not found or not all(isinstance(one, str) for one, _, _ in found):
            continue
        source = "".join(text for text, _, _ in found)
        parts = split_head(LINE_END.sub("\n", source))
        if parts is None or not source.strip():
            continue
        yield _Cell(
            number=number,
            start=begin,
            end=end,
            texts=tuple(_Text(first, last, text) for text, first, last in found),
            is_list=is_list,
            head=parts[0],
            body=as_python(parts[1]),
            raw=raw[begin:end],
        )


def _why(source: str) -> tuple[int, str]:
    """The line at which a cell is no Python, and why."""
    try:
        ast.parse(source)
    except SyntaxError as error:
        return min(error.lineno or 1, source.count("\n") + 1), error.msg
    except (ValueError, RecursionError, MemoryError) as error:
        return 1, str(error)
    return 1, "is no Python"
