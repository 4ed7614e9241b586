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
    from collections.abc import Sequence

    from libcst import CSTNode

    from greenprof.lint.loops import Loop
    from greenprof.lint.place import Place
    from greenprof.lint.rule import Hit, Rule

# What waits for a disk, another process or another machine.
_DEARER = re.compile(
    r"(?:^|\.)(?:sleep|wait|urlopen|urlretrieve|execute\w*|commit|save|Popen|check_\w+|system|communicate|recv|sendall"
    r"|request|open|copyfile|copytree|rmtree|unlink|read_csv|savefig|fit|predict)$|^(?:subprocess|requests|httpx|shutil)\."
)


def graded(hit: Hit, node: CSTNode, place: Place, rule: Rule) -> Hit:
    """`hit`, of medium confidence at most where the file does not show that it matters.

    That is where all loops around it go over a few things; and where its rule needs many of them, unless data decide
    how often it is done, or how many items it goes through, and each round of the loop does it, and nothing dearer.
    """
    if hit.confidence != "high":
        return hit
    loops = [one for one in place.loops(node) if one.is_long]
    if loops and all(rounds_of(one) == SHORT for one in loops):
        return replace(hit, confidence="medium")
    if not rule.needs_many:
        return hit
    seldom = bool(loops) and place.is_conditional()
    minor = rule.cost == "cpu" and _does_dearer(loops)
    if _is_many(hit, node, place, rule, loops) and not seldom and not minor:
        return hit
    return replace(hit, confidence="medium")


def _is_many(hit: Hit, node: CSTNode, place: Place, rule: Rule, loops: Sequence[Loop]) -> bool:
    through = [one.iterable for one in ([hit.loop] if hit.loop is not None else loops)] + [hit.items]
    if rule.hidden_loops:  # what is found costs more than its rounds
        through += own_loops(node, place, rule)
    return any(one is not None and length_of(one, place) == LONG for one in through)


def _does_dearer(loops: Sequence[Loop]) -> bool:
    """Whether each round waits for what costs more than work in Python; the innermost long loop counts."""
    around = next((one for one in loops if rounds_of(one) == LONG), loops[0] if loops else None)
    body = getattr(around.code, "body", around.code) if around is not None else []  # not what it goes through
    return any(
        isinstance(one, ast.Await) or (isinstance(one, ast.Call) and _DEARER.search(ast.unparse(one.func)) is not None)
        for part in (body if isinstance(body, list) else [body])
        for one in all_nodes(part)
    )
