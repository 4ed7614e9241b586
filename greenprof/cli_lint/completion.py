"""What a shell is offered: names of rules, groups and formats."""

from __future__ import annotations

import click


def complete_rules(_context: click.Context, _option: click.Parameter, typed: str) -> list[str]:
    """Rules and groups, the last of several with commas between them."""
    return rule_words(typed)


def rule_words(typed: str) -> list[str]:
    """`typed` with its last word, after any comma, made whole: each rule and group that it may become."""
    from greenprof.config import load_config
    from greenprof.lint.choice import ALL
    from greenprof.lint.registry import load_rules

    before, comma, word = typed.rpartition(",")
    rules = load_rules(load_config().rules)
    names = sorted({name for rule in rules for name in (rule.name, rule.group)} | {ALL})
    return [f"{before}{comma}{name}" for name in names if name.startswith(word)]


def complete_format(_context: click.Context, _option: click.Parameter, typed: str) -> list[str]:
    """Formats that begin so."""
    from greenprof.lint.formats import formats

    return [name for name in formats() if name.startswith(typed)]
