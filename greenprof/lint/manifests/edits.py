"""Edits that change one thing in YAML, and leave comments, order and quotes as they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from greenprof.lint.manifests.nodes import Node
from greenprof.lint.manifests.rule import Manifest
from greenprof.model import Edit

# What needs no quotes, whoever reads it.
_PLAIN = re.compile(r"[A-Za-z0-9_/.][\w./-]*\Z")


def replaced(node: Node, text: str) -> Edit:
    """A scalar with another text, in the quotes that it stands in.

    Raises ValueError for what is no scalar in one line.
    """
    if node.text is None or node.quote in ("|", ">") or node.line != node.end_line or node.is_alias:
        raise ValueError("only a scalar in one line can be replaced")
    quote = node.quote
    if quote == "'":
        text = "'" + text.replace("'", "''") + "'"
    elif quote == '"' or not _PLAIN.match(text):
        text = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return Edit(line=node.line, column=node.column, end_line=node.end_line, end_column=node.end_column, text=text)


def renamed(node: Node, name: str) -> Edit:
    """The key of a value with another name."""
    if node.key is None:
        raise ValueError("there is no key")
    return replaced(node.key, name)


def removed(manifest: Manifest, node: Node) -> Edit | None:
    """A key of a block mapping taken out, whole lines with it; None where it shares its lines with something else."""
    lines = manifest.lines
    if node.key is None:
        return None
    first, column = node.key.line, node.key.column
    if lines[first - 1][: column - 1].strip():  # the first key of an item of a list
        return None
    last = _last_line(lines, node)
    if last + 1 > len(lines):
        return None
    return Edit(line=first, column=1, end_line=last + 1, end_column=1, text="")


def added(manifest: Manifest, mapping: Node, *lines: str) -> Edit | None:
    """Keys put into a block mapping, behind the scalars that it begins with; None where there is no room for a line.

    `lines` are without the indent of the mapping; those of a nested value have two blanks more.
    """
    pairs = mapping.own_pairs
    if mapping.is_flow or not pairs or mapping.is_alias:
        return None
    text, first = manifest.lines, pairs[0][0]
    indent = " " * (first.column - 1)
    short = list(takewhile(lambda pair: pair[1].text is not None, pairs))
    if not short and not text[first.line - 1][: first.column - 1].strip():
        put = "".join(f"{indent}{line}\n" for line in lines)
        return Edit(line=first.line, column=1, end_line=first.line, end_column=1, text=put)
    last = max(_last_line(text, value) for _, value in short or pairs)
    end = len(text[last - 1]) + 1
    return Edit(
        line=last, column=end, end_line=last, end_column=end, text="".join(f"\n{indent}{line}" for line in lines)
    )


def _last_line(lines: Sequence[str], node: Node) -> int:
    """The last line with something of `node` in it: comments and empty lines behind it are not its own."""
    if node.is_alias and node.key is not None:
        return node.key.line
    if node.is_flow or (node.text is not None and node.quote not in ("|", ">")):
        return node.end_line
    start = node.key.line if node.key is not None else node.line
    if node.quote in ("|", ">"):
        last = node.end_line if node.end_column > 1 else node.end_line - 1
        last = min(last, len(lines))
        while last > start and not lines[last - 1].strip():
            last -= 1
        return last
    inside = [value for _, value in node.own_pairs] + [one for one in node.items if one.line >= node.line]
    return max([start, *(_last_line(lines, each) for each in inside)])
