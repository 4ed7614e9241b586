from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from zoo.entities import Animal, Base, Diet, Keeper
from zoo.feeding import keepers_needed, somebody_is_missing

engine = create_engine("sqlite://")


def setup(n):
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(Animal(name=f"A{i}", diet=Diet.MEAT, keeper=Keeper(name=f"K{i}")) for i in range(n))
        session.commit()


def run():
    with Session(engine) as session:
        needed = sorted(keepers_needed(session, Diet.MEAT))
    with Session(engine) as session:
        return [needed, somebody_is_missing(session)]
