"""What rules find that look at several files together, and what of it is remembered from the last time."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from greenprof.lint.files import decoded, is_markdown, is_notebook
from greenprof.lint.ignores import ignores_in, ignores_in_template
from greenprof.lint.project_cache import ProjectCache, digest_of_all
from greenprof.lint.project_files import is_test, module_names, template_paths
from greenprof.lint.result import FileResult, UnusedIgnore
from greenprof.lint.rule import ProjectRule
from greenprof.model import Finding

# The words of a file that declares or asks for rows; where no file has one, there is nothing to look for.
_MAPPERS = re.compile(
    rb"\b(?:django|sqlalchemy|sqlmodel|tortoise|peewee|flask_sqlalchemy|rest_framework)\b", re.IGNORECASE
)


def with_project(
    results: Sequence[FileResult],
    paths: Sequence[Path],
    rules: Sequence[ProjectRule],
    cache: ProjectCache | None = None,
) -> tuple[list[FileResult], list[str]]:
    """The results of files, and what `rules` find in them all together: one place has one finding of a kind.

    Behind those of `paths` come results of the templates in which something was found, with their paths.
    """
    found = find_in_project(paths, rules, cache)
    by_name = {rule.name: rule for rule in rules}
    files = [str(path) for path in paths]
    templates = sorted(set(found) - set(files))
    told = [*results, *(FileResult() for _ in templates)]
    names = [*files, *templates]
    return [
        _merged(result, path, found.get(path, ()), by_name) for result, path in zip(told, names, strict=True)
    ], names


def _merged(result: FileResult, path: str, found: Sequence[Finding], rules: Mapping[str, ProjectRule]) -> FileResult:
    if not found:
        return result
    gone = {(one.line, name) for one in found for name in rules[one.rule].replaces}
    result = replace(result, findings=tuple(one for one in result.findings if (one.line, one.rule) not in gone))
    data = read(Path(path)) or b""
    text = "\n".join(lines_of(data))
    ignores = ignores_in(text) if path.endswith((".py", ".pyi")) else ignores_in_template(text)
    taken = {(line, one.rule) for one in result.findings for line in range(one.line, one.end_line + 1)}
    told = [one for one in found if not any((one.line, name) in taken for name in rules[one.rule].yields_to)]
    kept = [one for one in told if not any(ignore.silences(one) for ignore in ignores)]
    return replace(result, findings=(*result.findings, *kept), unused=tuple(_still_unused(result.unused, told)))


def _still_unused(unused: Iterable[UnusedIgnore], found: Sequence[Finding]) -> Iterable[UnusedIgnore]:
    """The comments that do not silence one of `found` either."""
    for one in unused:
        here = [each for each in found if one.line in (each.line, each.end_line)]
        if not any(one.word in (each.rule, each.group, None) for each in here):
            yield one


def find_in_project(
    paths: Sequence[Path], rules: Sequence[ProjectRule], cache: ProjectCache | None = None
) -> dict[str, list[Finding]]:
    """What `rules` find in the files `paths` together, by path; one that cannot be read or parsed tells nothing.

    Tests, notebooks and Markdown are left out. What has not changed since the last time is taken from the cache.
    """
    names = [name for path in paths if rules and not (is_notebook(name := str(path)) or is_markdown(name))]
    texts = {name: data for name in names if (data := read(Path(name))) is not None}
    if not any(_MAPPERS.search(data) for data in texts.values()):
        return {}
    modules = module_names(texts)
    texts = {path: data for path, data in texts.items() if not is_test(modules[path][0])}
    templates = template_paths(texts)
    digests = {path: hashlib.blake2b(data, digest_size=16).hexdigest() for path, data in texts.items()}
    digest = digest_of_all(digests, templates)
    known = cache.found(digest) if cache is not None else None
    if known is not None:
        return known
    from greenprof.lint.project_findings import look_for

    found = look_for(rules, texts, digests, templates, cache)
    if cache is not None:
        cache.keep_found(digest, found)
    return found


def read(path: Path) -> bytes | None:
    """The content of a file; None where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError:
        return None


def lines_of(data: bytes) -> list[str]:
    """The lines of a file; none where it is no text."""
    try:
        return decoded(data).split("\n")
    except (SyntaxError, ValueError):
        return []
