"""Which rules look at the code, and which of their findings count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.grades import CONFIDENCES, is_confident
from greenprof.lint.choice import check_words, chosen
from greenprof.lint.per_file import PerFileIgnores
from greenprof.lint.registry import load_rules
from greenprof.lint.rule import ProjectRule, Rule
from greenprof.model import Finding
from greenprof.python_versions import RUNNING, Version, text_of, version_of


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What is asked of the linter; `greenprof.lint.lint_paths` says what the fields mean.

    Raises GreenprofError (exit code 2) for an unknown confidence or version.
    """

    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extra_rules: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    min_confidence: str = "medium"
    target_version: str | None = None
    root: Path = Path()

    def __post_init__(self) -> None:
        if self.min_confidence not in CONFIDENCES:
            known = ", ".join(CONFIDENCES)
            raise GreenprofError(f"unknown confidence {self.min_confidence!r}: one of {known}", EXIT_USAGE)
        _ = self.python

    @property
    def words(self) -> tuple[tuple[str, ...], ...]:
        """All names of rules and groups in it, and the version: what `rules` depends on."""
        return self.select, self.extend_select, self.ignore, self._per_file.words, (text_of(self.python),)

    @property
    def python(self) -> Version:
        """The oldest Python that the code is to run on."""
        return RUNNING if self.target_version is None else version_of(self.target_version)

    @cached_property
    def all_rules(self) -> tuple[Rule, ...]:
        """Every rule there is, loaded; raises GreenprofError (exit code 2) for one that cannot be."""
        return load_rules(self.extra_rules)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that are wanted, and hold for the code's Python.

        Raises GreenprofError (exit code 2) for a name that is none.
        """
        check_words(self.all_rules, self._per_file.words)
        wanted = chosen(self.all_rules, self.select, self.ignore, self.extend_select)
        return tuple(rule for rule in wanted if self.python in rule.pythons)

    @cached_property
    def file_rules(self) -> tuple[Rule, ...]:
        """Those of the rules that look at one file at a time."""
        return tuple(rule for rule in self.rules if not rule.is_about_projects)

    @cached_property
    def project_rules(self) -> tuple[ProjectRule, ...]:
        """Those of the rules that look at all files together."""
        return tuple(rule for rule in self.rules if isinstance(rule, ProjectRule))

    def unsaid(self, is_whole: bool) -> frozenset[str]:
        """The rules of which it says nothing that they find nothing: they were not asked, or saw too few files."""
        asked = {rule.name for rule in self.rules if is_whole or not rule.is_about_projects}
        return frozenset(rule.name for rule in self.all_rules if rule.name not in asked)

    def keeps(self, finding: Finding) -> bool:
        """Whether a finding of these rules counts: it is sure enough, and not unwanted in its file."""
        return self._is_sure(finding) and not self._per_file.silence(finding)

    def leaves_unsaid(self, finding: Finding) -> bool:
        """Whether it is only not sure enough that keeps a finding back."""
        return not self._is_sure(finding) and not self._per_file.silence(finding)

    def _is_sure(self, finding: Finding) -> bool:
        return is_confident(finding.confidence, self.min_confidence)

    @cached_property
    def _per_file(self) -> PerFileIgnores:
        return PerFileIgnores(self.per_file_ignores, self.root)
