from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Shop(Base):
    __tablename__ = "shop"
    id = Column(Integer, primary_key=True)
    name = Column(String)


class Coupon(Base):
    __tablename__ = "coupon"
    id = Column(Integer, primary_key=True)
    percent = Column(Integer)
    shop_id = Column(ForeignKey("shop.id"))
    shop = relationship("Shop")
