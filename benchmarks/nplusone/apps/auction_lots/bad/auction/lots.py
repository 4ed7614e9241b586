from operator import attrgetter

from sqlalchemy.orm import Session

from auction.models import Lot


def lots(session: Session):
    return session.query(Lot).all()


def most_trusted(session: Session):
    ordered = lots(session)
    ordered.sort(key=attrgetter("seller.rating", "title"), reverse=True)  # n+1: lazy-in-sort-key
    return [lot.title for lot in ordered]


def most_wanted(session: Session):
    return max(lots(session), key=lambda lot: len(lot.bids)).title  # n+1: lazy-in-sort-key
