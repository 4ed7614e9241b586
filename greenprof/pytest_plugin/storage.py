"""Sessions that are kept: one file each, below a folder for each host, numbered in the order in which they came.

A session that is written is there whole or not at all, and two that are written at once get two numbers. A file that
cannot be read is passed over with a word.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from greenprof import project_folder

_NUMBERED = re.compile(r"(\d{4,})_.*\.json")
_TRIES = 1000
LATEST = "latest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A kept session: what it is called, and its document."""

    name: str
    document: Mapping[str, Any]

    @property
    def fingerprint(self) -> str | None:
        """The host that it was measured on; None for a document of pytest-benchmark."""
        info = self.document.get("machine_info")
        return info.get("fingerprint") if isinstance(info, dict) else None


class Storage:
    """The sessions of one host below the folder `root`."""

    def __init__(self, root: Path, fingerprint: str) -> None:
        self._root = root
        self.folder = root / fingerprint

    def keep(self, name: str, document: Mapping[str, Any]) -> Path:
        """Write a session under the next number. Raises OSError."""
        self._make()
        text = json.dumps(document, indent=1, allow_nan=False)
        with tempfile.NamedTemporaryFile("w", dir=self.folder, prefix=".new-", delete=False, encoding="utf-8") as file:
            file.write(text)
        new = Path(file.name)
        try:
            new.chmod(0o644)
            for _ in range(_TRIES):
                number = f"{self._last_number() + 1:04}"
                claim = self.folder / f"{number}_.claim"
                if _claimed(claim):
                    try:
                        if not any(self.folder.glob(f"{number}_*.json")):  # by a session that has just given it back
                            return new.replace(self.folder / f"{number}_{name}.json")
                    finally:
                        claim.unlink()
            raise FileExistsError(17, "no number is free", str(self.folder))
        finally:
            with suppress(FileNotFoundError):
                new.unlink()

    def find(self, what: str) -> tuple[Kept | None, list[str]]:
        """The session that `what` names ("latest", a number, a file), None if there is none, and what is to be said."""
        if what != LATEST and not what.isdecimal():
            return _read(Path(what))
        notes: list[str] = []
        for path in sorted(self._paths(), key=_number, reverse=True):
            if what.isdecimal() and _number(path) != int(what):
                continue
            kept, said = _read(path)
            notes += said
            if kept is not None:
                return kept, notes
        which = f"number {what}" if what.isdecimal() else "session"
        elsewhere = any(path.is_file() for path in self._root.glob("*/*.json") if path.parent != self.folder)
        other = "; those in the storage were measured on other machines" if elsewhere else ""
        return None, [*notes, f"nothing is compared: no {which} of this machine is kept in {self._root}{other}"]

    def _make(self) -> None:
        if self._root.parent.name == project_folder.FOLDER:
            self._root.parent.parent.mkdir(parents=True, exist_ok=True)
            project_folder.make(self._root.parent)
        self.folder.mkdir(parents=True, exist_ok=True)

    def _paths(self) -> list[Path]:
        return [path for path in self.folder.glob("*.json") if _NUMBERED.fullmatch(path.name)]

    def _last_number(self) -> int:
        return max((_number(path) for path in self.folder.glob("*_*") if _number(path)), default=0)


def _claimed(claim: Path) -> bool:
    """Whether a number is this process's alone."""
    try:
        os.close(os.open(claim, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except FileExistsError:
        return False
    return True


def _number(path: Path) -> int:
    number = path.name.partition("_")[0]
    return int(number) if number.isdecimal() else 0


def _read(path: Path) -> tuple[Kept | None, list[str]]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(document["benchmarks"], list):
            raise TypeError
    except OSError as error:
        return None, [f"{path} cannot be read ({error.strerror})"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None, [f"{path} is no session that can be read, and is passed over"]
    return Kept(name=path.stem, document=document), []
