from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Parcel(Base):
    __tablename__ = "parcels"
    id = Column(Integer, primary_key=True)
    zone = Column(String(10))
    square_metres = Column(Integer)


class Rate(Base):
    __tablename__ = "rates"
    zone = Column(String(10), primary_key=True)
    cents = Column(Integer)
