"""How sure it is that a statement per row is one too many: what judging findings in real applications has shown.

benchmarks/precision has the judgements. What lowers the confidence is no proof against a finding: it is told as medium.
Sure is what the code shows whole: a page, a serializer or an admin class goes through the rows of a query, as many as
users have made; each of them is asked about, whatever it holds; and asking is all that a round does to the database.
How many rows a loop of one's own has is in no file.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import PurePath

from greenprof.lint.orm.effects import Effect, Found, Loop

MEDIUM, HIGH = 1, 2

# What fills a database, once.
_ONCE = frozenset({"fixtures", "importers", "migrations", "populate", "seed", "seeds", "upgrades"})

_ANEW = frozenset({"refresh_from_db", "arefresh_from_db", "refresh", "reload"})  # meant


def how_sure(one: Found) -> int:
    """The confidence as a place in `greenprof.lint.orm.hits.SURE`."""
    return min(one.effect.sure, MEDIUM if _is_doubtful(one) else HIGH)


def _is_doubtful(one: Found) -> bool:
    effect = one.effect
    if effect.kind in ("write", "key") or effect.discards:  # a few rows as a rule, or rounds that cost more otherwise
        return True
    if one.writes or one.loop.sends:  # that costs more than what is asked, and often has to be asked anew for it
        return True
    if (
        not one.loop.shows
        or not _are_many(one.loop)
        or _is_by_hand(effect.place.path)
        or _is_by_hand(one.loop.place.path)
    ):
        return True
    calls = sum("is called here" in step.message for step in effect.steps)
    if effect.kind == "query":
        return effect.perhaps or calls > 1 or effect.name in _ANEW or _is_from_session(effect)
    if effect.row is None or effect.source is None or one.loop.source is None:
        return True
    # What is called with a row may do anything with it; what shows a row for a framework is made for this loop.
    return effect.source.at != one.loop.source.at or calls > one.loop.by_framework


def _is_from_session(effect: Effect) -> bool:
    """Whether a session may have the row already."""
    return effect.name.startswith("get") and effect.model is not None and effect.model.framework == "sqlalchemy"


def _are_many(loop: Loop) -> bool:
    """Whether a loop goes through all rows of a query, and not through the few that belong to one row."""
    told = loop.source is not None and loop.source.kind in ("query", "relation")
    return told and not (loop.of_one or loop.searches)


def _is_by_hand(path: str) -> bool:
    """Whether code is run once, or by who waits for it: a command, or what fills a database."""
    parts = [part.removesuffix(".py") for part in PurePath(path).parts]
    return bool(_ONCE.intersection(parts)) or ("management", "commands") in pairwise(parts)
