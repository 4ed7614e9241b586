"""Findings that are known already: a file of them, so that a gate holds new code only.

They are known by file, rule and line of code, and by how often; numbers of lines do not count, so that edits elsewhere
in a file change nothing. A finding in a file that is gone stands for the same code in another: the file was renamed.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.lint.identity import Key, key, relative
from greenprof.lint.result import LintResult
from greenprof.lint.shards import Shard
from greenprof.model import Finding

FORMAT, _VERSION = "greenprof-baseline", 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The findings that are new, and how many of each known one are found no more."""

    new: tuple[Finding, ...]
    gone: Mapping[Key, int]


class Baseline:
    """What is known; paths in it are relative to ``folder``, that of its file."""

    def __init__(self, known: Mapping[Key, int], folder: Path) -> None:
        self.known = Counter(known)
        self.folder = folder

    def holds(self, finding: Finding) -> bool:
        """Whether code like this is known, however often."""
        return key(finding, self.folder) in self.known

    def compare(self, result: LintResult, unsaid: Callable[[bool], Container[str]]) -> Compared:
        """What is new in `result`, by place, and what is gone from the files that were linted or are there no more.

        ``unsaid`` gives the rules of which it says nothing that nothing is found, in a run over all files that the
        baseline knows (True) or over some of them: their findings stay known.
        """
        left = Counter(self.known)
        new = []
        for one in result.findings:
            name = key(one, self.folder)
            if left[name] > 0:
                left[name] -= 1
            else:
                new.append(one)
        missing = {path for path, _, _ in left if not (self.folder / path).exists()}
        moved = Counter({name: number for name, number in left.items() if name[0] in missing})
        new = [one for one in new if not _take(moved, key(one, self.folder)[1:])]
        left = Counter({**left, **moved})
        unread = {error.path for error in result.errors}
        linted = {relative(path, self.folder) for path in result.paths if path not in unread} | missing
        gone = {name: n for name, n in left.items() if n > 0 and name[0] in linted}
        if gone:  # else no rule need be loaded
            stays = unsaid(not unread and all(path in linted for path, _, _ in self.known))
            gone = {name: n for name, n in gone.items() if name[0] in missing or name[1] not in stays}
        return Compared(new=tuple(new), gone=gone)

    def without(self, gone: Mapping[Key, int]) -> Baseline:
        """The same but for what is gone; it never grows."""
        return Baseline(self.known - Counter(gone), self.folder)

    def dumps(self, shard: Shard | None = None) -> str:
        """The file, sorted, one finding a line, so that a difference is easy to read; it may be that of one part."""
        rows = [
            json.dumps({"path": path, "rule": rule, "code": code, "count": count}, ensure_ascii=False)
            for (path, rule, code), count in sorted(self.known.items())
            if count > 0
        ]
        body = ",\n  ".join(rows)
        part = "" if shard is None else f' "shard": "{shard}",'
        return f'{{"format": "{FORMAT}", "version": {_VERSION},{part} "findings": [\n  {body}\n]}}\n'


def baseline_of(findings: Iterable[Finding], path: Path) -> Baseline:
    """All of `findings` as the baseline that is to be written to `path`."""
    return Baseline(Counter(key(one, path.parent) for one in findings), path.parent)


def read_baseline(path: Path) -> Baseline:
    """Read a baseline; raises GreenprofError (exit code 2) for a file that is none."""
    try:
        data = json.loads(path.read_bytes())
        if data["format"] != FORMAT or data["version"] != _VERSION:
            raise ValueError("another format or version")
        known: Counter[Key] = Counter()
        for one in data["findings"]:
            count = one["count"]
            if not isinstance(count, int) or count < 1:
                raise ValueError(f"count {count!r}")
            known[str(one["path"]), str(one["rule"]), str(one["code"])] += count
    except FileNotFoundError:
        hint = "make it with --baseline-create"
        raise GreenprofError(f"{path}: no such baseline; {hint}", EXIT_USAGE) from None
    except OSError as error:
        raise GreenprofError(f"{path}: cannot be read ({error.strerror})", EXIT_USAGE) from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise GreenprofError(f"{path}: is no baseline, for it is no JSON ({error})", EXIT_USAGE) from None
    except (ValueError, KeyError, TypeError, RecursionError):
        hint = "it does not say what --baseline-create writes"
        raise GreenprofError(f"{path}: is no baseline, {hint}", EXIT_USAGE) from None
    return Baseline(known, path.parent)


def _take(known: Counter[Key], code: tuple[str, str]) -> bool:
    """Take one finding of this rule and code from `known`, whatever its file."""
    for name, number in known.items():
        if number > 0 and name[1:] == code:
            known[name] -= 1
            return True
    return False
