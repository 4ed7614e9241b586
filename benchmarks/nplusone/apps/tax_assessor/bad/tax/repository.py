from sqlalchemy.orm import Session

from tax.models import Parcel, Rate


class Repository:
    def __init__(self, session: Session):
        self.session = session

    def parcels(self):
        return self.session.query(Parcel).order_by(Parcel.id).all()

    def rate(self, zone):
        return self.session.query(Rate).filter(Rate.zone == zone).one_or_none()
