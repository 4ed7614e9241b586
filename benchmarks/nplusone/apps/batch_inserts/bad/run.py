from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from weather.load import forget, load, set_heights
from weather.models import Base, Reading, Station

engine = create_engine("sqlite://")
size = 0


def setup(n):
    global size
    size = n
    Base.metadata.create_all(engine)


def run():
    codes = [f"S{i}" for i in range(size)]
    with Session(engine) as session:
        set_heights(session, {code: i for i, code in enumerate(codes)})
        load(session, {code: [1.5, 2.5] for code in codes})
        forget(session, codes[1:])
        session.commit()
        return [session.query(Station).count(), session.query(Reading).count()]
