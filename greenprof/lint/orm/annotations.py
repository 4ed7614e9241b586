"""What an annotation says of a value of which nothing else is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.lint.orm import mapper
from greenprof.lint.orm.frame import Frame, Names
from greenprof.lint.orm.program import Node, expression_in, last_name
from greenprof.lint.orm.values import (
    NEVER,
    Anything,
    Born,
    ClassOf,
    External,
    Made,
    Many,
    Mapping,
    Object,
    Row,
    Rows,
    Several,
    Value,
    one_of,
)

if TYPE_CHECKING:
    from greenprof.lint.orm.evaluate import Evaluator
    from greenprof.lint.orm.project import Module


def annotated(ev: Evaluator, node: Node | None, module: Module, born: Born = NEVER) -> Value:
    """A value of which only the annotation is known: a row or rows of a model, an object of a class."""
    if node is None:
        return Anything(born)
    match node[0]:
        case "name" | "attr":
            value = ev.value(node, Frame(module, Names({}, None)))
            if isinstance(value, ClassOf):
                model = ev.models.of(value.info)
                if model is not None:
                    at = mapper.unknown_source(model, module.path, node[1])
                    return Row(at, model, born=born, own=False)
                return Object(value.info)
            if isinstance(value, External):
                return Made(value.name, (Anything(born),) if born else ())
        case "item":
            head = last_name(node[3])
            inner = node[4]
            if head in ("Optional", "Annotated", "Awaitable", "Final", "ClassVar", "Mapped", "Type", "type"):
                return annotated(ev, inner[4][0] if inner and inner[0] == "list" and inner[4] else inner, module, born)
            if head in ("tuple", "Tuple") and inner and inner[0] == "list" and len(inner[4]) > 1:
                last = inner[4][-1]
                if last is not None:
                    return Several(tuple(annotated(ev, one, module, born) for one in inner[4]))
            if head in ("dict", "Dict", "Mapping", "defaultdict") and inner and inner[0] == "list":
                return Mapping(other=annotated(ev, inner[4][-1], module, born), born=born)
            element = annotated(ev, inner[4][0] if inner and inner[0] == "list" and inner[4] else inner, module, born)
            if isinstance(element, Row):
                state = "query" if head in ("QuerySet", "Query", "Manager") else "list"
                return Rows(element.source, element.model, state, born=born, own=False)
            return Many(element, born) if not isinstance(element, Anything) else Anything(born)
        case "both":
            return one_of([annotated(ev, node[3], module, born), annotated(ev, node[4], module, born)])
        case "text":
            return annotated(ev, expression_in(node[3], node[1]), module, born)
    return Anything(born)
