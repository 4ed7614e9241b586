from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from meters.models import Base, Household, Reading
from meters.report import report

engine = create_engine("sqlite://")


def setup(n):
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        for i in range(n):
            readings = [Reading(day=day, kwh=day * (i + 1)) for day in range(3)]
            session.add(Household(street=f"Street {i:03}", readings=readings))
        session.commit()


def run():
    with Session(engine) as session:
        return report(session)
