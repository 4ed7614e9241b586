"""Whether what was found matters, as far as its file shows."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from greenprof.grades import CONFIDENCES
from greenprof.lint.by_hand import is_run_seldom
from greenprof.lint.counting import own_loops
from greenprof.lint.length import LONG, SHORT, is_likely_long, length_of, rounds_of
from greenprof.lint.statement_evidence import statement_at_most
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
_FRAMES = "dataframes"  # a row of a frame costs microseconds, a row of a database more
_SAID_SELDOM = re.compile(r"(?:^|\.)(?:info|warn|warning|error|exception|critical|fatal)$")
# What waits for a disk, another process or another machine.
_DEARER = re.compile(
    r"(?:^|\.)(?:sleep|wait|urlopen|urlretrieve|execute\w*|commit|save|Popen|check_\w+|system|communicate|recv|sendall"
    r"|request|open|copyfile|copytree|rmtree|unlink|read_csv|savefig|plot|scatter|fit|predict)$|^(?:subprocess|requests|httpx|shutil)\."
)


def graded(hit: Hit, node: CSTNode, place: Place, rule: Rule) -> Hit:
    """`hit`, no surer than what its rule and its file show of whether it matters: see `_at_most` and `by_hand`."""
    if "low" in (hit.confidence, hit.worth) or is_run_seldom(node, place, rule):
        return replace(hit, confidence="low")
    limits = [hit.confidence, hit.worth, rule.surest, _at_most(hit, node, place, rule)]
    if rule.group == "database":
        limits.append(statement_at_most(hit, node, place, rule))
    confidence = max(limits, key=CONFIDENCES.index)
    return hit if confidence == hit.confidence else replace(hit, confidence=confidence)


def _at_most(hit: Hit, node: CSTNode, place: Place, rule: Rule) -> str:  # noqa: PLR0911  (one return per reason)
    """The confidence that the file leaves to a finding of `rule`.

    Low where all loops around it go over a few things, where microseconds of a round stand beside a
    request or a program that it waits for, and where it is only done to say something in an error or a log. A rule that
    needs many rounds or items is sure where data decide how many, and each round does it, and nothing dearer. Where
    nothing shows that there are many, a query or a request may still matter, as a handful costs milliseconds;
    microseconds do not, but what each line or row costs may. A hit may know better: ``unless_many``. What a round
    searches must be long by itself: many searches through a few things are quick.
    """
    loops = [one for one in place.loops(node) if one.is_long]
    if loops and all(rounds_of(one) == SHORT for one in loops):
        return "low"
    if rule.cost == "cpu" and rule.group in _SMALL and _does(_DWARFS, loops):
        return "low"
    cheap = rule.cost == "cpu" or rule.group == _FRAMES
    if cheap and (_is_said_seldom(place) or _ends_in_an_error(place)):
        return "low"
    if not rule.needs_many and hit.unless_many is None:
        return "high"
    if not (hit.always or _is_many(hit, node, place, rule, loops)):
        if hit.unless_many is not None:
            return hit.unless_many
        each = not rule.hidden_loops and any(map(is_likely_long, loops))  # of a search, the length of its list counts
        return "medium" if not cheap or each else "low"
    seldom = bool(loops) and place.is_conditional() and not hit.always
    minor = cheap and (_does(_DEARER, loops) or _awaits(loops))
    half = hit.searched is not None and not hit.always and not _are_many_rounds(hit, loops)
    if half and (seldom or minor):
        return "low"
    return "medium" if seldom or minor or half or _is_one_of_several(rule, loops) else "high"


def _is_many(hit: Hit, node: CSTNode, place: Place, rule: Rule, loops: Sequence[Loop]) -> bool:
    if hit.searched is not None:
        return length_of(hit.searched, place) == LONG
    if _are_many_rounds(hit, loops):
        return True
    through = [hit.items]
    if rule.hidden_loops:  # what is found costs more than its rounds
        through += own_loops(node, place, rule)
    return any(one is not None and length_of(one, place) == LONG for one in through)


def _are_many_rounds(hit: Hit, loops: Sequence[Loop]) -> bool:
    return any(rounds_of(one) == LONG for one in ([hit.loop] if hit.loop is not None else loops))


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


def _is_said_seldom(place: Place) -> bool:
    """Whether it stands in what is raised, or in the words of a log: other code runs more often than it speaks."""
    trail: list[Any] = [*place.trail]
    for one in reversed(trail):
        kind = type(one).__name__
        if kind == "Raise" or (kind == "Call" and _SAID_SELDOM.search(place.method(one) or "")):
            return True
        if kind in ("Lambda", "IndentedBlock", "SimpleStatementLine"):
            return False
    return False


def _ends_in_an_error(place: Place) -> bool:
    """Whether it stands in a branch that ends with ``raise``: ``if names: double = […]; raise ValueError(double)``."""
    for above, below in place.piece.around():
        match above:
            case ast.If(body=body, orelse=orelse):
                blocks = [body, orelse]
            case ast.ExceptHandler(body=body):
                blocks = [body]
            case _:
                continue
        if any(below in block and isinstance(block[-1], ast.Raise) for block in blocks):
            return True
    return False


def _awaits(loops: Sequence[Loop]) -> bool:
    return any(isinstance(one, ast.Await) for one in _in_a_round(loops))


def _in_a_round(loops: Sequence[Loop]) -> Iterator[ast.AST]:
    """The code of a round, but not what the loop goes through; the innermost long loop counts."""
    around = next((one for one in loops if rounds_of(one) == LONG), loops[0] if loops else None)
    body = getattr(around.code, "body", around.code) if around is not None else []
    for part in body if isinstance(body, list) else [body]:
        yield from all_nodes(part)
