from sqlalchemy.orm import joinedload, raiseload, selectinload

from press.models import Article, Issue, Paper


def whole_paper():
    return [selectinload(Paper.issues).selectinload(Issue.articles)]


def with_context():
    return joinedload(Article.issue).joinedload(Issue.paper), raiseload("*")
