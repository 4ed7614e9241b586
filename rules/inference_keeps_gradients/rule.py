"""A network that is only asked, while torch keeps all that training would need."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.bindings import Function
from greenprof.lint.clients import call_at
from greenprof.lint.tree import all_nodes, numbered, own_nodes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_WITHOUT = re.compile(r"no_?grad|inference_?mode", re.IGNORECASE)  # also under a name that a file gives it
# The file says itself which gradients it wants.
_KNOWING = frozenset({"set_grad_enabled", "enable_grad", "requires_grad", "requires_grad_"})
_TRAINS = frozenset({"backward", "grad", "zero_grad", "training_step", "manual_backward", "attack"})
# What comes out is no tensor that gradients go through.
_LEAVES = frozenset({"item", "tolist", "numpy", "argmax", "detach"})
_PART_OF_A_NETWORK = re.compile(r"^(?:forward|training_step|.*loss.*)$")


class InferenceKeepsGradients(Rule):
    """Each layer notes its inputs for the way back, which nobody goes."""

    name = "inference-keeps-gradients"
    group = "ml"
    message = "asks the network for an answer, and lets torch keep what only training needs"
    fix = "with torch.inference_mode(): around it, or @torch.inference_mode() on the function"
    needs = ("torch",)
    screen = Screen(words=frozenset(), mentions=frozenset({"torch", "transformers", "timm"}), loop=False)

    def words_of(self, tree: ast.Module) -> frozenset[str]:
        """The names of the networks that the file tells to answer: ``model`` of ``model.eval()``."""
        models = [path for node in all_nodes(tree) if (path := _told_to_answer(node)) is not None]
        return frozenset({path.rpartition(".")[2] for path in models} | ({"forward"} if models else set()))

    def worth_reading(self, piece: Piece) -> bool:
        """Whether it asks one of them."""
        return any(_confidence(call, piece) is not None for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``scores = model(batch)`` after ``model.eval()``, and no ``with torch.no_grad()`` around it."""
        if here.method(node) is None:
            return None
        call = call_at(node, here)
        sure = _confidence(call, here.piece) if call is not None else None
        return Hit(node, confidence=sure) if sure is not None else None


def _told_to_answer(node: ast.AST) -> str | None:
    """The network that a statement or call puts into the mode for answers, as it is written."""
    match node:
        case ast.Call(func=ast.Attribute(value=model, attr="eval"), args=[], keywords=[]):
            return _path(model)
        case ast.Call(func=ast.Attribute(value=model, attr="train"), args=[ast.Constant(value=False)]):
            return _path(model)
        case ast.Assign(targets=[target], value=ast.Call() as made) if "eval" in _methods(made):
            return _path(target)
    return None


def _methods(call: ast.expr) -> list[str]:
    """``["to", "eval"]`` of ``Net().eval().to(device)``: those that are called without arguments, and ``to``."""
    names = []
    while isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
        if call.func.attr == "to" or not (call.args or call.keywords):
            names.append(call.func.attr)
        call = call.func.value
    return names


def _told_to_learn(node: ast.AST, model: str) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(value=value, attr="train"), args=[] | [ast.Constant(value=True)]):
            return _path(value) == model
    return False


def _path(expr: ast.expr) -> str | None:
    """``self.model`` of such an attribute, ``model`` of a name; None for what is worked out."""
    parts = []
    while isinstance(expr, ast.Attribute):
        parts.append(expr.attr)
        expr = expr.value
    return ".".join([expr.id, *reversed(parts)]) if isinstance(expr, ast.Name) else None


