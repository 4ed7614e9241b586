"""What a function says of itself: its decorators, its statements, what it gives to its object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from greenprof.lint.orm.program import Node
from greenprof.lint.orm.values import Code


def has_decorator(code: Code, name: str) -> bool:
    """Whether a function has a decorator, by its last name."""
    return not code.is_lambda and any(_last_name(one) == name for one in code.node[5])


def is_property(code: Code) -> bool:
    """Whether it is read as an attribute."""
    return not code.is_lambda and any(
        _last_name(one) in ("property", "cached_property", "hybrid_property", "classproperty") for one in code.node[5]
    )


def is_remembered(code: Code) -> bool:
    """Whether what it gave before is given again."""
    return not code.is_lambda and any(
        _last_name(one) in ("lru_cache", "cache", "cached", "memoize", "cache_page", "memoized") for one in code.node[5]
    )


def _last_name(node: Node | None) -> str:
    while node is not None:
        if node[0] == "call":
            node = node[3]
        elif node[0] == "attr":
            return str(node[4])
        elif node[0] == "name":
            return str(node[3])
        else:
            return ""
    return ""


def sets_attributes(code: Code) -> bool:
    """Whether a method gives something to an attribute of its first parameter."""
    first = code.node[3][0][0][0]
    return any(
        target is not None and target[0] == "attr" and target[3] and target[3][0] == "name" and target[3][3] == first
        for target in _targets_in(code.node[4])
    )


def _targets_in(body: Sequence[Node]) -> Iterator[Node | None]:
    """What the assignments of some statements, and of those in them, give values to."""
    for node in body:
        match node[0]:
            case "assign":
                yield from node[2]
            case "declare":
                yield node[2]
            case "if" | "while":
                yield from _targets_in([*node[3], *node[4]])
            case "for":
                yield from _targets_in([*node[4], *node[5]])
            case "with":
                yield from _targets_in(node[3])
            case "try":
                yield from _targets_in([*node[2], *node[4], *node[5]])
                for _, handler in node[3]:
                    yield from _targets_in(handler)


def takes_out_of(code: Code, name: str) -> bool:
    """Whether a function takes entries out of an attribute: ``self.fields.pop("x")``, ``del self.fields["x"]``."""
    return _takes_out(code.node[4], name)


def _takes_out(node: object, name: str) -> bool:
    if not isinstance(node, list):
        return False
    match node:
        case ["attr", _, _, ["attr", _, _, _, str(of), *_], "pop" | "popitem" | "clear", *_] if of == name:
            return True
        case ["del", _, [*targets]] if any(one and one[0] == "item" and _last_name(one[3]) == name for one in targets):
            return True
    return any(_takes_out(one, name) for one in node)


def body_of(code: Code) -> list[Node]:
    """The statements of a function; of a lambda the one that gives its value."""
    body: list[Node] = [["return", code.node[1], code.node[4]]] if code.is_lambda else code.node[4]
    return body
