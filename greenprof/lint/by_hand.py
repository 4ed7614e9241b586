"""Code that is run once, by hand, for tests or to be read: what it repeats is seldom worth a change.

Names say so: of a file and the folders next to it, and of the functions and classes around. Words for what fills or
changes a database count only where the rule is about one: elsewhere a seed may be a number, and a command be all that a
program is for.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from greenprof.lint.bindings import Function
from greenprof.lint.databases import imports_any
from greenprof.lint.files import is_markdown

if TYPE_CHECKING:
    from libcst import CSTNode

    from greenprof.lint.place import Place
    from greenprof.lint.rule import Rule
    from greenprof.lint.scope import Scope


def _word(words: str) -> re.Pattern[str]:
    """One of `words`, written below each other, at the ends of a name or between underscores and the like."""
    return re.compile(rf"(?:^|[_.-])(?:{'|'.join(words.split())})(?=[_.\d-]|$)", re.IGNORECASE)


# Words of a path or of the name of a function: it is done once, whatever it does.
_ONCE = _word(r"demos? fixtures migrate v?\d*migrations? upgrades? downgrade")
# The same of what asks a database. As in words of a path, as in names.
_FILLS = _word(
    r"""
    populate(?!_(?:\w+_)?(?:cache|choices|fields?|form|index|obj|table))
    seeds? seed(?:er|ing) importers provision(?!s|ed|al)[a-z]* install(?:ers?)? bootstrap
    (?:setup|first_?run)_?wizard set_?up_(?:db|database|data|defaults?|initial|demo) init_(?:db|database|data)
    (?:initial|default)_data (?:add|create|insert|load|make)_(?:initial|defaults?)
    fix_version (?:alter|change|convert|update)_(?:db_|database_)?schema v?\d+(?:_\d+)*_to_v?\d+
    """
)
_FORTH_AND_BACK = _word("forwards? backwards?")  # of functions: a model's pass goes forward, too
_COMMANDS = _word("bin cli cmd commands")  # of paths
# All of the name of a file or folder: for tests; to be read and tried.
_TRIED = re.compile(
    r"_?testing|(?:_?test_?utils|utils_test|test_?helpers?)|(?:\w+_)?(?:test|sample|example|demo|fake|mock|dummy)_?data|mocks?"
    r"|mock_\w+",
    re.IGNORECASE,
)
_SHOWN = re.compile(r"(?:\w+_|_)?snippets|examples|tutorials?|docs", re.IGNORECASE)
_FACTORIES = re.compile(r"(?:\w+_)?factories", re.IGNORECASE)  # of rows, for tests
# An application may be about examples, or documents: frameworks ask for these files and folders by name.
_OF_AN_APPLICATION = re.compile(
    r"(?:\w+_)?(?:admin|api|filters|forms|managers|models?|permissions|querysets?|serializers?|services|signals|tasks"
    r"|views?|viewsets?)"
)
_DOERS = re.compile(r"(?:Migration|Migrator|Upgrader|Seeder|Provisioner|Installer|SetupWizard)$")  # classes
_MIGRATION = re.compile(r"alembic(?:\.|$)")
_NEAR = 3  # a folder further up may be anybody's: ~/bin/app/…
_DEBUG = frozenset({"DEBUG", "debug"})


def is_run_seldom(node: CSTNode, place: Place, rule: Rule) -> bool:
    """Whether names, or a condition such as ``if settings.DEBUG``, say that code is not run again and again.

    Of waiting it is no matter how often: one loop that asks without a pause keeps a core busy for as long as it takes.
    """
    if rule.group == "idle" and not rule.needs_many:
        return False
    asks = rule.group == "database"
    if is_by_hand(place.scope.path, _names_around(place.scope), asks=asks):
        return True
    return (asks and _is_of_migration(place.scope)) or _is_for_debugging(node, place)


def is_by_hand(path: str, names: Iterable[str] = (), *, asks: bool = True) -> bool:
    """Whether a file, or functions and classes in it, are run by hand, once or for tests; `asks`: a database."""
    if _is_said_by_path(path, asks=asks):
        return True
    words = (_ONCE, _FILLS, _FORTH_AND_BACK) if asks else (_ONCE,)
    return any(_DOERS.search(name) or any(one.search(name) for one in words) for name in names)


def is_shown(path: str) -> bool:
    """Whether a file is in a folder of what is read and tried: ``docs/compose/web/Dockerfile``."""
    return any(map(_SHOWN.fullmatch, PurePath(path).parts[-_NEAR - 1 : -1]))


def _is_said_by_path(path: str, *, asks: bool) -> bool:
    parts = [part.removesuffix(".py") for part in PurePath(path).parts[-_NEAR:]]
    if asks and ("management", "commands") in pairwise(parts):
        return True
    words = (_ONCE, _FILLS, _COMMANDS) if asks else (_ONCE,)
    if any(word.search(part) for word in words for part in parts):
        return True
    if is_markdown(path) or not parts:  # what is in a page is copied
        return False
    tried = parts[-1:] if any(map(_OF_AN_APPLICATION.fullmatch, parts)) else parts
    whole = (_TRIED, _SHOWN, _FACTORIES) if asks else (_TRIED, _SHOWN)
    return any(word.fullmatch(part) for word in whole for part in tried) or _is_example(path)


def _is_example(path: str) -> bool:
    """Whether a file is far below a folder of examples: ``package/examples/taxi/data/build.py``, below here."""
    place = PurePath(path)
    folders = place.parts[:-1]
    return (
        not place.is_absolute()
        and "examples" in folders[1:]
        and not any(map(_OF_AN_APPLICATION.fullmatch, folders[1:]))
    )


def _names_around(scope: Scope) -> Iterator[str]:
    """The names of the functions that code stands in, of what they are decorated with, and of doers among classes."""
    for node in (one.node for one in scope.around()):
        if isinstance(node, Function):
            yield node.name
            yield from (ast.unparse(getattr(one, "func", one)) for one in node.decorator_list)
        elif isinstance(node, ast.ClassDef) and _DOERS.search(node.name):
            yield node.name


def _is_of_migration(scope: Scope) -> bool:
    """Whether a file is a migration, by a class in it or the library that runs it."""
    if imports_any(_MIGRATION, scope):
        return True
    return any(isinstance(one, ast.ClassDef) and one.name == "Migration" for one in scope.module.node.body)


def _is_for_debugging(node: CSTNode, place: Place) -> bool:
    """Whether it is done under ``if settings.DEBUG``, or stands behind ``settings.DEBUG and``."""
    path: list[Any] = [*place.trail, node]
    for above, below in pairwise(path):
        kind = type(above).__name__
        if kind in ("If", "IfExp") and below is above.body and _asks_for_debug(place.read(above.test)):
            return True
        behind = kind == "BooleanOperation" and type(above.operator).__name__ == "And" and below is above.right
        if behind and _asks_for_debug(place.read(above.left)):
            return True
    return any(
        isinstance(above, ast.If) and below in above.body and _asks_for_debug(above.test)
        for above, below in place.piece.around()
    )


def _asks_for_debug(test: ast.expr) -> bool:
    match test:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Subscript(slice=ast.Constant(value=name)):
            return name in _DEBUG
        case ast.BoolOp(op=ast.And(), values=values):
            return any(map(_asks_for_debug, values))
        case ast.Call(func=ast.Attribute(attr="get" | "isEnabledFor") | ast.Name(id="getattr"), args=args):
            return any(_asks_for_debug(one) or getattr(one, "value", None) == "DEBUG" for one in args)
    return False
