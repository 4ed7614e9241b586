from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from fleet.models import Bus, Depot


def depots(session: Session):
    lines = []
    for depot in session.scalars(select(Depot).order_by(Depot.id)):
        for bus in depot.buses:
            lines.append(f"{depot.name} {bus.line} {bus.driver.name} {len(bus.stops)}")
    return lines


def home(session: Session):
    buses = session.scalars(select(Bus).options(joinedload(Bus.depot)).order_by(Bus.id)).all()
    return {bus.line: bus.depot.name for bus in buses}
