"""Nouns to JSON and back. The one place that trusts no input.

A file starts with its format and version. Readers ignore keys that they do not know, take a
missing key's default where the noun has one, and say in one line what is wrong and where.
"""

from __future__ import annotations

import json
import math
import types
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, asdict, fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from greenprof import __version__
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.journal import FORMAT as JOURNAL
from greenprof.journal import read_journal
from greenprof.model import DEEPEST_TREE, NativeStack, Node, Recording, Report

FORMAT_VERSION = 1
REPORT = "greenprof-report"
RECORDING = "greenprof-recording"
_JOURNAL = f'{{"format":"{JOURNAL}"'
_NODES = tuple[Node, ...]
_EXPECTED = "expected a saved report or recording"

Noun = TypeVar("Noun")


def report_to_json(report: Report) -> dict[str, Any]:
    """The report as format 1 of the contract, ready for ``json.dumps``."""
    return {**_header(REPORT), **asdict(report)}


def recordings_to_json(recordings: Sequence[Recording]) -> dict[str, Any]:
    """Recordings of one command (several with ``--repeat``) as JSON, ready for ``json.dumps``."""
    return {**_header(RECORDING), "runs": [asdict(recording) for recording in recordings]}


def report_from_json(data: object, where: str) -> Report:
    """Read a report; raises `GreenprofError` that names `where` and the key that is wrong."""
    _check_header(data, where, REPORT)
    return _decode(Report, data, where, "")


def recordings_from_json(data: object, where: str) -> tuple[Recording, ...]:
    """Read recordings; raises `GreenprofError` that names `where` and the key that is wrong."""
    runs = _check_header(data, where, RECORDING).get("runs")
    if not isinstance(runs, list) or not runs:
        raise _wrong(where, "runs", "a list of at least one recording")
    recordings = tuple(_decode(Recording, run, where, f"runs[{place}]") for place, run in enumerate(runs))
    for recording in recordings:
        _check_places(recording, where)
    return recordings


def load(path: Path) -> tuple[Recording, ...] | Report:
    """Read a saved report, the recordings of a saved run, or the journal of one that was cut short."""
    text = _read(path)
    if text.startswith(_JOURNAL):
        return (_read_journal(path, text),)
    data = _parse(path, text)
    kind = data.get("format") if isinstance(data, dict) else None
    return recordings_from_json(data, str(path)) if kind == RECORDING else report_from_json(data, str(path))


def load_report(path: Path) -> Report:
    """Read a saved report; raises `GreenprofError` for recordings too."""
    saved = load(path)
    if not isinstance(saved, Report):
        raise GreenprofError(f"{path}: is a recording; `greenprof report -f json` makes a report of it", EXIT_USAGE)
    return saved


def decoded(noun: Callable[..., Noun], data: object, where: str) -> Noun:
    """A noun of another part from JSON; raises `GreenprofError` that names `where` and the key that is wrong."""
    return _decode(noun, data, where, "")


def dumps(data: dict[str, Any]) -> str:
    """JSON as greenprof writes it: UTF-8, one trailing newline, no NaN."""
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"


def _header(kind: str) -> dict[str, Any]:
    return {"format": kind, "version": FORMAT_VERSION, "greenprof": __version__}


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise GreenprofError(f"{path}: cannot be read ({error.strerror})", EXIT_USAGE) from None
    except ValueError as error:
        raise GreenprofError(f"{path}: is not JSON ({error}); {_EXPECTED}", EXIT_USAGE) from None


