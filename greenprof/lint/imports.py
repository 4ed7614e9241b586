"""The edits that make a name of another module known in a file."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING

from greenprof.lint.site import CannotEditError
from greenprof.model import Edit

if TYPE_CHECKING:
    from greenprof.lint.code import Code
    from greenprof.lint.site import Site


def imported(site: Site, module: str, name: str | None = None) -> tuple[str, tuple[Edit, ...]]:
    """How to write `name` of `module` (or the module) at a site, and the edits that import it, if it is not yet.

    The standard way to import a module of that name is meant; a name that the file uses for something
    else is left alone. Raises `CannotEditError` where neither can be told apart.
    """
    path = f"{module}.{name}" if name else module
    known = _known(site, path)
    if known is not None:
        return known, ()
    whole = _known(site, module)
    if name is not None and whole is not None:
        return f"{whole}.{name}", ()
    new = name or module
    if new in site.code.names or "." in new:
        raise CannotEditError
    edit = _added_to_import(site.code, module, name) if name else None
    edit = edit or _new_line(site.code, module, name)
    if edit.line > site.code.span(site.node)[0]:
        raise CannotEditError
    return new, (edit,)


def imported_at_top(code: Code, module: str, name: str) -> tuple[str, tuple[Edit, ...]]:
    """How to write `name` of `module` in a file that has it at the top, and the edits that import it, if it has not.

    Raises `CannotEditError` where the file uses the name for something else.
    """
    for statement in code.tree.body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            for alias in statement.names:
                if _path(statement, alias) == f"{module}.{name}":
                    return alias.asname or alias.name, ()
    if name in code.names:
        raise CannotEditError
    return name, (_added_to_import(code, module, name) or _new_line(code, module, name),)


def _known(site: Site, path: str) -> str | None:
    """The name that an import at the top of the module gives to `path`, if it still means that at the site."""
    line = site.code.span(site.node)[0]
    for statement in site.code.tree.body:
        if not isinstance(statement, ast.Import | ast.ImportFrom) or statement.lineno >= line:
            continue
        for alias in statement.names:
            if _path(statement, alias) == path:
                name = alias.asname or alias.name
                first = name.partition(".")[0]
                bindings = site.scope.find(first)
                if len(bindings) == 1 and bindings[0].scope is site.scope.module:
                    return name
    return None


def _path(statement: ast.Import | ast.ImportFrom, alias: ast.alias) -> str | None:
    if isinstance(statement, ast.Import):
        return alias.name
    return f"{statement.module}.{alias.name}" if statement.level == 0 else None


def _added_to_import(code: Code, module: str, name: str | None) -> Edit | None:
    """``, name`` in a ``from module import …`` at the top of the file."""
    for statement in code.tree.body:
        if isinstance(statement, ast.ImportFrom) and statement.module == module and statement.level == 0:
            last = statement.names[-1]
            if last.name == "*":
                continue
            line, column, end_line, end_column = code.span(last)
            before = code.lines[line - 1][: column - 1]
            text = f",\n{before}{name}" if not before.strip() else f", {name}"
            return Edit(line=end_line, column=end_column, end_line=end_line, end_column=end_column, text=text)
    return None


def _new_line(code: Code, module: str, name: str | None) -> Edit:
    """An import on a line of its own: among those of the standard library, behind docstring and ``__future__``."""
    text = f"from {module} import {name}\n" if name else f"import {module}\n"
    body = code.tree.body
    start = _start_of_code(body)
    imports = [one for one in body[start:] if isinstance(one, ast.Import | ast.ImportFrom)]
    if not imports:
        return _without_imports(code, start, text)
    group = _first_group(body, imports[0])
    if not all(_is_standard(one) for one in group):
        return _at(code, group[0].lineno, f"{text}\n" if _is_standard_name(module) else text)
    key = (name is not None, module)
    later = next((one for one in group if _order(one) > key), None)
    if later is not None:
        return _at(code, later.lineno, text)
    return _at(code, (group[-1].end_lineno or group[-1].lineno) + 1, text)


def _without_imports(code: Code, start: int, text: str) -> Edit:
    body = code.tree.body
    if start:
        line = (body[start - 1].end_lineno or body[start - 1].lineno) + 1
        return _at(code, line, f"\n{text}")
    first = body[0]
    decorators: list[ast.expr] = getattr(first, "decorator_list", [])
    line = decorators[0].lineno if decorators else first.lineno
    above = line
    while above > 1 and code.lines[above - 2].startswith("#"):
        above -= 1
    gap = "\n\n" if isinstance(first, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) else "\n"
    return _at(code, above if above > 1 else line, f"{text}{gap}")


def _at(code: Code, line: int, text: str) -> Edit:
    """`text` before a line, which no statement of the line above may reach into."""
    lines = code.lines
    if line > 1 and (lines[line - 2].rstrip().endswith("\\") or _shares_its_line(code, line)):
        raise CannotEditError
    if line > len(lines):
        raise CannotEditError
    return Edit(line=line, column=1, end_line=line, end_column=1, text=text)


def _shares_its_line(code: Code, line: int) -> bool:
    """Whether a statement at the top goes on over the start of `line`, as in ``import a; x = [⏎ 1]``."""
    return any(one.lineno < line <= (one.end_lineno or one.lineno) for one in code.tree.body)


def _start_of_code(body: list[ast.stmt]) -> int:
    """How many statements are docstring and ``__future__``, which must stay first."""
    start = 0
    match body:
        case [ast.Expr(value=ast.Constant(value=str())), *_]:
            start = 1
    while start < len(body) and isinstance(one := body[start], ast.ImportFrom) and one.module == "__future__":
        start += 1
    return start


def _first_group(body: list[ast.stmt], first: ast.stmt) -> list[ast.Import | ast.ImportFrom]:
    """The imports from `first` on that stand on lines without a gap."""
    group: list[ast.Import | ast.ImportFrom] = []
    for one in body[body.index(first) :]:
        if not isinstance(one, ast.Import | ast.ImportFrom):
            break
        if group and one.lineno != (group[-1].end_lineno or 0) + 1:
            break
        group.append(one)
    return group


def _order(statement: ast.Import | ast.ImportFrom) -> tuple[bool, str]:
    """``import a`` before ``from a import b``, then by module."""
    if isinstance(statement, ast.Import):
        return False, statement.names[0].name
    return True, statement.module or ""


def _is_standard(statement: ast.Import | ast.ImportFrom) -> bool:
    if isinstance(statement, ast.Import):
        return _is_standard_name(statement.names[0].name)
    return statement.level == 0 and _is_standard_name(statement.module or "")


def _is_standard_name(module: str) -> bool:
    return module.partition(".")[0] in sys.stdlib_module_names
