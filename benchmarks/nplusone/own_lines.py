"""The lines of an application that led to where it is now, innermost first, as (path below its folder, line).

They are those of its own frames, and those that have no frame: of a template, and of the declaration that a
serializer, an admin list or a form is working on. A greenlet, the tasks of a gather() and a call that asgiref passes
to another thread go on with who waits for them.
"""

from __future__ import annotations

import ast
import asyncio
import functools
import inspect
import sys
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path
from types import FrameType
from typing import Any

Line = tuple[str, int]
WAITING: ContextVar[tuple[Line, ...]] = ContextVar("WAITING", default=())  # lines that wait for another task or thread


def lines_of(frame: FrameType, folder: Path) -> tuple[Line, ...]:
    """The lines that led to a frame."""
    return *lines(frame, folder), *WAITING.get()


def lines(frame: FrameType | None, folder: Path) -> Iterator[Line]:
    """The own lines of a stack, innermost first."""
    for frame_ in stack(frame):
        path = Path(frame_.f_code.co_filename)
        if not path.is_relative_to(folder):
            yield from declarations(frame_, folder)
        elif "__jinja_template__" in frame_.f_globals:
            line = frame_.f_globals["__jinja_template__"].get_corresponding_lineno(frame_.f_lineno)
            yield path.relative_to(folder).as_posix(), line
        else:
            yield path.relative_to(folder).as_posix(), frame_.f_lineno


def stack(frame: FrameType | None) -> Iterator[FrameType]:
    """All frames; where a greenlet begins (SQLAlchemy's asyncio), on with the one that started it."""
    greenlet = sys.modules["greenlet"].getcurrent() if "greenlet" in sys.modules else None
    while frame:
        yield frame
        frame = frame.f_back
        if frame is None and greenlet is not None and greenlet.parent is not None:
            greenlet = greenlet.parent
            frame = greenlet.gr_frame


def declarations(frame: FrameType, folder: Path) -> Iterator[Line]:
    """The lines that a framework's frame works on: a template's node, the declaration of a field or of a column."""
    file, function, known = frame.f_code.co_filename, frame.f_code.co_name, frame.f_locals
    if file.endswith("django/template/base.py") and function == "render_annotated":
        node = known["self"]
        origin = Path(str(node.origin and node.origin.name))
        if node.token is not None and origin.is_relative_to(folder):
            yield origin.relative_to(folder).as_posix(), node.token.lineno
    elif file.endswith("rest_framework/serializers.py") and function == "to_representation" and "field" in known:
        yield from declared(type(known["self"]), known["field"].field_name, folder)
    elif file.endswith("admin/templatetags/admin_list.py") and function == "items_for_result" and "field_name" in known:
        yield from declared(type(known["cl"].model_admin), known["field_name"], folder)
    elif file.endswith("django/forms/boundfield.py") and function == "as_widget":
        yield from declared(type(known["self"].form), known["self"].name, folder)


@functools.cache
def declared(class_: type, name: object, folder: Path) -> tuple[Line, ...]:
    """Where a class of the application, or one above it, declares a field: the assignment, and the name in a list."""
    found = []
    for one in class_.__mro__:
        file = Path(inspect.getsourcefile(one) or "") if one.__module__ in sys.modules and one is not object else Path()
        if not file.is_relative_to(folder):
            continue
        tree = ast.parse(file.read_text(encoding="utf-8"))
        bodies = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name == one.__name__]
        path = file.relative_to(folder).as_posix()
        found += [(path, node.lineno) for body in bodies for node in ast.walk(body) if is_named(node, name)]
    return tuple(found)


def is_named(node: ast.AST, name: object) -> bool:
    """Whether a node of a class assigns the name, or is the name in quotes."""
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(isinstance(target, ast.Name) and target.id == name for target in targets)
    return isinstance(node, ast.Constant) and node.value == name


def follow_gather(folder: Path) -> None:
    """A task has a stack of its own: let it know who waits for it."""
    gather = asyncio.gather

    def gather_and_tell(*awaitables: Any, **more: Any) -> Any:
        token = WAITING.set(lines_of(sys._getframe(1), folder))
        try:
            return gather(*awaitables, **more)
        finally:
            WAITING.reset(token)

    asyncio.gather = gather_and_tell


def follow_sync_to_async(folder: Path) -> None:
    """Django's asynchronous queries run in another thread, with a copy of the context."""
    from asgiref.sync import SyncToAsync

    call = SyncToAsync.__call__

    async def call_and_tell(self: Any, *args: Any, **more: Any) -> Any:
        token = WAITING.set(lines_of(sys._getframe(1), folder))
        try:
            return await call(self, *args, **more)
        finally:
            WAITING.reset(token)

    SyncToAsync.__call__ = call_and_tell
