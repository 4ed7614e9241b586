from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from newsletter.models import Base, Plan, Subscriber
from newsletter.send import digest, overview

engine = create_engine("sqlite://")


def setup(n):
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(Subscriber(email=f"{i:03}@example.org", plan=Plan(title=f"Plan {i}")) for i in range(n))
        session.commit()


def run():
    with Session(engine) as one, Session(engine) as other:
        return [" ".join(text.split()) for text in (overview(one), digest(other))]
