"""Puts ``# greenprof: ignore[rule]`` comments on the lines of findings: for who adopts the linter in old code."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from greenprof.lint.documents import Editable, editable
from greenprof.lint.edits import LINE_END, applied
from greenprof.lint.ignores import ignores_in
from greenprof.lint.manifests.kinds import KUBERNETES, kind_of, may_be_manifest
from greenprof.lint.manifests.rule import Manifest
from greenprof.lint.rewrite import write_file
from greenprof.model import Edit, Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A text with its comments, how many findings they silence, and those for which there is no place."""

    text: str
    silenced: int
    left: tuple[Finding, ...]


def add_to_file(path: Path, findings: Iterable[Finding]) -> Added:
    """Write comments for `findings`, which are all of this file.

    Raises OSError, SyntaxError and ValueError for a file that cannot be rewritten; it is left alone.
    """
    data = path.read_bytes()
    document = editable(data, str(path))
    told = {_in_text(one, document): one for one in findings}
    added = add_ignores(document.text, told)
    new = document.with_text(added.text)
    if new != data:
        write_file(path, new)
    return replace(added, left=tuple(told[one] for one in added.left))


def _in_text(finding: Finding, document: Editable) -> Finding:
    """A finding in a notebook by its lines in the module that its cells are."""
    if finding.cell is None:
        return finding
    line, end_line = document.in_text(finding.cell)
    return replace(finding, line=line, end_line=end_line)


def add_ignores(source: str, findings: Iterable[Finding]) -> Added:
    """`source` with a comment on the first line of each finding, or the last where the first has no room for one.

    Names are added to a comment that is there. No room is on a line that ends inside a string or with a backslash.
    In a manifest the comment stands on a line of its own, before that of the finding.
    """
    findings = list(findings)
    if findings and may_be_manifest(findings[0].path):
        return _add_to_manifest(source, findings)
    text = LINE_END.sub("\n", source.removeprefix("\ufeff"))
    lines = text.split("\n")
    room = _lines_with_room(text)
    ignores = {one.line: one for one in ignores_in(text) if not one.for_file}
    wanted: dict[int, set[str]] = {}
    left, silenced = [], 0
    for one in findings:
        line = next((each for each in (one.line, one.end_line) if each in room), None)
        if line is None:
            left.append(one)
            continue
        wanted.setdefault(line, set()).add(one.rule)
        silenced += 1
    edits = []
    for line, rules in wanted.items():
        known = ignores.get(line)
        names = ", ".join([*(known.words or () if known else ()), *sorted(rules)])
        comment = f"# greenprof: ignore[{names}]"
        if known is None:
            end = len(lines[line - 1].rstrip()) + 1
            edits.append(Edit(line=line, column=end, end_line=line, end_column=end, text=f"  {comment}"))
        else:
            edits.append(Edit(line=line, column=known.column, end_line=line, end_column=known.end_column, text=comment))
    new = applied(source, edits)
    if ast.dump(ast.parse(new.removeprefix("\ufeff"))) != ast.dump(ast.parse(text)):
        raise ValueError("comments would change what the program does")
    return Added(text=new, silenced=silenced, left=tuple(left))


def _add_to_manifest(source: str, findings: Sequence[Finding]) -> Added:
    from greenprof.lint.manifests.comments import comments_for
    from greenprof.lint.manifests.engine import read_manifest

    path = findings[0].path
    kind = kind_of(path, source.encode("utf-8", "surrogateescape")) or KUBERNETES

    def read(text: str) -> tuple[Manifest, list[str | None]]:
        manifest, _ = read_manifest(LINE_END.sub("\n", text.removeprefix("\ufeff")), path, kind)
        return manifest, [one.text for root in manifest.documents for one in root.scalars()]

    manifest, values = read(source)
    wanted: dict[int, set[str]] = {}
    for one in findings:
        wanted.setdefault(one.line, set()).add(one.rule)
    new = applied(source, comments_for(manifest, wanted))
    if read(new)[1] != values:
        raise ValueError("comments would change what is deployed")
    return Added(text=new, silenced=len(findings), left=())


def _lines_with_room(text: str) -> frozenset[int]:
    """The lines that end outside of strings and are not continued by a backslash."""
    ends = (tokenize.NEWLINE, tokenize.NL)
    tokens = tokenize.generate_tokens(io.StringIO(text, newline="\n").readline)
    return frozenset(token.start[0] for token in tokens if token.type in ends)
