"""What rules find that look at several files together, and what of it is remembered from the last time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from greenprof.lint.contents import Content, read
from greenprof.lint.files import decoded, is_python
from greenprof.lint.ignores import ignores_in, ignores_in_template
from greenprof.lint.project_cache import ProjectCache, Together, digest_of_all
from greenprof.lint.project_files import connected, is_test, module_names, template_paths
from greenprof.lint.result import FileResult, UnusedIgnore
from greenprof.lint.rule import ProjectRule
from greenprof.model import Finding

# What a file imports that declares or asks for rows; where none imports one, there is nothing to look for.
_MAPPERS = frozenset(
    b"django sqlalchemy sqlmodel tortoise peewee flask_sqlalchemy rest_framework models model db orm".split()
)

NOTHING = Together(found={}, manners={})


@dataclass(frozen=True)
class ProjectPass:
    """One look at some files together, given by path; one that cannot be parsed tells nothing.

    Tests, notebooks, Markdown and manifests are left out.

    `rules` are asked for only when something has changed since the last time.
    """

    contents: Mapping[str, Content] = field(repr=False)
    rules: Callable[[], Sequence[ProjectRule]]
    cache: ProjectCache | None = None

    @cached_property
    def files(self) -> Mapping[str, Content]:
        """The files to look at: of the packages that have to do with rows."""
        files = {path: one for path, one in self.contents.items() if is_python(path)}
        names = module_names(files)
        kept = connected({path: one.data for path, one in files.items()}, _MAPPERS)
        return {path: one for path, one in files.items() if path in kept and not is_test(names[path][0])}

    @cached_property
    def remembered(self) -> Together | None:
        """What is known without a look; None if something has changed."""
        if not self.files:
            return NOTHING
        known = self.cache.found(self._digest) if self.cache is not None else None
        return known if known is not None or self.rules() else NOTHING

    def found(self, programs: Mapping[str, Any]) -> Together:
        """What the rules find; `programs` are those of files that are there already, by digest."""
        if self.remembered is not None:
            return self.remembered
        from greenprof.lint.project_findings import look_for

        rules = self.rules()
        found = look_for(rules, self.files, self._templates, programs, self.cache)
        together = Together(found=found, manners={one.name: (one.replaces, one.yields_to) for one in rules})
        if self.cache is not None:
            self.cache.keep_found(self._digest, together)
        return together

    @cached_property
    def _templates(self) -> Sequence[str]:
        return template_paths(self.files)

    @cached_property
    def _digest(self) -> str:
        return digest_of_all({path: one.digest for path, one in self.files.items()}, self._templates)


def with_project(
    results: Sequence[FileResult], paths: Sequence[str], contents: Mapping[str, Content], together: Together
) -> tuple[list[FileResult], list[str]]:
    """The results of files, and what was found in them all together: one place has one finding of a kind.

    Behind those of `paths` come results of the templates in which something was found, with their paths.
    """
    templates = sorted(set(together.found) - set(paths))
    told = [*results, *(FileResult() for _ in templates)]
    names = [*paths, *templates]
    return [_merged(result, path, contents, together) for result, path in zip(told, names, strict=True)], names


def _merged(result: FileResult, path: str, contents: Mapping[str, Content], together: Together) -> FileResult:
    found = together.found.get(path)
    if not found:
        return result
    gone = {(one.line, name) for one in found for name in together.manners[one.rule][0]}
    result = replace(result, findings=tuple(one for one in result.findings if (one.line, one.rule) not in gone))
    data = contents[path].data if path in contents else read(Path(path)) or b""
    text = "\n".join(lines_of(data))
    ignores = ignores_in(text) if path.endswith((".py", ".pyi")) else ignores_in_template(text)
    taken = {(line, one.rule) for one in result.findings for line in range(one.line, one.end_line + 1)}
    told = [one for one in found if not any((one.line, name) in taken for name in together.manners[one.rule][1])]
    kept = [one for one in told if not any(ignore.silences(one) for ignore in ignores)]
    return replace(result, findings=(*result.findings, *kept), unused=tuple(_still_unused(result.unused, told)))


def _still_unused(unused: Iterable[UnusedIgnore], found: Sequence[Finding]) -> Iterable[UnusedIgnore]:
    """The comments that do not silence one of `found` either."""
    for one in unused:
        here = [each for each in found if one.line in (each.line, each.end_line)]
        if not any(one.word in (each.rule, each.group, None) for each in here):
            yield one


def lines_of(data: bytes) -> list[str]:
    """The lines of a file; none where it is no text."""
    try:
        return decoded(data).split("\n")
    except (SyntaxError, ValueError):
        return []
