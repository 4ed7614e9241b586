from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import backref, relationship

from warehouse.database import Base


class Aisle(Base):
    __tablename__ = "aisle"
    id = Column(Integer, primary_key=True)
    letter = Column(String(2))


class Bin(Base):
    __tablename__ = "bin"
    id = Column(Integer, primary_key=True)
    aisle_id = Column(ForeignKey("aisle.id"))
    quantity = Column(Integer, default=0)
    aisle = relationship(Aisle, backref=backref("bins", order_by="Bin.id"))
