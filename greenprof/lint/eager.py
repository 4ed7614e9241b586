"""Where an eager load can be put behind a query, and how several loads of one query become one chain."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from greenprof.lint.code import Code
from greenprof.lint.imports import imported_at_top
from greenprof.lint.kinds import words
from greenprof.lint.site import CannotEditError
from greenprof.model import Edit

# What ends a query that can be told to load more: what a call of another name gives may be rows already.
_BUILDS = words(
    """
    all filter exclude filter_by where order_by distinct reverse using annotate alias get_queryset select_related
    prefetch_related select query join outerjoin select_from options limit offset execution_options
    """
)
# After these a query takes no eager load, or another one.
_FORBIDS = words(
    """
    values values_list raw union union_all intersection difference except_ intersect only defer load_only
    select_for_update with_for_update from_statement with_entities iterator aiterator
    """
)
_OF_MODEL = "query"  # Flask-SQLAlchemy: Book.query.all()
_MODULE = "sqlalchemy.orm"
_LOADER = re.compile(r"\.options\((\w+)\(")
_MODEL = re.compile(r"load\((\w+)\.")
_LOAD = re.compile(r"(\s*)\.(\w+)\((.*)\)", re.DOTALL)
_IMPORT = re.compile(r"from ([\w.]+) import ([\w, ]+)\n")


def load_behind(load: str, text: str, line: int, column: int) -> tuple[Edit, ...]:
    """The edits that put `load`, as ``.select_related("author")``, behind the query that ends at a place of `text`.

    The line counts from 1, the column from 0, in bytes. A loader of SQLAlchemy is imported. There are no edits where no
    call ends that surely gives a query, or where a model of the load has no name that is known.
    """
    file = _parsed(text)
    query = file.ends.get((line, column)) if file else None
    if file is None or query is None or not _takes(load, query, file.whole_chain(query)):
        return ()
    code = file.code
    try:
        load, imports = _in_words_of(code, query, load)
    except CannotEditError:
        return ()
    within = _into_last_call(code, query, load)
    if within is not None:
        return (*imports, within)
    before = code.lines[line - 1].encode()[:column].decode()
    after = code.lines[line - 1].encode()[column:].decode()
    if before.lstrip().startswith(".") and before.count("(") == before.count(")") and not after.strip():
        load = f"\n{before[: len(before) - len(before.lstrip())]}{load}"
    at = len(before) + 1
    return (*imports, Edit(line=line, column=at, end_line=line, end_column=at, text=load))


@dataclass(frozen=True, slots=True)
class _File:
    """A file that holds queries: what may be one by where it ends, and what each link of a chain is a part of."""

    code: Code
    ends: dict[tuple[int | None, int | None], ast.expr]
    links: dict[ast.AST, ast.expr]

    def whole_chain(self, link: ast.AST) -> ast.AST:
        """``Book.objects.all().filter()`` of its ``Book.objects.all()``."""
        while link in self.links:
            link = self.links[link]
        return link


@lru_cache(maxsize=32)
def _parsed(text: str) -> _File | None:
    """A file, which often holds several queries; None for what is no Python."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return None
    ends: dict[tuple[int | None, int | None], ast.expr] = {}
    links: dict[ast.AST, ast.expr] = {}
    for one in ast.walk(tree):
        if isinstance(one, ast.Call | ast.Attribute):
            links[one.func if isinstance(one, ast.Call) else one.value] = one
            if isinstance(one, ast.Call) or one.attr == _OF_MODEL:
                ends.setdefault((one.end_lineno, one.end_col_offset), one)
    return _File(Code(tree, text), ends, links)


def merged(edits: Iterable[Edit]) -> list[Edit]:
    """Edits of several findings in one file, each once: loads put in at one place are one chain, imports one line."""
    places: dict[tuple[int, int, int, int], list[str]] = {}
    for edit in dict.fromkeys(edits):
        places.setdefault((edit.line, edit.column, edit.end_line, edit.end_column), []).append(edit.text)
    return [
        Edit(line=line, column=column, end_line=end_line, end_column=end_column, text=_joined(texts))
        for (line, column, end_line, end_column), texts in places.items()
    ]


