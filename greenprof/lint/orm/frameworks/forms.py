"""Django's forms: the choices of a field that lists rows are turned into text, one after the other."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from greenprof.lint.orm import mapper
from greenprof.lint.orm.frameworks import admin, form_use
from greenprof.lint.orm.frameworks.parts import (
    Spot,
    call,
    default_rows,
    entries,
    going_through,
    last_name,
    meta_of,
    option,
    shown,
    spot_of,
)
from greenprof.lint.orm.values import ClassOf, Function, Made, Object, Row, Rows, Value

if TYPE_CHECKING:
    from greenprof.lint.orm.evaluate import Evaluator
    from greenprof.lint.orm.frame import Frame
    from greenprof.lint.orm.project import ClassInfo

_BASES = ("Form", "ModelForm", "BaseForm", "BaseModelForm")
_FIELDS = ("ModelChoiceField", "ModelMultipleChoiceField")
_WORDS = "once for each choice of this field"
_SHORT = re.compile(r"hidden|raw|autocomplete|ajax|api|select2|textinput", re.IGNORECASE)


def look_at_class(ev: Evaluator, info: ClassInfo) -> None:
    """The choices of a form's fields: those that it declares, and the keys that ``Meta`` names."""
    if not ev.is_subclass(info, *_BASES):
        return
    frame = ev.start(info.module)
    frame.doubts += _is_of_admin(ev, info) or not form_use.is_shown(ev, info, *_BASES)
    sets_rows = _sets_rows(ev, info)
    for name, binding in info.members.items():
        value = ev.binding_value(info, binding) if binding.expression is not None else None
        if isinstance(value, Made | Object) and not sets_rows:
            _choices(ev, value, spot_of(info, name), frame)
    meta = meta_of(ev, info)
    model = mapper.model_of(ev, told) if meta is not None and (told := option(ev, meta, "model")) is not None else None
    if meta is None or model is None or sets_rows:
        return
    for entry in entries(ev, meta, "fields") or () if "Meta" in info.members else ():
        relation = model.relations.get(entry.name or "")
        if relation is None or relation.target is None or _is_declared(ev, info, entry.name or ""):
            continue
        if relation.kind in ("forward", "many-to-many"):
            _list(ev, default_rows(ev, relation.target, entry.spot, frame), None, entry.spot, frame)


def _is_of_admin(ev: Evaluator, info: ClassInfo) -> bool:
    """Whether a form belongs to an admin page: its choices are often of what somebody sets up, and so are few."""
    if "admin" in info.module.name.split("."):
        return True
    return any(option(ev, one, "form") == ClassOf(info) for one in ev.project.classes if admin.is_admin(ev, one))


def _sets_rows(ev: Evaluator, info: ClassInfo) -> bool:
    """Whether code of a form or field, or of one above it, gives it other rows, or asks for them as somebody types."""
    return any("queryset" in repr(node) for one in ev.ancestors(info)[0] for node in one.node[5] if node[0] == "def")


def _is_declared(ev: Evaluator, info: ClassInfo, name: str) -> bool:
    """Whether a form, or one above it, has a field of its own for a name."""
    return any(name in one.members for one in ev.ancestors(info)[0])


def _choices(ev: Evaluator, field: Made | Object, spot: Spot, frame: Frame) -> None:
    if isinstance(field, Made):
        given = field.keyword("queryset") or (field.args[0] if field.args else None)
        if last_name(field) in _FIELDS and given is not None and not _is_short(field.keyword("widget")):
            _list(ev, given, None, spot, frame)
    elif ev.is_subclass(field.info, *_FIELDS):
        named = dict(field.made[1])
        if _sets_rows(ev, field.info) or _is_short(named.get("widget")):
            return
        given = named.get("queryset") or (field.made[0][0] if field.made[0] else None)
        if given is not None:
            _list(ev, given, field, spot, frame)


def _is_short(widget: Value | None) -> bool:
    """Whether a widget shows what is chosen only, and not all that could be."""
    words = widget.info.name if isinstance(widget, Object | ClassOf) else getattr(widget, "name", "")
    return _SHORT.search(words.rpartition(".")[2]) is not None


def _list(ev: Evaluator, rows: Value, field: Object | None, spot: Spot, frame: Frame) -> None:
    if not isinstance(rows, Rows):
        return
    rows = replace(rows, state="query") if rows.state == "manager" and not rows.path else rows
    with going_through(ev, rows, spot, _WORDS, frame) as row:
        own = option(ev, field.info, "label_from_instance") if field is not None else None
        if isinstance(own, Function):
            call(ev, replace(own, bound=field), (row,), spot, frame)
        elif isinstance(row, Row):
            shown(ev, row, spot, frame)
