from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from people.access import access_list, administrators
from people.models import Base, Group, User

engine = create_engine("sqlite://")


def setup(n):
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        groups = [Group(name=name) for name in ("staff", "admin", "board")]
        session.add_all(User(login=f"u{i:03}", groups=groups[: 1 + i % 3]) for i in range(n))
        session.commit()


def run():
    with Session(engine) as one, Session(engine) as other:
        return [access_list(one), administrators(other)]
