"""How sure it is that a statement per row is one too many: what judging findings in real applications has shown.

benchmarks/precision has the judgements. What lowers the confidence is no proof against a finding: it is told as medium.
"""

from __future__ import annotations

from pathlib import PurePath

from greenprof.lint.orm.effects import Found

MEDIUM, HIGH = 1, 2

# How many calls may lie between a loop and its statement. A commit waits for the disk, however deep it is.
_CALLS = {"write": 1, "query": 2, "relation": 3, "column": 3, "key": 3}
_CALLS_TO_COMMIT = 2
_BOOKKEEPING = frozenset({"flush", "refresh"})  # the session's own, often there for a key
_ONCE = frozenset(
    {"fixtures", "importers", "migrations", "populate", "seed", "seeds", "upgrades"}
)  # what fills a database, once


def how_sure(one: Found) -> int:
    """The confidence as a place in `greenprof.lint.orm.hits.SURE`."""
    return min(one.effect.sure, MEDIUM if _is_doubtful(one) else HIGH)


def _is_doubtful(one: Found) -> bool:
    effect = one.effect
    calls = sum("is called here" in step.message for step in effect.steps)
    if {part.removesuffix(".py") for part in PurePath(effect.place.path).parts} & _ONCE:
        return True
    if effect.kind == "write" and effect.name == "commit":  # one written in a loop is meant: for progress, for a lock
        return not 0 < calls <= _CALLS_TO_COMMIT
    if effect.kind in ("write", "query") and calls and effect.perhaps:
        return True
    if effect.name in _BOOKKEEPING:
        return True
    if effect.name == "execute" and effect.model is None:  # whose statement that is cannot be seen
        return True
    if effect.kind == "relation" and one.loop.source is None and calls:  # of a row that each round gets by itself
        return True
    return calls > _CALLS[effect.kind]
