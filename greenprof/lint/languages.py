"""What changes a text needs to know of what it is written in: Python, or a manifest."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Sequence
from typing import Protocol

from greenprof.lint import edits
from greenprof.lint.edits import LINE_END
from greenprof.lint.manifests.kinds import KUBERNETES, STANDARD_INPUT, kind_of, may_be_manifest
from greenprof.lint.rule import Rule
from greenprof.model import Finding


class Language(Protocol):
    """A language whose files are linted and fixed."""

    name: str

    def found(self, text: str, path: str, rules: Sequence[Rule], facts: frozenset[str]) -> list[Finding]:
        """The findings in a text with line ends ``\\n``; `facts` are what other files tell.

        Raises SyntaxError where it is not of this language.
        """

    def fixed(self, text: str, findings: Iterable[Finding], unsafe: bool) -> tuple[str, tuple[Finding, ...]]:
        """A text with the edits of those findings that go together, and these; see `greenprof.lint.edits.fixed`."""

    def is_sound(self, text: str, path: str) -> bool:
        """Whether a text is of this language."""


def language_of(path: str, text: str) -> Language:
    """The language of a file."""
    if not may_be_manifest(path) and path != STANDARD_INPUT:
        return _Python()
    kind = kind_of(path, text.encode("utf-8", "surrogateescape"))
    return _Python() if kind is None and path == STANDARD_INPUT else _Manifest(kind or KUBERNETES)


class _Python:
    name = "Python"

    def found(self, text: str, path: str, rules: Sequence[Rule], facts: frozenset[str]) -> list[Finding]:
        from greenprof.lint.engine import lint_source

        return lint_source(text, path, rules)

    def fixed(self, text: str, findings: Iterable[Finding], unsafe: bool) -> tuple[str, tuple[Finding, ...]]:
        return edits.fixed(text, findings, unsafe)

    def is_sound(self, text: str, path: str) -> bool:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                # What awaits outside of functions is sound in a notebook.
                flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
                compile(text.removeprefix("\ufeff"), path, "exec", flags, dont_inherit=True)
            except (SyntaxError, ValueError):
                return False
        return True


class _Manifest:
    name = "YAML"

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def found(self, text: str, path: str, rules: Sequence[Rule], facts: frozenset[str]) -> list[Finding]:
        from greenprof.lint.manifests.engine import lint_manifest_text
        from greenprof.lint.result import settled

        result = lint_manifest_text(text.removeprefix("\ufeff"), path, self._kind, rules)
        if result.error is not None:
            raise SyntaxError(result.error.message, (path, result.error.line, None, None))
        findings = settled(result, facts.union(result.facts)).findings
        return sorted(findings, key=lambda one: (one.line, one.column, one.rule))

    def fixed(self, text: str, findings: Iterable[Finding], unsafe: bool) -> tuple[str, tuple[Finding, ...]]:
        """Those whose lines have nothing to do with each other: what is put in at one place is put in one by one."""
        offered = [one for one in findings if edits.is_carried_out(one, unsafe)]
        taken: dict[tuple[object, ...], None] = {}
        lines: set[int] = set()
        for one in offered:
            touched = {line for edit in one.edits for line in range(edit.line, edit.end_line + 1)}
            if one.edits in taken or lines.isdisjoint(touched):
                taken[one.edits] = None
                lines |= touched
        together = tuple(one for one in offered if one.edits in taken)
        every = list(dict.fromkeys(edit for one in together for edit in one.edits))
        return (edits.applied(text, every), together) if every else (text, ())

    def is_sound(self, text: str, path: str) -> bool:
        from greenprof.lint.manifests.engine import TemplateError, read_manifest

        try:
            return read_manifest(LINE_END.sub("\n", text).removeprefix("\ufeff"), path, self._kind)[1] is None
        except TemplateError:
            return False
