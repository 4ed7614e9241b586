from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from books.models import Base, Book, Writer
from books.schema import schema

engine = create_engine("sqlite://")


def setup(n):
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(Book(title=f"B{i}", writer=Writer(name=f"W{i}")) for i in range(n))
        session.commit()


def run():
    with Session(engine) as session:
        result = schema.execute_sync("{ books { title writer titlesOfTheWriter } }", context_value={"session": session})
        assert not result.errors, result.errors
        return result.data
