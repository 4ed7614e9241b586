"""Whether what was found matters, as far as its file shows."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from greenprof.lint.counting import own_loops
from greenprof.lint.length import LONG, SHORT, length_of, rounds_of
from greenprof.lint.tree import all_nodes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from libcst import CSTNode

    from greenprof.lint.loops import Loop
    from greenprof.lint.place import Place
    from greenprof.lint.rule import Hit, Rule

# What takes milliseconds and more: a request, another program, waiting on purpose.
_DWARFS = re.compile(
    r"(?:^|\.)(?:sleep|throttle|urlopen|urlretrieve|Popen|check_call|check_output|communicate|send_?mail|sendmail)$"
    r"|^subprocess\.|(?i:session|client|http|requests|httpx)\.(?:get|post|put|patch|delete|head|request)$"
)
_SENDS = re.compile(r"\.execute\w*$")
_ANSWERS = frozenset({"rowcount", "lastrowid"})
# Of these a round costs microseconds at most.
_SMALL = frozenset({"data-structures", "loops", "io"})
# What waits for a disk, another process or another machine.
_DEARER = re.compile(
    r"(?:^|\.)(?:sleep|wait|urlopen|urlretrieve|execute\w*|commit|save|Popen|check_\w+|system|communicate|recv|sendall"
    r"|request|open|copyfile|copytree|rmtree|unlink|read_csv|savefig|fit|predict)$|^(?:subprocess|requests|httpx|shutil)\."
)


def graded(hit: Hit, node: CSTNode, place: Place, rule: Rule) -> Hit:  # noqa: PLR0911  (one return per reason)
    """`hit`, of medium confidence at most where the file does not show that it matters.

    That is where all loops around it go over a few things; and where its rule needs many of them, unless data decide
    how often it is done, or how many items it goes through, and each round of the loop does it, and nothing dearer.
    Of low confidence is what takes microseconds of each round, beside a request or a program that the round waits for.
    """
    if hit.confidence == "low":
        return hit
    loops = [one for one in place.loops(node) if one.is_long]
    small = rule.cost == "cpu" and rule.group in _SMALL
    if small and loops and not hit.always and _does(_DWARFS, loops) and not _is_many(hit, node, place, rule, loops):
        return replace(hit, confidence="low")
    if hit.confidence != "high":
        return hit
    if loops and all(rounds_of(one) == SHORT for one in loops):
        return replace(hit, confidence="medium")
    if not rule.needs_many:
        return hit
    seldom = bool(loops) and place.is_conditional()
    minor = rule.cost == "cpu" and (_does(_DEARER, loops) or _awaits(loops))
    many = hit.always or _is_many(hit, node, place, rule, loops)
    if many and (hit.always or not seldom) and not minor and not _is_one_of_several(rule, loops):
        return hit
    return replace(hit, confidence="medium")


def _is_many(hit: Hit, node: CSTNode, place: Place, rule: Rule, loops: Sequence[Loop]) -> bool:
    through = [one.iterable for one in ([hit.loop] if hit.loop is not None else loops)] + [hit.items]
    if rule.hidden_loops:  # what is found costs more than its rounds
        through += own_loops(node, place, rule)
    return any(one is not None and length_of(one, place) == LONG for one in through)


def _does(what: re.Pattern[str], loops: Sequence[Loop]) -> bool:
    """Whether each round calls such a function."""
    return any(isinstance(one, ast.Call) and what.search(ast.unparse(one.func)) for one in _in_a_round(loops))


def _is_one_of_several(rule: Rule, loops: Sequence[Loop]) -> bool:
    """Whether a round that writes a row sends other statements too, or asks how many rows each has changed."""
    if rule.cost != "row":
        return False
    sent = [one for one in _in_a_round(loops) if isinstance(one, ast.Call) and _SENDS.search(ast.unparse(one.func))]
    asks = any(isinstance(one, ast.Attribute) and one.attr in _ANSWERS for one in _in_a_round(loops))
    return len(sent) > 1 or (bool(sent) and asks)


def _awaits(loops: Sequence[Loop]) -> bool:
    return any(isinstance(one, ast.Await) for one in _in_a_round(loops))


def _in_a_round(loops: Sequence[Loop]) -> Iterator[ast.AST]:
    """The code of a round, but not what the loop goes through; the innermost long loop counts."""
    around = next((one for one in loops if rounds_of(one) == LONG), loops[0] if loops else None)
    body = getattr(around.code, "body", around.code) if around is not None else []
    for part in body if isinstance(body, list) else [body]:
        yield from all_nodes(part)
