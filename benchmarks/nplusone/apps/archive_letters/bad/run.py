from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from letters.models import Base, Letter
from letters.overview import overview, sizes

engine = create_engine("sqlite://")


def setup(n):
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(Letter(sender=f"S{i}", subject=f"About {i}", scan="x" * i) for i in range(n))
        session.commit()


def run():
    with Session(engine) as one, Session(engine) as other:
        return [overview(one), sizes(other)]
