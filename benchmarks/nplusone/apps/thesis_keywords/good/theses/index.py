from sqlalchemy import select
from sqlalchemy.orm import selectinload

from theses.models import Thesis


def index(session):
    """Titles by keyword."""
    theses = select(Thesis).order_by(Thesis.title)
    theses = theses.options(selectinload(Thesis.taggings))
    entries = {}
    for thesis in session.execute(theses).scalars():
        for keyword in thesis.keywords:
            entries.setdefault(keyword.word, []).append(thesis.title)
    return entries
