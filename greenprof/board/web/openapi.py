"""The description of the interface for programs, OpenAPI 3.1."""

from __future__ import annotations

from typing import Any

from greenprof import __version__

Json = dict[str, Any]


def description(title: str) -> Json:
    """All of it, ready for ``json.dumps``."""
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": __version__, "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"}},
        "paths": _paths(),
        "components": {
            "schemas": _SCHEMAS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "A team's token."}},
        },
    }


def _paths() -> Json:
    name = _parameter("challenge", "path", {"type": "string"}, "The name of a challenge.")
    uid = _parameter("uid", "path", {"type": "string"}, "The name of a submission.")
    filename = _parameter("filename", "query", {"type": "string", "maxLength": 120}, "Tells what kind of file it is.")
    language = _parameter("language", "query", {"type": "string"}, "Needed where the file's name does not say it.")
    ranking = [_answer(200, "The ranking.", "Standing"), _NOT_FOUND]
    taken = [
        _answer(201, "Kept, and waiting for a judge.", "Taken"),
        _answer(200, "The same files were handed in before; they are not judged again.", "Taken"),
        _answer(400, "It cannot be unpacked, or its language is not known.", "Error"),
        _NO_TOKEN,
        _answer(403, "The board is closed.", "Error"),
        _NOT_FOUND,
        _answer(413, "It is too large.", "Error"),
        _TOO_MANY,
    ]
    binary = {"schema": {"type": "string", "format": "binary"}}
    body = {"required": True, "content": {"application/octet-stream": binary}}
    csv = {"200": {"description": "The ranking.", "content": {"text/csv": {"schema": {"type": "string"}}}}}
    return {
        "/api/challenges": {"get": _operation("challenges", "All challenges.", [_answer(200, "All.", "Challenges")])},
        "/api/challenges/{challenge}": {
            "get": _operation("challenge", "One challenge.", [_answer(200, "It.", "Challenge"), _NOT_FOUND], [name])
        },
        "/api/challenges/{challenge}/ranking": {
            "get": _operation("ranking", "The ranking of a challenge.", ranking, [name])
        },
        "/api/challenges/{challenge}/ranking.csv": {
            "get": _operation("ranking_csv", "The ranking, for a spreadsheet.", [_NOT_FOUND], [name], csv)
        },
        "/api/challenges/{challenge}/submissions": {
            "post": _operation("submit", "Hand in a file, a zip or a git bundle.", taken, [name, filename, language])
            | {"requestBody": body, "security": [{"token": []}]}
        },
        "/api/submissions": {
            "get": _operation("own", "What the team has handed in.", [_answer(200, "All.", "Submissions"), _NO_TOKEN])
            | {"security": [{"token": []}]}
        },
        "/api/submissions/{uid}": {
            "get": _operation("submission", "One submission.", [_answer(200, "It.", "Submission"), _NOT_FOUND], [uid])
            | {"security": [{}, {"token": []}]}
        },
        "/health": {
            "get": _operation(
                "health",
                "Whether the board can do its work.",
                [_answer(200, "It can.", "Health"), _answer(503, "Its database is away.", "Health")],
            )
        },
    }


def _operation(
    name: str, summary: str, answers: list[Json], parameters: list[Json] | None = None, more: Json | None = None
) -> Json:
    responses = dict(more or {})
    for one in answers:
        responses |= one
    return {"operationId": name, "summary": summary, "parameters": parameters or [], "responses": responses}


def _parameter(name: str, where: str, schema: Json, told: str) -> Json:
    return {"name": name, "in": where, "required": where == "path", "schema": schema, "description": told}


def _answer(status: int, told: str, schema: str) -> Json:
    reference = {"$ref": f"#/components/schemas/{schema}"}
    return {str(status): {"description": told, "content": {"application/json": {"schema": reference}}}}


_NOT_FOUND = _answer(404, "There is no such thing.", "Error")
_NO_TOKEN = _answer(401, "A team's token is needed.", "Error")
_TOO_MANY = _answer(429, "The team is at its limit; Retry-After says when it may try again.", "Error")


def _object(properties: Json, *, optional: tuple[str, ...] = ()) -> Json:
    needed = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": needed}


def _list(of: Json) -> Json:
    return {"type": "array", "items": of}


def _maybe(kind: str) -> Json:
    return {"type": [kind, "null"]}


def _schema(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


_TEXT, _WHOLE, _YES = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
_TIME = {"type": "string", "format": "date-time"}
_BY_LANGUAGE = {"type": "object", "additionalProperties": _TEXT}
_INTERVAL: Json = {"type": ["array", "null"], "items": _maybe("number"), "minItems": 2, "maxItems": 2}
_ENTRY = {
    "uid": _TEXT, "team": _TEXT, "challenge": _TEXT, "language": _TEXT, "received_at": _TIME, "state": _TEXT,
    "score": _maybe("number"), "interval": _INTERVAL, "estimated": _maybe("boolean"), "findings": _maybe("integer"),
}  # fmt: skip
_NAMED = {"name": _TEXT, "source": _TEXT}
_SCHEMAS: Json = {
    "Error": _object({"error": _TEXT}),
    "Challenge": _object(
        {
            "name": _TEXT, "title": _BY_LANGUAGE, "task": _BY_LANGUAGE, "languages": _list(_object(_NAMED)),
            "source_bytes": _WHOLE, "digest": _TEXT,
        }
    ),
    "Challenges": _object({"challenges": _list(_schema("Challenge"))}),
    "Line": _object(
        {
            "rank": _WHOLE, "tied": _YES, "team": _TEXT, "language": _TEXT, "score": {"type": "number"},
            "interval": _INTERVAL, "findings": _maybe("integer"), "judged": _WHOLE, "submission": _TEXT,
            "received_at": _TIME,
        }
    ),
    "Table": _object(
        {"estimated": _YES, "host": _TEXT, "cpu": _TEXT, "meter": _TEXT, "lines": _list(_schema("Line"))}
    ),
    "Standing": _object(
        {
            "challenge": _TEXT, "tables": _list(_schema("Table")), "pending": _WHOLE, "rejected": _WHOLE,
            "held_back": _WHOLE, "frozen": _YES,
        }
    ),
    "Entry": _object(_ENTRY),
    "Submissions": _object({"submissions": _list(_schema("Entry"))}),
    "Submission": _object(_ENTRY | {"detail": {"type": ["object", "null"]}}, optional=("detail",)),
    "Taken": _object(_ENTRY | {"new": _YES}),
    "Health": _object({"status": _TEXT, "submissions": {"type": "object"}}, optional=("submissions",)),
}  # fmt: skip
