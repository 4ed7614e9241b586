from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Guest(Base):
    __tablename__ = "guest"
    id = Column(Integer, primary_key=True)


class Seat(Base):
    __tablename__ = "seat"
    id = Column(Integer, primary_key=True)
    guest_id = Column(ForeignKey("guest.id"))
    guest = relationship(Guest)
