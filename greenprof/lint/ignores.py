"""``# greenprof: ignore`` comments: what they silence, and which of them silence nothing."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from greenprof.lint.result import UnusedIgnore
from greenprof.lint.rule import Rule
from greenprof.model import Finding
from greenprof.python_versions import Version

MARK = "greenprof:"
UNUSED = "unused-ignore"
LINE_COMMENT = re.compile(r"#\s*greenprof:\s*ignore(?:\[([^\]]*)\])?(?![\w-])")
_SQL = re.compile(LINE_COMMENT.pattern.replace("#", "--", 1))
_PAGE = re.compile(LINE_COMMENT.pattern.replace("#", "<!--", 1))
FILE_COMMENT = re.compile(r"#\s*greenprof:\s*ignore-file(?:\[([^\]]*)\])?(?![\w-])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignore:
    """One comment. ``words`` are the rules and groups that it names, None for all; places count from 1.

    One on a line of its own may stand for the whole file, and in a manifest ``stands_for`` the next line.
    """

    line: int
    column: int
    end_column: int
    words: tuple[str, ...] | None
    for_file: bool
    stands_for: int | None = None

    def covers(self, finding: Finding) -> bool:
        """Whether it stands where it may silence `finding`: on its first or last line, or for the whole file."""
        return self.for_file or (self.stands_for or self.line) in (finding.line, finding.end_line)

    def silences(self, finding: Finding) -> bool:
        """Whether it silences `finding`."""
        named = self.words is None or finding.rule in self.words or finding.group in self.words
        return named and self.covers(finding)


def ignores_in(text: str) -> tuple[Ignore, ...]:
    """The comments in a file's text, in order; what stands in a string is none."""
    if MARK not in text:
        return ()
    found = []
    for line, column, comment in _comments(text):
        alone = not text.split("\n")[line - 1][: column - 1].strip()
        match = (FILE_COMMENT.match(comment) if alone else None) or LINE_COMMENT.search(comment)
        if match is not None:
            found.append(ignore_of(match, line, column))
    return tuple(found)


def ignores_in_template(text: str) -> tuple[Ignore, ...]:
    """The comments in a template's text: ``{# greenprof: ignore[name] #}`` stands for its line."""
    return _in_lines(text, LINE_COMMENT)


def ignores_in_sql(text: str) -> tuple[Ignore, ...]:
    """The comments in a text of SQL: ``-- greenprof: ignore[name]`` stands for its line."""
    return _in_lines(text, _SQL)


def ignore_above_block(line: str, number: int) -> Ignore | None:
    """What a line of Markdown says of the block that follows: ``<!-- greenprof: ignore[name] -->``."""
    match = _PAGE.search(line)
    return None if match is None else replace(ignore_of(match, number, 1), for_file=True)


def _in_lines(text: str, pattern: re.Pattern[str]) -> tuple[Ignore, ...]:
    if MARK not in text:
        return ()
    lines = enumerate(text.split("\n"), 1)
    return tuple(ignore_of(match, number, 1) for number, line in lines if (match := pattern.search(line)))


def ignore_of(match: re.Match[str], line: int, column: int) -> Ignore:
    """What was matched in a text that begins at this place."""
    words = None if match[1] is None else tuple(word.strip() for word in match[1].split(","))
    start, end = column + match.start(), column + match.end()
    return Ignore(line=line, column=start, end_column=end, words=words, for_file=match.re is FILE_COMMENT)


def _comments(text: str) -> Iterator[tuple[int, int, str]]:
    """Line, column and text of each comment."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(text, newline="\n").readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.start[1] + 1, token.string
    except (tokenize.TokenError, SyntaxError):  # of what parses all the same: nothing after it counts
        return


def unused(ignores: Iterable[Ignore], findings: Iterable[Finding], path: str) -> tuple[UnusedIgnore, ...]:
    """The words of comments, and the comments without words, that silence none of all the `findings`."""
    found = list(findings)
    told = []
    for one in ignores:
        silenced = {word for each in found if one.silences(each) for word in (each.rule, each.group)}
        for word in (None,) if one.words is None else one.words:
            if not silenced if word is None else word not in silenced:
                told.append(UnusedIgnore(path=path, line=one.line, column=one.column, word=word))
    return tuple(told)


def as_findings(
    told: Iterable[UnusedIgnore], ran: Sequence[Rule], rules: Sequence[Rule], python: Version
) -> Iterator[Finding]:
    """A finding for each comment, or word of one, that surely silences nothing, or is no name at all.

    Of all `rules`, only those that `ran` could find anything: what a comment says of others is left alone, but for
    those that have nothing to say of the code's `python`.
    """
    names = {rule.name for rule in ran}
    for one in told:
        meant = [rule for rule in rules if one.word in (rule.name, rule.group, None)]
        if not meant:
            yield _finding(one, f"no rule or group is called {one.word!r}", "correct the name, or remove it")
            continue
        meant = [rule for rule in meant if python in rule.pythons]
        if meant and all(rule.name in names for rule in meant if rule.default or one.word == rule.name):
            what = f"{one.word} is not found here" if one.word else "silences nothing that is found here"
            yield _finding(one, what, f"remove {one.word or 'the comment'}")


def _finding(one: UnusedIgnore, message: str, fix: str) -> Finding:
    return Finding(
        rule=UNUSED,
        group="comments",
        path=one.path,
        line=one.line,
        column=one.column,
        end_line=one.line,
        message=message,
        severity="info",
        confidence="high",
        cost="none",
        fix=fix,
        cell=one.cell,
    )
