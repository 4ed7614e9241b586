"""Whether a page shows a form: code that only checks and saves what was posted goes through none of its choices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from greenprof.lint.orm.program import last_name
from greenprof.lint.project_files import is_test

if TYPE_CHECKING:
    from greenprof.lint.orm.evaluate import Evaluator
    from greenprof.lint.orm.project import ClassInfo

_RENDERS = frozenset({"as_p", "as_table", "as_ul", "as_div", "render", "fields", "visible_fields"})


def is_shown(ev: Evaluator, info: ClassInfo, *bases: str) -> bool:
    """Whether the project gives a form, or one made of it, to something that may show it: a page, a view, a caller.

    Forms are what has one of `bases`.
    """
    if ev.shown_forms is None:
        forms = frozenset(one.name for one in ev.project.classes if ev.is_subclass(one, *bases))
        ev.shown_forms = set()
        for module in ev.project.modules.values():
            if not is_test(module.name):
                _Scope(forms, ev.shown_forms, in_function=False).take(module.program)
    if info.name in ev.shown_forms:
        return True
    return any(one.name in ev.shown_forms and info in ev.ancestors(one)[0] for one in ev.project.classes)


class _Scope:
    """What a function, or a module outside of its functions, does with forms by their names.

    Those that it uses for more than making an object that it keeps and checks are put into `shown`.
    """

    def __init__(self, forms: frozenset[str], shown: set[str], *, in_function: bool) -> None:
        self._forms, self._shown, self._in_function = forms, shown, in_function
        self._kept: dict[str, set[str]] = {}  # what has a name here, and the forms that it was made as
        self._used: set[str] = set()  # the names that are used for more than their attributes

    def take(self, body: Any) -> None:
        """Go through some code."""
        self._look(body)
        for name in self._used & self._kept.keys():
            self._shown |= self._kept[name]

    def _look(self, node: Any) -> None:
        parts: Sequence[Any] = ()
        match node:
            case ["def", _, _, parameters, body, decorators, _, _, _, [_, names]]:
                if self._forms.isdisjoint(names):
                    return
                parts = [parameters, body, decorators]
                if not self._in_function:  # names of its own
                    _Scope(self._forms, self._shown, in_function=True).take(parts)
                    return
            case ["class", _, _, _, keywords, body, decorators]:
                parts = [keywords, body, decorators]
            case ["assign", _, [["name", _, _, str(name)]], ["call", _, _, func, args, keywords, _]]:
                self._kept.setdefault(name, set()).add(last_name(func))
                parts = [args, keywords]
            case ["attr", _, _, ["name", *_], str(name), *_] if name not in _RENDERS:
                self._shown.add(name)  # forms.OrderForm
            case ["name", _, _, str(name)]:
                self._used.add(name)
                self._shown.add(name)
            case ["text", _, _, str(text)]:
                self._shown.add(text.rpartition(".")[2])
            case ["import" | "from", *_]:
                pass
            case list():
                parts = node
        for part in parts:
            self._look(part)
