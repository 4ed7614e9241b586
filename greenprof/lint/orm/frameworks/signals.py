"""Django's signals: what the receivers of a model do each time that a row of it is saved or deleted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from greenprof.lint.orm import mapper
from greenprof.lint.orm.values import ANYTHING, ClassOf, Constant, External, Function, Row, Several, alternatives

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.lint.orm.evaluate import Evaluator
    from greenprof.lint.orm.frame import Frame
    from greenprof.lint.orm.models import Model
    from greenprof.lint.orm.program import Node
    from greenprof.lint.orm.project import Module

_SAVES = frozenset(["save", "create", "get_or_create", "update_or_create", "asave", "acreate"])
_DELETES = frozenset(["delete", "adelete"])
_SIGNALS = {"pre_save": _SAVES, "post_save": _SAVES, "pre_delete": _DELETES, "post_delete": _DELETES}


@dataclass(frozen=True, slots=True)
class Receiver:
    """A function that is called for rows of a model, or of any; ``signal`` says when."""

    function: Function
    signal: str
    model: Model | None


def written(ev: Evaluator, model: Model | None, name: str, row: Row | None, frame: Frame) -> None:
    """A row is saved or deleted: its receivers run; what they send stands where they send it."""
    if model is None or not model.is_django:
        return
    for one in receivers(ev):
        if name in _SIGNALS[one.signal] and one.model is model:
            given = row or Row(mapper.unknown_source(model, frame.module.path, 1), model, born=frame.rounds)
            arguments = (("sender", ClassOf(model.info)), ("instance", given), ("created", ANYTHING))
            ev.call_unseen(one.function, (), frame, arguments)


def receivers(ev: Evaluator) -> list[Receiver]:
    """The receivers of a project: by decorator, or connected in a module or in a method ``ready``."""
    if ev.receivers is None:
        ev.receivers = []
        for module in ev.project.modules.values():
            if any(_is_about_signals(node) for node in module.program if node[0] in ("from", "import")):
                ev.receivers += _in_module(ev, module)
    return ev.receivers


def _is_about_signals(node: Node) -> bool:
    return "signals" in repr(node) or "dispatch" in repr(node)


def _in_module(ev: Evaluator, module: Module) -> Iterator[Receiver]:
    for code in module.functions:
        for decorator in code.node[5]:
            if decorator is not None and decorator[0] == "call" and decorator[3][-1] == "receiver" and decorator[4]:
                yield from _receivers(ev, module, decorator[4][0], decorator, Function(code))
    bodies = [module.program, *(code.node[4] for code in module.functions if code.name == "ready")]
    for node in (one[2] for body in bodies for one in body if one[0] == "expr"):
        if node[0] == "call" and node[3] and node[3][0] == "attr" and node[3][4] == "connect" and node[4]:
            function = ev.value(node[4][0], ev.start(module))
            if isinstance(function, Function):
                yield from _receivers(ev, module, node[3][3], node, function)


def _receivers(ev: Evaluator, module: Module, signals: Node, call: Node, function: Function) -> Iterator[Receiver]:
    frame = ev.start(module)
    told = ev.value(signals, frame)
    sender = next((ev.value(value, frame) for name, value in call[5] if name == "sender"), None)
    for signal in told.elements if isinstance(told, Several) else alternatives(told):
        name = signal.name.rpartition(".")[2] if isinstance(signal, External) else ""
        model = mapper.model_of(ev, sender) if sender is not None else None
        if sender is not None and isinstance(sender, Constant) and isinstance(sender.value, str):
            model = ev.models.named(sender.value, module)
        if name in _SIGNALS and model is not None:
            yield Receiver(function, name, model)
