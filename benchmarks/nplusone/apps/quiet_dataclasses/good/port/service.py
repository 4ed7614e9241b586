from sqlalchemy import select
from sqlalchemy.orm import Session

from port.dto import HarbourView, ShipView
from port.tables import Harbour, Ship


def ships(session: Session) -> list[ShipView]:
    rows = session.execute(select(Ship.name, Harbour.name.label("harbour")).join(Ship.harbour).order_by(Ship.id))
    return [ShipView(name=row.name, harbour=HarbourView(row.harbour)) for row in rows]


def pairs(session: Session):
    for ship, harbour in session.execute(select(Ship, Harbour).join(Ship.harbour).order_by(Ship.id)):
        yield ship.name, harbour.name
