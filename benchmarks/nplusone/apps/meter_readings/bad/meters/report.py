from sqlalchemy import select
from sqlalchemy.orm import Session

from meters.models import Household


def report(session: Session) -> list[tuple[str, int, int]]:
    lines = []
    households = session.scalars(select(Household).order_by(Household.street)).all()
    for household in households:
        used = household.consumption  # n+1: property-queries
        count = household.number_of_readings  # n+1: property-queries
        lines.append((household.street, used, count))
    return lines
