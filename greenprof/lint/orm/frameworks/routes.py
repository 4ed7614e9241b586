"""Whether a request can reach a view: something in the project, other than a test, has to name its class."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from greenprof.lint.orm.program import names_in
from greenprof.lint.orm.values import ClassOf
from greenprof.lint.project_files import is_test

if TYPE_CHECKING:
    from greenprof.lint.orm.evaluate import Evaluator
    from greenprof.lint.orm.project import ClassInfo, Module

_REGISTERS = re.compile(r"regist|rout|path|url|endpoint", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Named:
    """What each module names, but for tests; how many views have a name; whether the project names any view."""

    by_module: dict[str, frozenset[str]]
    views: Counter[str]
    is_routed: bool
    unreached: dict[int, bool] = field(default_factory=dict)  # what was worked out before


def is_unreached(ev: Evaluator, info: ClassInfo, *bases: str) -> bool:
    """Whether nothing leads to a view, in a project that names others; views are what has one of `bases`."""
    if ev.named is None:
        ev.named = _named(ev, bases)
    known = ev.named.unreached.get(id(info))
    if known is None:
        known = ev.named.unreached[id(info)] = not _is_reached(ev, info, ev.named)
    return known


def _is_reached(ev: Evaluator, info: ClassInfo, named: Named) -> bool:
    if not named.is_routed or _registers_itself(ev, info):
        return True
    return any(_leads_to(ev, ev.project.modules[name], info, names) for name, names in named.by_module.items())


def _named(ev: Evaluator, bases: tuple[str, ...]) -> Named:
    modules = [one for one in ev.project.modules.values() if not is_test(one.name)]
    by_module = {one.name: _names_of(one) for one in modules}
    views = Counter(one.name for one in ev.project.classes if ev.is_subclass(one, *bases))
    return Named(by_module, views, not views.keys().isdisjoint(frozenset().union(*by_module.values())))


def _registers_itself(ev: Evaluator, info: ClassInfo) -> bool:
    if any("__init_subclass__" in one.members for one in ev.ancestors(info)[0]):
        return True
    return _REGISTERS.search(" ".join(names_in(["list", *info.node[6]]))) is not None


def _leads_to(ev: Evaluator, module: Module, info: ClassInfo, names: frozenset[str]) -> bool:
    """Whether a module names a view; where several have the name, whether it means this one."""
    if info.name not in names or module is info.module or ev.named is None or ev.named.views[info.name] == 1:
        return info.name in names
    meant = ev.project.lookup_static(module, info.name)
    if isinstance(meant, ClassOf):
        return meant.info is info
    return info.module.name.rpartition(".")[2] in names


def _names_of(module: Module) -> frozenset[str]:
    """The names in a module; a class does not name itself."""
    found: set[str] = set()
    for node in module.program:
        names = {*names_in(node), *_imported(node)}
        found |= names - {node[2]} if node[0] == "class" else names
    return frozenset(found)


def _imported(node: Any) -> Iterator[str]:
    """The names that are imported, and those at the end of texts with dots; outside of functions."""
    todo = [node]
    while todo:
        one = todo.pop()
        if not isinstance(one, list) or not one:
            continue
        if one[0] == "from" and len(one) == 5:
            yield from (name for name, _ in one[4])
        elif one[0] == "text" and len(one) == 4 and "." in one[3]:
            yield one[3].rpartition(".")[2]
        elif one[0] != "def":
            todo += one