def _parse(path: Path, text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise GreenprofError(f"{path}: is not JSON ({error}); {_EXPECTED}", EXIT_USAGE) from None


def _read_journal(path: Path, text: str) -> Recording:
    try:
        recording = read_journal(text.splitlines())
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise GreenprofError(f"{path}: is a damaged journal ({error})", EXIT_USAGE) from None
    _check_places(recording, str(path))
    return recording


def _check_header(data: object, where: str, kind: str) -> dict[str, Any]:
    if not isinstance(data, dict) or data.get("format") not in (REPORT, RECORDING):
        raise GreenprofError(f"{where}: is neither a greenprof report nor a recording", EXIT_USAGE)
    if data["format"] != kind:
        raise GreenprofError(f"{where}: is a {data['format']}, expected a {kind}", EXIT_USAGE)
    version = data.get("version")
    if version != FORMAT_VERSION:
        raise GreenprofError(
            f"{where}: has format version {version!r}, this greenprof reads version {FORMAT_VERSION}; "
            f"the file was written by greenprof {data.get('greenprof', 'of unknown version')}",
            EXIT_USAGE,
        )
    return data


def _check_places(recording: Recording, where: str) -> None:
    """Refuse samples, stacks and windows that point outside the tables they refer to."""
    if not recording.windows:
        raise _wrong(where, "windows", "at least one window")
    domains = len(recording.meter.domains)
    if any(len(window.joules) != domains for window in recording.windows):
        raise _wrong(where, "windows", f"{domains} joules a window, one for each domain")
    if any(not stack or not all(0 <= frame < len(recording.frames) for frame in stack) for stack in recording.stacks):
        raise _wrong(where, "stacks", "places in frames, at least one each")
    for sample in recording.samples:
        if not 0 <= sample.window < len(recording.windows) or not 0 <= sample.stack < len(recording.stacks):
            raise _wrong(where, "samples", "places in windows and stacks")
    if recording.native is not None and not all(_is_placed(seen, recording) for seen in recording.native.stacks):
        raise _wrong(where, "native", "places in frames, at least one each, and in its functions")


def _is_placed(seen: NativeStack, recording: Recording) -> bool:
    functions = recording.native.functions if recording.native else ()
    return (
        bool(seen.stack)
        and all(0 <= place < len(recording.frames) for place in seen.stack)
        and all(0 <= place < len(functions) for place in seen.functions)
        and seen.count > 0
    )


@cache
def _shape(noun: Any) -> tuple[tuple[str, Any, bool], ...]:
    """Name, type and whether a default exists, for each field of a noun."""
    hints = get_type_hints(noun)
    return tuple(
        (field.name, hints[field.name], field.default is not MISSING or field.default_factory is not MISSING)
        for field in fields(noun)
    )


def _decode(noun: Callable[..., Noun], data: object, where: str, key: str) -> Noun:
    """A dataclass from a JSON object."""
    if not isinstance(data, dict):
        raise _wrong(where, key, "an object")
    values: dict[str, Any] = {}
    for name, hint, has_default in _shape(noun):
        place = f"{key}.{name}" if key else name
        if name in data:
            values[name] = _value(hint, data[name], where, place)
        elif not has_default:
            raise GreenprofError(f"{where}: {place} is missing", EXIT_USAGE)
    return noun(**values)


def _value(hint: Any, data: object, where: str, key: str) -> Any:
    """`data` as the type that `hint` names, or an error that says what was expected at `key`."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return None if data is None else _value(arguments[0], data, where, key)
    if hint == _NODES:
        return _tree(data, where, key)
    if origin is tuple:
        return _tuple(arguments, data, where, key)
    if origin is Mapping:
        if not isinstance(data, dict):
            raise _wrong(where, key, "an object")
        return {name: _value(arguments[1], item, where, f"{key}.{name}") for name, item in data.items()}
    if isinstance(hint, type) and is_dataclass(hint):
        return _decode(hint, data, where, key)
    return _word(arguments, data, where, key) if origin is Literal else _scalar(hint, data, where, key)


def _word(words: tuple[str, ...], data: object, where: str, key: str) -> str:
    if not isinstance(data, str) or data not in words:
        raise _wrong(where, key, "one of " + ", ".join(words))
    return data


def _tuple(arguments: tuple[Any, ...], data: object, where: str, key: str) -> tuple[Any, ...]:
    if not isinstance(data, list):
        raise _wrong(where, key, "a list")
    if arguments[-1] is not Ellipsis and len(data) != len(arguments):
        raise _wrong(where, key, f"a list of {len(arguments)}")
    return tuple(
        _value(arguments[0] if arguments[-1] is Ellipsis else arguments[place], item, where, f"{key}[{place}]")
        for place, item in enumerate(data)
    )


def _tree(data: object, where: str, key: str) -> tuple[Node, ...]:
    """A call tree. Not by recursion: how deep a file is must not decide how deep this process's stack gets."""
    found: list[tuple[dict[str, Any], str, int]] = []  # each node before those below it, with its key and its caller
    lists: list[tuple[object, str, int, int]] = [(data, key, -1, 1)]
    for nodes, name, caller, depth in lists:  # grows meanwhile
        if not isinstance(nodes, list):
            raise _wrong(where, name, "a list")
        if nodes and depth > DEEPEST_TREE:
            raise _wrong(where, key, f"at most {DEEPEST_TREE} calls deep")
        for place, node in enumerate(nodes):
            own = f"{name}[{place}]"
            if not isinstance(node, dict):
                raise _wrong(where, own, "an object")
            if "children" in node:
                lists.append((node["children"], f"{own}.children", len(found), depth + 1))
            found.append((node, own, caller))
    below: dict[int, list[Node]] = defaultdict(list)
    for place, (node, own, caller) in reversed(list(enumerate(found))):
        alone = _decode(Node, {**node, "children": []}, where, own)
        below[caller].append(replace(alone, children=tuple(reversed(below.pop(place, [])))))
    return tuple(reversed(below[-1]))


def _scalar(hint: type[Any], data: object, where: str, key: str) -> Any:
    if hint is float and isinstance(data, int) and not isinstance(data, bool):
        data = float(data) if abs(data) < 2**63 else math.inf
    if type(data) is not hint:
        raise _wrong(where, key, {str: "text", float: "a number", int: "a whole number", bool: "true or false"}[hint])
    if isinstance(data, float) and not math.isfinite(data):
        raise _wrong(where, key, "a finite number")
    return data


def _wrong(where: str, key: str, expected: str) -> GreenprofError:
    return GreenprofError(f"{where}: {key or 'the file'} should be {expected}", EXIT_USAGE)
