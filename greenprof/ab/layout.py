"""Pure: where in a checkout the project's own modules lie, from the names of its files alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

# What lies at the top of many projects and is no part of what they install.
_NOT_CODE = frozenset(
    {
        *("test", "tests", "testing", "doc", "docs", "example", "examples", "sample", "samples", "benchmark"),
        *("benchmarks", "bench", "scripts", "script", "tools", "tool", "ci", "build", "dist", "venv", "env"),
        *("setup", "conftest", "noxfile", "tasks", "fabfile"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The modules that a project consists of: their names, and the folders that they are imported from.

    ``roots`` are relative to the repository: ``""`` or ``src`` for a project at its top.
    """

    modules: frozenset[str]
    roots: tuple[str, ...]

    def is_empty(self) -> bool:
        """Whether nothing to import was found."""
        return not self.modules


def layout_of(paths: Iterable[str], folder: str) -> Layout:
    """The layout of the project in `folder` of the repository, with or without ``src``."""
    prefix = f"{folder}/" if folder else ""
    inside = [path[len(prefix) :] for path in paths if path.startswith(prefix) and path.endswith((".py", ".pyi"))]
    for root in ("src", "lib", ""):
        if root and f"{root}/__init__.py" in inside:
            continue  # a package of that name
        start = f"{root}/" if root else ""
        below = [path[len(start) :] for path in inside if path.startswith(start)]
        names = {name for path in below if (name := _module(path, packaged=bool(root)))} - _NOT_CODE
        with_init = {path.split("/")[0] for path in below if path.count("/") == 1 and path.endswith("/__init__.py")}
        single = {path.removesuffix(".py") for path in below if "/" not in path and path.endswith(".py")}
        if not root:  # a folder of scripts is no package, unless it says that it is one
            names &= with_init | single
        if names:
            return Layout(modules=frozenset(names), roots=(f"{prefix}{root}".rstrip("/"),))
    return Layout(modules=frozenset(), roots=())


def _module(path: str, *, packaged: bool) -> str | None:
    first, _, rest = path.partition("/")
    if not rest:
        name = first.removesuffix(".py")
        return name if first.endswith(".py") and name.isidentifier() and name != "__init__" else None
    return first if first.isidentifier() and (packaged or rest) else None
