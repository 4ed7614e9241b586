import json

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from badges.check import suspicious
from badges.models import Base, Person

engine = create_engine("sqlite://")
size = 0


def setup(n):
    global size
    size = n
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(Person(badge=i, name=f"P{i}", door="north") for i in range(n))
        session.commit()


def run():
    lines = [json.dumps({"badge": i, "door": ("north", "south")[i % 2]}) for i in range(size + 1)]
    with Session(engine) as session:
        return suspicious(session, "\n".join(lines))
