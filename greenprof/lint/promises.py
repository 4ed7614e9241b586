"""What a rule's folder promises, and whether it keeps it: greenprof's own rules and a user's are held to the same."""

from __future__ import annotations

import re
import runpy
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from greenprof.grades import is_confident
from greenprof.lint.fixing import FixedSource, FixError, at_least, fix_source
from greenprof.lint.pages import reckoned_of
from greenprof.lint.pairs import why_not_here, wrong_sign
from greenprof.lint.paths import lint_paths
from greenprof.lint.result import LintResult, reason
from greenprof.lint.rule import Rule, has_fix
from greenprof.lint.sides import SIDES, RunningSide, SideError, files_of, name_of, program_of, side
from greenprof.python_versions import RUNNING, text_of

HEADINGS = (
    "What it finds",
    "Why it costs energy",
    "Example",
    "Use instead",
    "When not to follow it",
    "Measured saving",
    "References",
)
MANIFEST_HEADINGS = tuple("Saving" if one == "Measured saving" else one for one in HEADINGS)
SIZES = (1, 2, 5, 37)
_MARK = re.compile(r"(?:#|\{#) expect: ([\w-]+)(?: #\})?$")
_ALONE = re.compile(r"\s*#")  # a comment on a line of its own is about the next line that is none
_LANGUAGES = {".py": "python", ".html": "html", ".yaml": "yaml", ".yml": "yaml", ".Dockerfile": "dockerfile"}


def broken_promises(rule: Rule, folder: Path, extra_rules: tuple[Path, ...] = ()) -> list[str]:
    """What is wrong with a rule's folder, a line each; empty if it keeps its promises.

    ``extra_rules`` are the folders of rules that are not greenprof's own: that of `rule`, if it is such a one.
    Runs the rule's two programs, unless this Python cannot (`greenprof.lint.pairs.why_not_here`).
    """
    missing = [name for name in SIDES if not _is_there(rule, side(folder, name))]
    missing = [f"{name}.yaml" if rule.is_about_manifests else f"{name}.py" for name in missing]
    missing += [] if (folder / "README.md").is_file() else ["README.md"]
    if missing:
        return [f"there is no {name}" for name in missing]
    runs_here = why_not_here(rule) is None and not rule.is_about_manifests
    promises: tuple[Callable[[], Iterator[str]], ...] = (
        lambda: _flags_bad(rule, folder, extra_rules),
        lambda: _leaves_good_alone(rule, folder, extra_rules),
        lambda: _same_answers(side(folder, "bad"), side(folder, "good")) if runs_here else iter(()),
        lambda: _says_what_to_do(rule, folder, extra_rules),
        lambda: _page(rule, folder),
        lambda: _fix(rule, folder, extra_rules, runs_here),
    )
    broken = [each for promise in promises for each in promise()]
    if runs_here and not broken:  # what does not give the same answer is not worth measuring
        broken += _saves(rule, folder)
    return broken


def _is_there(rule: Rule, path: Path) -> bool:
    return path.exists() if rule.is_about_manifests else program_of(path).is_file()


def marks_in(file: Path) -> list[tuple[int, str]]:
    """The lines of a file that are marked, each with the rule that should flag it.

    A mark at the end of a line is about it, one on a line of its own about the next line that is no comment.
    """
    lines = file.read_text(encoding="utf-8").splitlines()
    marks, waiting = [], list[str]()
    for number, line in enumerate(lines, 1):
        match = _MARK.search(line)
        if _ALONE.match(line):
            waiting += [match[1]] if match else []
            continue
        marks += [(number, name) for name in ([match[1]] if match else []) + waiting]
        waiting = []
    return marks


def _flags_bad(rule: Rule, folder: Path, extra_rules: tuple[Path, ...]) -> Iterator[str]:
    """The bad side is flagged on exactly the marked lines, at any confidence, and by no other rule that is shown."""
    bad = side(folder, "bad")
    marks = [(file, *mark) for file in files_of(bad) for mark in marks_in(file)]
    if not marks:
        yield f"{name_of(bad)}: no line ends in # expect: {rule.name}"
    for file, line, name in marks:
        if name != rule.name:
            yield f"{_below(file, folder)}:{line}: expects {name}, not {rule.name}"
    python = _python(rule)
    result = lint_paths(
        [bad], select=["all"], min_confidence="low", extra_rules=extra_rules, target_version=python, jobs=1
    )
    yield from _errors(result, folder)
    expected = [] if rule.found_by_run else marks  # what only a run shows is not in the source
    told = [one for one in result.findings if one.rule == rule.name or is_confident(one.confidence, "medium")]
    found = [(Path(one.path), one.line, one.rule) for one in told]
    for words, one, other in (("expected and not found", expected, found), ("found and not expected", found, expected)):
        for file, line, name in sorted((Counter(one) - Counter(other)).elements()):
            yield f"{_below(file, folder)}:{line}: {name} is {words}"


