"""Whether a statement to a database that a loop repeats matters, as far as its file shows.

benchmarks/precision has the judgements behind it. A handful of queries costs milliseconds, so that they may be told
where nothing says how many there are; they are sure where somebody waits for the answer. A handful of writes is not
worth a change: signals, keys and who fails alone hang on each of them.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint.alone import is_in_one_round
from greenprof.lint.length import LONG, SHORT, rounds_of
from greenprof.lint.often import reason_to_run_often
from greenprof.lint.request_code import is_request_code
from greenprof.lint.requests import request_sent
from greenprof.lint.row_numbers import are_many_rows
from greenprof.lint.tree import all_nodes

if TYPE_CHECKING:
    from libcst import CSTNode

    from greenprof.lint.loops import Loop
    from greenprof.lint.place import Place
    from greenprof.lint.rule import Hit, Rule

_NETWORK = re.compile(r"(?:Connection|Connect|Timeout|HTTP|Request|URL|Network)(?:Error|Exception)\b")


def statement_at_most(hit: Hit, node: CSTNode, place: Place, rule: Rule) -> str:
    """The confidence that the code around leaves to a finding of a rule about databases."""
    loops = [one for one in place.loops(node) if one.is_long]
    if not loops:
        return "high"
    rounds = {rounds_of(one) for one in loops}
    if rule.cost == "row" and _asks_for_each_row(loops[0], place):
        return "low"
    if rounds == {SHORT} or is_in_one_round(node, place, loops[0]):
        return "low"
    if not rule.needs_many or hit.always or LONG in rounds:
        return "medium" if rule.needs_request and not is_request_code(place.scope) else "high"
    if rule.cost == "row" or loops[0].is_while or place.is_conditional():
        return "low"
    of_one = any(one.iterable is not None and are_many_rows(one.iterable, place.piece) is False for one in loops)
    return "low" if of_one and reason_to_run_often(place.scope) is None else "medium"


def _asks_for_each_row(loop: Loop, place: Place) -> bool:
    """Whether a round asks another machine for each row that it has fetched: what the database does costs less by far.

    A request says so, or that not reaching another machine is caught around the rows.
    """
    inside = [one for one in all_nodes(loop.code) if one is not loop.code]
    through = [one for one in inside if isinstance(one, ast.For | ast.AsyncFor)]
    calls = [one for row in through for each in row.body for one in all_nodes(each) if isinstance(one, ast.Call)]
    if any(request_sent(one, place.piece) is not None for one in calls):
        return True
    tries = [one for one in inside if isinstance(one, ast.Try) and any(map(_is_of_network, one.handlers))]
    tried = [node for one in tries for each in one.body for node in all_nodes(each)]
    return any(one in tried for one in (*through, *calls))


def _is_of_network(handler: ast.ExceptHandler) -> bool:
    return handler.type is not None and _NETWORK.search(ast.unparse(handler.type)) is not None
