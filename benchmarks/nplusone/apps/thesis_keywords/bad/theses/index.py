from sqlalchemy import select

from theses.models import Thesis


def index(session):
    """Titles by keyword."""
    theses = select(Thesis).order_by(Thesis.title)
    entries = {}
    for thesis in session.execute(theses).scalars():
        for keyword in thesis.keywords:  # n+1: association-proxy
            entries.setdefault(keyword.word, []).append(thesis.title)
    return entries
