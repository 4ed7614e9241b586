"""The committed JSON Schema files say exactly what the nouns hold.

After a change that was meant, refresh them with ``UPDATE_SNAPSHOTS=1 pytest tests/reporters``.
"""

from __future__ import annotations

import json
import os
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from typing import Union, get_args, get_origin, get_type_hints

import pytest

from greenprof import reporters, wire
from greenprof.compare import Comparison, compare
from greenprof.model import Recording, Report
from greenprof.reporters._comparison import json as comparison_json

FOLDER = Path(__file__).parents[2] / "docs" / "schema"
SCALARS = {str: "string", float: "number", int: "integer", bool: "boolean"}
NOUNS = {"report": Report, "recording": Recording, "comparison": Comparison}
NUMBER = {"anyOf": [{"type": "number"}, {"type": "null"}]}
WORKED_OUT = {"comparison": {"differs": {"anyOf": [{"type": "boolean"}, {"type": "null"}]}, "ratio": NUMBER}}


def schema_of(kind, noun):
    """The JSON Schema (draft 2020-12) of a noun as `greenprof.wire` writes it."""
    definitions = {}
    root = object_of(noun, definitions)
    header = {
        "format": {"const": f"greenprof-{kind}"},
        "version": {"const": wire.FORMAT_VERSION},
        "greenprof": {"type": "string"},
    } | WORKED_OUT.get(kind, {})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"greenprof {kind}, format {wire.FORMAT_VERSION}",
        "type": "object",
        "properties": header | root["properties"],
        "required": [*header, *root["required"]],
        "$defs": definitions,
    }


def object_of(noun, definitions):
    hints = get_type_hints(noun)
    return {
        "type": "object",
        "properties": {field.name: value_of(hints[field.name], definitions) for field in fields(noun)},
        "required": [f.name for f in fields(noun) if f.default is MISSING and f.default_factory is MISSING],
    }


def value_of(hint, definitions):
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return {"anyOf": [value_of(arguments[0], definitions), {"type": "null"}]}
    if origin is tuple and arguments[-1] is Ellipsis:
        return {"type": "array", "items": value_of(arguments[0], definitions)}
    if origin is tuple:
        items = [value_of(argument, definitions) for argument in arguments]
        return {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}
    if origin is Mapping:
        return {"type": "object", "additionalProperties": value_of(arguments[1], definitions)}
    if is_dataclass(hint):
        if hint.__name__ not in definitions:
            definitions[hint.__name__] = {}
            definitions[hint.__name__] = object_of(hint, definitions)
        return {"$ref": f"#/$defs/{hint.__name__}"}
    return {"type": SCALARS[hint]}


def check(data, schema, definitions, where):
    """Hold `data` to the part of JSON Schema that `schema_of` writes."""
    if "$ref" in schema:
        schema = definitions[schema["$ref"].rsplit("/", 1)[1]]
    if "anyOf" in schema:
        if data is not None:
            check(data, schema["anyOf"][0], definitions, where)
        return
    if "const" in schema:
        assert data == schema["const"], where
        return
    python = {"object": dict, "array": list, "string": str, "number": (int, float), "integer": int, "boolean": bool}
    assert isinstance(data, python[schema["type"]]), where
    assert set(schema.get("required", ())) <= set(data if isinstance(data, dict) else ()), where
    if isinstance(data, dict):
        others = schema.get("additionalProperties")
        for name, value in data.items():
            assert others or name in schema["properties"], f"{where}.{name} is in no schema"
            check(value, others or schema["properties"][name], definitions, f"{where}.{name}")
    if isinstance(data, list):
        parts = schema.get("prefixItems") or [schema["items"]] * len(data)
        for number, (value, part) in enumerate(zip(data, parts, strict=True)):
            check(value, part, definitions, f"{where}[{number}]")


@pytest.mark.parametrize("kind", sorted(NOUNS))
def test_the_committed_schema_is_that_of_the_nouns(kind):
    path = FOLDER / f"{kind}-{wire.FORMAT_VERSION}.json"
    expected = json.dumps(schema_of(kind, NOUNS[kind]), indent=2) + "\n"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.write_text(expected, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == expected


def test_every_report_that_is_written_holds_to_the_schema(report):
    schema = json.loads((FOLDER / "report-1.json").read_text(encoding="utf-8"))
    check(json.loads(reporters.render("json", report)), schema, schema["$defs"], "report")


def test_every_comparison_that_is_written_holds_to_the_schema(report):
    schema = json.loads((FOLDER / "comparison-1.json").read_text(encoding="utf-8"))
    written = json.loads(comparison_json.render(compare(report, report)))
    check(written, schema, schema["$defs"], "comparison")
    assert not written["differs"]
