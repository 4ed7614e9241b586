"""The results of several parts of a run as those of the whole: SARIF, JSON and baselines.

What `--shard` has written says which part it is. All of them together are what the run in one piece writes; that one
is missing, or there twice, is an error, for a gate must not pass because a part of it never ran.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.lint.baseline import FORMAT as BASELINE
from greenprof.lint.baseline import Baseline, read_baseline
from greenprof.lint.formats import json as lint_json
from greenprof.lint.formats import sarif
from greenprof.lint.identity import relative
from greenprof.lint.shards import Shard, read_shard


@dataclass(frozen=True, slots=True)
class Merged:
    """The whole as text, how many findings are in it, and whether a file could not be linted. Of a baseline, 0."""

    text: str
    findings: int
    failed: bool


@dataclass(frozen=True, slots=True)
class _Part:
    path: Path
    data: dict[str, Any]


def merge(paths: Sequence[Path], to: Path) -> Merged:
    """Put files of one kind together; `to` is where the result will be, for the paths in a baseline.

    Raises GreenprofError (exit code 2) for a file that cannot be read, is of no kind or of another one than the first,
    and for parts that are not all there, or there twice.
    """
    parts = [_read(path) for path in paths]
    kinds = [_kind(part) for part in parts]
    for part, kind in zip(parts, kinds, strict=True):
        if kind is not kinds[0]:
            raise GreenprofError(f"{part.path}: is not of the same kind as {parts[0].path}", EXIT_USAGE)
    _check_complete(parts)
    try:
        return kinds[0](parts, to)
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        names = ", ".join(str(part.path) for part in parts)
        raise GreenprofError(f"{names}: one is damaged ({type(error).__name__}: {error})", EXIT_USAGE) from None


def _read(path: Path) -> _Part:
    try:
        data = json.loads(path.read_bytes())
    except OSError as error:
        raise GreenprofError(f"{path}: cannot be read ({error.strerror})", EXIT_USAGE) from None
    except (ValueError, RecursionError) as error:
        raise GreenprofError(f"{path}: is not JSON ({error})", EXIT_USAGE) from None
    if not isinstance(data, dict):
        raise GreenprofError(f"{path}: {_EXPECTED}", EXIT_USAGE)
    return _Part(path, data)


_EXPECTED = "is neither SARIF nor JSON of `greenprof lint`, nor a baseline"


def _kind(part: _Part) -> Callable[[Sequence[_Part], Path], Merged]:
    if part.data.get("format") == BASELINE:
        return _merge_baselines
    if part.data.get("format") == "greenprof-lint":
        return _merge_json
    if isinstance(part.data.get("runs"), list) and len(part.data["runs"]) == 1:
        return _merge_sarif
    raise GreenprofError(f"{part.path}: {_EXPECTED}", EXIT_USAGE)


def _check_complete(parts: Sequence[_Part]) -> None:
    """Parts of one run have to be all there, once; files that say nothing of parts are taken as they are."""
    shards = [_shard(part) for part in parts]
    named = [shard for shard in shards if shard is not None]
    if not named:
        return
    if len(named) < len(shards) or len({shard.count for shard in named}) > 1:
        raise GreenprofError("these are parts of different runs: all have to come from one --shard N/M", EXIT_USAGE)
    count, numbers = named[0].count, Counter(shard.number for shard in named)
    missing = [str(number) for number in range(1, count + 1) if number not in numbers]
    twice = [str(number) for number, times in sorted(numbers.items()) if times > 1]
    if missing:
        raise GreenprofError(f"of {count} parts {', '.join(missing)} {_are(missing)} missing", EXIT_USAGE)
    if twice:
        raise GreenprofError(f"of {count} parts {', '.join(twice)} {_are(twice)} there more than once", EXIT_USAGE)


def _are(words: Sequence[str]) -> str:
    return "is" if len(words) == 1 else "are"


def _shard(part: _Part) -> Shard | None:
    try:
        said = part.data["runs"][0].get("properties", {}).get("shard") if "runs" in part.data else None
    except (AttributeError, IndexError, TypeError):
        said = None
    said = said or part.data.get("shard")
    return read_shard(said) if isinstance(said, str) else None


def _merge_baselines(parts: Sequence[_Part], to: Path) -> Merged:
    known: Counter[tuple[str, str, str]] = Counter()
    for part in parts:
        one = read_baseline(part.path)
        for (path, rule, code), number in one.known.items():
            known[relative(_seen_from(one.folder, path), to.parent), rule, code] += number
    return Merged(Baseline(known, to.parent).dumps(), 0, failed=False)


def _seen_from(folder: Path, path: str) -> str:
    """A path in a baseline, which is seen from its folder where the file lies below that, and else stands as it was."""
    below = folder / path
    return path if not below.exists() and Path(path).exists() else str(below)


def _merge_json(parts: Sequence[_Part], _to: Path) -> Merged:
    findings = [one for part in parts for one in part.data["findings"]]
    findings.sort(key=lambda one: (one["path"], one["line"], one["column"], one["rule"]))
    errors = _once(one for part in parts for one in part.data["errors"])
    files, lines = (sum(part.data[name] for part in parts) for name in ("files", "lines"))
    text = lint_json.written(findings, errors, files=files, lines=lines)
    return Merged(text, len(findings), failed=bool(errors))


def _merge_sarif(parts: Sequence[_Part], _to: Path) -> Merged:
    runs = [part.data["runs"][0] for part in parts]
    rules = {rule["id"]: rule for run in runs for rule in run["tool"]["driver"]["rules"]}
    names = sorted(rules)
    results = sorted((one for run in runs for one in run["results"]), key=_place)
    indexed = [{**one, "ruleIndex": names.index(one["ruleId"])} for one in results]
    told = _once(
        one for run in runs for each in run["invocations"] for one in each.get("toolExecutionNotifications", [])
    )
    text = sarif.written([rules[name] for name in names], indexed, told)
    return Merged(text, len(results), failed=bool(told))


def _place(result: dict[str, Any]) -> tuple[str, int, int, str]:
    place = result["locations"][0]["physicalLocation"]
    region = place["region"]
    return unquote(place["artifactLocation"]["uri"]), region["startLine"], region["startColumn"], result["ruleId"]


def _once(items: Any) -> list[Any]:
    """Each once, in order: a folder that cannot be listed is an error of every part."""
    found = {json.dumps(item, sort_keys=True): item for item in items}
    return sorted(found.values(), key=lambda item: json.dumps(item, sort_keys=True))
