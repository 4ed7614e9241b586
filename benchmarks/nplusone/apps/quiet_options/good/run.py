from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from press.models import Article, Base, Issue, Paper
from press.queries import bylines, numbers, recent, words_by_paper

engine = create_engine("sqlite://")


def setup(n):
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        for i in range(n):
            issue = Issue(number=i, articles=[Article(words=100 * i)])
            session.add(Paper(name=f"Paper {i}", issues=[issue]))
        session.commit()


def run():
    answers = []
    for question in (words_by_paper, bylines, numbers):
        with Session(engine) as session:
            answers.append(question(session))
    with Session(engine) as session:
        answers.append(recent(session, 2))
    return answers