def _confidence(call: ast.Call, piece: Piece) -> str | None:  # noqa: PLR0911  (one return per reason)
    """How surely `call` asks a network for an answer that nobody learns from; None if it does not."""
    func = call.func.value if isinstance(call.func, ast.Attribute) and call.func.attr == "forward" else call.func
    model = _path(func)
    module = piece.scope.module.node
    if model is None or not any(_told_to_answer(one) == model for one in all_nodes(module)):
        return None
    above = list(_above(call, module))
    if any(map(_is_without_gradients, above)) or not _KNOWING.isdisjoint(_names(all_nodes(module))):
        return None
    function = next((one for one in above if isinstance(one, Function)), None)
    if function is not None and function.name in _called_without_gradients(module):
        return None
    told = _behind_eval(call, model, above)
    if told is not None:
        names = _names(one for statement in told for one in all_nodes(statement))
    elif function is not None and _is_told_elsewhere(model, function, above, module):
        names = _names(own_nodes(function))
    else:
        return None
    if not _TRAINS.isdisjoint(names):
        return None
    if _LEAVES.isdisjoint(names):
        return "medium" if told is not None else None
    return "high" if told is not None else "medium"


def _behind_eval(call: ast.Call, model: str, above: Sequence[ast.AST]) -> list[ast.stmt] | None:
    """The statements from ``model.eval()`` on, up to ``model.train()``, of which one holds `call`; None without."""
    below: ast.AST = call
    for one in above:
        for block in (getattr(one, name, None) for name in ("body", "orelse", "finalbody")):
            if not isinstance(block, list) or below not in block:
                continue
            at = block.index(below)
            for before in range(at - 1, -1, -1):
                nodes = [block[before], *own_nodes(block[before])]
                if any(_told_to_learn(node, model) for node in nodes):
                    return None
                if any(_told_to_answer(node) == model for node in nodes):
                    return _until_it_learns(block[before + 1 :], model)
        if isinstance(one, Function):
            return None
        below = one
    return None


def _until_it_learns(statements: Sequence[ast.stmt], model: str) -> list[ast.stmt]:
    told = []
    for statement in statements:
        if any(_told_to_learn(node, model) for node in all_nodes(statement)):
            break
        told.append(statement)
    return told


def _is_told_elsewhere(
    model: str, function: ast.FunctionDef | ast.AsyncFunctionDef, above: Sequence[ast.AST], module: ast.Module
) -> bool:
    """Whether the module, or a method of the class, tells the network to answer, and nothing tells it to learn."""
    if any(_told_to_learn(node, model) for node in all_nodes(module)) or _PART_OF_A_NETWORK.match(function.name):
        return False
    if not model.startswith("self."):
        bound = {one.id for one in own_nodes(function) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
        bound.update(one.arg for one in all_nodes(function.args) if isinstance(one, ast.arg))
        return model.partition(".")[0] not in bound and any(_told_to_answer(one) == model for one in own_nodes(module))
    owner = next((one for one in above if isinstance(one, ast.ClassDef)), None)
    if owner is None or any("Module" in ast.unparse(base) for base in owner.bases):
        return False
    return any(_told_to_answer(one) == model for one in all_nodes(owner))


def _is_without_gradients(node: ast.AST) -> bool:
    """Whether what `node` holds runs under ``torch.no_grad()`` or its like."""
    heads: Sequence[ast.AST] = ()
    if isinstance(node, ast.With | ast.AsyncWith):
        heads = [item.context_expr for item in node.items]
    elif isinstance(node, Function):
        heads = node.decorator_list
    return any(_WITHOUT.search(ast.unparse(one)) for one in heads)


def _called_without_gradients(module: ast.Module) -> set[str]:
    """The names that are used where gradients are off, of functions too."""
    return _names(node for one in all_nodes(module) if _is_without_gradients(one) for node in all_nodes(one))


def _names(nodes: Iterable[ast.AST]) -> set[str]:
    """The attributes, functions and keyword arguments that nodes name."""
    found = set()
    for one in nodes:
        if isinstance(one, ast.Attribute):
            found.add(one.attr)
        elif isinstance(one, ast.Name):
            found.add(one.id)
        elif isinstance(one, ast.keyword) and one.arg is not None:
            found.add(one.arg)
    return found


def _above(node: ast.AST, module: ast.Module) -> Iterator[ast.AST]:
    """What stands around `node`, innermost first, up to the module."""
    tree = numbered(module)
    at = tree.place(node)
    while at:
        yield tree.parent(at)
        at = tree.parents[at]
