from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from coupons.models import Base, Coupon, Shop
from coupons.site import Site

engine = create_engine("sqlite://")


def setup(n):
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(Coupon(percent=1 + i, shop=Shop(name=f"Shop {i}")) for i in range(n))
        session.commit()


def run():
    with Session(engine) as session:
        return " ".join(Site(session).page().split())
