"""The models of a project: their columns and relations, whichever object-relational mapper they are written for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from greenprof.lint.kinds import words
from greenprof.lint.orm.declared import is_declared_attr, is_mapped, mapped, strategy_of
from greenprof.lint.orm.values import ClassOf, Constant, External, InModule, Made, Object, Rows, Several, Value
from greenprof.model import Step

if TYPE_CHECKING:
    from greenprof.lint.orm.project import Binding, ClassInfo, Module

FORWARD, REVERSE, MANY, ONE = "forward", "reverse", "many-to-many", "one-to-one"


@dataclass(eq=False, slots=True)
class Relation:
    """An attribute of a model that leads to rows of another.

    Its ``kind`` is ``forward`` (a foreign key), ``one-to-one`` (its other side), ``reverse`` or ``many-to-many``.
    ``column`` is the attribute that holds the key itself. ``strategy`` says how it is loaded unless the query says
    more: ``lazy``, ``eager``, ``query`` (a new query each time) or ``never``. ``of_any_model``: the row says of which,
    so no join can load it. ``is_other_side``: another model declares it, and this one has it without a word.
    """

    name: str
    kind: str
    target: Model | None
    at: Step
    column: str | None = None
    strategy: str = "lazy"
    required: bool = False
    back: str | None = None
    of_any_model: bool = False
    is_other_side: bool = False

    @property
    def is_many(self) -> bool:
        """Whether it leads to many rows."""
        return self.kind in (REVERSE, MANY)


@dataclass(eq=False)
class Model:
    """A class whose objects are rows."""

    info: ClassInfo
    framework: str
    relations: dict[str, Relation] = field(default_factory=dict)
    columns: set[str] = field(default_factory=set)
    deferred: set[str] = field(default_factory=set)
    proxies: dict[str, str] = field(default_factory=dict)
    is_abstract: bool = False
    default_manager: tuple[str, Any] | None = None  # its name, and its class if that is of the project
    by_default: Rows | None = None  # what its default manager gives, if that is of the project
    managers: dict[ClassInfo, Rows | None] = field(default_factory=dict)  # what its managers give, by their classes

    @property
    def name(self) -> str:
        """The name of the class."""
        return self.info.name

    @property
    def is_django(self) -> bool:
        """Whether it is Django's way of managers and query sets."""
        return self.framework == "django"

    def __repr__(self) -> str:
        return f"<model {self.info.full_name}>"


# Base classes, outside of the project, of what is a model all the same.
_DJANGO_BASES = words(
    """
    Model AbstractUser AbstractBaseUser PermissionsMixin MPTTModel PolymorphicModel TimeStampedModel MP_Node NS_Node
    AL_Node Page Orderable TitleDescriptionModel ActivatorModel SoftDeletableModel UUIDModel StatusModel
    TranslatableModel ClusterableModel AbstractImage AbstractDocument
    """
)
_FIELD = [
    "ForeignKey",
    "OneToOneField",
    "ManyToManyField",
    "ParentalKey",
    "ParentalManyToManyField",
    "TreeForeignKey",
    "TreeOneToOneField",
    "TreeManyToManyField",
    "FlexibleForeignKey",
    "SortedManyToManyField",
    "AutoOneToOneField",
]
_FORWARDS = {
    "ForeignKey",
    "ParentalKey",
    "TreeForeignKey",
    "OneToOneField",
    "TreeOneToOneField",
    "FlexibleForeignKey",
    "AutoOneToOneField",
}
_ONES = {"OneToOneField", "TreeOneToOneField", "AutoOneToOneField"}

Member = Callable[["ClassInfo", "Binding"], Value]


