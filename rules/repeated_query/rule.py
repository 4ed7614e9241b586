"""A statement that a run shows to be sent again and again, where no rule sees it in the source."""

from __future__ import annotations

from greenprof.lint import Rule, Screen


class RepeatedQuery(Rule):
    """The same statement many times over: ask once for all."""

    name = "repeated-query"
    group = "database"
    cost = "query"
    message = "the same statement is sent again and again"
    fix = "ask once for all: an eager load, a join or WHERE … IN (…) before the loop"
    screen = Screen(words=frozenset())
    found_by_run = True
