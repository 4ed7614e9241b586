from operator import attrgetter

from sqlalchemy.orm import Session, joinedload, selectinload

from auction.models import Lot


def lots(session: Session):
    return session.query(Lot).options(joinedload(Lot.seller), selectinload(Lot.bids)).all()


def most_trusted(session: Session):
    ordered = lots(session)
    ordered.sort(key=attrgetter("seller.rating", "title"), reverse=True)
    return [lot.title for lot in ordered]


def most_wanted(session: Session):
    return max(lots(session), key=lambda lot: len(lot.bids)).title
