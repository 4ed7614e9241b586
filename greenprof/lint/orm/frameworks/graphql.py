"""GraphQL's resolvers, graphene's and strawberry's: what is read of each object of a list that one of them gives."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from greenprof.lint.orm.code import has_decorator
from greenprof.lint.orm.frameworks.parts import MOST_NESTED, Spot, all_of, going_through, last_name, read, spot_of
from greenprof.lint.orm.values import (
    ANYTHING,
    ClassOf,
    Function,
    Made,
    Many,
    Object,
    Row,
    Rows,
    Several,
    Value,
    alternatives,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.lint.orm.evaluate import Evaluator
    from greenprof.lint.orm.frame import Frame
    from greenprof.lint.orm.program import Node
    from greenprof.lint.orm.project import ClassInfo

_GRAPHENE = ("ObjectType", "DjangoObjectType", "SQLAlchemyObjectType")
_LISTS = (
    "List",
    "DjangoListField",
    "DjangoConnectionField",
    "DjangoFilterConnectionField",
    "SQLAlchemyConnectionField",
)
_WORDS = "once for each object of this list that a query asks for"
_ROOTS = ("Query", "Mutation", "Subscription")


def look_at_class(ev: Evaluator, info: ClassInfo) -> None:
    """What is asked of the objects that the lists of a root type give."""
    if not _is_root(ev, info):
        return
    frame = ev.start(info.module)
    _resolve_all(ev, info, Object(info), frame, 0)


def is_strawberry(info: ClassInfo) -> bool:
    """Whether a class is one of strawberry's types."""
    return any("strawberry" in repr(one) for one in info.node[6])


def is_graphene(ev: Evaluator, info: ClassInfo) -> bool:
    """Whether a class is one of graphene's types."""
    return ev.is_subclass(info, *_GRAPHENE)


def _is_root(ev: Evaluator, info: ClassInfo) -> bool:
    return info.name.endswith(_ROOTS) and (is_graphene(ev, info) or is_strawberry(info))


def _resolve_all(ev: Evaluator, info: ClassInfo, of: Value, frame: Frame, depth: int) -> None:
    """All fields of an object of a type."""
    if depth > MOST_NESTED:
        return
    resolve = _graphene if is_graphene(ev, info) else _strawberry if is_strawberry(info) else None
    if resolve is None:
        return
    for inner, value, spot in resolve(ev, info, of, frame):
        if inner is None:
            continue
        if isinstance(value, Rows | Many | Several):
            with going_through(ev, all_of(value, spot, frame), spot, _WORDS, frame) as one:
                for each in alternatives(one):
                    _resolve_all(ev, inner, each, frame, depth + 1)
        else:
            for each in alternatives(value):
                if isinstance(each, Row | Object):
                    _resolve_all(ev, inner, each, frame, depth + 1)


def _graphene(
    ev: Evaluator, info: ClassInfo, of: Value, frame: Frame
) -> Iterator[tuple[ClassInfo | None, Value, Spot]]:
    """Each field's type, what its resolver gives, and where that is."""
    for owner in ev.ancestors(info)[0]:
        for name, binding in owner.members.items():
            value = ev.binding_value(owner, binding) if binding.expression is not None else None
            if not isinstance(value, Made):
                continue
            inner = _inner_type(ev, value, frame)
            found = ev.member(info, f"resolve_{name}")
            if found is not None and isinstance(found[0], Function):
                code = found[0].code
                given = ev.call_unseen(replace(found[0], bound=None), (of, ANYTHING), frame)
                yield inner, given, Spot(code.module, code.node[1], 0)
            elif inner is not None and isinstance(of, Row) and name in of.model.relations:
                spot = spot_of(owner, name)
                yield inner, read(ev, of, name, spot, frame)[0], spot


def _inner_type(ev: Evaluator, made: Made, frame: Frame) -> ClassInfo | None:
    """The type of the objects that a field gives: through ``List``, ``NonNull`` and functions that name it late."""
    for _ in range(4):
        given = made.args[0] if made.args else made.keyword("type") or made.keyword("of_type")
        if isinstance(given, Function) and given.code.is_lambda:
            given = ev.call_unseen(given, (), frame)
        if isinstance(given, ClassOf):
            return given.info  # type: ignore[no-any-return]
        if not isinstance(given, Made):
            return None
        made = given
    return None


def _strawberry(
    ev: Evaluator, info: ClassInfo, of: Value, frame: Frame
) -> Iterator[tuple[ClassInfo | None, Value, Spot]]:
    for owner in ev.ancestors(info)[0]:
        for name, binding in owner.members.items():
            function = binding.value
            if isinstance(function, Function) and (has_decorator(function.code, "field") or _is_made_field(function)):
                code = function.code
                given = ev.call_unseen(replace(function, bound=of), (), frame)
                yield _of_annotation(ev, owner, code.node[6]), given, Spot(code.module, code.node[1], 0)
                continue
            value = ev.binding_value(owner, binding) if binding.expression is not None else None
            resolver = value.keyword("resolver") if isinstance(value, Made) else None
            inner = _of_annotation(ev, owner, binding.annotation)
            if isinstance(resolver, Function):
                code = resolver.code
                takes = bool(code.node[3][0]) and not is_root_like(info)
                given = ev.call_unseen(replace(resolver, bound=None), (of,) if takes else (), frame)
                yield inner, given, Spot(code.module, code.node[1], 0)
            elif (
                inner is not None and isinstance(of, Row) and name in of.model.relations and last_name(value) == "field"
            ):
                spot = spot_of(owner, name)
                yield inner, read(ev, of, name, spot, frame)[0], spot


def is_root_like(info: ClassInfo) -> bool:
    """Whether a type's objects are nobody's rows."""
    return info.name.endswith(_ROOTS)


def _is_made_field(function: Function) -> bool:
    return any(one is not None and "strawberry" in repr(one) for one in function.code.node[5])


def _of_annotation(ev: Evaluator, owner: ClassInfo, node: Node | None) -> ClassInfo | None:
    """The class in ``list[Book]``."""
    value = ev.annotated(node, owner.module) if node is not None else None
    for _ in range(3):
        if isinstance(value, Many):
            value = value.element
    found = [one for one in alternatives(value) if isinstance(one, Object)] if value is not None else []
    return found[0].info if found else None
