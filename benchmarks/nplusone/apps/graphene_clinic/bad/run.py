from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from graph.models import Base, Doctor, Slot
from graph.schema import schema

engine = create_engine("sqlite://")


def setup(n):
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(Slot(hour=i % 24, doctor=Doctor(name=f"Dr {i:03}")) for i in range(n))
        session.commit()


def ask(query):
    with Session(engine) as session:
        result = schema.execute(query, context_value={"session": session})
        assert not result.errors, result.errors
        return result.data


def run():
    return [ask("{ slots { hour doctor } }"), ask("{ doctors { name freeHours } }")]
