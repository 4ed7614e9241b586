"""What a rule is: a few words about itself, what a file must hold to be worth a look, and visit methods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from greenprof.grades import CONFIDENCES, COSTS, SEVERITIES
from greenprof.lint.node_names import NODE_NAMES
from greenprof.python_versions import Pythons

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from libcst import CSTNode

    from greenprof.lint.loops import Loop
    from greenprof.lint.orm.hits import Hits, ProjectHit
    from greenprof.lint.pieces import Piece
    from greenprof.lint.site import Site
    from greenprof.model import Edit


FAILURES = (Exception, SystemExit)  # a rule that ends the program would let a gate pass


class BrokenRuleError(Exception):
    """A rule's method failed: the rule is wrong, not the file."""

    def __init__(self, rule: Rule, error: BaseException) -> None:
        super().__init__(f"rule {rule.name} failed with {type(error).__name__}: {error}")


@dataclass(frozen=True, slots=True)
class Screen:
    """What must be there before libcst reads a piece of code for a rule.

    ``words`` are attributes, names that are called or whose truth is tested, names in a decorator, or
    one of ``in``, ``+=``, ``+`` (of an assigned sum), ``del``, ``while`` and ``for`` (of a loop or a
    comprehension): the piece must use one of them, and a rule may only hit nodes whose own text, or a
    loop around them, holds one. ``def`` stands for the names of the file's functions that may call
    themselves. ``mentions`` are names of which the file must use one, anywhere: of variables,
    attributes, arguments, modules; ``async`` or ``await``; or a word in a text (empty: no condition). ``loop`` asks
    that the piece is, or holds, a loop, or calls a function for each item. With it, ``called`` are those of the words
    that count outside of loops too, in functions that their file calls in a loop.
    """

    words: frozenset[str]
    mentions: frozenset[str] = frozenset()
    loop: bool = True
    called: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule saw: the node, how sure it is, and words that fit this case better than the rule's own.

    ``whole`` is the node whose lines burn the joules, where that is more than the node to point at. ``loop``
    is a loop before which the node could stand as well: a repair may want to know. ``items`` is the collection that is
    gone through each time: see `Rule.needs_many`; ``searched`` is one of which a round looks at each item, so that it
    takes both, many items and many rounds. ``always`` says that it is plainly worse however few they are, so
    that no evidence of many is needed. ``unless_many`` is the most that its confidence can be where the file does not
    show that there are many; None leaves that to what the rule says of itself. ``worth`` is how sure it is that a
    change pays, where the rule can tell: a finding is no surer than that.
    """

    node: CSTNode
    confidence: str = "high"
    message: str | None = None
    fix: str | None = None
    whole: CSTNode | None = None
    loop: Loop | None = None
    items: ast.expr | None = None
    searched: ast.expr | None = None
    always: bool = False
    unless_many: str | None = None
    worth: str = "high"

    def __post_init__(self) -> None:
        """Reject a confidence that nobody could compare."""
        _check_confidence(self.confidence)
        if self.unless_many is not None:
            _check_confidence(self.unless_many)
        _check_confidence(self.worth)


@dataclass(frozen=True, slots=True)
class SqlHit:
    """What a rule saw in a statement of SQL: where in its text, and how sure it is without the code around."""

    at: int
    confidence: str
    message: str

    def __post_init__(self) -> None:
        """Reject a confidence that nobody could compare."""
        _check_confidence(self.confidence)


@dataclass(frozen=True, slots=True)
class Repair:
    """Edits that, all together, take an antipattern away.

    ``safe`` promises that the program does the same as before, but for time and memory, and for the words of
    an exception: this must be proven from the file. Where it only is so as a rule, the repair is not safe.
    """

    edits: tuple[Edit, ...]
    safe: bool


class Rule:
    """One antipattern. A subclass says the words below and has methods ``visit_X(self, node, here)``.

    X is the name of a libcst node class; the method looks at one such node and returns a `Hit` or
    None. ``here`` is a `greenprof.lint.place.Place`: the loops around the node and what is known
    about names. Rules keep no state, so that one object serves every file.
    """

    name: ClassVar[str]
    group: ClassVar[str]
    message: ClassVar[str]
    screen: ClassVar[Screen]
    severity: ClassVar[str] = "warning"
    cost: ClassVar[str] = "cpu"
    hidden_loops: ClassVar[int] = 0  # in what is found itself: a search through a list goes through its items
    needs_many: ClassVar[bool] = False  # sure only where the file shows that data decide how often it is done
    needs_request: ClassVar[bool] = False  # sure only in code that answers a request: somebody waits for each round
    surest: ClassVar[str] = "high"  # medium where strict readers found too many of the sure ones not worth a change
    fix: ClassVar[str | None] = None
    default: ClassVar[bool] = True
    pythons: ClassVar[Pythons] = Pythons()  # where the advice holds; for code that is to run on others it is silent
    needs: ClassVar[tuple[str, ...]] = ()  # packages too large to ask of everyone: without them its pair is not run
    found_by_run: ClassVar[bool] = False  # no source shows it: its findings are made of what a run has counted
    is_about_projects: ClassVar[bool] = False
    is_about_manifests: ClassVar[bool] = False
    mends: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        """Reject a rule that could never fire, or whose findings nobody could read."""
        missing = [word for word in ("name", "group", "message", "screen") if not hasattr(cls, word)]
        if missing:
            raise TypeError(f"rule {cls.__name__} does not say its {', '.join(missing)}")
        if cls.severity not in SEVERITIES or cls.cost not in COSTS:
            raise TypeError(f"rule {cls.name}: severity is one of {SEVERITIES}, cost one of {COSTS}")
        if cls.surest not in CONFIDENCES:
            raise TypeError(f"rule {cls.name}: surest is one of {CONFIDENCES}")
        visited = [word.removeprefix("visit_") for word in dir(cls) if word.startswith("visit_")]
        if not (visited or cls.found_by_run or cls.is_about_projects or cls.is_about_manifests):
            raise TypeError(f"rule {cls.name} has no visit method")
        for node in visited:
            if node not in NODE_NAMES:
                raise TypeError(f"rule {cls.name}: visit_{node} would never be called, libcst has no node {node}")
        for word in dir(cls):
            if word.startswith("leave_"):
                raise TypeError(f"rule {cls.name}: {word} would never be called, rules only have visit methods")

    def words_of(self, tree: ast.Module) -> frozenset[str]:
        """The words to look for in this file: those of the screen, and any that a rule reads from `tree`."""
        return self.screen.words

    def worth_reading(self, piece: Piece) -> bool:
        """A closer look by ``ast`` before libcst reads `piece`. False is a promise that no node of it is hit."""
        return True

    def find_in_sql(self, statement: str) -> Iterator[SqlHit]:
        """What it says of a statement that stands by itself, as in a page; comments and texts in it are blank."""
        return iter(())

    def repair(self, site: Site) -> Repair | None:
        """The edits that take away what was hit at `site`; None where that takes a person."""
        return None


class ProjectRule(Rule):
    """An antipattern that shows only where several files are seen together.

    Its method ``find`` is given all that was seen of a project's databases, and picks what the rule is about. It
    ``mends`` if its hits may have something to put in.
    """

    name = "project-rule"
    group = "database"
    message = ""
    cost = "query"
    screen = Screen(frozenset())
    is_about_projects = True
    replaces: ClassVar[tuple[str, ...]] = ()  # rules about one file that say less of the same line
    yields_to: ClassVar[tuple[str, ...]] = ()  # rules about one file that say the same of the same line

    def find(self, hits: Hits) -> Iterator[ProjectHit]:
        """What the rule says of a project."""
        raise NotImplementedError


def _check_confidence(confidence: str) -> None:
    if confidence not in CONFIDENCES:
        raise ValueError(f"confidence {confidence!r} is none of {', '.join(CONFIDENCES)}")


def has_fix(rule: Rule) -> bool:
    """Whether the rule offers repairs."""
    return rule.mends or type(rule).repair is not Rule.repair
