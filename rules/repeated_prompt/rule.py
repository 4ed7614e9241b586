"""A question that a run shows to be put to a language model again, word for word."""

from __future__ import annotations

from greenprof.lint import Rule, Screen


class RepeatedPrompt(Rule):
    """The very same request many times over: keep its answer."""

    name = "repeated-prompt"
    group = "network"
    cost = "request"
    message = "the very same is asked of a language model again and again"
    fix = "keep the answers by what was asked: functools.cache, or a cache on disk that runs share"
    screen = Screen(words=frozenset())
    found_by_run = True
    needs = ("openai",)
