"""What a file is, by its name: Python, a notebook, Markdown with blocks of code, or a manifest."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from greenprof.lint.engine import lint_python
from greenprof.lint.files import is_markdown, is_notebook
from greenprof.lint.manifests.kinds import STANDARD_INPUT, kind_of, may_be_manifest
from greenprof.lint.result import FileError, FileResult, reason
from greenprof.lint.rewrite import decoded_exactly
from greenprof.lint.rule import Rule
from greenprof.model import CellPlace, Finding


class Editable(Protocol):
    """A file whose code can be changed. ``raw`` is all of its text, ``text`` its Python as one module."""

    raw: str

    @property
    def text(self) -> str:
        """Its Python, with its line ends and its byte-order mark."""

    def with_text(self, text: str) -> bytes:
        """The file with other Python; nothing else changes. Raises ValueError where that cannot be."""

    def told(self, finding: Finding) -> Finding:
        """A finding in `text` by its place in the file."""

    def in_text(self, place: CellPlace) -> tuple[int, int]:
        """The first and last line in `text` of a place in one of its cells."""


def lint_file(path: Path, rules: Sequence[Rule], *, with_program: bool = False) -> FileResult:
    """What `rules` find in one file, at any confidence; a file that cannot be read or parsed is an error in the result.

    With ``with_program`` the result of a file of Python has its program too, which need not be parsed again for it.

    Raises GreenprofError for a rule that fails.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        return FileResult(error=FileError(path=str(path), line=None, message=reason(error)))
    return lint_bytes(data, str(path), rules, with_program=with_program)


def lint_bytes(data: bytes, path: str, rules: Sequence[Rule], *, with_program: bool = False) -> FileResult:
    """What `rules` find in the content of a file; see `lint_file`."""
    if is_notebook(path):
        from greenprof.lint.notebooks import lint_notebook

        return lint_notebook(data, path, rules)
    if is_markdown(path):
        from greenprof.lint.markdown import lint_markdown

        return lint_markdown(data, path, rules)
    if is_manifest(path, data):
        from greenprof.lint.manifests.engine import lint_manifest

        return lint_manifest(data, path, rules)
    return lint_python(data, path, rules, with_program=with_program)


def is_manifest(path: str, data: bytes) -> bool:
    """Whether a file has the name of a manifest; what comes without a name is one if it looks like it."""
    return may_be_manifest(path) or (path == STANDARD_INPUT and kind_of(path, data) is not None)


def editable(data: bytes, path: str) -> Editable:
    """The content of a file, to be changed.

    Raises SyntaxError and ValueError for what cannot be written again, byte for byte, and for Markdown.
    """
    if is_notebook(path):
        from greenprof.lint.notebooks import Notebook

        return Notebook(data)
    if is_markdown(path):
        raise ValueError("the code in Markdown is never changed")
    if is_manifest(path, data):
        return _Whole(data.decode("utf-8"), "utf-8")
    return _Whole(*decoded_exactly(data))


class _Whole:
    """A file that is all one text, as `Editable`."""

    def __init__(self, raw: str, encoding: str) -> None:
        self.raw, self._encoding = raw, encoding

    @property
    def text(self) -> str:
        return self.raw

    def with_text(self, text: str) -> bytes:
        return text.encode(self._encoding)

    def told(self, finding: Finding) -> Finding:
        return finding

    def in_text(self, place: CellPlace) -> tuple[int, int]:
        return place.line, place.end_line
