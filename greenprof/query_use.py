"""Pure: statements that were counted, on lines and findings: which line sends them, which finding they confirm.

A statement belongs to the innermost line of the program's own code that was on the stack when it was sent. It
confirms a finding if it passed through one of its lines, and was sent there more than once in a request or a moment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from greenprof.model import Finding, Frame, Query, Recording
from greenprof.own_code import OwnCode
from greenprof.run_findings import Line, finding_at, line_that_repeats

REPEATED = "repeated-query"
MANY = 10  # so often the same statement by the same lines, in one round, is worth a finding
_MESSAGE_SHAPE = 100
_HOUSEKEEPING = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA", "SET ", "CREATE", "ALTER", "DROP")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statements:
    """Statements of one shape by one chain of own lines, outermost first, as means of all runs."""

    shape: str
    frames: tuple[Frame, ...]
    count: float
    rows: float | None
    elapsed_s: float
    server_s: float | None
    rounds: float

    @property
    def line(self) -> Line | None:
        """The line that sent them, if one is known."""
        return (self.frames[-1].path, self.frames[-1].line) if self.frames else None

    @property
    def is_repeated(self) -> bool:
        """Whether they were sent more than once in a round."""
        return self.count >= 2 * self.rounds

    @property
    def is_about_rows(self) -> bool:
        """Whether they are not about transactions, tables and settings."""
        return is_about_rows(self.shape)

    @property
    def is_worth_a_finding(self) -> bool:
        """Whether they are about rows, and were sent many times in a round."""
        return bool(self.frames) and self.is_about_rows and self.count >= MANY * self.rounds

    def passes(self, finding: Finding) -> bool:
        """Whether they were sent by a line of the finding, or by what it called."""
        lines = range(finding.line, finding.end_line + 1)
        return any(frame.path == finding.path and frame.line in lines for frame in self.frames)


def is_about_rows(shape: str) -> bool:
    """Whether a statement is not about transactions, tables and settings."""
    return not shape.upper().startswith(_HOUSEKEEPING)


def statements_of(recordings: Sequence[Recording], own: OwnCode) -> tuple[Statements, ...] | None:
    """What the recordings counted, those by the same own lines together; None where one did not count."""
    if any(recording.queries is None for recording in recordings):
        return None
    found: dict[tuple[str, tuple[Frame, ...]], Statements] = {}
    for recording in recordings:
        for sent in recording.queries or ():
            stack = tuple(recording.frames[place] for place in sent.stack)
            one = Statements(
                shape=sent.shape,
                frames=tuple(own.frames_of(stack) if stack else ()) or stack,
                count=sent.count / len(recordings),
                rows=None if sent.rows is None else sent.rows / len(recordings),
                elapsed_s=sent.elapsed_s / len(recordings),
                server_s=None if sent.server_s is None else sent.server_s / len(recordings),
                rounds=sent.rounds / len(recordings),
            )
            key = one.shape, one.frames
            if key in found:  # of another run or process: its rounds come on top
                one = replace(_together([found[key], one]), rounds=found[key].rounds + one.rounds)
            found[key] = one
    return tuple(found.values())


def confirmed(findings: Iterable[Finding], statements: Sequence[Statements]) -> tuple[Finding, ...]:
    """The findings about databases with how often their statement was sent: that of the shape that was sent most."""
    told = []
    for finding in findings:
        if finding.executions is not None:
            told.append(finding)
            continue
        passing = (one for one in statements if one.passes(finding)) if finding.group == "database" else ()
        by_shape = _by_shape(one for one in passing if one.is_about_rows)
        if by_shape:
            most = max(by_shape, key=lambda one: one.count)
            repeated = most.is_repeated if _is_about_repetition(finding) else None
            finding = replace(finding, executions=round(most.count), confirmed=repeated)  # noqa: PLW2901
        told.append(finding)
    return tuple(told)


def repeated_queries(
    findings: Sequence[Finding], statements: Sequence[Statements], sources: Mapping[str, Sequence[str]]
) -> tuple[Finding, ...]:
    """A finding for each statement that the run shows to be sent again and again, and no finding tells of.

    It stands on the innermost own line that a loop runs again, or else on the line that sends the statement.
    """
    about = [finding for finding in findings if _is_about_repetition(finding)]
    places: dict[tuple[Line, str], list[Statements]] = defaultdict(list)
    for one in statements:
        if one.is_worth_a_finding and not any(one.passes(finding) for finding in about):
            places[line_that_repeats(one.frames, sources), one.shape].append(one)
    return tuple(
        _finding(line, shape, _together(many), sources) for (line, shape), many in places.items() if line[0] in sources
    )


def queries_of(
    findings: Sequence[Finding], statements: Iterable[Statements], j_per_server_s: float | None
) -> tuple[Query, ...]:
    """The statements of each shape and line, those first that were sent most often.

    `j_per_server_s` are the joules above idle for a second of CPU time of the machine.
    """
    lines: dict[tuple[str, Line | None], list[Statements]] = defaultdict(list)
    for one in statements:
        lines[one.shape, one.line].append(one)
    told = []
    for many in lines.values():
        whole = _together(many)
        innermost = whole.frames[-1] if whole.frames else None
        known = whole.server_s is not None and j_per_server_s is not None
        told.append(
            Query(
                shape=whole.shape,
                path=innermost.path if innermost else None,
                line=innermost.line if innermost else None,
                function=innermost.function if innermost else None,
                count=round(whole.count),
                rows=None if whole.rows is None else round(whole.rows),
                elapsed_s=whole.elapsed_s,
                server_s=whole.server_s,
                server_j=(whole.server_s or 0.0) * (j_per_server_s or 0.0) if known else None,
                rounds=max(1, round(whole.rounds)),
                findings=tuple(
                    place
                    for place, finding in enumerate(findings)
                    if finding.confirmed and any(one.is_about_rows and one.passes(finding) for one in many)
                ),
            )
        )
    return tuple(sorted(told, key=lambda query: (-query.count, -query.elapsed_s, query.shape)))


def _is_about_repetition(finding: Finding) -> bool:
    return finding.group == "database" and (finding.cost == "query" or finding.rule.endswith("-in-loop"))


def _by_shape(statements: Iterable[Statements]) -> list[Statements]:
    shapes: dict[str, list[Statements]] = defaultdict(list)
    for one in statements:
        shapes[one.shape].append(one)
    return [_together(many) for many in shapes.values()]


def _together(many: Sequence[Statements]) -> Statements:
    """Statements of one shape as one, by the lines of the first."""
    rows = [one.rows for one in many if one.rows is not None]
    server_s = [one.server_s for one in many if one.server_s is not None]
    return replace(
        many[0],
        count=sum(one.count for one in many),
        rows=sum(rows) if rows else None,
        elapsed_s=sum(one.elapsed_s for one in many),
        server_s=sum(server_s) if server_s else None,
        rounds=max(one.rounds for one in many),
    )


_WRITING = ("INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE")
_ASK_ONCE = "ask once for all: an eager load, a join or WHERE … IN (…) before the loop"
# Rules about writes, whose repetition is not called N+1.
_ABOUT_WRITES = frozenset({"commit-in-loop", "insert-in-loop", "write-per-row"})
WRITE_ONCE = "write them together: executemany, a bulk insert or update, or one statement for all rows"


def is_n_plus_one(finding: Finding) -> bool:
    """Whether it is about questions to a database, one for each row: nobody calls writes N+1."""
    return finding.cost == "query" and finding.rule not in _ABOUT_WRITES and finding.fix != WRITE_ONCE


def _finding(line: Line, shape: str, sent: Statements, sources: Mapping[str, Sequence[str]]) -> Finding:
    short = shape if len(shape) <= _MESSAGE_SHAPE else shape[:_MESSAGE_SHAPE] + "…"
    return finding_at(
        line,
        sources,
        rule=REPEATED,
        group="database",
        message=f"the same statement is sent again and again from here: {short}",
        cost="query",
        fix=WRITE_ONCE if shape.lstrip().upper().startswith(_WRITING) else _ASK_ONCE,
        executions=round(sent.count),
        confirmed=True,
    )
