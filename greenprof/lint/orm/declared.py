"""How SQLAlchemy's classes declare what they hold: annotations, strategies, attributes of mixins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from greenprof.lint.orm.program import expression_in, last_name
from greenprof.lint.orm.values import Constant, Made

if TYPE_CHECKING:
    from greenprof.lint.orm.project import Binding


def strategy_of(made: Made, last: str) -> str:
    """How a relationship, or its other side, is loaded: see `greenprof.lint.orm.models.Relation`."""
    lazy = made.keyword("lazy")
    word = lazy.value if isinstance(lazy, Constant) else "select"
    if last == "dynamic_loader" or word in ("dynamic", "write_only"):
        return "query"
    if word in ("joined", "selectin", "subquery", "immediate", False):
        return "eager"
    if word in ("raise", "raise_on_sql", "noload"):
        return "never"
    return "lazy"


def is_declared_attr(binding: Binding) -> bool:
    """Whether a method of a mixin declares an attribute of each class below."""
    code = getattr(binding.value, "code", None)
    if code is None:
        return False
    return any("declared_attr" in repr(one) for one in code.node[5] or ())


def is_mapped(annotation: Any) -> bool:
    """Whether an annotation is ``Mapped[...]``."""
    return (
        bool(annotation)
        and annotation[0] == "item"
        and annotation[3] is not None
        and annotation[3][-2:-1] != []
        and "Mapped" in repr(annotation[3])
    )


def mapped(annotation: Any) -> tuple[str | None, bool | None]:
    """The name of the class in ``Mapped[list["Item"]]`` or ``list["Item"]``, and whether there are many."""
    many: bool | None = None
    node = annotation
    if node is None:
        return None, None
    for _ in range(8):
        if node is None:
            return None, many
        if node[0] == "text":
            node = expression_in(node[3], node[1])
        elif node[0] == "item":
            head = last_name(node[3])
            if head in (
                "List",
                "list",
                "Set",
                "set",
                "Sequence",
                "Collection",
                "Iterable",
                "WriteOnlyMapped",
                "DynamicMapped",
            ):
                many = True
            elif head in ("dict", "Dict"):
                return None, True
            node = node[4]
            if node and node[0] == "list":
                node = node[4][-1]
        elif node[0] == "both":
            node = node[3] if not _is_none(node[3]) else node[4]
        elif node[0] == "name":
            return node[3], bool(many)
        elif node[0] == "attr":
            return node[4], bool(many)
        else:
            return None, many
    return None, many


def _is_none(node: Any) -> bool:
    return node is None or (node[0] == "const" and node[3] is None)
