"""Rules that are not wanted in some files: ``per-file-ignores``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from greenprof.lint.choice import ALL
from greenprof.lint.files import absolute
from greenprof.lint.patterns import Patterns, base_for
from greenprof.model import Finding


class PerFileIgnores:
    """Patterns of paths, relative to `root`, and for each the rules and groups that are silent there."""

    def __init__(self, table: Mapping[str, Sequence[str]], root: Path) -> None:
        self._table = {pattern: frozenset(words) for pattern, words in table.items()}
        self._root = root
        self._known: dict[str, frozenset[str]] = {}

    @property
    def words(self) -> tuple[str, ...]:
        """All names of rules and groups in it."""
        return tuple(sorted(frozenset().union(*self._table.values())))

    def silence(self, finding: Finding) -> bool:
        """Whether `finding` is not wanted in its file."""
        return not self._words_for(finding.path).isdisjoint((finding.rule, finding.group, ALL))

    def _words_for(self, path: str) -> frozenset[str]:
        if path not in self._known:
            place = absolute(Path(path))
            base = base_for(place, self._root)
            fitting = (words for pattern, words in self._table.items() if Patterns(base, [pattern]).verdict(place))
            self._known[path] = frozenset().union(*fitting)
        return self._known[path]
