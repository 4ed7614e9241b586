"""``[tool.greenprof]`` of the nearest pyproject.toml as one frozen value."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypedDict

from greenprof import carbon_settings, history_settings
from greenprof.carbon_settings import NOTHING, CarbonSettings
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.grades import CONFIDENCES, SEVERITIES
from greenprof.history_settings import HistorySettings, TargetSettings
from greenprof.i18n import LANGUAGES
from greenprof.python_versions import least, text_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What a project has settled once; options on the command line go before it.

    ``rules`` are folders of the project's own rules, relative to the file that names them; so is the file ``baseline``.
    ``profile_include`` and ``profile_exclude`` are patterns of the files that count, and do not count, as own code in a
    report. The other patterns are relative to ``root``, the folder of the file. ``exclude`` is None for the usual ones.
    ``target_version`` is the oldest Python that the code is to run on, by default that of ``requires-python``; None is
    the one that runs greenprof. ``lang`` is the language of reports; ``carbon`` the table ``[tool.greenprof.carbon]``.
    """

    meter: str | None = None
    lang: str | None = None
    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rules: tuple[str, ...] = ()
    target_version: str | None = None
    min_confidence: str = "medium"
    fail_on: str | None = None
    exclude: tuple[str, ...] | None = None
    extend_exclude: tuple[str, ...] = ()
    extend_include: tuple[str, ...] = ()
    force_exclude: bool = False
    respect_gitignore: bool = True
    tests: bool = False
    baseline: str | None = None
    report_unused_ignores: bool = False
    unsafe_fixes: bool = False
    show_source: bool = True
    cache: bool = True
    profile_include: tuple[str, ...] = ()
    profile_exclude: tuple[str, ...] = ()
    carbon: CarbonSettings = NOTHING
    history: HistorySettings = field(default_factory=HistorySettings)
    targets: tuple[TargetSettings, ...] = ()
    root: Path = field(default=Path(), compare=False)


DEFAULTS = Config()


class RuleSettings(TypedDict):
    """What `greenprof.lint.lint_paths` takes of a project's settings wherever it is called."""

    select: tuple[str, ...]
    extend_select: tuple[str, ...]
    ignore: tuple[str, ...]
    extra_rules: tuple[str, ...]
    per_file_ignores: Mapping[str, tuple[str, ...]]
    min_confidence: str
    target_version: str | None


def rule_settings(config: Config) -> RuleSettings:
    """Which findings a project wants to see."""
    return {
        "select": config.select,
        "extend_select": config.extend_select,
        "ignore": config.ignore,
        "extra_rules": config.rules,
        "per_file_ignores": config.per_file_ignores,
        "min_confidence": config.min_confidence,
        "target_version": config.target_version,
    }


# Tables with keys of their own, by name: each is checked where its nouns are.
_TABLES: Mapping[str, Callable[[object, str], Any]] = {
    "carbon": carbon_settings.settings_of,
    "history": history_settings.settings_of,
    "targets": history_settings.targets_of,
}

# Texts of which there are a few.
_CHOICES = {"lang": LANGUAGES, "min_confidence": CONFIDENCES, "fail_on": SEVERITIES}

# What any other key may hold, by the type of its field.
_WANTED = {"bool": "true or false", "Mapping": "a table of lists of texts", "tuple": "a list of texts", "str": "a text"}
_KEYS = {
    one.name: next(kind for kind in _WANTED if str(one.type).startswith(kind))
    for one in fields(Config)
    if one.name != "root" and one.name not in _TABLES
}


def load_config(start: Path | None = None) -> Config:
    """Read the nearest pyproject.toml from `start` (by default here) upwards; all defaults without one.

    Raises `GreenprofError` for a file that cannot be read, an unknown key or a wrong type.
    """
    here = Path.cwd()
    folder = (start or here).resolve()
    for place in (folder, *folder.parents):
        with suppress(PermissionError):  # of a folder that this user may not look into
            if (path := place / "pyproject.toml").is_file():
                return _config(_read(path), path, place)
    return Config(root=start or here)


def read_config(path: Path) -> Config:
    """Read a file of settings: ``[tool.greenprof]`` where it has that table, else the whole of it.

    The patterns in it are relative to the current folder. Raises `GreenprofError` as `load_config` does.
    """
    return _config(_read(path), path, Path.cwd())


def _read(path: Path) -> Mapping[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except OSError as error:
        raise GreenprofError(f"{path}: cannot be read ({error.strerror})", EXIT_USAGE) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise GreenprofError(f"{path}: is not valid TOML ({error})", EXIT_USAGE) from None


def _table(whole: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    """What is said of greenprof; a file that is of nothing else needs no table."""
    if path.name != "pyproject.toml" and "tool" not in whole:
        return whole
    tool = whole.get("tool", {})
    table = tool.get("greenprof", {}) if isinstance(tool, dict) else tool
    if not isinstance(table, dict):
        raise GreenprofError(f"{path}: [tool.greenprof] should be a table", EXIT_USAGE)
    return table


def _config(whole: Mapping[str, Any], path: Path, root: Path) -> Config:
    config: dict[str, Any] = {"target_version": _oldest_python(whole)}
    table = dict(_table(whole, path))
    config.update(_checked(key, value, path) for key, value in table.items())
    if "rules" in config:
        config["rules"] = tuple(str(path.parent / folder) for folder in config["rules"])
    if "baseline" in config:
        config["baseline"] = str(path.parent / config["baseline"])
    carbon: CarbonSettings = config.get("carbon", NOTHING)
    if carbon.file is not None:
        config["carbon"] = replace(carbon, file=str(path.parent / carbon.file))
    return Config(**config, root=root)


def _oldest_python(whole: Mapping[str, Any]) -> str | None:
    project = whole.get("project")
    requires = project.get("requires-python") if isinstance(project, dict) else None
    version = least(requires) if isinstance(requires, str) else None
    return text_of(version) if version is not None else None


def _checked(key: str, value: Any, path: Path) -> tuple[str, Any]:
    """The name of the field that `key` stands for, and its value."""
    name = key.replace("-", "_")
    if name in _TABLES:
        return name, _TABLES[name](value, str(path))
    if name not in _KEYS:
        close = get_close_matches(name, [*_KEYS, *_TABLES], 1)
        known = ", ".join(each.replace("_", "-") for each in (*_KEYS, *_TABLES))
        hint = f"; did you mean {close[0].replace('_', '-')}?" if close else f"; known: {known}"
        raise GreenprofError(f"{path}: [tool.greenprof] has no key {key!r}{hint}", EXIT_USAGE)
    kind = _KEYS[name]
    is_right = {
        "bool": isinstance(value, bool),
        "str": isinstance(value, str),
        "tuple": _is_list(value),
        "Mapping": isinstance(value, dict) and all(map(_is_list, value.values())),
    }[kind]
    if not is_right:
        raise GreenprofError(f"{path}: {key} in [tool.greenprof] should be {_WANTED[kind]}", EXIT_USAGE)
    if name in _CHOICES and value not in _CHOICES[name]:
        known = ", ".join(_CHOICES[name])
        raise GreenprofError(f"{path}: {key} in [tool.greenprof] should be one of {known}, not {value!r}", EXIT_USAGE)
    if kind == "Mapping":
        return name, {each: tuple(words) for each, words in value.items()}
    return name, tuple(value) if kind == "tuple" else value


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)
