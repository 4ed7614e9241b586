"""A model or a tokenizer loaded anew in each round of a loop, or for each call of a function."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.calls import last_name
from greenprof.lint.clients import call_in, is_kept
from greenprof.lint.often import reason_to_run_often
from greenprof.lint.row_uses import parents
from greenprof.lint.steady import steadiness
from greenprof.lint.tree import all_nodes, own_nodes

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.loops import Loop
    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_LOADS = re.compile(
    r"(?:joblib|torch|torch\.jit|spacy)\.load|(?:whisper|fasttext|mlflow\.\w+)\.load_model"
    r"|(?:tensorflow\.)?keras(?:\.saving|\.models)*\.load_model"
    r"|faster_whisper\.WhisperModel|ultralytics\.YOLO|easyocr\.Reader|llama_cpp\.Llama"
    r"|(?:transformers\.|transformers\.pipelines\.)pipeline|sentence_transformers\.(?:SentenceTransformer|CrossEncoder)"
    r"|onnxruntime\.InferenceSession|tiktoken\.(?:get_encoding|encoding_for_model)|.*\.from_pretrained"
)
_WORDS = frozenset(
    {"load", "load_model", "pipeline", "SentenceTransformer", "CrossEncoder", "InferenceSession", "get_encoding"}
    | {"encoding_for_model", "from_pretrained", "Booster", "WhisperModel", "YOLO", "Reader", "Llama"}
)
_MENTIONS = frozenset(
    {"joblib", "torch", "spacy", "whisper", "keras", "tensorflow", "transformers", "onnxruntime", "pickle", "lightgbm"}
    | {"fasttext", "mlflow", "faster_whisper", "ultralytics", "easyocr", "llama_cpp"}
)
_MODEL = re.compile(r"(?:^|_)(?:model|clf|classifier|regressor|vectori[sz]er|tokeni[sz]er|scaler|encoder|net)$")


class ModelLoadedInLoop(Rule):
    """Loading reads and builds all of a model; using it for one item is far cheaper."""

    name = "model-loaded-in-loop"
    group = "ml"
    cost = "request"
    message = "loads the same model in each round of this loop"
    fix = "load it once, before the loop or when the application starts, and hand it on"
    screen = Screen(
        words=_WORDS,
        mentions=_MENTIONS | {"sentence_transformers", "tiktoken", "from_pretrained"},
        loop=False,
    )

    def worth_reading(self, piece: Piece) -> bool:
        """Whether it loads a model."""
        return any(_loads(call, piece) for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``AutoTokenizer.from_pretrained(name)`` for each text, ``joblib.load(path)`` for each request."""
        if here.method(node) is None:
            return None
        call = here.read_call(node)
        if not _loads(call, here):
            return None
        loop = here.many(node)
        if loop is not None:
            sure = steadiness(_file_read(call, loop) or call, loop)
            return Hit(node, confidence=sure, loop=loop) if sure is not None else None
        reason, real = reason_to_run_often(here.scope), call_in(here.piece, call)
        if here.loops(node) or reason is None or real is None:
            return None
        above = parents(here.scope.node).get(real)
        is_given_on = isinstance(above, ast.Call) and last_name(above) == "load_state_dict"
        if is_kept(real, here.piece) and not is_given_on:
            return None
        return Hit(node, confidence="medium", message=f"loads a model for each call of this function, which {reason}")


def _loads(call: ast.Call, known: Piece | Place) -> bool:
    origins = known.origins(call.func)
    if not origins:
        return False
    if origins == {"lightgbm.Booster"}:
        return any(one.arg == "model_file" for one in call.keywords)
    if origins <= {"pickle.load", "cloudpickle.load", "dill.load"}:
        return _is_named_model(call, known)
    return all(map(_LOADS.fullmatch, origins))


def _is_named_model(call: ast.Call, known: Piece | Place) -> bool:
    """Whether what is read is given the name of a model: a pickle may hold anything."""
    text = ast.dump(call)
    return any(
        isinstance(one, ast.Assign)
        and ast.dump(one.value) == text
        and _MODEL.search(ast.unparse(one.targets[0]).lower()) is not None
        for one in own_nodes(known.scope.node)
    )


def _file_read(call: ast.Call, loop: Loop) -> ast.expr | None:
    """What the loop opens to read a model from: ``open(path)`` of ``with open(path) as file: pickle.load(file)``."""
    if not call.args or not isinstance(call.args[0], ast.Name):
        return None
    name = call.args[0].id
    for one in all_nodes(loop.code):
        match one:
            case ast.withitem(context_expr=opened, optional_vars=ast.Name(id=given)) if given == name:
                return opened
    return None