def _into_last_call(code: Code, query: ast.AST, load: str) -> Edit | None:
    """The edit that makes ``.select_related("a")`` say ``"a", "b"``, where the query ends in a call of that name."""
    match = _LOAD.fullmatch(load)
    if match is None or not isinstance(query, ast.Call) or not isinstance(query.func, ast.Attribute):
        return None
    if query.func.attr != match[2] or not query.args or query.keywords:
        return None
    _, _, line, column = code.span(query.args[-1])
    _, _, end_line, end_column = code.span(query)
    rest = "\n".join(code.lines[line - 1 : end_line])[column - 1 :]
    rest = rest[: len(rest) - (len(code.lines[end_line - 1]) - end_column + 1)]
    if rest.strip() not in (")", ",)"):
        return None
    return Edit(line=line, column=column, end_line=line, end_column=column, text=f", {match[3]}")


def _joined(texts: list[str]) -> str:
    """``.a(1)``, ``.b(2)`` and ``.a(3)`` are ``.a(1, 3).b(2)``."""
    if all(_IMPORT.fullmatch(text) for text in texts):
        lines = [(match[1], match[2]) for text in texts if (match := _IMPORT.fullmatch(text))]
        return "".join(f"from {module} import {names}\n" for module, names in _grouped(lines).items())
    loads = [match for text in texts if (match := _LOAD.fullmatch(text))]
    if len(loads) < len(texts):
        return "".join(texts)
    calls = _grouped((f"{match[1]}.{match[2]}", match[3]) for match in loads)
    return "".join(f"{method}({arguments})" for method, arguments in calls.items())


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, dict[str, None]] = {}
    for key, value in pairs:
        found.setdefault(key, {})[value] = None
    return {key: ", ".join(sorted(values)) for key, values in sorted(found.items(), reverse=True)}


def _takes(load: str, query: ast.AST, chain: ast.AST) -> bool:
    """Whether `query`, a part of `chain`, gives a query still that `load` can be put behind."""
    last = query.attr if isinstance(query, ast.Attribute) else next(_names_of_calls(query))
    if last not in _BUILDS or (last == "all" and _LOADER.match(load)):  # all() gives rows in SQLAlchemy
        return False
    return _FORBIDS.isdisjoint(_names_of_calls(chain))


def _names_of_calls(end: ast.AST) -> Iterator[str]:
    """What is called in a chain, the last first: ``filter``, ``all`` of ``Book.objects.all().filter()``."""
    while isinstance(end, ast.Call | ast.Attribute):
        if isinstance(end, ast.Call):
            yield end.func.attr if isinstance(end.func, ast.Attribute) else getattr(end.func, "id", "")
        end = end.func if isinstance(end, ast.Call) else end.value


def _in_words_of(code: Code, query: ast.AST, load: str) -> tuple[str, tuple[Edit, ...]]:
    """`load` with the names that the file has for models and loaders, and the edits that import what it lacks.

    Raises `CannotEditError` where a model has no name here.
    """
    loader = _LOADER.match(load)
    if loader is None:
        return load, ()
    if "aliased" in code.names:  # which of two names the query is about cannot be told
        raise CannotEditError
    for model in dict.fromkeys(_MODEL.findall(load)):
        load = re.sub(rf"load\({model}\.", f"load({_name_of(model, code, query)}.", load)
    name, imports = imported_at_top(code, _MODULE, loader[1])
    return load.replace(f"({loader[1]}(", f"({name}(", 1), imports


def _name_of(model: str, code: Code, query: ast.AST) -> str:
    """How `model` is written here: as in the query, ``models.Order``, or as what is imported or made at the top."""
    for one in ast.walk(query):
        if isinstance(one, ast.Name) and one.id == model:
            return model
        if isinstance(one, ast.Attribute) and one.attr == model and isinstance(one.value, ast.Name):
            return f"{one.value.id}.{model}"
    for statement in code.tree.body:
        if isinstance(statement, ast.ClassDef) and statement.name == model:
            return model
        if isinstance(statement, ast.ImportFrom) and any((a.asname or a.name) == model for a in statement.names):
            return model
    raise CannotEditError
