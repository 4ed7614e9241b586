"""The committed JSON Schema files say exactly what the nouns hold.

After a change that was meant, refresh them with ``UPDATE_SNAPSHOTS=1 pytest tests/reporters``.
"""

from __future__ import annotations

import json
import os
import sys
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from typing import Literal, Union, get_args, get_origin, get_type_hints

import pytest
from click.testing import CliRunner

from greenprof import reporters, wire
from greenprof.ab import show as ab_show
from greenprof.ab.outcome import Outcome, Result, Stand
from greenprof.cli import cli
from greenprof.compare import Comparison, compare
from greenprof.model import Host, MeterInfo, Recording, Report
from greenprof.reporters._comparison import json as comparison_json
from greenprof.versus.nouns import Growth, Row
from greenprof.versus.suite.nouns import SuiteOutcome

FOLDER = Path(__file__).parents[2] / "docs" / "schema"
SCALARS = {str: "string", float: "number", int: "integer", bool: "boolean"}
NOUNS = {"report": Report, "recording": Recording, "comparison": Comparison, "suite": SuiteOutcome}
NUMBER = {"anyOf": [{"type": "number"}, {"type": "null"}]}
TEXTS = {"type": "array", "items": {"type": "string"}}
ABOUT_A_COMMAND = {
    "number": {"type": "integer"},
    "name": {"type": "string"},
    "command": {"type": "string"},
    "parameters": {"type": "object", "additionalProperties": {"type": "string"}},
    "baseline": {"type": "integer"},
}
MAY_BE_INFINITE = {"Judged", "Fit", "Growth", "Outcome"}
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


def versus_schema():
    """That of commands beside each other: `greenprof.versus.show.data` puts it together of several nouns."""
    definitions = {}
    row = object_of(Row, definitions, without="case")
    row["properties"] = ABOUT_A_COMMAND | row["properties"]
    row["required"] = [*ABOUT_A_COMMAND, *row["required"]]
    own = {
        "quantity": {"enum": ["J", "cpu-s"]},
        "host": value_of(Host, definitions),
        "meter": value_of(MeterInfo, definitions),
        "commands": {"type": "array", "items": row},
        "growth": {"type": "array", "items": value_of(Growth, definitions)},
        "good_fit": {"type": "number"},
        "notes": TEXTS,
    }
    return whole("versus", own, definitions)


def ab_schema():
    """That of two commits beside each other (`greenprof.ab.show`)."""
    definitions = {}
    own = {
        "command": TEXTS,
        "host": {"type": "string"},
        "base": value_of(Stand, definitions),
        "head": value_of(Stand, definitions),
        "quantity": {"enum": ["cpu-s", "J"]},
        "meter": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "method": {"type": "string"},
        "spent_s": {"type": "number"},
        "regressions": {"type": "integer"},
        "failed": {"type": "boolean"},
        "tests": {"type": "array", "items": value_of(Outcome, definitions)},
    }
    return whole("ab", own, definitions)


def whole(kind, own, definitions):
    header = {"format": {"const": f"greenprof-{kind}"}, "version": {"const": 1}, "greenprof": {"type": "string"}}
    for name in MAY_BE_INFINITE & definitions.keys():
        definitions[name] = null_where_infinite(definitions[name])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"greenprof {kind}, format 1",
        "type": "object",
        "properties": header | own,
        "required": [*header, *own],
        "$defs": definitions,
    }


def null_where_infinite(schema):
    """JSON has no infinity: a number is null there."""
    if schema == {"type": "number"}:
        return NUMBER
    if isinstance(schema, dict):
        return {key: each if key == "anyOf" and each == NUMBER["anyOf"] else null_where_infinite(each)
                for key, each in schema.items()}  # fmt: skip
    return [null_where_infinite(each) for each in schema] if isinstance(schema, list) else schema


COMPOSED = {"versus": versus_schema, "ab": ab_schema}


def object_of(noun, definitions, without=""):
    hints = get_type_hints(noun)
    shown = [field for field in fields(noun) if field.name != without]
    return {
        "type": "object",
        "properties": {field.name: value_of(hints[field.name], definitions) for field in shown},
        "required": [f.name for f in shown if f.default is MISSING and f.default_factory is MISSING],
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
    if origin is Literal:
        return {"enum": list(arguments)}
    return {"type": SCALARS[hint]}


def check(data, schema, definitions, where):
    """Hold `data` to the part of JSON Schema that `schema_of` writes."""
    if "$ref" in schema:
        schema = definitions[schema["$ref"].rsplit("/", 1)[1]]
    if "anyOf" in schema:
        if data is not None:
            check(data, schema["anyOf"][0], definitions, where)
        return
    if "enum" in schema:
        assert data in schema["enum"], where
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


@pytest.mark.parametrize("kind", sorted(NOUNS | COMPOSED))
def test_the_committed_schema_is_that_of_the_nouns(kind):
    path = FOLDER / f"{kind}-{wire.FORMAT_VERSION}.json"
    schema = COMPOSED[kind]() if kind in COMPOSED else schema_of(kind, NOUNS[kind])
    expected = json.dumps(schema, indent=2) + "\n"
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


SUITE = """
[[task]]
name = "nothing"
implementation = [{ name = "one", run = "true" }, { name = "two", run = "true" }, { name = "no", run = "false" }]
"""


@pytest.mark.skipif(sys.platform != "linux", reason="commands are measured on Linux only")
@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        ("versus", ["true", "true x", "--runs", "2", "-w", "0"]),
        ("versus", ["true {n}", "--scale", "n=1,2,3,4", "--runs", "2", "-w", "0"]),
        ("suite", ["--suite", "suite.toml", "--runs", "2", "-w", "0"]),
        ("suite", ["--suite", "suite.toml", "--max-time", "0.0001", "-w", "0"]),
    ],
)
def test_every_comparison_of_commands_that_is_written_holds_to_the_schema(kind, arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "suite.toml").write_text(SUITE)
    result = CliRunner().invoke(cli, ["compare", *arguments, "-f", "json"])
    schema = json.loads((FOLDER / f"{kind}-1.json").read_text(encoding="utf-8"))
    check(json.loads(result.output), schema, schema["$defs"], kind)


def test_every_comparison_of_commits_that_is_written_holds_to_the_schema():
    stand = Stand(name="main", sha=None, how="", python="3.12.1", code=("a.py",), modules=1, notes=("odd",))
    outcomes = (
        Outcome(node="a", said="new", limit=0.05),
        Outcome(node="b", said="inconclusive", limit=0.05, base_s=1.0, head_s=1.0, ratio=1.0,
                interval=(0.0, float("inf")), p_value=0.5, pairs=8, smallest_detectable=float("inf")),
    )  # fmt: skip
    written = ab_show.as_json(
        Result(base=stand, head=stand, command=("pytest",), outcomes=outcomes, strict=False, host="f1", spent_s=1.0)
    )
    schema = json.loads((FOLDER / "ab-1.json").read_text(encoding="utf-8"))
    check(json.loads(written), schema, schema["$defs"], "ab")
    assert json.loads(written)["tests"][1]["interval"] == [0.0, None]
