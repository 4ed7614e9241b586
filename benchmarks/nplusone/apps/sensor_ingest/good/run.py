from sensors.db import Session, engine
from sensors.ingest import ingest, ingest_with_ids
from sensors.models import Base, Value

size = 0


def setup(n):
    global size
    size = n
    Base.metadata.create_all(engine)


def run():
    readings = [(f"s{i % 3}", 20.0 + i) for i in range(size)]
    ingest(readings)
    ids = ingest_with_ids(readings)
    with Session() as session:
        return [session.query(Value).count(), ids]
