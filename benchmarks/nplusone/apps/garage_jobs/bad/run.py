from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from garage.board import lines_of_the_board
from garage.models import Base, Car, Job
from garage.repository import JobRepository

engine = create_engine("sqlite://")


def setup(n):
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(Job(car=Car(plate=f"B-{i:04}"), what="oil") for i in range(n))
        session.commit()


def run():
    with Session(engine) as session:
        return lines_of_the_board(JobRepository(session))
