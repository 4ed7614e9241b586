"""What programs are told: standings and submissions as JSON and CSV. Pure."""

from __future__ import annotations

import csv
import io
from typing import Any

from greenprof.board.model import Challenge, Result
from greenprof.board.standing import Line, Standing, Table
from greenprof.board.submissions import Entry

COLUMNS = (
    "challenge", "estimated", "host", "meter", "rank", "tied", "team", "language", "score", "low", "high", "findings",
    "judged", "submission", "received_at",
)  # fmt: skip


def challenge_json(challenge: Challenge) -> dict[str, Any]:
    """A challenge without its folder."""
    return {
        "name": challenge.name,
        "title": dict(challenge.title),
        "task": dict(challenge.task),
        "languages": [{"name": one.name, "source": one.source} for one in challenge.languages],
        "source_bytes": challenge.limits.source_bytes,
        "digest": challenge.digest,
    }


def standing_json(shown: Standing) -> dict[str, Any]:
    """A standing: one table for each machine and kind of meter."""
    return {
        "challenge": shown.challenge,
        "tables": [_table_json(table) for table in shown.tables],
        "pending": shown.pending,
        "rejected": shown.rejected,
        "held_back": shown.held_back,
        "frozen": shown.frozen,
    }


def _table_json(table: Table) -> dict[str, Any]:
    return {
        "estimated": table.estimated,
        "host": table.host,
        "cpu": table.cpu,
        "meter": table.meter,
        "lines": [_line_json(line) for line in table.lines],
    }


def _line_json(line: Line) -> dict[str, Any]:
    one = line.entry
    return {
        "rank": line.rank, "tied": line.tied, "team": one.team, "language": one.language, "score": one.score,
        "interval": [one.low, one.high], "findings": one.findings, "judged": line.judged, "submission": one.uid,
        "received_at": one.received_at.isoformat(),
    }  # fmt: skip


def standing_csv(shown: Standing) -> str:
    """A standing, a line for each team; no cell can be taken for a formula."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for table in shown.tables:
        for line in table.lines:
            one = line.entry
            writer.writerow(
                [
                    shown.challenge, str(table.estimated).lower(), table.host, table.meter, line.rank,
                    str(line.tied).lower(), _plain(one.team), one.language, one.score, one.low, one.high, one.findings,
                    line.judged, one.uid, one.received_at.isoformat(),
                ]
            )  # fmt: skip
    return file.getvalue()


def _plain(text: str) -> str:
    return "'" + text if text[:1] in "=+-@\t\r" else text


def entry_json(entry: Entry, *, hidden: bool) -> dict[str, Any]:
    """A submission; what a freeze hides is null, and so is what is not known."""
    return {
        "uid": entry.uid, "team": entry.team, "challenge": entry.challenge, "language": entry.language,
        "received_at": entry.received_at.isoformat(), "state": "hidden" if hidden else entry.state,
        "score": None if hidden else entry.score,
        "interval": None if hidden or entry.low is None else [entry.low, entry.high],
        "estimated": None if hidden else entry.estimated, "findings": None if hidden else entry.findings,
    }  # fmt: skip


def detail_json(result: Result) -> dict[str, Any]:
    """What only the team and the organisers are told of a result: why, where, and what the build said."""
    return {
        "reason": result.reason,
        "joules": result.joules,
        "cpu_s": result.cpu_s,
        "pairs": result.pairs,
        "meter": result.meter.name if result.meter else None,
        "notes": list(result.notes),
        "log": result.log,
        "hints": [
            {"rule": one.rule, "path": one.path, "line": one.line, "message": one.message, "fix": one.fix}
            for one in result.findings
        ],
    }
