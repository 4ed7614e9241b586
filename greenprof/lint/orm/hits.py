"""What was seen of a project's databases, in words: for rules to choose from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from greenprof.lint.orm.effects import Effect, Found
from greenprof.lint.orm.sureness import how_sure
from greenprof.model import Step

if TYPE_CHECKING:
    from greenprof.lint.orm.models import Model, Relation
    from greenprof.lint.orm.values import Row, Source

SURE = ("low", "medium", "high")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectHit:
    """What a rule over several files saw: like a `greenprof.lint.Hit`, at a place in a file.

    The line counts from 1, the column from 0, in bytes of UTF-8. ``insert`` is text that takes the antipattern away
    where it is put in at ``insert_at`` (path, line, column).
    """

    path: str
    line: int
    column: int
    message: str
    fix: str | None
    confidence: str
    evidence: tuple[Step, ...]
    insert: str | None = None
    insert_at: tuple[str, int, int] | None = None


@dataclass(frozen=True, slots=True)
class Hits:
    """All that happens once a round of a loop, somewhere in a project."""

    found: Sequence[Found]

    def of(self, *kinds: str) -> Iterator[Found]:
        """Those of some kinds of effects."""
        return (one for one in self.found if one.effect.kind in kinds)

    def lazy_reads(self) -> Iterator[Found]:
        """Relations that are read per row, and that the query behind the rows could have loaded."""
        return (one for one in self.of("relation") if not (one.effect.discards or one.effect.method))

    def discards(self) -> Iterator[Found]:
        """Relations that were loaded, and are asked for again in another way."""
        return (one for one in self.of("relation") if one.effect.discards)

    def queries(self) -> Iterator[Found]:
        """Queries per row that no eager load could spare."""
        asked = (one for one in self.of("relation") if one.effect.method and not one.effect.discards)
        yield from asked
        yield from self.of("query")


def without_echoes(found: Iterable[Found]) -> tuple[Found, ...]:
    """One call that does several things to a database is said once: the one thing that is nearest to the call.

    A statement written where it is seen is always said, and so is each kind that has its own rule.
    """
    nearest: dict[tuple[object, ...], Found] = {}
    for one in found:
        effect = one.effect
        kind = effect.kind if not effect.discards else "discard"
        name = "" if effect.steps else effect.name
        key = (effect.place.path, effect.place.line, kind, name, bool(effect.steps))
        old = nearest.get(key)
        if old is None or (old.effect.sure, -len(old.effect.steps)) < (effect.sure, -len(effect.steps)):
            nearest[key] = one
    return tuple(_first_reads(nearest.values()))


def _first_reads(found: Iterable[Found]) -> Iterator[Found]:
    """Without what is read of the same rows again, later in a round: it is there then.

    A row that is read itself, anywhere in a round, is not fetched for its key only.
    """
    first: dict[tuple[object, ...], Found] = {}
    told = list(found)
    for one in told:
        if (key := _read(one)) is not None and one.effect.kind == "relation":
            old = first.get(key)
            if old is None or one.effect.place.line < old.effect.place.line:
                first[key] = one
    return (one for one in told if (key := _read(one)) is None or first.get(key, one) is one)


def _read(one: Found) -> tuple[object, ...] | None:
    """Which relation of which rows is read in which rounds; None for what sends a statement each time."""
    effect, row = one.effect, one.effect.row
    if effect.relation is not None and effect.relation.is_many:  # in Django a manager asks anew
        return None
    if effect.kind not in ("relation", "key") or effect.discards or effect.method:
        return None
    if row is None or not row.source.known:
        return None
    return one.loop.place, effect.place.path, row.source.at, row.path, effect.name


def hit(one: Found, message: str, fix: str | None, insert: str | None = None) -> ProjectHit:
    """A hit at the place where something happens once a round."""
    effect = one.effect
    source = effect.source
    if source is not None and (source.only is not None or source.deferred or source.model.framework == "peewee"):
        insert = None  # what is left out cannot be joined; Peewee's join loads nothing by itself
    return ProjectHit(
        path=effect.place.path,
        line=effect.place.line,
        column=effect.place.column,
        message=message,
        fix=fix,
        confidence=SURE[how_sure(one)],
        evidence=evidence(one),
        insert=insert,
        insert_at=source.end if source is not None and insert is not None else None,
    )


def evidence(one: Found) -> tuple[Step, ...]:
    """From where the rows come from, through the loop and the calls, to what is sent."""
    effect, loop = one.effect, one.loop
    steps: list[Step] = []
    if effect.source is not None and effect.source.kind != "new":
        loaded = sorted("__".join(path) for path in effect.source.loaded)
        words = f"with {', '.join(loaded)}" if loaded else "without their relations"
        steps.append(
            Step(path=effect.source.at.path, line=effect.source.at.line, message=f"{effect.source.at.message}, {words}")
        )
    steps.append(Step(path=loop.place.path, line=loop.place.line, message=loop.words))
    if effect.relation is not None:
        steps.append(effect.relation.at)
    steps += effect.steps
    if effect.steps:
        steps.append(Step(path=effect.at.path, line=effect.at.line, message=sent(effect)))
    return tuple(dict.fromkeys(steps))


def sent(effect: Effect) -> str:
    """What is sent, in words."""
    match effect.kind:
        case "relation" | "key":
            return f"reading {effect.name} sends a query"
        case "column":
            return f"reading {effect.name} fetches what the query left out"
        case "write":
            return f"{effect.name} sends a statement"
    return f"{effect.name or 'this'} sends a query"


def eager_load(effect: Effect) -> str | None:
    """The call that loads a relation with the rows, as it is put behind the query: ``.select_related("author")``."""
    row, relation = effect.row, effect.relation
    if row is None or relation is None:
        return None
    source: Source = row.source
    links = links_of(source.model, (*row.path, relation.name))
    if links is None:
        return None
    framework = source.model.framework
    if framework == "sqlalchemy":
        return f".options({sqlalchemy_loader(links)})"
    path = "__".join(link.name for _, link in links)
    if framework == "peewee":
        return f".join({links[-1][1].target.name})" if links[-1][1].target is not None else None
    if framework == "django" and not any(link.is_many or link.of_any_model for _, link in links):
        return f'.select_related("{path}")'
    return f'.prefetch_related("{path}")'


def sqlalchemy_loader(links: Sequence[tuple[Model, Relation]]) -> str:
    """``joinedload(Order.customer).selectinload(Customer.cards)``."""
    parts = [f"{'selectinload' if link.is_many else 'joinedload'}({model.name}.{link.name})" for model, link in links]
    return ".".join(parts)


def links_of(model: Model | None, path: Sequence[str]) -> list[tuple[Model, Relation]] | None:
    """The relations along a path, each with the model that has it."""
    links = []
    for name in path:
        relation = model.relations.get(name) if model is not None else None
        if model is None or relation is None:
            return None
        links.append((model, relation))
        model = relation.target
    return links


def full_path(row: Row, relation: Relation) -> str:
    """The relation as it is reached from the query: ``author.profile``."""
    return ".".join((*row.path, relation.name))
