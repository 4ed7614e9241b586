from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from seats.models import Base, Guest, Seat
from seats.plan import plan

engine = create_engine("sqlite://")


def setup(n):
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(Seat(guest=Guest()) for _ in range(n))
        session.add(Seat())
        session.commit()


def run():
    with Session(engine) as session:
        return plan(session)
