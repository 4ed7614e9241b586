from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from audit.log import lines
from audit.models import Alarm, Base, Host, Option

engine = create_engine("sqlite://")


def setup(n):
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Option(key="threshold", value="3"))
        session.add_all(Alarm(level=i + 3, host=Host(name=f"h{i}")) for i in range(n))
        session.commit()


def run():
    with Session(engine) as session:
        return lines(session)
