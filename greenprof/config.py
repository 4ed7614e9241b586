"""``[tool.greenprof]`` of the nearest pyproject.toml as one frozen value."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from greenprof.errors import EXIT_USAGE, GreenprofError


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What a project has settled once; options on the command line go before it.

    ``rules`` are folders of the project's own rules, relative to the file that names them. ``profile_include`` and
    ``profile_exclude`` are patterns of the files that count, and do not count, as own code in a report.
    """

    meter: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    min_confidence: str = "medium"
    profile_include: tuple[str, ...] = ()
    profile_exclude: tuple[str, ...] = ()


DEFAULTS = Config()


def load_config(start: Path | None = None) -> Config:
    """Read the nearest pyproject.toml from `start` (by default here) upwards; all defaults without one.

    Raises `GreenprofError` for a file that cannot be read, an unknown key or a wrong type.
    """
    folder = (start or Path.cwd()).resolve()
    for place in (folder, *folder.parents):
        if (path := place / "pyproject.toml").is_file():
            return _read(path)
    return Config()


def _read(path: Path) -> Config:
    try:
        with path.open("rb") as file:
            table = tomllib.load(file).get("tool", {}).get("greenprof", {})
    except OSError as error:
        raise GreenprofError(f"{path}: cannot be read ({error.strerror})", EXIT_USAGE) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise GreenprofError(f"{path}: is not valid TOML ({error})", EXIT_USAGE) from None
    if not isinstance(table, dict):
        raise GreenprofError(f"{path}: [tool.greenprof] should be a table", EXIT_USAGE)
    config = _checked({key.replace("-", "_"): value for key, value in table.items()}, path)
    rules = tuple(str(path.parent / folder) for folder in config.get("rules", ()))
    return Config(**{**config, "rules": rules})


def _checked(table: Mapping[str, Any], path: Path) -> dict[str, Any]:
    names = {field.name: isinstance(field.default, tuple) for field in fields(Config)}
    config: dict[str, Any] = {}
    for key, value in table.items():
        if key not in names:
            close = get_close_matches(key, names, 1)
            hint = f"; did you mean {close[0].replace('_', '-')}?" if close else f"; known: {', '.join(names)}"
            raise GreenprofError(f"{path}: [tool.greenprof] has no key {key!r}{hint}", EXIT_USAGE)
        texts = value if names[key] else [value]
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            wanted = "a list of texts" if names[key] else "a text"
            raise GreenprofError(f"{path}: {key} in [tool.greenprof] should be {wanted}", EXIT_USAGE)
        config[key] = tuple(texts) if names[key] else value
    return config
