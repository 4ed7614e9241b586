from sqlalchemy import select
from sqlalchemy.orm import Session

from .entities import Animal, Diet


def animals(session: Session, diet: Diet) -> list[Animal]:
    statement = select(Animal).where(Animal.diet == diet)
    return list(session.scalars(statement))


def keepers_needed(session: Session, diet: Diet) -> set[str]:
    return {animal.keeper.name for animal in animals(session, diet)}  # n+1: lazy-in-comprehension


def somebody_is_missing(session: Session) -> bool:
    return any(animal.keeper.on_leave for animal in session.scalars(select(Animal)))  # n+1: lazy-in-comprehension
