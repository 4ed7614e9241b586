"""One text at a time given to what takes a batch of them."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.calls import meant_name
from greenprof.lint.databases import weakest
from greenprof.lint.kinds import words
from greenprof.lint.row_uses import parents

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.loops import Loop
    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_CREATE = re.compile(r".*\.embeddings\.create|openai\.Embedding\.a?create|litellm\.a?embedding")
_EMBED = re.compile(r"(?:voyageai|cohere|ollama|llama_cpp)\..*\bembed(?:dings)?|.*\.embed_content(?:_async)?")
_MODEL = re.compile(
    r"(?:sentence_transformers\.\w*(?:Transformer|Encoder)|FlagEmbedding\.\w+|InstructorEmbedding\.\w+)\(\)\.(?:encode|predict)"
)
_QUERIES = frozenset({"embed_query", "aembed_query"})
_LLAMA = frozenset({"get_text_embedding", "aget_text_embedding"})
_TEXTS = ("input", "texts", "text", "content", "contents", "prompt", "sentences")


class EmbeddingPerItem(Rule):
    """A request, or a pass through a model, takes many texts for little more than one."""

    name = "embedding-per-item"
    group = "network"
    cost = "request"
    message = "embeds one text in each round of this loop"
    fix = "give it a list of some hundred texts at a time"
    screen = Screen(
        words=frozenset({"create", "acreate", "embedding", "aembedding", "embed", "embeddings", "embed_content"})
        | _QUERIES
        | _LLAMA
        | {"embed_content_async", "encode", "predict"},
        mentions=words(
            """
            openai litellm embeddings embedding embed llama_index get_text_embedding embed_content
            embed_content_async embed_query aembed_query
            sentence_transformers FlagEmbedding InstructorEmbedding voyageai cohere ollama llama_cpp
            """
        ),
    )

    def worth_reading(self, piece: Piece) -> bool:
        """Whether one of its calls embeds a text."""
        return any(_embedded(call, piece) for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``client.embeddings.create(input=text)``, ``model.encode(text)``."""
        call = here.read_call(node)
        if meant_name(call, here) not in self.screen.words:
            return None
        found = _embedded(call, here.piece)
        loop = here.many(node) if found is not None else None
        if found is None or loop is None or loop.is_endless or not _is_one_item(found[0], loop):
            return None
        if _is_in_handler(here):
            return None  # what is done where a list is not taken
        fix = "embed_documents takes a list of texts" if here.method(node) in _QUERIES else None
        fix = "get_text_embedding_batch takes a list of texts" if here.method(node) in _LLAMA else fix
        return Hit(node, confidence=weakest(found[1], "medium" if loop.is_while else "high"), fix=fix)


def _embedded(call: ast.Call, piece: Piece) -> tuple[ast.expr, str] | None:
    """The text, or texts, that `call` embeds and how sure that is; None if it embeds nothing."""
    if not isinstance(call.func, ast.Attribute | ast.Name):
        return None
    text = next((one.value for one in call.keywords if one.arg in _TEXTS), call.args[0] if call.args else None)
    if text is None:
        return None
    for origin in sorted(piece.origins(call.func)):
        if _CREATE.fullmatch(origin):
            return text, "high" if re.match(r"(?:openai|litellm)\.", origin) else "medium"
        if _MODEL.fullmatch(origin) or _EMBED.fullmatch(origin):
            return text, "high"
        if origin.endswith((".embed_query", ".aembed_query", ".get_text_embedding", ".aget_text_embedding")):
            return text, "medium"
    return None


def _is_in_handler(here: Place) -> bool:
    above = parents(here.scope.node)
    node: ast.AST | None = here.piece.node
    while node is not None and not isinstance(node, ast.ExceptHandler):
        node = above.get(node)
    return node is not None or any(type(one).__name__ == "ExceptHandler" for one in here.trail)


def _is_one_item(text: ast.expr, loop: Loop) -> bool:
    """Whether `text` is, or is made from, the one item of a round: no list of many."""
    match text:
        case ast.List(elts=[item]) | ast.Tuple(elts=[item]):
            text = item
        case ast.ListComp() | ast.List() | ast.Tuple() | ast.Subscript(slice=ast.Slice()):
            return False
        case ast.Call(func=ast.Name(id="list")):
            return False
    if isinstance(text, ast.Name):
        value = loop.place.scope.value(text.id, loop.place.piece.lines.stop)
        if isinstance(value, ast.ListComp | ast.List) or (
            isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Slice)
        ):
            return False
    names = {one.id for one in ast.walk(text) if isinstance(one, ast.Name)}
    bound = {one.id for one in ast.walk(loop.code) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    return not names.isdisjoint(bound | loop.own_names)
