from sqlalchemy import Column, Float, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Station(Base):
    __tablename__ = "station"
    code = Column(String(8), primary_key=True)
    height = Column(Integer)


class Reading(Base):
    __tablename__ = "reading"
    id = Column(Integer, primary_key=True)
    station = Column(ForeignKey("station.code"))
    celsius = Column(Float)
