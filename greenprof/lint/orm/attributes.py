"""What an attribute of a value is: of a module, a class, an object, a row, and of ``super()``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from greenprof.lint.orm import library, mapper
from greenprof.lint.orm.code import has_decorator, is_property, sets_attributes
from greenprof.lint.orm.project import Pending
from greenprof.lint.orm.values import (
    ANYTHING,
    Anything,
    ClassOf,
    External,
    Function,
    InModule,
    Made,
    Method,
    Object,
    OneOf,
    Parent,
    Row,
    Rows,
    Value,
    one_of,
)

if TYPE_CHECKING:
    from greenprof.lint.orm.evaluate import Evaluator
    from greenprof.lint.orm.frame import Frame
    from greenprof.lint.orm.program import Node
    from greenprof.lint.orm.project import ClassInfo


def attribute(ev: Evaluator, value: Value, name: str, node: Node, frame: Frame) -> Value:
    """What an attribute of a value is."""
    match value:
        case Anything() | Method():
            return Method(value, name)
        case OneOf(values=values):
            return one_of([attribute(ev, one, name, node, frame) for one in values])
        case InModule(name=module_name):
            module = ev.project.modules[module_name]
            found = ev.project.lookup_static(module, name)
            if found is None:
                inner = ev.project.modules.get(f"{module_name}.{name}")
                return InModule(inner.name) if inner is not None else ANYTHING
            return ev.pending(found) if isinstance(found, Pending) else found
        case External(name=outside):
            return External(f"{outside}.{name}")
        case Row():
            return mapper.row_attribute(ev, value, name, node, frame)
        case Rows():
            return mapper.rows_attribute(ev, value, name, node, frame)
        case ClassOf(info=info):
            return _class_attribute(ev, info, name, node, frame)
        case Object(info=info):
            return _object_attribute(ev, value, info, name, node, frame)
        case Parent(info=info, bound=bound):
            return _parent_attribute(ev, info, bound, name, node, frame)
        case Made():
            return library.made_attribute(ev, value, name) or Method(value, name)
    return Method(value, name)


def _class_attribute(ev: Evaluator, info: ClassInfo, name: str, node: Node, frame: Frame) -> Value:
    """``Order.objects``, ``Order.items``, ``Order.create``."""
    model = ev.models.of(info)
    if model is not None:
        value = mapper.model_attribute(ev, model, name, node, frame)
        if value is not None:
            return value
    found = ev.member(info, name)
    if found is None:
        return Method(ClassOf(info), name)
    value = found[0]
    if isinstance(value, Function) and has_decorator(value.code, "classmethod"):
        return replace(value, bound=ClassOf(info))
    return value


def _object_attribute(ev: Evaluator, value: Object, info: ClassInfo, name: str, node: Node, frame: Frame) -> Value:
    """An attribute of an object: its own, its class's, or one that a method of it sets."""
    own = next((one for key, one in value.attributes if key == name), None)
    if own is not None:
        return own
    found = ev.member(info, name)
    if found is not None:
        return bind(ev, found[0], value, node, frame)
    special = library.object_attribute(ev, value, name, node, frame)
    if special is not None:
        return special
    told = _attributes_set(ev, info).get(name)
    return told if told is not None else Method(value, name)


def _parent_attribute(ev: Evaluator, info: ClassInfo, bound: Value, name: str, node: Node, frame: Frame) -> Value:
    """``super().name``."""
    inner = bound.info if isinstance(bound, Object | ClassOf) else bound.model.info if isinstance(bound, Row) else info
    if isinstance(bound, Rows) and bound.custom is not None:
        inner = bound.custom
    found = ev.member(inner, name, after=info)
    if found is not None:
        return bind(ev, found[0], bound, node, frame)
    if isinstance(bound, Rows):
        return Method(bound, name)
    return library.parent_attribute(ev, bound, name, node, frame) or Method(Parent(info, bound), name)


def bind(ev: Evaluator, value: Value, to: Value, node: Node, frame: Frame) -> Value:
    """A member of a class as an attribute of an object of it."""
    if not isinstance(value, Function):
        return value
    if has_decorator(value.code, "staticmethod"):
        return value
    if has_decorator(value.code, "classmethod"):
        return replace(value, bound=ClassOf(to.info) if isinstance(to, Object) else to)
    method = replace(value, bound=to)
    if is_property(value.code):
        return ev.call_function(method, (), (), node, frame)
    return method


def _attributes_set(ev: Evaluator, info: ClassInfo) -> dict[str, Value]:
    """What the methods of a class give to attributes of ``self``, as far as it is known without arguments."""
    known = ev.set_in_methods.get(id(info))
    if known is not None:
        return known
    told: dict[str, Value] = {}
    ev.set_in_methods[id(info)] = told
    for one in ev.ancestors(info)[0]:
        for binding in one.members.values():
            code = getattr(binding.value, "code", None)
            if code is None or not code.node[3][0] or not sets_attributes(code):
                continue
            result = ev.enter(Function(code, Object(info)), (), ())
            if result is not None and isinstance(result[2], Object):
                for name, value in result[2].attributes:
                    told[name] = one_of([told[name], value]) if name in told else value
    return told
