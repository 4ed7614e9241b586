"""Annotations of GitHub's: a line for each test that is over its budget, shown at the test in the pull request."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from greenprof.pytest_plugin import judging

if TYPE_CHECKING:
    from greenprof.pytest_plugin.result import TestEnergy


def wanted() -> bool:
    """Whether this runs as a GitHub Action."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def lines(tests: Sequence[TestEnergy], places: dict[str, tuple[str, int]], root: Path) -> Iterator[str]:
    """An error for a test that failed by it, a warning for what only an estimate says; `places` are file and line.

    Files are named from `root` on, which may be a folder of the checkout: GitHub wants them from its top on.
    """
    for test in tests:
        path, line = places.get(test.nodeid, (test.nodeid.partition("::")[0], 1))
        for held in test.budgets:
            if held.verdict != judging.OVER:
                continue
            kind = "error" if held.fails else "warning"
            body = [held.text, *(f"{one.used} {one.path}:{one.line} {one.source}" for one in test.lines)]
            title = _property(f"{test.name}: over budget")
            where = f"file={_property(_from_top(path, root))},line={line},title={title}"
            yield f"::{kind} {where}::{_data(chr(10).join(body))}"


def _from_top(path: str, root: Path) -> str:
    top, full = os.environ.get("GITHUB_WORKSPACE", ""), os.path.normpath(root / path)
    is_below = top and Path(full).is_relative_to(Path(top).resolve())
    return Path(full).relative_to(Path(top).resolve()).as_posix() if is_below else path


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
