"""What one types: ``%%greenprof`` on top of a cell, ``%greenprof STATEMENT`` within one."""

from __future__ import annotations

import ast
import inspect
import linecache
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, magics_class, output_can_be_silenced
from IPython.display import display

from greenprof.config import load_config
from greenprof.errors import GreenprofError
from greenprof.notebook.cells import Cell, only_cell
from greenprof.notebook.measure import Measurement
from greenprof.notebook.options import Options, read_options
from greenprof.notebook.report import report_on
from greenprof.notebook.show import CellReport

if TYPE_CHECKING:
    from greenprof.model import Recording

_MAGIC = "%%greenprof"


def register(shell: Any) -> None:
    """Add the magics to `shell`, an ``IPython.core.interactiveshell.InteractiveShell``."""
    shell.register_magics(GreenprofMagics)

    def let_it_await(lines: list[str]) -> list[str]:
        """A measured cell that awaits becomes a call that is awaited: magics are called by code that is not."""
        first, text = (lines[0].rstrip() if lines else ""), "".join(lines[1:])
        if first.partition(" ")[0] != _MAGIC or not _awaits(shell.transform_cell(text)):
            return lines
        magics = f"get_ipython().find_cell_magic({GreenprofMagics.greenprof.__name__!r}).__self__"
        return [f"await {magics}.awaited({first.removeprefix(_MAGIC)!r}, {text!r})\n"]

    shell.input_transformers_cleanup.append(let_it_await)


@dataclass(frozen=True, slots=True)
class _Compiled:
    """Code that is ready to run: statements, and the expression at their end whose value is shown."""

    cell: Cell
    statements: CodeType
    expression: CodeType | None

    def run(self, namespace: dict[str, Any]) -> Any:
        """Run it all; the value of the last expression, None if there is none."""
        __tracebackhide__ = True
        exec(self.statements, namespace)
        return None if self.expression is None else eval(self.expression, namespace)

    async def run_awaited(self, namespace: dict[str, Any]) -> Any:
        """Run code that may await."""
        __tracebackhide__ = True
        value = None
        for code in filter(None, (self.statements, self.expression)):
            value = eval(code, namespace)
            if code.co_flags & inspect.CO_COROUTINE:
                value = await value
        return None if self.expression is None else value


