from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from press.loading import whole_paper, with_context
from press.models import Article, Issue, Paper


def words_by_paper(session):
    papers = session.query(Paper).options(*whole_paper()).order_by(Paper.id)
    return {p.name: sum(a.words for issue in p.issues for a in issue.articles) for p in papers}


def bylines(session):
    out = []
    for article in session.scalars(select(Article).options(*with_context()).order_by(Article.id)):
        out.append((article.issue.paper.name, article.issue.number))
    return out


def recent(session, since):
    statement = (
        select(Paper)
        .join(Paper.issues)
        .where(Issue.number >= since)
        .options(contains_eager(Paper.issues))
        .order_by(Paper.id, Issue.id)
    )
    return [[paper.name, [issue.number for issue in paper.issues]] for paper in session.execute(statement).unique().scalars()]


def numbers(session):
    rows = session.query(Paper.name, Issue.number).join(Issue, Issue.paper_id == Paper.id).order_by(Issue.id)
    return [f"{row.name} {row.number}" for row in rows]
