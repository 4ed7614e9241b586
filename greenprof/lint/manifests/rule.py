"""What a rule about manifests is: which kinds it is shown, and what it says of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from greenprof.grades import CONFIDENCES
from greenprof.lint.manifests.kinds import KINDS
from greenprof.lint.rule import Rule, Screen

if TYPE_CHECKING:
    from greenprof.lint.manifests.nodes import Node
    from greenprof.model import Edit


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a text; lines and columns count from 1. ``end_line`` is None for the same line."""

    line: int
    column: int = 1
    end_line: int | None = None


@dataclass(frozen=True, eq=False)
class Manifest:
    """A file as rules see it: its kind, its text with line ends ``\\n``, and of YAML the documents that were parsed."""

    kind: str
    path: str
    text: str = field(repr=False)
    documents: tuple[Node, ...] = ()

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines of the text; line 1 is the first of them."""
        return tuple(self.text.split("\n"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestHit:
    """What a rule saw: where, how sure it is, and words that fit this case better than the rule's own.

    ``edits`` take it away, all together; ``safe`` promises that what is deployed does the same but for energy.
    ``unless`` is a fact (see `ManifestRule.tells`) that makes it void, in this file or in one linted with it.
    """

    at: Span
    confidence: str = "high"
    message: str | None = None
    fix: str | None = None
    edits: tuple[Edit, ...] = ()
    safe: bool = False
    unless: str | None = None

    def __post_init__(self) -> None:
        """Reject a confidence that nobody could compare."""
        if self.confidence not in CONFIDENCES:
            raise ValueError(f"confidence {self.confidence!r} is none of {', '.join(CONFIDENCES)}")


class ManifestRule(Rule):
    """An antipattern in what a program is deployed with. It keeps no state: one object serves every file."""

    name = "manifest-rule"
    group = "deploy"
    message = ""
    cost = "idle"
    screen = Screen(frozenset())
    is_about_manifests = True
    reads: ClassVar[frozenset[str]] = frozenset()

    def __init_subclass__(cls) -> None:
        """Reject a rule that is never shown anything."""
        super().__init_subclass__()
        if not cls.reads or not cls.reads <= set(KINDS):
            raise TypeError(f"rule {cls.name}: reads names some of {', '.join(KINDS)}")

    def look(self, manifest: Manifest) -> Iterable[ManifestHit]:
        """What the rule says of a manifest."""
        raise NotImplementedError

    def tells(self, manifest: Manifest) -> Iterator[str]:
        """Facts in a manifest that make hits of this rule in other files void; see `ManifestHit.unless`."""
        return iter(())