def _leaves_good_alone(rule: Rule, folder: Path, extra_rules: tuple[Path, ...]) -> Iterator[str]:
    """The good side is clean under every rule at any confidence."""
    good = side(folder, "good")
    python = _python(rule)
    result = lint_paths(
        [good], select=["all"], min_confidence="low", extra_rules=extra_rules, target_version=python, jobs=1
    )
    yield from _errors(result, folder)
    yield from (f"{_below(Path(one.path), folder)}:{one.line}: {one.rule} is found" for one in result.findings)
    if not result.files:
        yield f"{name_of(good)}: there is nothing in it that is linted"
    yield from (f"{_below(Path(path), folder)}: {why}" for path, why in result.skipped)


def _python(rule: Rule) -> str:
    """The version for which the rule speaks: this one, if it may be."""
    return text_of(rule.pythons.nearest(RUNNING))


def _errors(result: LintResult, folder: Path) -> Iterator[str]:
    yield from (f"{_below(Path(error.path), folder)}: {error.message}" for error in result.errors)


def _below(path: Path, folder: Path) -> Path:
    return path.relative_to(folder) if path.is_relative_to(folder) else path


def _same_answers(bad: Path, other: Path) -> Iterator[str]:
    """Both programs give equal answers for several n. Those of folders run in processes of their own."""
    try:
        pairs = zip(SIZES, _answers(bad), _answers(other), strict=True)
        yield from (
            f"{name_of(other)}: run({n}) gives another answer than that of {name_of(bad)}"
            for n, one, two in pairs
            if not one == two  # noqa: SIM201 (values of any kind)
        )
    except SideError as error:
        yield str(error)


def _answers(path: Path) -> list[Any]:
    if path.is_dir():
        with RunningSide(path) as running:
            return [running.answer_for(n) for n in SIZES]
    try:
        run = runpy.run_path(str(path))["run"]
        if not run.__defaults__:
            raise SideError(f"{path.name}: run(n) needs a default size, as in run(n=1_000): it is what is measured")
        return [run(n) for n in SIZES]
    except SideError:
        raise
    except KeyError as error:
        raise SideError(f"{path.name}: no {error}; it should define run(n)") from error
    except Exception as error:  # of the rule's own program
        raise SideError(f"{path.name} fails: {type(error).__name__}: {error}") from error


def _says_what_to_do(rule: Rule, folder: Path, extra_rules: tuple[Path, ...]) -> Iterator[str]:
    bad, python = side(folder, "bad"), _python(rule)
    result = lint_paths(
        [bad], select=[rule.name], min_confidence="low", extra_rules=extra_rules, target_version=python, jobs=1
    )
    for one in result.findings:
        if not one.message or not one.fix:
            yield f"rule.py: the finding in line {one.line} says no {'message' if one.fix else 'fix'}"


def _page(rule: Rule, folder: Path) -> Iterator[str]:
    """The page has its headings, its code, and says what the rule is."""
    page = (folder / "README.md").read_text(encoding="utf-8")
    if not page.startswith(f"# {rule.name}\n"):
        yield f"README.md: should begin with # {rule.name}"
    headings = tuple(re.findall(r"^## (.*)$", page, re.MULTILINE))
    wanted = MANIFEST_HEADINGS if rule.is_about_manifests else HEADINGS
    if rule.is_about_manifests and reckoned_of(page) is None:
        yield "README.md: does not say under Saving what is saved and how that is known: Saving: FIGURE, by arithmetic."
    if headings != wanted:
        yield f"README.md: its headings should be {', '.join(wanted)}"
    else:
        sections = zip(wanted, re.split(r"^## .*$", page, flags=re.MULTILINE)[1:], strict=True)
        yield from (f"README.md: says nothing under {title}" for title, text in sections if len(text.split()) <= 5)
    yield from (f"README.md: does not say `{word}`" for word in (rule.group, rule.cost) if f"`{word}`" not in page)
    bounds = [each for each in (rule.pythons.since, rule.pythons.before) if each is not None]
    yield from (
        f"README.md: does not say Python {text}" for text in map(text_of, bounds) if f"Python {text}" not in page
    )
    for file in _shown(folder):
        if f"```{_language_of(file)}\n{file.read_text(encoding='utf-8')}```" not in page:
            yield f"README.md: does not show {_below(file, folder)} as it is"


