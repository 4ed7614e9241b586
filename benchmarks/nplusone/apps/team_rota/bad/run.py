from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from rota.main import rota
from rota.models import Base, Team, Worker

engine = create_engine("sqlite://")


def setup(n):
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(Worker(name=f"W{i:03}", team=Team(name=f"Team {i}")) for i in range(n))
        session.commit()


def run():
    with Session(engine) as session:
        return rota(session, 7)
