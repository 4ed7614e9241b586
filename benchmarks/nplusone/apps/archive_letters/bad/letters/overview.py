from sqlalchemy import select
from sqlalchemy.orm import load_only

from letters.models import Letter


def overview(session):
    letters = session.scalars(select(Letter).options(load_only(Letter.sender)).order_by(Letter.id))
    return [f"{letter.sender}: {letter.subject}" for letter in letters]  # n+1: deferred-column


def sizes(session):
    total = 0
    for letter in session.query(Letter):
        total += len(letter.scan)  # n+1: deferred-column
    return total
