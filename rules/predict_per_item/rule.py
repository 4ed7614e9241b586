"""A model asked for one item at a time, where it takes many at once."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.calls import last_name
from greenprof.lint.tree import own_nodes
from greenprof.lint.uses import named_once

if TYPE_CHECKING:
    from collections.abc import Mapping

    import libcst as cst

    from greenprof.lint.loops import Loop
    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_PREDICTS = frozenset({"predict", "predict_proba", "predict_log_proba", "decision_function", "score_samples"})
_TRANSFORM = "transform"
_TRANSFORMS = re.compile(r"encoder|vectori[sz]er|scaler|tf_?idf|(?:^|[._])(?:pca|svd)$|imputer|binari[sz]er")
_WRAPS = frozenset({"array", "asarray", "DataFrame", "expand_dims"})


class PredictPerItem(Rule):
    """Each call checks its input and goes through the layers of the library for one row."""

    name = "predict-per-item"
    group = "ml"
    message = "asks the model for one item in each round of this loop"
    fix = "collect the items and call predict once, or once for each batch of some hundred"
    screen = Screen(words=_PREDICTS | {_TRANSFORM})

    def worth_reading(self, piece: Piece) -> bool:
        """Whether one of its calls hands over a batch of one."""
        named = named_once(piece.of(ast.Assign))
        return any(_asks(call) and _is_batch_of_one(call, named) for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``model.predict([item])``, ``model.predict(row.reshape(1, -1))``."""
        if here.method(node) not in (*_PREDICTS, _TRANSFORM) or here.receiver(node) is None:
            return None
        call, loop = here.read_call(node), here.many(node)
        named = named_once(here.piece.of(ast.Assign))
        if loop is None or not _asks(call) or not _is_batch_of_one(call, named) or _is_made_anew(call, loop):
            return None
        # Where the loop does not say what comes next, an item may depend on the answer before it.
        if loop.is_while:
            return Hit(node, confidence="low")
        if here.method(node) == _TRANSFORM:
            return Hit(node, confidence="medium" if loop.changes(call.args[0]) else "low", unless_many="low")
        return Hit(node, confidence="high" if loop.changes(_meant(call.args[0], named)) else "low")


def _asks(call: ast.Call) -> bool:
    """Whether a call asks a model; or something that is named as what makes numbers of items."""
    name = last_name(call)
    if name != _TRANSFORM or not isinstance(call.func, ast.Attribute):
        return name in _PREDICTS
    return _TRANSFORMS.search(ast.unparse(call.func.value).lower()) is not None


def _is_made_anew(call: ast.Call, loop: Loop) -> bool:
    """Whether each round asks a model of its own: ``model = train(item)``, ``for model in models``."""
    model = call.func.value if isinstance(call.func, ast.Attribute) else call.func
    while isinstance(model, ast.Attribute | ast.Subscript):
        model = model.value
    stored = (one for one in own_nodes(loop.code) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store))
    return isinstance(model, ast.Name) and any(one.id == model.id for one in stored)


def _is_batch_of_one(call: ast.Call, named: Mapping[str, ast.expr]) -> bool:
    return bool(call.args) and _is_one(_meant(call.args[0], named))


def _meant(given: ast.expr, named: Mapping[str, ast.expr]) -> ast.expr:
    return named.get(given.id, given) if isinstance(given, ast.Name) else given


def _is_one(expr: ast.expr) -> bool:  # noqa: PLR0911  (one return per form)
    """Whether `expr` is written as a batch that holds one item."""
    match expr:
        case ast.List(elts=[item]):
            return not isinstance(item, ast.Starred)
        case ast.Call(func=ast.Attribute(attr="reshape"), args=[ast.Constant(value=1), _]):
            return True
        case ast.Call(func=ast.Attribute(attr="reshape"), args=[ast.Tuple(elts=[ast.Constant(value=1), _])]):
            return True
        case ast.Subscript(slice=ast.Constant(value=None) | ast.Tuple(elts=[ast.Constant(value=None), *_])):
            return True
        case ast.Call(func=ast.Attribute(attr="expand_dims"), args=[_, ast.Constant(value=0)]):
            return True
        case ast.Call(func=ast.Attribute(attr="expand_dims"), keywords=[ast.keyword("axis", ast.Constant(value=0))]):
            return True
        case ast.Subscript(slice=ast.Slice(lower=ast.Name(id=name), upper=ast.BinOp(ast.Name(id=end), ast.Add(), one))):
            return name == end and isinstance(one, ast.Constant) and one.value == 1
        case ast.Call(args=[first, *_]) if last_name(expr) in _WRAPS:
            return _is_one(first)
    return False
