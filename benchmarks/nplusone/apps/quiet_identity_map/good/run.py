from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from towns.listing import build, by_town, renumber
from towns.models import Base, House, Town

engine = create_engine("sqlite://")
size = 0


def setup(n):
    global size
    size = n
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(House(number=i, town=Town(name=f"Town {i}")) for i in range(n))
        session.commit()


def run():
    with Session(engine) as session:
        renumber(session, 0)
        answer = [by_town(session), build(session, range(size))]
        session.rollback()
        return answer
