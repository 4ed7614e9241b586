"""Carries out the repairs that rules offer: lint, fix, and again, until nothing more is offered."""

from __future__ import annotations

import difflib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from greenprof.grades import is_confident
from greenprof.lint import FileError, LintResult, lint_paths
from greenprof.lint.choice import chosen
from greenprof.lint.documents import editable
from greenprof.lint.eager import merged
from greenprof.lint.edits import LINE_END, applied, is_carried_out
from greenprof.lint.files import decoded
from greenprof.lint.ignores import ignores_in
from greenprof.lint.languages import language_of
from greenprof.lint.registry import load_rules
from greenprof.lint.rewrite import write_file
from greenprof.lint.rule import Rule
from greenprof.model import Finding

MOST_ROUNDS = 200

Keep = Callable[[Finding], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedSource:
    """A text after its repairs: what was applied (places are those of the round in which it was), and what is left."""

    text: str
    applied: tuple[Finding, ...]
    left: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedFile:
    """A file that was, or would be, changed; ``diff`` is unified and has the path on both sides."""

    path: str
    applied: tuple[Finding, ...]
    diff: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FixResult:
    """What was fixed, and what is found after that. ``untouched`` says which fixes a comment or a setting forbids."""

    files: tuple[FixedFile, ...]
    left: LintResult
    untouched: tuple[str, ...] = ()

    @property
    def applied(self) -> int:
        """How many findings were fixed."""
        return sum(len(file.applied) for file in self.files)

    @property
    def by_rule(self) -> Mapping[str, int]:
        """How many findings of each rule were fixed, by name."""
        return dict(sorted(Counter(finding.rule for file in self.files for finding in file.applied).items()))

    @property
    def offered_unsafe(self) -> int:
        """How many findings are left that have a fix which may change what the program does."""
        return sum(one.fix_is_safe is False for one in self.left.findings)

    @property
    def diff(self) -> str:
        """All changes, one file after another; empty if there are none."""
        return "".join(file.diff for file in self.files)


class FixError(Exception):
    """A file that could not be fixed, and was left as it was; the message says why."""


def fix_paths(
    paths: Iterable[str | os.PathLike[str]],
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    extra_rules: Iterable[str | os.PathLike[str]] = (),
    min_confidence: str = "medium",
    unsafe: bool = False,
    write: bool = True,
) -> FixResult:
    """Lint files and folders as `lint_paths` does, and fix what can be fixed; see `fix_found`."""
    folders = tuple(extra_rules)
    found = lint_paths(paths, select=select, ignore=ignore, extra_rules=folders, min_confidence=min_confidence)
    rules = chosen(load_rules(folders), select, ignore)
    return fix_found(found, rules, keep=at_least(min_confidence), unsafe=unsafe, write=write)


def fix_found(
    found: LintResult, rules: Sequence[Rule], *, keep: Keep, unsafe: bool = False, write: bool = True
) -> FixResult:
    """Fix the files in which something was found that has a fix, and find again what is left.

    ``keep`` says which findings count: it must say no to those that ``found`` was cleared of, such as those below a
    confidence. Safe fixes are applied, with ``unsafe`` the others too. Without ``write`` nothing is written; the
    result is the same. A file that cannot be fixed is left as it was and is an error in ``left``.
    """
    files: list[FixedFile] = []
    errors = list(found.errors)
    left: dict[str, list[Finding]] = {path: [] for path in dict.fromkeys(one.path for one in found.findings)}
    changing: dict[str, list[Finding]] = {path: [] for path in left}
    untouched: list[str] = []
    for finding in found.findings:
        left[finding.path].append(finding)
        if not is_carried_out(finding, unsafe):
            continue
        if (why := _why_not(finding, found, keep)) is None:
            changing.setdefault(finding.edit_path or finding.path, []).append(finding)
        else:
            untouched.append(why)
    for path, findings in changing.items():
        if not findings:
            continue
        try:
            file, rest = _fix_file(path, findings, rules, keep, unsafe=unsafe, write=write, facts=found.facts)
        except (OSError, SyntaxError, ValueError, RecursionError, FixError) as error:
            message = error.strerror or str(error) if isinstance(error, OSError) else str(error)
            errors.append(FileError(path=path, line=None, message=f"not fixed: {message}"))
            continue
        files.append(file)
        if path in left:
            left[path] = [*rest, *(one for one in left[path] if one.evidence)]
        for one in file.applied:
            if one.evidence:
                left[one.path].remove(one)
    return FixResult(
        files=tuple(file for file in files if file.applied),
        left=replace(found, findings=tuple(one for each in left.values() for one in each), errors=tuple(errors)),
        untouched=tuple(dict.fromkeys(untouched)),
    )


def _why_not(finding: Finding, found: LintResult, keep: Keep) -> str | None:
    """Why the query that a finding over several files would change is left alone; None if it is not."""
    if not finding.evidence:
        return None
    path = finding.edit_path or finding.path
    line = finding.edits[-1].line
    there = replace(finding, path=path, line=line, end_line=line)
    try:
        text = decoded(Path(path).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return None  # said when it is to be changed
    if path not in found.paths or not keep(there):
        return f"{path}:{line}: not fixed: {finding.rule} is not looked for in this file"
    if any(one.silences(there) for one in ignores_in(text)):
        return f"{path}:{line}: not fixed: a comment there ignores {finding.rule}"
    return None


def fix_source(
    source: str,
    path: str,
    rules: Sequence[Rule],
    *,
    keep: Keep | None = None,
    unsafe: bool = False,
    facts: frozenset[str] = frozenset(),
) -> FixedSource:
    """`source` after all the repairs that `rules` offer for findings that are kept (by default: of medium confidence).

    `facts` are what other manifests say of this one. Raises SyntaxError for what is not of the file's language, and
    FixError if a repair did not give it, or repairs went round in circles.
    """
    keep = keep or at_least("medium")
    language = language_of(path, source)
    text = source
    done: list[Finding] = []
    seen = {source}
    for _ in range(MOST_ROUNDS):
        left = tuple(filter(keep, language.found(LINE_END.sub("\n", text), path, rules, facts)))
        new, findings = language.fixed(text, left, unsafe)
        if not findings:
            return FixedSource(text=text, applied=tuple(done), left=left)
        names = ", ".join(sorted({one.rule for one in findings}))
        if new in seen:
            raise FixError(f"the fixes of {names} undo each other")
        if not language.is_sound(new, path) and language.is_sound(text, path):
            raise FixError(f"the fixes of {names} would not give valid {language.name}")
        seen.add(new)
        text = new
        done += findings
    raise FixError(f"there were always more fixes after {MOST_ROUNDS} rounds")


def fix_bytes(
    data: bytes,
    path: str,
    rules: Sequence[Rule],
    *,
    keep: Keep,
    unsafe: bool = False,
    facts: frozenset[str] = frozenset(),
) -> tuple[bytes, FixedFile, tuple[Finding, ...]]:
    """The content of a file after its fixes, what they changed, and what is found after them; nothing is written.

    Raises SyntaxError for what is not of the file's language, ValueError for what cannot be written again, FixError.
    """
    document = editable(data, path)
    result = fix_source(document.text, path, rules, keep=keep, unsafe=unsafe, facts=facts)
    if result.text == document.text:
        return data, FixedFile(path=path, applied=(), diff=""), tuple(map(document.told, result.left))
    new = document.with_text(result.text)
    fixed = editable(new, path)
    file = FixedFile(path=path, applied=result.applied, diff=diff(document.raw, fixed.raw, path))
    return new, file, tuple(map(fixed.told, result.left))


def _fix_file(
    path: str,
    findings: Sequence[Finding],
    rules: Sequence[Rule],
    keep: Keep,
    *,
    unsafe: bool,
    write: bool,
    facts: frozenset[str],
) -> tuple[FixedFile, list[Finding]]:
    """The file's changes, and what is found in it alone after them.

    First what `findings` over several files change, whose places are those of the file as it is; then its own repairs.
    """
    data = Path(path).read_bytes()
    far = [one for one in findings if one.evidence]
    loaded = _with_loads(data, path, far) if far else data
    fixed, file, left = fix_bytes(loaded, path, rules, keep=keep, unsafe=unsafe, facts=facts)
    if far:
        changes = diff(editable(data, path).raw, editable(fixed, path).raw, path)
        file = FixedFile(path=path, applied=(*far, *file.applied), diff=changes)
    if write and fixed != data:
        write_file(Path(path), fixed)
    return file, list(left)


def with_fix(data: bytes, path: str, finding: Finding) -> bytes:
    """A file with the edits of one finding, which was found in `data` as it is, and nothing else.

    Raises SyntaxError and ValueError for what cannot be written again, and FixError where it would be no Python.
    """
    return _with_edits(data, path, (finding,), f"the fix of {finding.rule}")


def _with_loads(data: bytes, path: str, findings: Sequence[Finding]) -> bytes:
    """A file with the eager loads that findings over several files put in."""
    return _with_edits(data, path, findings, "the eager loads")


def _with_edits(data: bytes, path: str, findings: Sequence[Finding], what: str) -> bytes:
    document = editable(data, path)
    text = applied(document.text, merged(edit for one in findings for edit in one.edits))
    language = language_of(path, text)
    if not language.is_sound(text, path):
        raise FixError(f"{what} would not give valid {language.name}")
    return document.with_text(text)


def diff(old: str, new: str, path: str) -> str:
    """The unified diff of a file's text, empty if nothing changed; ``patch -p0`` takes it."""
    # Not splitlines: a form feed, for one, ends no line of Python.
    lines = difflib.unified_diff(_lines(old), _lines(new), path, path)
    return "".join(line if line.endswith(("\n", "\r")) else f"{line}\n\\ No newline at end of file\n" for line in lines)


def with_diff(finding: Finding, sources: Mapping[str, Sequence[str]]) -> Finding:
    """`finding` with its edits as a diff; `sources` are lines of text by path, without those of the file no change."""
    path = finding.edit_path or finding.path
    if not finding.edits or path not in sources:
        return finding
    old = "\n".join(sources[path])
    try:
        return replace(finding, diff=diff(old, applied(old, finding.edits), path))
    except ValueError:  # not the lines that were linted
        return finding


def _lines(text: str) -> list[str]:
    starts = [0, *(match.end() for match in LINE_END.finditer(text)), len(text)]
    return [text[start:end] for start, end in pairwise(starts) if start < end]


def at_least(confidence: str) -> Keep:
    """Keeps findings of this confidence and surer ones."""
    return lambda finding: is_confident(finding.confidence, confidence)
