from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from port.board import board, lines
from port.tables import Base, Harbour, Ship

engine = create_engine("sqlite://")


def setup(n):
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(Ship(name=f"S{i}", harbour=Harbour(name=f"H{i}")) for i in range(n))
        session.commit()


def run():
    with Session(engine) as session:
        return [board(session), lines(session)]
