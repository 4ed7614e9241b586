"""Which rules are wanted: by their names, by their groups, or all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.lint.rule import Rule

ALL = "all"


def chosen(
    rules: Sequence[Rule], select: Sequence[str] = (), ignore: Sequence[str] = (), extend_select: Sequence[str] = ()
) -> tuple[Rule, ...]:
    """The rules that `select` names (none given: those on by default) and `extend_select`, less those of `ignore`.

    A rule's name is closer to it than its group, and that closer than ``all``: the closer word decides, so that
    one rule of an ignored group can be asked for. `ignore` decides where both are equally close.

    Raises GreenprofError (exit code 2) for a word that is neither a rule nor a group.
    """
    check_words(rules, (*select, *ignore, *extend_select))

    def asked_for(rule: Rule) -> int:
        return max(_closeness(rule, (*select, *extend_select)), int(not select and rule.default))

    return tuple(rule for rule in rules if asked_for(rule) > _closeness(rule, ignore))


def _closeness(rule: Rule, words: Sequence[str]) -> int:
    return 3 if rule.name in words else 2 if rule.group in words else 1 if ALL in words else 0


def check_words(rules: Iterable[Rule], words: Iterable[str]) -> None:
    """Raise GreenprofError (exit code 2) for a word that is neither a rule nor a group of them."""
    names = {rule.name: rule.group for rule in rules}
    groups = {*names.values(), ALL}
    known = groups | set(names)
    for word in words:
        if word not in known:
            close = get_close_matches(word, sorted(known), n=1)
            listed = f" (groups: {', '.join(sorted(groups))}; rules: greenprof rules)"
            hint = f": did you mean {close[0]}?" if close else listed
            raise GreenprofError(f"unknown rule or group {word!r}{hint}", EXIT_USAGE)
