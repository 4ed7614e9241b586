from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from theses.index import index
from theses.models import Base, Keyword, Tagging, Thesis

engine = create_engine("sqlite://", future=True)


def setup(n):
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        words = [Keyword(word=word) for word in ("energy", "software", "green")]
        for i in range(n):
            taggings = [Tagging(keyword=word, rank=rank) for rank, word in enumerate(words[: 1 + i % 3])]
            session.add(Thesis(title=f"Thesis {i:03}", taggings=taggings))
        session.commit()


def run():
    with Session(engine) as session:
        return index(session)
