"""Hints for a team: the linter's findings of its submission, and what a run burnt on their lines.

All of it is made inside the sandbox: a parser can be attacked too.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from greenprof.board.model import Limits
from greenprof.board.sandbox import Place, Sandbox
from greenprof.errors import GreenprofError
from greenprof.grades import COSTS, is_confident
from greenprof.wire import decoded

if TYPE_CHECKING:
    from greenprof.model import Finding

_LIMITS = Limits(wall_s=60, cpu_s=60, memory_bytes=1 << 30, output_bytes=4 << 20)
_MOST = 200
_START = "import sys; sys.path[1:1] = sys.argv.pop(1).split(':'); from greenprof.cli import main; main()"
_REPORT = "/tmp/greenprof-report.json"


def findings_of(files: Mapping[str, bytes], folder: Path, sandbox: Sandbox) -> tuple[tuple[Finding, ...], str | None]:
    """What `greenprof lint` says of the Python files in `folder`, likely dearest first; and why not if it cannot.

    At any confidence: a run tells afterwards which of them matter.
    """
    if not any(path.endswith(".py") for path in files):
        return (), None
    words, places = _greenprof(sandbox)
    places = [Place(inside="/contest", outside=folder), *places]
    said = sandbox.run(
        [*words, "lint", "--min-confidence", "low", "-f", "json", "/contest"], _LIMITS, places, folder="/contest"
    )
    if said.killed or said.exit_code not in (0, 1):
        last = said.errors.decode(errors="replace").strip().splitlines()[-1:]
        return (), f"the source was not linted: {said.killed or (last[0][:200] if last else said.exit_code)}"
    return _dearest_first(_decoded(said.output, "/contest/" if sandbox.safe else f"{folder}/")), None


def with_joules(
    findings: Sequence[Finding], command: Sequence[str], places: Sequence[Place], sandbox: Sandbox
) -> tuple[Finding, ...]:
    """The findings with what a run of `command`, a Python's, burnt on their lines; as they are where that fails.

    Of those of low confidence only the ones that the run tells of too are kept.

    The run is not the one that is judged, and its meter is the estimate: it says which lines are dear, not how dear. A
    program that means to can say what it likes here; only its own team reads it.
    """
    words, more = _greenprof(sandbox)
    script = 'out=$1; shift; "$@" >/dev/null 2>&1; cat "$out"'
    options = ["run", "--quiet", "--no-history", "--meter", "estimate", "-o", _REPORT, "--", *command]
    said = sandbox.run(
        ["sh", "-c", script, "sh", _REPORT, *words, *options], _LIMITS, [*places, *more], folder="/contest"
    )
    seen = {(each.rule, each.path, each.line): each for each in _decoded(said.output, "/contest/")}
    joined = []
    for each in findings:
        ran = seen.get((each.rule, each.path, each.line))
        if ran is None and not is_confident(each.confidence, "medium"):
            continue
        joined.append(each if ran is None else replace(each, energy_j=ran.energy_j, executions=ran.executions))
    return _dearest_first(joined)


def _greenprof(sandbox: Sandbox) -> tuple[list[str], list[Place]]:
    """How greenprof is started in the sandbox, and where it has to be there."""
    if not sandbox.safe:
        return [sys.executable, "-m", "greenprof"], []
    package = Path(__file__).parents[1]
    rules = package / "rules" if (package / "rules").is_dir() else package.parent / "rules"
    places = [
        Place(inside="/greenprof/greenprof", outside=package),
        Place(inside="/greenprof/rules", outside=rules),
    ]
    paths = ["/greenprof"]
    for number, path in enumerate(each for each in map(Path, sys.path) if each.name == "site-packages"):
        if path.is_dir():
            places.append(Place(inside=f"/library-{number}", outside=path))
            paths.append(f"/library-{number}")
    return ["python3", "-c", _START, ":".join(paths)], places


def _decoded(output: bytes, folder: str) -> list[Finding]:
    from greenprof.model import Finding

    try:
        listed = json.loads(output)["findings"][:_MOST]
        found = [decoded(Finding, each, "the linter") for each in listed]
    except (ValueError, KeyError, TypeError, RecursionError, GreenprofError):
        return []
    return [replace(each, path=each.path.removeprefix(folder)) for each in found]


def _dearest_first(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """By the joules that a run saw on them, then by the kind of what they repeat."""
    dearest = {cost: place for place, cost in enumerate(COSTS)}
    return tuple(
        sorted(
            findings,
            key=lambda each: (-(each.energy_j or 0.0), dearest.get(each.cost, len(COSTS)), each.path, each.line),
        )
    )
