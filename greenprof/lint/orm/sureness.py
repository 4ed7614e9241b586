"""How sure it is that a statement per row is one too many: what judging findings in real applications has shown.

benchmarks/precision has the judgements. What lowers the confidence is no proof against a finding: it is told as medium.
"""

from __future__ import annotations

from pathlib import PurePath

from greenprof.lint.orm.effects import Found

MEDIUM, HIGH = 1, 2

_CALLS = 2  # that may lie between a loop and its statement

# What fills a database, once.
_ONCE = frozenset({"fixtures", "importers", "migrations", "populate", "seed", "seeds", "upgrades"})


def how_sure(one: Found) -> int:
    """The confidence as a place in `greenprof.lint.orm.hits.SURE`."""
    return min(one.effect.sure, MEDIUM if _is_doubtful(one) else HIGH)


def _is_doubtful(one: Found) -> bool:
    effect = one.effect
    calls = sum("is called here" in step.message for step in effect.steps)
    if {part.removesuffix(".py") for part in PurePath(effect.place.path).parts} & _ONCE:
        return True
    if effect.kind in ("write", "key") or effect.discards:  # a few rows as a rule, or rounds that cost more otherwise
        return True
    if effect.kind == "query":  # sure where the rows of the loop are those of a query, and each is asked about
        return one.loop.source is None or effect.perhaps or calls > _CALLS
    return calls > 0  # what is called with a row may do anything with it