class Models:
    """All models of a project; ``member`` works out what a class gives a name to."""

    def __init__(self, classes: list[ClassInfo], ancestors: Callable[[ClassInfo], Any], member: Member) -> None:
        self._classes, self._ancestors, self._member = classes, ancestors, member
        self.by_class: dict[int, Model] = {}
        self._by_name: dict[str, list[Model]] = {}
        self._tables: dict[int, set[str]] = {}

    def read(self) -> None:
        """Find the models, then what they declare, then what follows from it for others."""
        self._find()
        for model in list(self.by_class.values()):
            self._read(model)
        for model in list(self.by_class.values()):
            self._reverse(model)

    def of(self, info: object) -> Model | None:
        """The model that a class is."""
        return self.by_class.get(id(info))

    def _find(self) -> None:
        for info in self._classes:
            framework = self._framework(info)
            if framework is not None:
                self.add(Model(info, framework))

    def add(self, model: Model) -> None:
        """One more model."""
        self.by_class[id(model.info)] = model
        self._by_name.setdefault(model.name.lower(), []).append(model)

    def _framework(self, info: ClassInfo) -> str | None:
        _, outside = self._ancestors(info)
        for base in outside:
            name = base.name if isinstance(base, External | Made) else ""
            head, _, last = name.rpartition(".")
            if name.startswith("django.db.models") and last == "Model":
                return "django"
            if last == "DeclarativeBase" or last in ("declarative_base", "automap_base", "as_declarative"):
                return "sqlalchemy"
            if last == "DeclarativeBaseNoMeta" or (last == "SQLModel" and self._is_table(info)):
                return "sqlalchemy"
            if last == "Model" and (
                "sqlalchemy" in head.lower() or head.endswith("db") or head.startswith("flask_appbuilder")
            ):
                return "sqlalchemy"
            if name.startswith("tortoise.") and last == "Model":
                return "tortoise"
            if name.startswith(("peewee", "playhouse")) and last == "Model":
                return "peewee"
            if (
                last in _DJANGO_BASES
                and not name.startswith(("sqlalchemy", "flask", "pydantic", "tortoise", "peewee"))
                and (head.startswith("django.") or head.endswith((".models", "abstract_models")) or last == "MPTTModel")
            ):
                return "django"
        return None

    def _is_table(self, info: ClassInfo) -> bool:
        return any(key == "table" for key, _ in info.node[4])

    def _read(self, model: Model) -> None:
        """Columns and relations that the class and those above it declare."""
        inside, _ = self._ancestors(model.info)
        meta = model.info.members.get("Meta")
        if meta is not None and isinstance(meta.value, ClassOf):
            abstract = meta.value.info.members.get("abstract")
            model.is_abstract = bool(
                abstract and abstract.expression and abstract.expression[0] == "const" and abstract.expression[3]
            )
        if "__abstract__" in model.info.members:
            model.is_abstract = True
        if "__tablename__" in model.info.members:
            table = model.info.members["__tablename__"].expression
            if table and table[0] == "text":
                self._tables.setdefault(id(model), set()).add(table[3])
        for info in reversed(inside):
            for name, binding in info.members.items():
                if binding.expression is not None or binding.annotation is not None:
                    self._declare(model, info, name, binding)
                elif is_declared_attr(binding):
                    self._declare_attr(model, info, name, binding)

    def _declare(self, model: Model, info: ClassInfo, name: str, binding: Binding) -> None:
        value = self._member(info, binding) if binding.expression is not None else None
        line = (binding.expression or binding.annotation or [None, info.line])[1]
        at = Step(path=info.module.path, line=line, message=f"{model.name}.{name} is declared here")
        made = as_made(value, self._ancestors)
        if model.framework == "sqlalchemy":
            self._declare_sqlalchemy(model, info, name, binding, made, at)
            return
        if made is None:
            return
        last = made.name.rpartition(".")[2]
        if last.endswith("Field") and last not in _FIELD and not last.startswith(("Generic", "Reverse")):
            if last in ("ForeignKeyField", "ManyToManyField"):
                pass
            else:
                model.columns.add(name)
                return
        if last in _FORWARDS or last == "ForeignKeyField":
            target = (
                made.args[0] if made.args else made.keyword("to") or made.keyword("model") or made.keyword("model_name")
            )
            null = made.keyword("null")
            one = Relation(
                name=name,
                kind=FORWARD,
                target=None,
                at=at,
                column=f"{name}_id",
                required=not (isinstance(null, Constant) and null.value),
            )
            one.target = self.resolve(target, info.module, model)
            model.relations[name] = one
            model.columns.add(f"{name}_id")
        elif last in ("ManyToManyField", "ParentalManyToManyField", "TreeManyToManyField", "SortedManyToManyField"):
            target = made.args[0] if made.args else made.keyword("to") or made.keyword("model_name")
            model.relations[name] = Relation(name, MANY, self.resolve(target, info.module, model), at)
        elif last == "GenericForeignKey":
            model.relations[name] = Relation(name, FORWARD, None, at, of_any_model=True)
        elif last == "GenericRelation":
            target = made.args[0] if made.args else made.keyword("to")
            model.relations[name] = Relation(name, REVERSE, self.resolve(target, info.module, model), at)

    def _declare_attr(self, model: Model, info: ClassInfo, name: str, binding: Binding) -> None:
        """``@declared_attr def owner(cls): return relationship(…)``."""
        code = binding.value.code  # type: ignore[union-attr]
        for node in code.node[4]:
            if node[0] == "return" and node[2] is not None:
                from greenprof.lint.orm.project import Binding as Made_

                self._declare(model, info, name, Made_(expression=node[2]))

    def _declare_sqlalchemy(
        self, model: Model, info: ClassInfo, name: str, binding: Binding, made: Made | None, at: Step
    ) -> None:
        last = made.name.rpartition(".")[2] if made is not None else ""
        if last in ("relationship", "Relationship", "relation", "dynamic_loader"):
            assert made is not None
            targets, many = mapped(binding.annotation)
            target = made.args[0] if made.args else made.keyword("argument")
            found = self.resolve(target, info.module, model) if target is not None else None
            if found is None and targets:
                found = self.resolve(Constant(targets), info.module, model)
            if many is None:
                uselist = made.keyword("uselist")
                if isinstance(uselist, Constant):
                    many = bool(uselist.value)
            back = _text(made.keyword("back_populates"))
            kind = None if many is None else REVERSE if many else FORWARD
            if made.keyword("secondary") is not None and many is not False:
                kind = MANY
            relation = Relation(name, kind or "?", found, at, strategy=strategy_of(made, last))
            model.relations[name] = relation
            backref = made.keyword("backref")
            if backref is not None:
                self._backrefs.setdefault(id(model), []).append((relation, backref, at))
            relation.back = back
        elif last == "association_proxy":
            assert made is not None
            through = _text(made.args[0]) if made.args else None
            if through:
                model.proxies[name] = through
        elif last in ("Column", "mapped_column", "column_property", "deferred") or (
            made is None and binding.annotation is not None and is_mapped(binding.annotation)
        ):
            model.columns.add(name)
            if made is not None:
                if last == "deferred" or made.keyword("deferred") == Constant(True):
                    model.deferred.add(name)
                for one in (*made.args, *(value for _, value in made.keywords)):
                    if isinstance(one, Made) and one.name.rpartition(".")[2] == "ForeignKey" and one.args:
                        table = _text(one.args[0])
                        if table:
                            self._keys.setdefault(id(model), []).append(
                                (table.rpartition(".")[0].rpartition(".")[2], name)
                            )

    @cached_property
    def _backrefs(self) -> dict[int, list[tuple[Relation, Value, Step]]]:
        """For each model, the relations that name their other side."""
        return {}

    @cached_property
    def _keys(self) -> dict[int, list[tuple[str, str]]]:
        """For each model, the tables that its columns refer to, with the columns."""
        return {}

    def _reverse(self, model: Model) -> None:
        if model.framework == "sqlalchemy":
            for relation in model.relations.values():
                self._complete(model, relation)
            for relation, backref, at in self._backrefs.get(id(model), ()):
                self._complete(model, relation)
                name = _text(backref) or (
                    _text(backref.args[0]) if isinstance(backref, Made) and backref.args else None
                )
                if name and relation.target is not None and name not in relation.target.relations:
                    kind = {FORWARD: REVERSE, REVERSE: FORWARD}.get(relation.kind, relation.kind)
                    strategy = "lazy"
                    if isinstance(backref, Made):
                        strategy = strategy_of(backref, "")
                        uselist = backref.keyword("uselist")
                        if isinstance(uselist, Constant) and not uselist.value:
                            kind = FORWARD if kind == FORWARD else ONE
                    relation.target.relations[name] = Relation(
                        name, kind, model, at, strategy=strategy, back=relation.name
                    )
                    relation.back = name
            return
        if model.is_abstract:
            return
        for relation in list(model.relations.values()):
            if relation.target is not None and relation.kind in (FORWARD, MANY):
                self._add_reverse(model, relation)

    def _complete(self, model: Model, relation: Relation) -> None:
        """The kind of a relationship that says it not itself: a key on this side leads to one."""
        if relation.kind == "?":
            tables = {table for table, _ in self._keys.get(id(model), ())}
            target = relation.target
            names = self._tables_of(target) if target is not None else set()
            relation.kind = FORWARD if tables & names and target is not model else REVERSE
            if target is model:
                relation.kind = REVERSE
        if relation.kind == FORWARD and relation.column is None and relation.target is not None:
            names = self._tables_of(relation.target)
            columns = [column for table, column in self._keys.get(id(model), ()) if table in names]
            relation.column = columns[0] if len(columns) == 1 else None

    def _tables_of(self, model: Model) -> set[str]:
        """What the table of a model is called."""
        return self._tables.get(id(model)) or {snake(model.name)}

    def _add_reverse(self, model: Model, relation: Relation) -> None:
        """What the other side of a foreign key or many-to-many relation is called, and that it is there."""
        target = relation.target
        if target is None or relation.is_other_side:
            return
        made = self._made_of(model, relation)
        given = made.keyword("related_name") if made is not None else None
        name = _text(given)
        is_one = made is not None and made.name.rpartition(".")[2] in _ONES
        if name is not None:
            name = name.replace("%(class)s", model.name.lower()).replace("%(model_name)s", model.name.lower())
            name = name.replace("%(app_label)s", label_of(model.info.module))
            if name.endswith("+"):
                return
        elif given is not None and not isinstance(given, Constant):
            return
        elif model.framework == "peewee":
            backref = _text(made.keyword("backref")) if made is not None else None
            name = backref or f"{model.name.lower()}_set"
        elif model.framework == "tortoise":
            name = f"{model.name.lower()}s"
        else:
            name = model.name.lower() if is_one else f"{model.name.lower()}_set"
        kind = ONE if is_one else MANY if relation.kind == MANY else REVERSE
        step = Step(
            path=relation.at.path, line=relation.at.line, message=f"{target.name}.{name} is the other side of this"
        )
        back = relation.name if relation.kind == FORWARD else None
        target.relations.setdefault(name, Relation(name, kind, model, step, back=back, is_other_side=True))
        if target.is_abstract:
            for other in self._below.get(id(target.info), ()):
                other.relations.setdefault(name, Relation(name, kind, model, step, is_other_side=True))

    def _made_of(self, model: Model, relation: Relation) -> Made | None:
        for info in self._ancestors(model.info)[0]:
            binding = info.members.get(relation.name)
            if binding is not None and binding.expression is not None:
                return as_made(self._member(info, binding), self._ancestors)
        return None

    def resolve(self, target: Value | None, module: Module, model: Model | None = None) -> Model | None:
        """The model that a relation names: the class, its name, ``app.Model``, or the user."""
        if target is None:
            return None
        if isinstance(target, ClassOf):
            return self.of(target.info)
        if isinstance(target, Made) and target.name.rpartition(".")[2] == "get_user_model":
            return self.user(module)
        if isinstance(target, External) and target.name.rpartition(".")[2] == "AUTH_USER_MODEL":
            return self.user(module)
        if isinstance(target, Constant) and isinstance(target.value, str):
            return self.named(target.value, module, model)
        return None

    def named(self, name: str, module: Module, model: Model | None = None) -> Model | None:
        """The model of this name, near a module where there are several."""
        if name == "self":
            return model
        app, _, last = name.rpartition(".")
        found = self._by_name.get(last.lower(), [])
        if model is not None:
            found = [one for one in found if one.framework == model.framework] or found
        if app:
            app = app.rpartition(".")[2]
            found = [one for one in found if app in one.info.module.name.split(".")] or found
        from greenprof.lint.orm.project import _shared

        return max(found, key=lambda one: _shared(one.info.module.name, module.name), default=None)

    def user(self, module: Module) -> Model | None:
        """The project's own user model, if it has one."""
        found = next((model for model in self._users if not model.is_abstract), None)
        return found or self.named("User", module)

    @cached_property
    def _users(self) -> list[Model]:
        """The models that are made to be the user."""
        ends = (".AbstractUser", ".AbstractBaseUser")
        return [
            model
            for model in self.by_class.values()
            if any(isinstance(one, External) and one.name.endswith(ends) for one in self._ancestors(model.info)[1])
        ]

    @cached_property
    def _below(self) -> dict[int, list[Model]]:
        """For each class of the project, the models that it is above of."""
        found: dict[int, list[Model]] = {}
        for model in self.by_class.values():
            for info in self._ancestors(model.info)[0]:
                found.setdefault(id(info), []).append(model)
        return found


def as_made(value: Value | None, ancestors: Callable[[ClassInfo], Any]) -> Made | None:
    """A declaration; one of the project's own kind counts as that of its base."""
    if isinstance(value, Made):
        return value
    if isinstance(value, Object):
        _, outside = ancestors(value.info)
        for base in outside:
            if isinstance(base, External) and base.name.rpartition(".")[2] in _FIELD:
                return Made(base.name, *value.made)
    return None


def label_of(module: Module) -> str:
    """The label of the app that a module is in: the package that holds ``models``."""
    parts = module.name.split(".")
    if "models" in parts:
        parts = parts[: parts.index("models")]
    return parts[-1] if parts else ""


def snake(name: str) -> str:
    """``order_item`` of ``OrderItem``."""
    return "".join(f"_{char.lower()}" if char.isupper() and place else char.lower() for place, char in enumerate(name))


def _text(value: Value | None) -> str | None:
    return value.value if isinstance(value, Constant) and isinstance(value.value, str) else None


__all__ = [
    "FORWARD",
    "MANY",
    "ONE",
    "REVERSE",
    "InModule",
    "Model",
    "Models",
    "Relation",
    "Several",
    "as_made",
    "label_of",
]
