from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from meters.models import Household


def report(session: Session) -> list[tuple[str, int, int]]:
    lines = []
    households = session.scalars(
        select(Household).options(selectinload(Household.readings)).order_by(Household.street)
    ).all()
    for household in households:
        used = household.consumption
        count = len(household.readings)
        lines.append((household.street, used, count))
    return lines
