from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from flights.models import Airport, Base, CrewMember, Flight
from flights.roster import Roster

engine = create_engine("sqlite://")


def setup(n):
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        for i in range(n):
            base = Airport(code=f"X{i:02}", city=f"City {i % 3}")
            session.add(Flight(number=f"GP{i}", crew=[CrewMember(name=f"M{i}", base=base)]))
        session.commit()


def run():
    with Session(engine) as session:
        return sorted(Roster(session).far_from_home("City 1"))
