from dataclasses import asdict

from choir.db import Base, SessionLocal, engine
from choir.models import Section, Singer
from choir.summary import summarise


def setup(n):
    Base.metadata.create_all(engine)
    with SessionLocal.begin() as session:
        for i in range(n):
            session.add(Section(name=f"Section {i}", singers=[Singer(name=f"S{i}{j}", years=j) for j in range(3)]))


def run():
    with SessionLocal() as session:
        return [asdict(summary) for summary in summarise(session)]
