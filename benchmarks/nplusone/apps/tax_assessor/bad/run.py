from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from tax.assess import assess
from tax.models import Base, Parcel, Rate

engine = create_engine("sqlite://")


def setup(n):
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(Parcel(zone=f"z{i % 7}", square_metres=100 + i) for i in range(n))
        session.add_all(Rate(zone=f"z{i}", cents=i) for i in range(5))
        session.commit()


def run():
    with Session(engine) as session:
        return assess(session)