def _shown(folder: Path) -> list[Path]:
    """The files that a page shows: both sides; of folders, the files that differ."""
    bad, good = (side(folder, name) for name in SIDES)
    if not bad.is_dir():
        return [bad, good]
    names = sorted({file.relative_to(each) for each in (bad, good) for file in files_of(each)})
    pairs = [[each / name for each in (bad, good) if (each / name).is_file()] for name in names]
    return [file for pair in pairs if len({each.read_bytes() for each in pair}) == len(pair) for file in pair]


def _language_of(file: Path) -> str:
    return _LANGUAGES.get(file.suffix, "dockerfile" if file.name.endswith("file") else "")


def _saves(rule: Rule, folder: Path) -> Iterator[str]:
    """The advice saves something on this Python too."""
    try:
        if (wrong := wrong_sign(folder, waits=rule.cost == "idle", is_default=rule.default)) is not None:
            yield wrong
    except SideError as error:
        yield str(error)


def _fixed_bad(rule: Rule, folder: Path) -> FixedSource:
    """``bad.py`` after all fixes of the rule; raises SyntaxError and FixError."""
    bad = folder / "bad.py"
    return fix_source(bad.read_text(encoding="utf-8"), str(bad), [rule], keep=at_least("low"), unsafe=True)


def _fix(rule: Rule, folder: Path, extra_rules: tuple[Path, ...], runs_here: bool) -> Iterator[str]:
    """The fixed ``bad.py`` is clean, gives the same answer, and is as safe as the page says."""
    page = (folder / "README.md").read_text(encoding="utf-8")
    words = re.search(r"^Fix: (.*?)\n\n", page, re.MULTILINE | re.DOTALL)
    if words is None and has_fix(rule):
        yield "README.md: says nothing of the fix; it needs a line that begins with Fix:"
    if words is not None and not has_fix(rule):
        yield "README.md: speaks of a fix, and rule.py has no method repair"
    if not has_fix(rule) or rule.is_about_projects:  # fixes over several files are tried where they are made
        return
    if rule.is_about_manifests:
        yield from _fix_of_manifests(rule, folder, extra_rules, words[1] if words is not None else None)
        return
    try:
        fixed = _fixed_bad(rule, folder)
    except (SyntaxError, FixError) as error:
        yield f"bad.py: cannot be fixed: {reason(error)}"
        return
    if not fixed.applied:
        yield "bad.py: nothing is fixed in it"
    yield from (f"bad.py: {one.rule} is still found after its fix" for one in fixed.left)
    offered = {"safe" if one.fix_is_safe else "unsafe" for one in fixed.applied}
    said = set(re.findall(r"\b(?:un)?safe\b", words[1])) if words is not None else offered
    yield from (f"README.md: does not say under Fix: that it is {word}" for word in sorted(offered - said))
    if runs_here:
        yield from _same_fixed(folder / "bad.py", fixed.text)


def _fix_of_manifests(rule: Rule, folder: Path, extra_rules: tuple[Path, ...], said: str | None) -> Iterator[str]:
    """Each file of the bad side, fixed, is clean and keeps its comments, and fixing it again changes nothing."""
    bad = side(folder, "bad")
    facts = lint_paths([bad], select=[rule.name], extra_rules=extra_rules, jobs=1).facts
    offered = set[str]()
    for file in files_of(bad):
        name, text = _below(file, folder), file.read_text(encoding="utf-8")
        try:
            fixed = fix_source(text, str(file), [rule], unsafe=True, facts=facts)
            again = fix_source(fixed.text, str(file), [rule], unsafe=True, facts=facts)
        except (SyntaxError, FixError) as error:
            yield f"{name}: cannot be fixed: {reason(error)}"
            continue
        offered |= {"safe" if one.fix_is_safe else "unsafe" for one in fixed.applied}
        yield from (f"{name}: {one.rule} is still found after its fix" for one in fixed.left if one.edits)
        if again.text != fixed.text:
            yield f"{name}: fixing it again changes more"
        kept = [line.partition("#")[2] for line in fixed.text.splitlines()]
        lost = [line for line in text.splitlines() if "#" in line and line.partition("#")[2] not in kept]
        yield from (f"{name}: the fix loses the comment in {line.strip()!r}" for line in lost)
    if not offered:
        yield f"{name_of(bad)}: nothing is fixed in it"
    told = set(re.findall(r"\b(?:un)?safe\b", said)) if said is not None else offered
    yield from (f"README.md: does not say under Fix: that it is {word}" for word in sorted(offered - told))


def _same_fixed(bad: Path, text: str) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "fixed.py")
        path.write_text(text, encoding="utf-8")
        yield from _same_answers(bad, path)
