"""A model or a tokenizer loaded anew in each round of a loop, or for each call of a function."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.clients import call_in, is_kept
from greenprof.lint.often import reason_to_run_often
from greenprof.lint.steady import steadiness

if TYPE_CHECKING:
    import ast

    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_LOADS = re.compile(
    r"(?:joblib|torch|torch\.jit|spacy|whisper)\.load|(?:tensorflow\.)?keras(?:\.saving|\.models)*\.load_model"
    r"|(?:transformers\.|transformers\.pipelines\.)pipeline|sentence_transformers\.(?:SentenceTransformer|CrossEncoder)"
    r"|onnxruntime\.InferenceSession|tiktoken\.(?:get_encoding|encoding_for_model)|.*\.from_pretrained"
)
_WORDS = frozenset(
    {"load", "load_model", "pipeline", "SentenceTransformer", "CrossEncoder", "InferenceSession", "get_encoding"}
    | {"encoding_for_model", "from_pretrained"}
)
_MENTIONS = frozenset({"joblib", "torch", "spacy", "whisper", "keras", "tensorflow", "transformers", "onnxruntime"})


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
        return any(_loads(call.func, piece) for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``AutoTokenizer.from_pretrained(name)`` for each text, ``joblib.load(path)`` for each request."""
        if here.method(node) is None:
            return None
        call = here.read_call(node)
        if not _loads(call.func, here):
            return None
        loop = here.many(node)
        if loop is not None:
            sure = steadiness(call, loop)
            return Hit(node, confidence=sure, loop=loop) if sure is not None else None
        reason, real = reason_to_run_often(here.scope), call_in(here.piece, call)
        if here.loops(node) or reason is None or real is None or is_kept(real, here.piece):
            return None
        return Hit(node, confidence="medium", message=f"loads a model for each call of this function, which {reason}")


def _loads(func: ast.expr, known: Piece | Place) -> bool:
    origins = known.origins(func)
    return bool(origins) and all(map(_LOADS.fullmatch, origins))
