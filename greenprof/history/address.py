"""Which database holds the history: the option, the environment, the setting, else a file of the project's own."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from greenprof.config import Config
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.project_folder import FOLDER

VARIABLE = "GREENPROF_HISTORY"
OFF = "off"
NAME = "history.sqlite"
_SERVER = re.compile(r"^postgres(?:ql)?(?:\+\w+)?://")
_FILE = "sqlite:///"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """``url`` as SQLAlchemy takes it; ``path`` is the file of an SQLite database, None for a server."""

    url: str
    path: Path | None

    @property
    def shown(self) -> str:
        """The address without its password."""
        return str(self.path) if self.path else re.sub(r"(?<=://)([^/:@]*):[^@/]*@", r"\1:***@", self.url)


def is_off(config: Config) -> bool:
    """Whether runs are not kept, by the environment or the settings."""
    return os.environ.get(VARIABLE) == OFF or not config.history.keep


def address_of(config: Config, given: str | None = None) -> Address:
    """The database that is meant; raises `GreenprofError` for one of another kind than SQLite and PostgreSQL."""
    surroundings = os.environ.get(VARIABLE)
    text = given or (surroundings if surroundings != OFF else None) or config.history.database
    if not text:
        return _file(config.root / FOLDER / NAME)
    return parsed(text, Path() if given or surroundings else config.root)


def parsed(text: str, root: Path, noun: str = "history") -> Address:
    """The database that `text` names, a file's path taken from `root`; raises `GreenprofError` for another kind."""
    if _SERVER.match(text):
        return Address(url=_SERVER.sub("postgresql+psycopg://", text), path=None)
    if text.startswith(_FILE):
        return _file(Path(text.removeprefix(_FILE)))
    if "://" in text:
        kind = text.partition("://")[0]
        raise GreenprofError(
            f"{noun}: {kind} databases are not supported; give postgresql://… or the path of an SQLite file",
            EXIT_USAGE,
        )
    return _file(root / text)


def _file(path: Path) -> Address:
    return Address(url=f"{_FILE}{path}", path=path)
