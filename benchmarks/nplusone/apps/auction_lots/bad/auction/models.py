from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Seller(Base):
    __tablename__ = "seller"
    id = Column(Integer, primary_key=True)
    rating = Column(Integer, nullable=False)


class Lot(Base):
    __tablename__ = "lot"
    id = Column(Integer, primary_key=True)
    title = Column(String)
    seller_id = Column(Integer, ForeignKey(Seller.id))
    seller = relationship(Seller, backref="lots")
    bids = relationship("Bid", back_populates="lot")


class Bid(Base):
    __tablename__ = "bid"
    id = Column(Integer, primary_key=True)
    lot_id = Column(Integer, ForeignKey("lot.id"))
    euros = Column(Integer)
    lot = relationship(Lot, back_populates="bids")
