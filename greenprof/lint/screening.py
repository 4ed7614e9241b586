"""Which pieces of a file are worth giving to libcst, and for which rules."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from greenprof.lint.applied import APPLIERS
from greenprof.lint.bindings import COMPREHENSIONS
from greenprof.lint.calls import last_name
from greenprof.lint.often import is_called_in_loop
from greenprof.lint.pieces import LOOPS, OPERATIONS, Piece, is_search, pieces_at
from greenprof.lint.rule import FAILURES, BrokenRuleError, Rule
from greenprof.lint.scope import Scope
from greenprof.lint.tree import Numbered, numbered

About = TypeVar("About")
Answer = TypeVar("Answer")

_WORD = re.compile(r"\w+")
_SPELT: dict[str, tuple[type[ast.AST], ...]] = {
    "async": (ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith),
    "await": (ast.Await,),
}


def pieces_for(rules: Sequence[Rule], module: Scope) -> Iterator[tuple[Piece, list[Rule]]]:
    """The pieces of a module that could hold a hit of some of the rules, with those rules."""
    nodes = numbered(module.node)
    wanted: dict[str, list[Rule]] = {}
    called: dict[Rule, frozenset[str]] = {}
    anywhere: set[str] = set()
    renamed = _renamed(nodes)
    for rule, own in _words_by_rule(rules, nodes).items():
        words = _with_renamed(own, renamed)
        for word in words:
            wanted.setdefault(word, []).append(rule)
        if rule.screen.called:
            called[rule] = _with_renamed(rule.screen.called, renamed)
            anywhere |= called[rule]
        if not rule.screen.loop:
            anywhere |= words
    marked = sorted([one.greenprof_at for one in _marked(nodes, anywhere)])
    for piece in pieces_at(marked, module):
        words = piece.words
        hopeful = {rule for word in words & wanted.keys() for rule in wanted[word]}
        if "loop" not in words:
            hopeful = {rule for rule in hopeful if not rule.screen.loop or _is_run_again(piece, called.get(rule))}
        if not hopeful:
            continue
        worth = [rule for rule in rules if rule in hopeful and _asked(rule, rule.worth_reading, piece)]
        if worth:
            yield piece, worth


def _asked(rule: Rule, method: Callable[[About], Answer], about: About) -> Answer:
    """What a method of a rule answers. Raises BrokenRuleError where the method fails."""
    try:
        return method(about)
    except (RecursionError, MemoryError):  # the code is nested too deeply
        raise
    except FAILURES as error:
        raise BrokenRuleError(rule, error) from error


def _is_run_again(piece: Piece, called: frozenset[str] | None) -> bool:
    """Whether a piece without a loop uses one of these words, and stands in a function that is called in a loop."""
    return called is not None and not called.isdisjoint(piece.words) and is_called_in_loop(piece.scope)


def _marked(nodes: Numbered, anywhere: set[str]) -> list[Any]:
    """The loops of a file, its calls for each item, and what uses a word that some rule looks for elsewhere too."""
    found: list[Any] = [*nodes.of(*LOOPS, *COMPREHENSIONS)]
    anywhere = anywhere | APPLIERS  # a call for each item is a loop
    found += [one for one in nodes.of(ast.Attribute) if one.attr in anywhere]
    found += [one for one in nodes.of(ast.Name) if one.id in anywhere]
    for kind, words in OPERATIONS.items():
        if anywhere & words:
            found += [one for one in nodes.of(kind) if not isinstance(one, ast.Compare) or is_search(one)]
    return found


def _words_by_rule(rules: Sequence[Rule], nodes: Numbered) -> dict[Rule, frozenset[str]]:
    """What to look for in this file: the words of each rule whose libraries it mentions."""
    names = _names(nodes)
    found: dict[Rule, frozenset[str]] = {}
    for rule in rules:
        if not rule.screen.mentions or not names.isdisjoint(rule.screen.mentions):
            words = _asked(rule, rule.words_of, nodes.order[0])
            if "def" in words:
                words |= _calling_themselves(nodes)
            found[rule] = words
    return found


def _names(nodes: Numbered) -> frozenset[str]:
    """The names that a file uses, of modules and arguments too; ``async`` and ``await``; and the words of its texts."""
    names = {one.id for one in nodes.of(ast.Name)}
    names.update(one.attr for one in nodes.of(ast.Attribute))
    names.update(one.arg for one in nodes.of(ast.keyword) if one.arg is not None)
    names.update(one.arg for one in nodes.of(ast.arg))
    names.update(one.name for one in nodes.functions)
    paths = [one.name for one in nodes.of(ast.alias)] + [one.module or "" for one in nodes.of(ast.ImportFrom)]
    names.update(word for path in paths for word in path.split("."))
    told = {id(one.value) for one in nodes.of(ast.Expr)}  # docstrings
    texts = [one.value for one in nodes.of(ast.Constant) if isinstance(one.value, str) and id(one) not in told]
    names.update(_WORD.findall(" ".join(texts)))
    names.update(word for word, kinds in _SPELT.items() if nodes.of(*kinds))
    return frozenset(names)


def _renamed(nodes: Numbered) -> list[tuple[str, str]]:
    """What imports give another name, and that name."""
    aliases = nodes.of(ast.alias)
    return [(one.name.rpartition(".")[2], one.asname) for one in aliases if one.asname is not None]


def _with_renamed(words: frozenset[str], renamed: list[tuple[str, str]]) -> frozenset[str]:
    """`words`, and the other names that ``import … as …`` gives to them."""
    return words if not renamed else words.union(new for old, new in renamed if old in words)


def _calling_themselves(nodes: Numbered) -> frozenset[str]:
    """The functions of a file inside of which their own name is called, plainly or of an object with a name."""
    places: dict[str, list[int]] = {}
    for one in nodes.functions:
        places.setdefault(one.name, []).append(one.greenprof_at)  # type: ignore[union-attr]
    found = set()
    calls: list[Any] = nodes.of(ast.Call)
    for call in calls:
        name = last_name(call)
        if name in places and (isinstance(call.func, ast.Name) or isinstance(call.func.value, ast.Name)):
            at = call.greenprof_at
            if any(start < at < nodes.ends[start] for start in places[name]):
                found.add(name)
    return frozenset(found)
