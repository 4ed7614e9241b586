"""``# greenprof: ignore`` comments."""

from __future__ import annotations

import re
from collections.abc import Sequence

from greenprof.model import Finding

_LINE = re.compile(r"#\s*greenprof:\s*ignore(?:\[([^\]]*)\])?(?![\w-])")
_FILE = re.compile(r"^\s*#\s*greenprof:\s*ignore-file(?:\[([^\]]*)\])?(?![\w-])")


def is_ignored(finding: Finding, lines: Sequence[str]) -> bool:
    """Whether a comment on the finding's first or last line, or one for the whole file, silences it.

    ``ignore[name, group]`` silences those rules and groups, a bare ``ignore`` all. A comment for the
    file stands on a line of its own.
    """
    words = {finding.rule, finding.group}
    here = {finding.line, finding.end_line}
    return any(_silences(_LINE.search(lines[line - 1]), words) for line in here) or any(
        _silences(_FILE.match(line), words) for line in lines if "ignore-file" in line
    )


def _silences(comment: re.Match[str] | None, words: set[str]) -> bool:
    if comment is None:
        return False
    return comment[1] is None or not words.isdisjoint(word.strip() for word in comment[1].split(","))
