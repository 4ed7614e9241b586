"""What was found in files that have not changed since: known by content, and forgotten when the rules change.

One file of JSON below ``.greenprof/``. It is read whole and replaced whole, so two runs at once cannot damage it: the
last one wins. One that is damaged or cannot be written costs time and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from greenprof import __version__, project_folder
from greenprof.lint.registry import builtin_folder, rule_folders
from greenprof.lint.result import Doubt, FileResult, UnusedIgnore
from greenprof.model import CellPlace, Edit, Finding, Step
from greenprof.project_folder import FOLDER

NAME = "lint.json"
_VERSION = 5
_PARTS = ("orm", "orm/frameworks", "manifests")  # folders of code that findings depend on


def key_of(words: Sequence[Sequence[str]], extra_rules: Iterable[str | os.PathLike[str]]) -> str:
    """What the findings in a file depend on beside its text: the rules, the `words` by which they were chosen, the
    linter, the Python.
    """
    digest = hashlib.sha256(repr((_VERSION, __version__, sys.version_info[:3], [[*each] for each in words])).encode())
    here = Path(__file__).parent
    for folder in (here, *(here / each for each in _PARTS), builtin_folder(), *map(Path, extra_rules)):
        for path in sorted(folder.glob("*.py")) + sorted(each / "rule.py" for each in rule_folders(folder)):
            with suppress(OSError):
                digest.update(f"{path}\0".encode() + path.read_bytes())
    from greenprof.lint.registry import ENTRY_POINTS
    from greenprof.plugins import plugins

    for point in plugins(ENTRY_POINTS):
        version = point.dist.version if point.dist is not None else ""
        digest.update(f"{point.name}={point.value} {version}\0".encode())
    return digest.hexdigest()


class Cache:
    """Results of files by path, each valid for one content."""

    def __init__(self, folder: Path, key: str) -> None:
        self._path = folder / FOLDER / NAME
        self.key = key
        self._known: dict[str, list[Any]] = _read(self._path, key)
        self._new: dict[str, list[Any]] = {}

    @property
    def holds_something(self) -> bool:
        """Whether the same rules have been asked before: then they can be loaded."""
        return bool(self._known)

    def get(self, path: Path, digest: str) -> FileResult | None:
        """What was found in `path` when its content had this digest."""
        known = self._known.get(str(path))
        if known is None or known[0] != digest:
            return None
        try:
            _, lines, findings, unused, doubts, facts, skipped = known
            return FileResult(
                findings=tuple(finding_of(each) for each in findings),
                unused=tuple(_unused_of(each) for each in unused),
                doubts=tuple(Doubt(finding=finding_of(each), unless=unless) for unless, each in doubts),
                facts=tuple(facts),
                skipped=skipped,
                lines=lines,
            )
        except (TypeError, KeyError):
            return None

    def put(self, path: Path, digest: str, result: FileResult) -> None:
        """Remember a result; one with an error is not kept, for its cause may lie outside of the file."""
        if result.error is None:
            findings, unused = (map(plain, each) for each in (result.findings, result.unused))
            doubts = [(each.unless, plain(each.finding)) for each in result.doubts]
            rest = doubts, result.facts, result.skipped
            self._new[str(path)] = [digest, result.lines, [*findings], [*unused], *rest]

    def save(self) -> None:
        """Write what is new beside what was known."""
        if not self._new:
            return
        data = json.dumps({"key": self.key, "files": {**self._known, **self._new}}, separators=(",", ":"))
        write_file(self._path.parent, NAME, data.encode())


def write_file(folder: Path, name: str, data: bytes) -> None:
    """Replace a file of the cache's folder as a whole; one that cannot be written is left as it was."""
    with suppress(OSError):
        project_folder.make(folder)
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=f".{name}")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(temporary).replace(folder / name)
        except OSError:
            Path(temporary).unlink(missing_ok=True)


def _read(path: Path, key: str) -> dict[str, list[Any]]:
    try:
        data = json.loads(path.read_bytes())
        files = data["files"] if data["key"] == key else {}
        return {name: known for name, known in files.items() if len(known) == 7}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def plain(noun: Finding | UnusedIgnore) -> dict[str, Any]:
    """A noun as JSON can hold it."""
    return {name: value for name, value in asdict(noun).items() if value is not None}


def finding_of(values: Mapping[str, Any]) -> Finding:
    """The finding that `plain` made this of. Raises TypeError or KeyError for what it did not make."""
    edits = tuple(Edit(**edit) for edit in values.get("edits", ()))
    evidence = tuple(Step(**step) for step in values.get("evidence", ()))
    return Finding(**{**values, "edits": edits, "evidence": evidence, "cell": _cell_of(values)})


def _unused_of(values: Mapping[str, Any]) -> UnusedIgnore:
    return UnusedIgnore(**{"word": None, **values, "cell": _cell_of(values)})


def _cell_of(values: Mapping[str, Any]) -> CellPlace | None:
    return CellPlace(**values["cell"]) if "cell" in values else None
