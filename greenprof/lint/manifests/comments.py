"""``# greenprof: ignore`` comments in manifests: those that are there, and those that are put in.

A comment behind something holds for its line; one that stands alone holds for the next line that is no comment, which
is the only way in a Dockerfile.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from greenprof.lint.ignores import FILE_COMMENT, LINE_COMMENT, MARK, Ignore, ignore_of
from greenprof.lint.manifests.kinds import DOCKERFILE
from greenprof.lint.manifests.rule import Manifest
from greenprof.model import Edit

_ALONE = re.compile(r"[ \t]*#")


def ignores_in_manifest(manifest: Manifest) -> tuple[Ignore, ...]:
    """The comments in a manifest, in order; what stands in a text is none."""
    if MARK not in manifest.text:
        return ()
    texts = _lines_of_texts(manifest)
    found = []
    for number, line in enumerate(manifest.lines, 1):
        if MARK not in line or number in texts:
            continue
        alone = _ALONE.match(line) is not None
        if not alone and manifest.kind == DOCKERFILE:
            continue
        match = (FILE_COMMENT.search(line) if alone else None) or LINE_COMMENT.search(line)
        if match is None or line[: match.start()][-1:].strip():
            continue
        one = ignore_of(match, number, 1)
        found.append(replace(one, stands_for=_next_line(manifest.lines, number)) if alone and not one.for_file else one)
    return tuple(found)


def _lines_of_texts(manifest: Manifest) -> frozenset[int]:
    """The lines of block scalars: a ``#`` in them begins no comment, but on the line that they begin in."""
    blocks = (one for root in manifest.documents for one in root.scalars() if one.quote in ("|", ">"))
    return frozenset(line for one in blocks for line in range(one.line + 1, one.end_line + (one.end_column > 1)))


def _next_line(lines: tuple[str, ...], number: int) -> int:
    """The first line behind line `number` that is neither empty nor a comment."""
    behind = range(number + 1, len(lines) + 1)
    return next((each for each in behind if lines[each - 1].strip() and not _ALONE.match(lines[each - 1])), number)


def comments_for(manifest: Manifest, wanted: Mapping[int, set[str]]) -> list[Edit]:
    """Edits that put a comment before each of these lines, or more names into the one that is there."""
    known = {one.stands_for or one.line: one for one in ignores_in_manifest(manifest) if not one.for_file}
    edits = []
    for line, rules in wanted.items():
        there = known.get(line)
        names = ", ".join([*(there.words or () if there else ()), *sorted(rules)])
        comment = f"# greenprof: ignore[{names}]"
        if there is not None:
            start, end = there.column, there.end_column
            edits.append(Edit(line=there.line, column=start, end_line=there.line, end_column=end, text=comment))
        else:
            text = manifest.lines[line - 1]
            indent = text[: len(text) - len(text.lstrip())]
            edits.append(Edit(line=line, column=1, end_line=line, end_column=1, text=f"{indent}{comment}\n"))
    return edits
