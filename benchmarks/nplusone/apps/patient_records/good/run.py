from datetime import date

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from patients.donors import donors
from patients.orm import Base, Patient, Record

engine = create_engine("sqlite://")


def setup(n):
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        for i in range(n):
            record = Record(blood_group="0-" if i % 2 else "A+")
            session.add(Patient(name=f"P{i:03}", born=date(1990, 1, 1), record=record))
        session.commit()


def run():
    with Session(engine) as session:
        return donors(session, "0-")
