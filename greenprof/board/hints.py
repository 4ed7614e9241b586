"""The linter's findings of a submission, made inside the sandbox: a parser can be attacked too."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from greenprof.board.model import Limits
from greenprof.board.sandbox import Place, Sandbox
from greenprof.errors import GreenprofError
from greenprof.grades import COSTS
from greenprof.wire import decoded

if TYPE_CHECKING:
    from greenprof.model import Finding

_LIMITS = Limits(wall_s=60, cpu_s=60, memory_bytes=1 << 30, output_bytes=4 << 20)
_MOST = 200


def findings_of(files: Mapping[str, bytes], folder: Path, sandbox: Sandbox) -> tuple[tuple[Finding, ...], str | None]:
    """What `greenprof lint` says of the Python files in `folder`, likely dearest first; and why not if it cannot."""
    if not any(path.endswith(".py") for path in files):
        return (), None
    package = Path(__file__).parents[1]
    rules = package / "rules" if (package / "rules").is_dir() else package.parent / "rules"
    places = [
        Place(inside="/contest", outside=folder),
        Place(inside="/greenprof/greenprof", outside=package),
        Place(inside="/greenprof/rules", outside=rules),
    ]
    paths = ["/greenprof"]
    for number, path in enumerate(_libraries()):
        places.append(Place(inside=f"/library-{number}", outside=path))
        paths.append(f"/library-{number}")
    start = "import sys; sys.path[1:1] = sys.argv.pop(1).split(':'); from greenprof.cli import main; main()"
    command = ["python3", "-c", start, ":".join(paths), "lint", "-f", "json", "."]
    if not sandbox.safe:
        command = [sys.executable, "-m", "greenprof", "lint", "-f", "json", "/contest"]
    said = sandbox.run(command, _LIMITS, places, folder="/contest")
    if said.killed or said.exit_code not in (0, 1):
        last = said.errors.decode(errors="replace").strip().splitlines()[-1:]
        return (), f"the source was not linted: {said.killed or (last[0][:200] if last else said.exit_code)}"
    return _decoded(said.output), None


def _libraries() -> Sequence[Path]:
    return [path for path in map(Path, sys.path) if path.name == "site-packages" and path.is_dir()]


def _decoded(output: bytes) -> tuple[Finding, ...]:
    from greenprof.model import Finding

    try:
        listed = json.loads(output)["findings"][:_MOST]
        found = [decoded(Finding, each, "the linter") for each in listed]
    except (ValueError, KeyError, TypeError, RecursionError, GreenprofError):
        return ()
    dearest = {cost: place for place, cost in enumerate(COSTS)}
    return tuple(sorted(found, key=lambda each: (dearest.get(each.cost, len(COSTS)), each.path, each.line)))
