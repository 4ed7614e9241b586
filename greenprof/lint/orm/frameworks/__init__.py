"""What frameworks do by themselves with a project's views, serializers, admin pages, forms, templates and resolvers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.lint.orm.frameworks import admin, forms, graphql, serializers, views
from greenprof.lint.orm.values import ANYTHING, Object, Value

if TYPE_CHECKING:
    from greenprof.lint.orm.evaluate import Arguments, Evaluator
    from greenprof.lint.orm.frame import Frame
    from greenprof.lint.orm.program import Node
    from greenprof.lint.orm.project import ClassInfo

_LOOKS = (views.look_at_class, admin.look_at_class, forms.look_at_class, graphql.look_at_class)


def look_at_class(ev: Evaluator, info: ClassInfo) -> None:
    """What a framework does with a class that nothing in the project calls."""
    for look in _LOOKS:
        look(ev, info)


def self_of(ev: Evaluator, info: ClassInfo, method: str) -> Object:
    """The object whose method a framework calls by itself."""
    return views.acting(ev, info, method)


def is_in_doubt(ev: Evaluator, info: ClassInfo) -> bool:
    """Whether nothing shows that a framework ever calls the methods of a class."""
    return views.is_unreached(ev, info)


def made(ev: Evaluator, info: ClassInfo, arguments: Arguments) -> Object | None:
    """An object of a class that a framework knows more of."""
    return serializers.made(info, arguments) if serializers.is_serializer(ev, info) else None


def attribute(ev: Evaluator, value: Object, name: str, node: Node, frame: Frame) -> Value | None:
    """An attribute that an object has from its class's base in a framework."""
    if name == "data" and serializers.is_serializer(ev, value.info):
        return serializers.data(ev, value, node, frame)
    return views.attribute(ev, value, name, frame) if views.is_view(ev, value.info) else None


def call_on_object(
    ev: Evaluator, value: Object, name: str, arguments: Arguments, frame: Frame, *, base: bool
) -> Value | None:
    """A method that an object has from its class's base in a framework; `base` where ``super()`` asks for it."""
    if name == "to_representation" and arguments[0] and serializers.is_serializer(ev, value.info):
        serializers.show_fields(ev, value, arguments[0][0], frame)
        return ANYTHING
    if name == "get_queryset" and admin.is_admin(ev, value.info):
        return admin.base_queryset(ev, value, frame)
    if views.is_view(ev, value.info):
        return views.call(ev, value, name, arguments, frame, base=base)
    return None
