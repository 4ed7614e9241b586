"""A manifest in, findings out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.lint.by_hand import is_shown
from greenprof.lint.ignores import unused
from greenprof.lint.manifests.comments import ignores_in_manifest
from greenprof.lint.manifests.kinds import DOCKERFILE, KIND, KUBERNETES, kind_of
from greenprof.lint.manifests.nodes import Source, YamlError, parsed, sources_in
from greenprof.lint.manifests.rule import Manifest, ManifestHit, ManifestRule
from greenprof.lint.result import NO_MANIFEST, TEMPLATE, Doubt, FileError, FileResult
from greenprof.lint.rule import FAILURES, BrokenRuleError, Rule
from greenprof.model import Finding

MOST_BYTES = 10_000_000

# A value, or a whole line, that begins with an action of Go's templates or of Jinja.
_ACTION = re.compile(r"^[ \t]*(?:- +)*(?:[\w./-]+:[ \t]+)?\{[{%]", re.MULTILINE)
_BOM = "\ufeff"


def lint_manifest(data: bytes, path: str, rules: Sequence[Rule]) -> FileResult:
    """What `rules` find in the content of a manifest, at any confidence; see `greenprof.lint.documents.lint_file`.

    Documents that cannot be parsed are an error in the result, the first of them, beside what is found in the others.
    """
    kind = kind_of(path, data)
    if kind is None:
        return FileResult(skipped=NO_MANIFEST)
    if len(data) > MOST_BYTES:
        message = f"is {len(data) / 1e6:.0f} MB: manifests of up to {MOST_BYTES / 1e6:.0f} MB are read; split it"
        return FileResult(error=FileError(path=path, line=None, message=message))
    try:
        text = data.decode("utf-8").removeprefix(_BOM)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return FileResult(error=FileError(path=path, line=line, message="is not UTF-8"))
    return lint_manifest_text(text.replace("\r\n", "\n").replace("\r", "\n"), path, kind, rules)


def lint_manifest_text(text: str, path: str, kind: str, rules: Sequence[Rule]) -> FileResult:
    """What `rules` find in a text of this kind, whose line ends are ``\\n``."""
    lines = text.count("\n") + (not text.endswith("\n") and bool(text))
    try:
        manifest, error = read_manifest(text, path, kind)
    except TemplateError:
        return FileResult(skipped=TEMPLATE, lines=lines)
    wanted = [rule for rule in rules if isinstance(rule, ManifestRule) and kind in rule.reads]
    found, facts = [], set[str]()
    for rule in wanted:
        hits, told = _asked(rule, manifest)
        facts.update(told)
        found += [(_finding(rule, hit, manifest), hit.unless) for hit in hits]
    found = sorted(set(found), key=lambda pair: (pair[0].line, pair[0].column, pair[0].rule, pair[0].message))
    ignores = ignores_in_manifest(manifest)
    kept = [pair for pair in found if not any(ignore.silences(pair[0]) for ignore in ignores)]
    return FileResult(
        findings=tuple(one for one, unless in kept if unless is None),
        doubts=tuple(Doubt(finding=one, unless=unless) for one, unless in kept if unless is not None),
        facts=tuple(sorted(facts)),
        unused=unused(ignores, [one for one, _ in found], path),
        error=error,
        lines=lines,
    )


class TemplateError(Exception):
    """A text that becomes YAML only when it is rendered."""


def read_manifest(text: str, path: str, kind: str) -> tuple[Manifest, FileError | None]:
    """A text as rules see it, and why some of it could not be read.

    Raises TemplateError for a template.
    """
    if kind == DOCKERFILE:
        return Manifest(kind, path, text), None
    documents, errors = [], []
    for source in sources_in(text):
        if kind == KUBERNETES and not _is_wanted(source, path):
            continue
        if _ACTION.search(source.text):
            raise TemplateError
        try:
            root = parsed(source)
        except YamlError as error:
            errors.append(FileError(path=path, line=error.line, message=error.message))
        else:
            documents += [root] if root is not None else []
    return Manifest(kind, path, text, tuple(documents)), errors[0] if errors else None


def _is_wanted(source: Source, path: str) -> bool:
    """Whether a document is of a kind that rules know; a kustomization need not say that it is one."""
    return KIND.search(source.text) is not None or (kind_of(path, b"") == KUBERNETES and "kind:" not in source.text)


def _asked(rule: ManifestRule, manifest: Manifest) -> tuple[list[ManifestHit], list[str]]:
    try:
        return list(rule.look(manifest)), list(rule.tells(manifest))
    except FAILURES as error:
        raise GreenprofError(f"{BrokenRuleError(rule, error)} ({manifest.path})", EXIT_USAGE) from error


def _finding(rule: ManifestRule, hit: ManifestHit, manifest: Manifest) -> Finding:
    line = hit.at.line
    source = manifest.lines[line - 1] if line <= len(manifest.lines) else ""
    return Finding(
        rule=rule.name,
        group=rule.group,
        path=manifest.path,
        line=line,
        column=min(hit.at.column, len(source) + 1),
        end_line=hit.at.end_line or line,
        message=hit.message or rule.message,
        severity=rule.severity,
        confidence="low" if is_shown(manifest.path) else hit.confidence,
        cost=rule.cost,
        source=source,
        fix=hit.fix or rule.fix,
        edits=hit.edits,
        fix_is_safe=hit.safe if hit.edits else None,
    )
