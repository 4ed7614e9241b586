from sqlalchemy import select
from sqlalchemy.orm import load_only, undefer

from letters.models import Letter


def overview(session):
    letters = session.scalars(select(Letter).options(load_only(Letter.sender, Letter.subject)).order_by(Letter.id))
    return [f"{letter.sender}: {letter.subject}" for letter in letters]


def sizes(session):
    total = 0
    for letter in session.query(Letter).options(undefer(Letter.scan)):
        total += len(letter.scan)
    return total
