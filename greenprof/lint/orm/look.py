"""All that is found in a project: every function looked at, and what a framework calls by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from greenprof.lint.orm import frameworks
from greenprof.lint.orm.code import has_decorator
from greenprof.lint.orm.effects import Found
from greenprof.lint.orm.evaluate import Evaluator
from greenprof.lint.orm.frameworks.template_files import TemplateFiles
from greenprof.lint.orm.mapper import read_default_managers, unknown_source
from greenprof.lint.orm.program import Node
from greenprof.lint.orm.project import Project
from greenprof.lint.orm.screen import worth_a_look
from greenprof.lint.orm.values import ClassOf, Code, Function, Row, Value


def look(programs: Mapping[str, list[Node]], templates: Sequence[str] = ()) -> Evaluator:
    """Go through the programs of a project's files, by path, and the templates among these files that they render."""
    evaluator = Evaluator(Project(programs), TemplateFiles(templates))
    with _going_on(evaluator, "the models"):
        evaluator.models.read()
        read_default_managers(evaluator)
    if not evaluator.models.by_class:
        return evaluator
    worth = worth_a_look(evaluator.project, evaluator.models)
    for module in evaluator.project.modules.values():
        with _going_on(evaluator, module.path):
            evaluator.look_at_module(module)
        for code in (one for one in module.functions if id(one) in worth):
            with _going_on(evaluator, f"{module.path}:{code.node[1]}"):
                doubtful = code.owner is not None and frameworks.is_in_doubt(evaluator, code.owner)
                evaluator.look_at(code, self_of(evaluator, code), doubtful=doubtful)
    for info in evaluator.project.classes:
        with _going_on(evaluator, f"{info.module.path}:{info.line}"):
            frameworks.look_at_class(evaluator, info)
    return evaluator


@contextmanager
def _going_on(ev: Evaluator, where: str) -> Iterator[None]:
    """A form of code that nobody foresaw costs what is found in one function, not the whole run; it is noted."""
    try:
        yield
    except Exception as error:
        ev.failed.append(f"{where}: {type(error).__name__}: {error}")


def self_of(ev: Evaluator, code: Code) -> Value | None:
    """The object whose method a function is, when it is looked at on its own."""
    info = code.owner
    if info is None or has_decorator(code, "staticmethod"):
        return None
    if has_decorator(code, "classmethod"):
        return ClassOf(info)
    model = ev.models.of(info)
    if model is not None:
        return Row(unknown_source(model, info.module.path, info.line), model, own=False)
    return frameworks.self_of(ev, info, code.name)


__all__ = ["Found", "Function", "look"]
