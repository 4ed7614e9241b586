"""Pure: findings that no look at the source makes, but a run: where they stand, and what they say of their line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from greenprof.loop_lines import repeats
from greenprof.model import Finding, Frame

Line = tuple[str, int]


def line_that_repeats(frames: Sequence[Frame], sources: Mapping[str, Sequence[str]]) -> Line:
    """The innermost of these lines that a loop runs again, or else the innermost of all."""
    for frame in reversed(frames):
        if repeats(sources.get(frame.path, ()), frame.line):
            return frame.path, frame.line
    return frames[-1].path, frames[-1].line


def finding_at(
    line: Line, sources: Mapping[str, Sequence[str]], *, rule: str, group: str, message: str, cost: str, fix: str,
    executions: int, confirmed: bool | None = None,
) -> Finding:  # fmt: skip
    """A finding about a line of `sources`, which is sure where a loop is seen to repeat it."""
    path, number = line
    text = sources[path][number - 1] if 0 < number <= len(sources[path]) else ""
    return Finding(
        rule=rule,
        group=group,
        path=path,
        line=number,
        column=len(text) - len(text.lstrip()) + 1,
        end_line=number,
        message=message,
        severity="warning",
        confidence="high" if repeats(sources[path], number) else "medium",
        cost=cost,
        source=text or None,
        fix=fix,
        executions=executions,
        confirmed=confirmed,
    )
