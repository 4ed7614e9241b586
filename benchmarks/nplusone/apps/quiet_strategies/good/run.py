from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from fleet.models import Base, Bus, Depot, Driver, Stop
from fleet.timetable import depots, home

engine = create_engine("sqlite://")


def setup(n):
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        for i in range(n):
            bus = Bus(line=f"L{i}", driver=Driver(name=f"D{i}"), stops=[Stop() for _ in range(i % 3)])
            session.add(Depot(name=f"Depot {i}", buses=[bus]))
        session.commit()


def run():
    with Session(engine) as one, Session(engine) as other:
        return [depots(one), home(other)]
