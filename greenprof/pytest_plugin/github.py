"""Annotations of GitHub's: a line for each test that is over its budget, shown at the test in the pull request."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from greenprof.pytest_plugin import judging

if TYPE_CHECKING:
    from greenprof.pytest_plugin.result import TestEnergy


def wanted() -> bool:
    """Whether this runs as a GitHub Action."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def lines(tests: Sequence[TestEnergy], places: dict[str, tuple[str, int]]) -> Iterator[str]:
    """An error for a test that failed by it, a warning for what only an estimate says; `places` are file and line."""
    for test in tests:
        path, line = places.get(test.nodeid, (test.nodeid.partition("::")[0], 1))
        for held in test.budgets:
            if held.verdict != judging.OVER:
                continue
            kind = "error" if held.fails else "warning"
            body = [held.text, *(f"{one.used} {one.path}:{one.line} {one.source}" for one in test.lines)]
            where = f"file={_property(path)},line={line},title={_property(f'{test.name}: over budget')}"
            yield f"::{kind} {where}::{_data(chr(10).join(body))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
