"""Which fixes are tried, dearest first; and the same fix again when earlier ones have moved the lines."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from greenprof.config import Config, rule_settings
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.estimate import dearest_first
from greenprof.grades import is_confident
from greenprof.lint.confirmed import with_confirmed
from greenprof.lint.edits import is_carried_out
from greenprof.lint.files import choice_of, is_python
from greenprof.lint.paths import lint_selected
from greenprof.lint.selection import Selection
from greenprof.model import Finding, Report
from greenprof.prove.nouns import Asked, Candidate

_MOST_NAMED = 3

Place = tuple[str, str, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The fixes to try, dearest first, and in words what is not tried."""

    candidates: tuple[Candidate, ...]
    left: tuple[str, ...]


def found_by(
    report: Report, findings: Sequence[Finding], asked: Asked, tree: Path, min_confidence: str = "medium"
) -> Found:
    """The fixes of `findings` that are worth a trial, ranked by what `report` saw them burn.

    Those below `min_confidence` are, where the report tells of them or they are asked for by name.
    """
    seen = seen_of(report)
    findings = with_confirmed(findings, report.findings)
    wanted = [
        one
        for one in findings
        if one.rule in asked.only
        or one.group in asked.only
        or (not asked.only and (is_confident(one.confidence, min_confidence) or place_in(one) in seen))
    ]
    keys = keys_of(findings, tree)
    key_of = {id(one): key for one, key in zip(findings, keys, strict=True)}
    priced = [replace(one, energy_j=energy_j, executions=executions) for one in wanted
              for energy_j, executions in [seen.get(place_in(one), (None, None))]]  # fmt: skip
    pairs = [(one, key_of[id(old)]) for one, old in zip(priced, wanted, strict=True)]
    pairs.sort(key=lambda pair: (-(pair[0].energy_j or 0.0), *dearest_first(pair[0]), pair[0].path, pair[0].line))
    tried: dict[object, Candidate] = {}
    unsafe, unseen, without = [], [], []
    for one, key in pairs:
        if not one.edits or not is_python(one.path):
            without.append(one)
        elif place_in(one) not in seen:
            unseen.append(one)
        elif not is_carried_out(one, asked.unsafe):
            unsafe.append(one)
        elif (same := (one.edit_path, one.edits, one.edit_path or one.path)) in tried:
            tried[same] = replace(tried[same], also=(*tried[same].also, place_of(one)))
        else:
            tried[same] = _candidate(one, key)
    return Found(candidates=tuple(tried.values()), left=tuple(_told(unsafe, unseen, without)))


def findings_in(asked: Asked, config: Config, root: Path, tree: Path) -> tuple[Finding, ...]:
    """What the linter finds in the asked paths of a tree, which is the current folder's, at any confidence."""
    inside = tree / os.path.relpath(config.root.resolve(), root)
    settings = rule_settings(config)
    settings["min_confidence"] = "low"
    if asked.only:
        settings["extend_select"] = (*settings["extend_select"], *asked.only)
    selection = Selection(root=inside, **settings)
    choice = replace(choice_of(config), root=inside, force=False)
    return lint_selected(asked.paths, selection, choice).findings


def again(candidate: Candidate, gone: Iterable[str], findings: Sequence[Finding], tree: Path) -> Finding | None:
    """The finding of `candidate` among those of now; None where it is found no more.

    Of several with the same code in one file, those in `gone` are mended: the others keep their order.
    """
    name, _, number = candidate.key.rpartition(" #")
    same = [one for one, key in zip(findings, keys_of(findings, tree), strict=True) if key.rpartition(" #")[0] == name]
    mended = {int(key.rpartition(" #")[2]) for key in gone if key.rpartition(" #")[0] == name}
    place = int(number) - sum(before < int(number) for before in mended)
    return same[place] if place < len(same) else None


def behind(
    kept: Candidate, before: Container[str], findings: Sequence[Finding], asked: Asked, tree: Path
) -> list[Candidate]:
    """What the rule of a fix finds in its file only now that the fix is kept: a relation of what is loaded now, say.

    `before` are the keys of what was found before the fix. Nothing is known of what it burned.
    """
    return [
        _candidate(one, key)
        for one, key in zip(findings, keys_of(findings, tree), strict=True)
        if one.rule == kept.rule
        and one.path == kept.path
        and key not in before
        and one.edits
        and is_carried_out(one, asked.unsafe)
    ]


def keys_of(findings: Sequence[Finding], tree: Path) -> list[str]:
    """What each finding is known by whatever its line: rule, file, code, message, and which of several it is."""
    counted: dict[str, int] = defaultdict(int)
    keys = []
    for one in findings:
        path = os.path.relpath(os.path.realpath(one.path), os.path.realpath(tree))
        name = f"{one.rule} {Path(path).as_posix()} {' '.join((one.source or '').split())} | {one.message}"
        keys.append(f"{name} #{counted[name]}")
        counted[name] += 1
    return keys


def place_of(finding: Finding) -> str:
    """``shop.py:42``."""
    return f"{finding.path}:{finding.line}"


def check_only(asked: Asked, config: Config) -> None:
    """Raise GreenprofError (exit code 2) for rules or groups that there are not."""
    from greenprof.lint.choice import check_words
    from greenprof.lint.registry import load_rules

    try:
        check_words(load_rules(config.rules), asked.only)
    except GreenprofError as error:
        raise GreenprofError(f"--only: {error}", EXIT_USAGE) from None


def _candidate(finding: Finding, key: str) -> Candidate:
    return Candidate(
        key=key, rule=finding.rule, path=finding.path, line=finding.line, message=finding.message,
        energy_j=finding.energy_j, executions=finding.executions, is_safe=finding.fix_is_safe,
    )  # fmt: skip


def seen_of(report: Report) -> dict[Place, tuple[float | None, int | None]]:
    """Joules and executions of the findings whose lines ran, by place."""
    ran = {place for spot in report.hotspots for place in spot.findings if spot.samples or spot.wait_s}
    return {
        place_in(one): (one.energy_j, one.executions)
        for number, one in enumerate(report.findings)
        if number in ran or one.energy_j is not None or one.executions
    }


def place_in(finding: Finding) -> Place:
    """Rule, file, line and column: where a finding is as long as nothing moves."""
    return finding.rule, os.path.realpath(finding.path), finding.line, finding.column


def _told(unsafe: Sequence[Finding], unseen: Sequence[Finding], without: Sequence[Finding]) -> Iterable[str]:
    """In words what is not tried."""
    if unsafe:
        yield f"{_named(unsafe, 'fix')} may change results: --unsafe-fixes tries {_them(unsafe)}, with the same checks"
    if unseen:
        yield f"{_named(unseen, 'fix')} {'is' if len(unseen) == 1 else 'are'} on lines that the run was not seen on"
    if without:
        yield f"{_named(without, 'finding')} {'has' if len(without) == 1 else 'have'} no fix that can be applied"


def _named(findings: Sequence[Finding], what: str) -> str:
    plural = {"fix": "fixes"}.get(what, f"{what}s")
    shown = ", ".join(f"{one.rule} {place_of(one)}" for one in findings[:_MOST_NAMED])
    more = f" and {len(findings) - _MOST_NAMED} more" if len(findings) > _MOST_NAMED else ""
    return f"{len(findings)} {what if len(findings) == 1 else plural} ({shown}{more})"


def _them(findings: Sequence[Finding]) -> str:
    return "it" if len(findings) == 1 else "them"
