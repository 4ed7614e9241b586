from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from .entities import Animal, Diet


def animals(session: Session, diet: Diet) -> list[Animal]:
    statement = select(Animal).where(Animal.diet == diet)
    statement = statement.options(joinedload(Animal.keeper))
    return list(session.scalars(statement))


def keepers_needed(session: Session, diet: Diet) -> set[str]:
    return {animal.keeper.name for animal in animals(session, diet)}


def somebody_is_missing(session: Session) -> bool:
    loaded = select(Animal).options(joinedload(Animal.keeper))
    return any(animal.keeper.on_leave for animal in session.scalars(loaded))
