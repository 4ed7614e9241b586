"""Whether a statement to a database that a loop repeats matters, as far as its file shows.

benchmarks/precision has the judgements behind it. A handful of queries costs milliseconds, so that they may be told
where nothing says how many there are. A handful of writes is not worth a change: signals, keys and who fails alone
hang on each of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.lint.alone import is_in_one_round, is_migration
from greenprof.lint.by_hand import is_by_hand
from greenprof.lint.length import LONG, SHORT, rounds_of
from greenprof.lint.often import reason_to_run_often
from greenprof.lint.row_numbers import are_many_rows

if TYPE_CHECKING:
    from libcst import CSTNode

    from greenprof.lint.place import Place
    from greenprof.lint.rule import Hit, Rule


def statement_at_most(hit: Hit, node: CSTNode, place: Place, rule: Rule) -> str:
    """The confidence that the code around leaves to a finding of a rule about databases."""
    if is_migration(place.scope) or is_by_hand(place.scope.path):
        return "low"
    loops = [one for one in place.loops(node) if one.is_long]
    if not loops:
        return "high"
    rounds = {rounds_of(one) for one in loops}
    if rounds == {SHORT} or is_in_one_round(node, place, loops[0]):
        return "low"
    if not rule.needs_many or hit.always or LONG in rounds:
        return "high"
    if rule.cost == "row" or loops[0].is_while or place.is_conditional():
        return "low"
    of_one = any(one.iterable is not None and are_many_rows(one.iterable, place.piece) is False for one in loops)
    return "low" if of_one and reason_to_run_often(place.scope) is None else "medium"
