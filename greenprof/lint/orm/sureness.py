"""How sure it is that a statement per row is one too many: what judging findings in real applications has shown.

benchmarks/precision has the judgements.

- High is what the code shows whole: a page, a serializer or an admin class goes through the rows of a query, as many
  as users have made; each of them is asked about, whatever it holds; and asking is all that a round does to the
  database.
- Medium is what is shown so with one of these in doubt, and the same in a loop of one's own with none in doubt.
- Low is all else. How many rounds a loop has that goes through something other than the rows of a query is in no file;
  and what is called deep down, under conditions, beside writes, or once to fill a database, is seldom worth a change.
"""

from __future__ import annotations

from greenprof.lint.by_hand import is_by_hand
from greenprof.lint.files import is_perhaps_carried
from greenprof.lint.orm.effects import Effect, Found, Loop
from greenprof.lint.row_numbers import is_small_table_of

LOW, MEDIUM, HIGH = 0, 1, 2

_ANEW = frozenset({"refresh_from_db", "arefresh_from_db", "refresh", "reload"})  # meant
_LOOKS_FIRST = frozenset({"get_or_create", "update_or_create"})  # no one call does that for many


def how_sure(one: Found) -> int:
    """The confidence as a place in `greenprof.lint.orm.hits.SURE`."""
    effect, loop = one.effect, one.loop
    if effect.sure == LOW or _is_by_hand(one):
        return LOW
    if effect.kind == "write":
        return MEDIUM if _is_whole_round(effect, loop) else LOW
    sure = effect.sure == HIGH and not _is_doubtful(one)
    if loop.shows:
        return HIGH if sure and not (effect.kind == "key" or effect.discards) else MEDIUM
    return MEDIUM if sure else LOW


def _is_whole_round(effect: Effect, loop: Loop) -> bool:
    """Whether writing a row is all that a round does to the rows of a query: one call for all is shorter, too."""
    told = loop.source is not None and loop.source.kind in ("query", "relation")
    return told and loop.is_one_line and not effect.steps and effect.name not in _LOOKS_FIRST


def _is_doubtful(one: Found) -> bool:
    effect = one.effect
    if is_perhaps_carried(effect.place.path):  # changed where it is taken from
        return True
    if one.writes or one.loop.sends:  # that costs more than what is asked, and often has to be asked anew for it
        return True
    if not _are_many(one.loop):
        return True
    if effect.source is not None and effect.source.in_doubt:
        return True
    calls = sum("is called here" in step.message for step in effect.steps)
    if effect.kind == "query":
        return effect.perhaps or calls > 1 or effect.name in _ANEW or _is_from_session(effect)
    if effect.row is None or effect.source is None or one.loop.source is None:
        return True
    if effect.source.at != one.loop.source.at:
        return True
    # What is called with a row may do anything with it; what shows a row for a framework is made for this loop.
    return calls > one.loop.by_framework if one.loop.shows else effect.perhaps or calls > 1


def _is_from_session(effect: Effect) -> bool:
    """Whether a session may have the row already."""
    return effect.name.startswith("get") and effect.model is not None and effect.model.framework == "sqlalchemy"


def _are_many(loop: Loop) -> bool:
    """Whether a loop goes through all rows of a query, and not through the few of a small table or of one row."""
    source = loop.source
    if source is None or source.kind not in ("query", "relation"):
        return False
    if source.few or is_small_table_of(source.model.name, source.model.info.module.name):
        return False
    return not (loop.of_one or loop.searches)


def _is_by_hand(one: Found) -> bool:
    """Whether code is run once, or by who waits for it: a command, or what fills a database."""
    names = [one.function.name] if one.function is not None else []
    paths = {one.effect.place.path, one.loop.place.path}
    if one.function is not None:  # what renders a template
        paths.add(one.function.module.path)
    return any(is_by_hand(path, names) for path in paths)
