"""Which functions of a project are worth going through on their own, by the words in them: a fraction of all.

A finding needs a loop and rows. A function without a loop of its own matters if it asks for rows and hands them, or
something that has them, to one that has a loop, to a template or to a serializer. What it does when others call it is
seen from there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from greenprof.lint.kinds import words

if TYPE_CHECKING:
    from greenprof.lint.orm.models import Models
    from greenprof.lint.orm.project import ClassInfo, Project
    from greenprof.lint.orm.values import Code

_GOES_THROUGH = words("map sorted filter any all sum min max sort groupby starmap reduce")
_ASKS = words(
    """
    objects _default_manager query get_object_or_404 get_list_or_404 get_user_model object_list get_queryset queryset
    session select object model
    """
)
_HANDS_OVER = words(
    """
    data render render_to_string render_template render_to_response get_template TemplateResponse
    SimpleTemplateResponse
    """
)


def worth_a_look(project: Project, models: Models) -> set[int]:
    """The functions to go through, by the ``id`` of their code."""
    functions = [code for module in project.modules.values() for code in module.functions]
    codes = {code: (loop, set(seen)) for code in functions for loop, seen in [code.node[9]]}
    rows = _ASKS | {one.name for one in models.by_class.values()}
    rows |= {name for one in models.by_class.values() for name in one.relations}
    makers = _makers(project.classes)
    loops = {code for code, (loop, seen) in codes.items() if loop or seen & _GOES_THROUGH}
    given = {code.name for code in loops if _takes_something(code)}
    given |= {makers[id(code)] for code in loops if id(code) in makers}
    return {
        id(code)
        for code, (_, seen) in codes.items()
        if code in loops or seen & _HANDS_OVER or (seen & given and (seen & rows or models.of(code.owner) is not None))
    }


def _makers(classes: Iterable[ClassInfo]) -> dict[int, str]:
    """For each ``__init__`` the name of its class: making an object calls it."""
    found = {}
    for info in classes:
        binding = info.members.get("__init__")
        code = getattr(binding.value, "code", None) if binding is not None else None
        if code is not None:
            found[id(code)] = info.name
    return found


def _takes_something(code: Code) -> bool:
    """Whether a function is given more than an object of which nothing is known."""
    positional, star, only, _ = code.node[3]
    count = len(positional) + len(only)
    if code.owner is not None and "__init__" not in code.owner.members:
        count -= 1
    return count > 0 or star is not None