@magics_class
class GreenprofMagics(Magics):
    """The magics of greenprof."""

    @output_can_be_silenced
    @line_cell_magic
    def greenprof(self, line: str, cell: str | None = None) -> Any:
        """Measure the joules of a cell, line by line, or those of one statement.

        %%greenprof [OPTIONS]
        %greenprof [OPTIONS] STATEMENT

        -o FILE, --output FILE  Write the whole report to FILE, in the format of its suffix; may be given several times.
        --meter NAME            Meter to use, NAME or NAME:ARGUMENT. By default the first that works.
        --interval SECONDS      Time between two samples of the stacks. By default 0.01.
        --sampler inside        Sample the stacks in the kernel itself, not from outside; lines are ranges then.
        --no-lint               Do not look for antipatterns.
        """
        __tracebackhide__ = True
        with _errors_in_one_line():
            options, compiled = self._prepared(line, cell)
            with self._measuring(compiled.cell, options):
                return compiled.run(self._shell.user_ns)

    async def awaited(self, line: str, cell: str) -> Any:
        """What the cell magic does, for a cell that awaits."""
        __tracebackhide__ = True
        with _errors_in_one_line():
            options, compiled = self._prepared(line, cell)
            with self._measuring(compiled.cell, options):
                return await compiled.run_awaited(self._shell.user_ns)

    @property
    def _shell(self) -> Any:
        return self.shell

    def _prepared(self, line: str, cell: str | None) -> tuple[Options, _Compiled]:
        options, statement = read_options(line)
        if cell is None:
            if not statement:
                raise GreenprofError("%greenprof takes a statement to measure; %%greenprof measures the whole cell")
            return options, self._compile(statement, "%greenprof", ("%greenprof", statement), above=0)
        if statement:
            raise GreenprofError(f"{_MAGIC} takes options only, and {statement!r} is none")
        blank = cell[: len(cell) - len(cell.lstrip())].count("\n")
        name = self._name_of_this_cell()
        return options, self._compile(cell, name, (name,), above=1 + blank)  # numbered as the reader sees them

    def _compile(self, text: str, name: str, command: tuple[str, ...], above: int) -> _Compiled:
        shell, compiler = self._shell, self._shell.compile
        source = "\n" * above + shell.transform_cell(text)
        number = re.search(r"\d+", name)
        file = compiler.cache(source, int(number[0]) if number else shell.execution_count, raw_code=source)
        tree = shell.transform_ast(compiler.ast_parse(source, filename=file))
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        with compiler.extra_flags(ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if _awaits(source) else 0):
            return _Compiled(
                Cell(file=file, name=name, command=command),
                compiler(tree, file, "exec"),
                compiler(ast.Expression(last.value), file, "eval") if last is not None else None,
            )

    @contextmanager
    def _measuring(self, cell: Cell, options: Options) -> Iterator[None]:
        """Measure what is done inside, and show it; also where that fails, which is then passed on."""
        __tracebackhide__ = True
        failed = True
        meter = options.meter or load_config().meter
        with Measurement(meter, options.interval_s, inside=options.inside) as measurement:
            begun_ns = time.monotonic_ns()
            try:
                yield
                failed = False
            finally:
                duration_s = (time.monotonic_ns() - begun_ns) / 1e9
                try:
                    self._show(measurement.recording(), cell, duration_s, options)
                except GreenprofError as error:
                    if not failed:  # else its own failure is what matters
                        raise
                    print(f"greenprof: {error}", file=sys.stderr)

    def _show(self, recording: Recording, cell: Cell, duration_s: float, options: Options) -> None:
        cells = {**self._cells(recording), cell.file: cell.name}
        texts = {name: [line.rstrip("\r\n") for line in linecache.getlines(file)] for file, name in cells.items()}
        here = str(Path.cwd()) + os.sep
        names = {frame.path: cells.get(frame.path, frame.path.removeprefix(here)) for frame in recording.frames}
        seen = only_cell(recording, cell, duration_s, names, frozenset(cells))
        report = report_on(seen, texts, load_config(), lint=options.lint)
        display(CellReport(report))  # type: ignore[no-untyped-call]
        for path in options.write(report):
            print(f"greenprof: wrote {path}")

    def _cells(self, recording: Recording) -> dict[str, str]:
        """What a reader calls the cells that ran, ``In[5]``, by what their code calls its file."""
        labels = {frame.path: self._shell.compile.format_code_name(frame.path) for frame in recording.frames}
        return {path: label[1] for path, label in labels.items() if label is not None}

    def _name_of_this_cell(self) -> str:
        """``In[5]``: the number is already that of the next cell, or not yet, as IPython's version has it."""
        frame: FrameType | None = sys._getframe()
        while frame is not None:
            label = self._shell.compile.format_code_name(frame.f_code.co_filename)
            if label is not None:
                return str(label[1])
            frame = frame.f_back
        return f"In[{self._shell.execution_count}]"


def _awaits(text: str) -> bool:
    """Whether the text of a cell awaits outside of functions."""
    try:
        code = compile(text, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | ast.PyCF_ONLY_AST)
        code = compile(code, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return bool(code.co_flags & inspect.CO_COROUTINE)


@contextmanager
def _errors_in_one_line() -> Iterator[None]:
    """What a user can cause is said as IPython says that a magic was used wrongly: without a traceback."""
    __tracebackhide__ = True
    try:
        yield
    except GreenprofError as error:
        raise UsageError(str(error)) from None
