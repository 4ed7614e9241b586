from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from towns.models import House, Town


def by_town(session: Session):
    """The towns once, the houses once, joined here."""
    towns = {town.id: town for town in session.scalars(select(Town))}
    houses = defaultdict(list)
    for house in session.scalars(select(House).order_by(House.id)):
        houses[towns[house.town_id].name].append(house.number)
    return houses


def renumber(session: Session, add: int):
    for house in session.scalars(select(House)):
        house.number += add
    session.commit()


def build(session: Session, numbers):
    town = Town(name="New town")
    session.add(town)
    houses = []
    for number in numbers:
        house = House(number=number)
        house.town = town
        houses.append({"number": house.number, "town": house.town.name})
    return houses
