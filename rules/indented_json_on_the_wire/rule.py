"""JSON laid out for people, sent to a program."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.calls import called, last_name

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_DUMPS = frozenset({"json.dumps", "simplejson.dumps", "ujson.dumps", "rapidjson.dumps"})
_RESPONSE = re.compile(r"^(?:\w*Response|make_response|jsonify|HttpResponse\w*)$")
_SENDS = re.compile(
    r"^(?:send|sendall|send_text|send_str|send_message|send_bytes|publish|basic_publish|produce|lpush|rpush|setex|xadd|put_object)$"
)
_HTTP = frozenset({"post", "put", "patch", "request", "Request"})
_CLIENTS = re.compile(r"(?:requests|httpx|aiohttp|urllib|urllib3|http\.client)\b.*")
_ERROR = re.compile(r"(?:^|_)(?:errors?|exc|exception)$")
_PASSED = frozenset({"encode", "bytes"})


class IndentedJsonOnTheWire(Rule):
    """``indent`` makes the text longer and takes the slow encoder."""

    name = "indented-json-on-the-wire"
    group = "io"
    message = "sends JSON with line breaks and indents that no person reads"
    fix = 'leave indent out; separators=(",", ":") saves the blanks too'
    screen = Screen(words=frozenset({"dumps", "JsonResponse"}), mentions=frozenset({"indent"}), loop=False)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether one of its calls lays out JSON."""
        return any(_lays_out(call, piece) for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``Response(json.dumps(data, indent=2))``."""
        if not node.args:
            return None
        call = here.read_call(node)
        if not _lays_out(call, here) or any(type(one).__name__ == "Raise" for one in here.trail):
            return None
        if last_name(call) == "JsonResponse":
            return Hit(node)
        sure = _is_sent(node, here)
        worth = "low" if _is_for_people(call, here) else "high"
        return Hit(node, confidence=sure, worth=worth) if sure is not None else None


def _is_for_people(dumps: ast.Call, here: Place) -> bool:
    """Whether it tells of an error, or is sent as plain text: what is short, seldom sent, and read by a person."""
    answers = [here.read_call(one) for one in here.trail if type(one).__name__ == "Call"]  # type: ignore[arg-type]
    if any(isinstance(one, ast.Constant) and one.value == "text/plain" for call in answers for one in ast.walk(call)):
        return True
    caught = {one.name for one in ast.walk(here.scope.node) if isinstance(one, ast.ExceptHandler)}
    given = next(iter([*dumps.args, *(word.value for word in dumps.keywords if word.arg == "obj")]), None)
    if given is None:
        return False
    name = given.attr if isinstance(given, ast.Attribute) else given.id if isinstance(given, ast.Name) else ""
    of_error = any(isinstance(one, ast.Name) and one.id in caught for one in ast.walk(given))
    return of_error or _ERROR.search(name) is not None


def _lays_out(call: ast.Call, known: Piece | Place) -> bool:
    """Whether `call` gives indented JSON: the amount is written there, so that it is no one's choice."""
    for word in call.keywords:
        if word.arg == "indent" and isinstance(word.value, ast.Constant) and word.value.value not in (None, False):
            return called(call, known, _DUMPS)
        if word.arg == "json_dumps_params" and isinstance(word.value, ast.Dict) and last_name(call) == "JsonResponse":
            return any(isinstance(key, ast.Constant) and key.value == "indent" for key in word.value.keys)
    return False


def _is_sent(node: cst.Call, here: Place) -> str | None:
    """How sure it is that the text goes to a program; by way of a name that is read once, too."""
    for above in reversed(here.trail):
        kind = type(above).__name__
        if kind == "Call":
            sure = _sends(here.read_call(above), here)  # type: ignore[arg-type]
            if sure is not None or last_name(here.read_call(above)) not in _PASSED:  # type: ignore[arg-type]
                return sure
        elif kind == "Assign":
            return _is_sent_by_name(here.read_statement(above), here)
        elif kind == "Dict":
            return "medium" if _is_answer_of_lambda(here.read(above)) else None  # type: ignore[arg-type]
        elif kind not in ("Arg", "Attribute", "BinaryOperation", "DictElement"):
            return None
        if kind == "BinaryOperation" and _is_markup(here.read(above)):  # type: ignore[arg-type]
            return None
    return None


def _is_markup(text: ast.expr) -> bool:
    """``"<pre>" + json.dumps(…)``: a page that a person looks at."""
    return any(isinstance(one, ast.Constant) and str(one.value).startswith("<") for one in ast.walk(text))


def _is_answer_of_lambda(answer: ast.expr) -> bool:
    """``{"statusCode": 200, "body": …}``, which a function in a cloud answers with."""
    keys = {one.value for one in getattr(answer, "keys", ()) if isinstance(one, ast.Constant)}
    return {"statusCode", "body"} <= keys


def _is_sent_by_name(statement: ast.stmt, here: Place) -> str | None:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]):
            pass
        case _:
            return None
    found = [
        _sends(call, here)
        for call in ast.walk(here.scope.node)
        if isinstance(call, ast.Call)
        and any(_is_the_text(one, name) for one in (*call.args, *(word.value for word in call.keywords)))
    ]
    # Text that is printed or written to a file as well is for people too.
    return found[0] if found and None not in found else None


def _is_the_text(expr: ast.expr, name: str) -> bool:
    match expr:
        case ast.Name(id=one):
            return one == name
        case ast.Call(func=ast.Attribute(value=ast.Name(id=one), attr="encode")):
            return one == name
    return False


def _sends(call: ast.Call, known: Piece | Place) -> str | None:
    name = last_name(call)
    if _RESPONSE.match(name):
        return None if _is_download(call) else "high"
    if name in _HTTP:
        return "high" if any(map(_CLIENTS.fullmatch, known.origins(call.func))) else None
    if isinstance(call.func, ast.Attribute):
        if name == "write" and ast.unparse(call.func.value).endswith("wfile"):
            return "high"
        return "medium" if _SENDS.match(name) else None
    return None


def _is_download(response: ast.Call) -> bool:
    """Whether a browser offers the answer as a file, which a person may open."""
    return any(
        isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value.lower() == "content-disposition"
        for one in ast.walk(response)
    )
