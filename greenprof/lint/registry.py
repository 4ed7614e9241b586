"""Finds the rules: one folder each, by path; a user's rules come in through the same door."""

from __future__ import annotations

import importlib.util
import inspect
import os
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.lint.rule import FAILURES, Rule
from greenprof.plugins import plugins

ENTRY_POINTS = "greenprof.rules"


def load_rules(extra: Iterable[str | os.PathLike[str]] = ()) -> tuple[Rule, ...]:
    """One object of every rule, by name: greenprof's own, installed plug-ins, and those of the folders `extra`.

    A folder is a rule's own (it holds ``rule.py``) or holds such folders. A plug-in's entry point
    (group ``greenprof.rules``) names a Rule subclass or a module of them.

    Raises GreenprofError (exit code 2) for a rule that cannot be loaded, because a gate must not
    pass with fewer rules than it was given.
    """
    found: dict[str, tuple[Rule, str]] = {}
    for kind, where in _rule_classes(extra):
        if kind.name in found:
            raise GreenprofError(f"rule {kind.name} is in {found[kind.name][1]} and again in {where}", EXIT_USAGE)
        found[kind.name] = (kind(), where)
    return tuple(found[name][0] for name in sorted(found))


def rule_folders(folder: Path) -> list[Path]:
    """The rule folders at or right below `folder`."""
    if (folder / "rule.py").is_file():
        return [folder]
    return sorted(path.parent for path in folder.glob("*/rule.py"))


def builtin_folder() -> Path:
    """Where greenprof's own rules are: inside the package when installed, beside it in a checkout."""
    package = Path(__file__).parent.parent
    return package / "rules" if (package / "rules").is_dir() else package.parent / "rules"


def _rule_classes(extra: Iterable[str | os.PathLike[str]]) -> Iterator[tuple[type[Rule], str]]:
    yield from _builtin()
    for point in plugins(ENTRY_POINTS):
        where = f"plug-in {point.name} ({point.value})"
        try:
            loaded = point.load()
        except FAILURES as error:
            raise GreenprofError(f"{where} cannot be loaded: {_one_line(error)}", EXIT_USAGE) from error
        kinds = [loaded] if inspect.isclass(loaded) and issubclass(loaded, Rule) else _subclasses(loaded)
        if not kinds:
            raise GreenprofError(f"{where} holds no greenprof.lint.Rule", EXIT_USAGE)
        for kind in kinds:
            yield kind, where
    for path in map(Path, extra):
        folders = rule_folders(path)
        if not folders:
            raise GreenprofError(f"{path}: no rule here (expected rule.py, or folders that hold one)", EXIT_USAGE)
        for folder in folders:
            for kind in _classes_in(folder):
                yield kind, str(folder)


@cache
def _builtin() -> tuple[tuple[type[Rule], str], ...]:
    """Greenprof's own rules: they do not change while it runs."""
    return tuple((kind, str(folder)) for folder in rule_folders(builtin_folder()) for kind in _classes_in(folder))


def _classes_in(folder: Path) -> list[type[Rule]]:
    """The rules of ``rule.py`` in `folder`; at least one."""
    path = folder.absolute() / "rule.py"
    name = "greenprof_rules_" + "".join(char if char.isalnum() else "_" for char in str(folder.absolute()))
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise GreenprofError(f"rule {path} cannot be loaded", EXIT_USAGE)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except FAILURES as error:
        del sys.modules[name]
        raise GreenprofError(f"rule {path} cannot be loaded: {_one_line(error)}", EXIT_USAGE) from error
    kinds = _subclasses(module)
    if not kinds:
        raise GreenprofError(f"rule {path} holds no subclass of greenprof.lint.Rule", EXIT_USAGE)
    return kinds


def _subclasses(module: object) -> list[type[Rule]]:
    name = getattr(module, "__name__", None)
    return [
        one
        for one in vars(module).values()
        if inspect.isclass(one) and issubclass(one, Rule) and one.__module__ == name
    ]


def _one_line(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())
