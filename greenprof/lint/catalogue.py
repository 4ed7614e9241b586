"""The rules as a list: for people as a table, for tools as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from greenprof.i18n import _, decimal
from greenprof.lint.choice import ALL, check_words
from greenprof.lint.pages import folder_of, page_of, reckoned_of, saving_of
from greenprof.lint.registry import builtin_folder, load_rules, rule_folders
from greenprof.lint.rule import Rule, has_fix


def named(rules: Sequence[Rule], word: str | None) -> list[Rule]:
    """The rule called `word`, or those of that group; all for None.

    Raises GreenprofError (exit code 2) for a word that is neither.
    """
    if word is None or word == ALL:
        return list(rules)
    check_words(rules, [word])
    return [rule for rule in rules if word in (rule.name, rule.group)]


def loaded_from(folders: Iterable[Path]) -> tuple[list[tuple[Rule, Path]], tuple[Path, ...]]:
    """The rules in `folders`, each with its own folder, and those of the folders that greenprof does not know itself.

    Raises GreenprofError (exit code 2) for a rule that cannot be loaded, and a folder without one.
    """
    known = builtin_folder().resolve()
    extra = tuple(each for each in folders if known not in (each.resolve(), each.resolve().parent))
    wanted = {folder.resolve() for each in folders for folder in rule_folders(each)}
    rules = [(rule, place) for rule in load_rules(extra) if (place := folder_of(rule)) is not None]
    return [(rule, _from_here(place)) for rule, place in rules if place.resolve() in wanted], extra


def _from_here(path: Path) -> Path:
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def as_text(rules: Iterable[Rule], finds_in_words: Callable[[Rule], str] = lambda rule: rule.message) -> str:
    """A table: name, group, default, what was measured, whether it can be fixed, and what it finds."""
    rows = [(_("rule"), _("group"), _("default"), _("saves"), _("fix"), _("finds"))]
    for rule in sorted(rules, key=lambda one: (one.group, one.name)):
        saving = saving_of(page_of(rule) or "")
        is_reckoned = reckoned_of(page_of(rule) or "") is not None
        saves = decimal(f"{saving.ratio:.3g} x") if saving else _("reckoned") if is_reckoned else "-"
        fix = _("yes") if has_fix(rule) else "-"
        finds = finds_in_words(rule) + (f" (Python {rule.pythons})" if str(rule.pythons) else "")
        rows.append((rule.name, rule.group, _("on") if rule.default else _("off"), saves, fix, finds))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    lines = [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row[:5], widths, strict=True)), row[5]]) for row in rows
    ]
    return "\n".join(lines) + "\n"


def as_json(rules: Sequence[Rule], one: bool) -> str:
    """An array of objects; of a single rule an object with its page."""
    if one:
        return json.dumps({**_plain(rules[0]), "page": page_of(rules[0])}, indent=2) + "\n"
    return json.dumps([_plain(rule) for rule in rules], indent=2) + "\n"


def _plain(rule: Rule) -> dict[str, Any]:
    saving = saving_of(page_of(rule) or "")
    return {
        "name": rule.name,
        "group": rule.group,
        "default": rule.default,
        "severity": rule.severity,
        "cost": rule.cost,
        "python": str(rule.pythons) or None,
        "needs": list(rule.needs),
        "message": rule.message,
        "advice": rule.fix,
        "has_fix": has_fix(rule),
        "saving": asdict(saving) if saving else None,
        "reckoned": asdict(reckoned) if (reckoned := reckoned_of(page_of(rule) or "")) else None,
    }
