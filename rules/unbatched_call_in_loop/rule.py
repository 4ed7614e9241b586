"""One request for each item to a service that takes many at once."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.kinds import words

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_CLIENT = r"boto3(?:\.session\.Session\(\)|\.Session\(\))?\.client\(\)"
_TABLE = r"boto3(?:\.session\.Session\(\)|\.Session\(\))?\.resource\(\)\.Table\(\)"
_QUEUE = r"boto3(?:\.session\.Session\(\)|\.Session\(\))?\.resource\(\)\.(?:Queue|get_queue_by_name|create_queue)\(\)"
_SEARCH = r"(?:elasticsearch|opensearchpy)\.(?:Async)?(?:Elasticsearch|OpenSearch)\(\)"
_MONGO = r"(?:pymongo|motor\.motor_asyncio)\.\w*Client\(\)(?:\[\]|\.\w+|\.get_\w+\(\))+"
# The method, the words by which it is told even where the client is not known, the origins, and what to call.
_CALLS = (
    ("send_message", {"QueueUrl", "MessageBody"}, _CLIENT, "send_message_batch sends ten"),
    ("send_message", {"MessageBody"}, _QUEUE, "send_messages sends ten"),
    ("put_events", {"Entries"}, _CLIENT, "put_events takes ten entries"),
    ("delete_message", {"QueueUrl", "ReceiptHandle"}, _CLIENT, "delete_message_batch deletes ten"),
    ("publish", {"TopicArn", "Message"}, _CLIENT, "publish_batch sends ten"),
    ("put_record", {"StreamName", "Data"}, _CLIENT, "put_records sends up to 500"),
    ("put_record", {"DeliveryStreamName", "Record"}, _CLIENT, "put_record_batch sends up to 500"),
    ("delete_object", {"Bucket", "Key"}, _CLIENT, "delete_objects deletes up to 1,000"),
    ("get_item", {"TableName", "Key"}, _CLIENT, "batch_get_item reads up to 100"),
    ("put_item", {"TableName", "Item"}, _CLIENT, "batch_write_item writes up to 25"),
    ("put_item", {"Item"}, _TABLE, "table.batch_writer() writes 25 at a time"),
    ("get_item", {"Key"}, _TABLE, "batch_get_item reads up to 100"),
    ("delete_item", {"Key"}, _TABLE, "table.batch_writer() deletes 25 at a time"),
    ("index", {"index", "document"}, _SEARCH, "helpers.bulk sends hundreds"),
    ("index", {"index", "body"}, _SEARCH, "helpers.bulk sends hundreds"),
    ("update", {"index", "id", "doc"}, _SEARCH, "helpers.bulk sends hundreds"),
    ("delete", {"index", "id"}, _SEARCH, "helpers.bulk sends hundreds"),
    ("get", {"index", "id"}, _SEARCH, "mget reads many"),
    ("insert_one", set[str](), _MONGO, "insert_many writes them all"),
    ("find_one", set[str](), _MONGO, 'find({"key": {"$in": keys}}) reads them all'),
    ("update_one", set[str](), _MONGO, "bulk_write([UpdateOne(…), …]) writes them all"),
    ("replace_one", set[str](), _MONGO, "bulk_write([ReplaceOne(…), …]) writes them all"),
    ("delete_one", set[str](), _MONGO, 'delete_many({"key": {"$in": keys}}) deletes them all'),
    ("count_documents", set[str](), _MONGO, "one aggregate with $group counts them all"),
)
_MONGO_METHODS = words("insert_one find_one update_one replace_one delete_one count_documents")
_WHERE = words("QueueUrl TopicArn StreamName DeliveryStreamName Bucket TableName")
_IMPORTS = re.compile(r"(?:pymongo|motor|bson|mongoengine)(?:\.|$)")


class UnbatchedCallInLoop(Rule):
    """Where a service takes many items in one request, one each is the dear way."""

    name = "unbatched-call-in-loop"
    group = "network"
    cost = "request"
    message = "one request for each round of this loop, where the service takes many items in one"
    screen = Screen(
        words=frozenset(name for name, *_ in _CALLS),
        mentions=_WHERE | words("boto3 elasticsearch opensearchpy pymongo motor bson mongoengine"),
    )

    def worth_reading(self, piece: Piece) -> bool:
        """Whether one of its calls has a counterpart for many items."""
        return any(_batched(call, piece) for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``sqs.send_message(QueueUrl=url, MessageBody=text)``, ``collection.insert_one(document)``."""
        if here.method(node) not in self.screen.words:
            return None
        call = here.read_call(node)
        found = _batched(call, here.piece)
        loop = here.many(node) if found is not None else None
        if found is None or loop is None or loop.is_endless:
            return None
        if any(one.arg in _WHERE | {"index"} and loop.changes(one.value) for one in call.keywords):
            return None  # another queue, table or bucket each time
        sure, fix = found
        return Hit(node, confidence="medium" if loop.is_while or here.is_conditional() else sure, fix=fix)


def _batched(call: ast.Call, piece: Piece) -> tuple[str, str] | None:
    """How sure it is that a counterpart of `call` takes many items, and which that is; None if there is none known."""
    if not isinstance(call.func, ast.Attribute):
        return None
    method = call.func.attr
    given = {one.arg for one in call.keywords}
    entries = next((one.value for one in call.keywords if one.arg == "Entries"), None)
    if entries is not None and not (isinstance(entries, ast.List) and len(entries.elts) == 1):
        return None
    candidates = [one for one in _CALLS if one[0] == method and one[1] <= given]
    if not candidates:
        return None
    origins = piece.origins(call.func.value)
    for _, _, origin, fix in candidates:
        if any(re.fullmatch(origin, one) for one in origins):
            return "high", fix
    _, asked, _, fix = candidates[0]
    if method in _MONGO_METHODS:
        return ("medium", fix) if _imports_mongo(piece) else None
    told = len(asked) > 1 and any(name[0].isupper() for name in asked)
    return ("medium", fix) if told else None


def _imports_mongo(piece: Piece) -> bool:
    bindings = [one for several in piece.scope.module.bindings.values() for one in several]
    return any(one.origin is not None and _IMPORTS.match(one.origin) for one in bindings)
