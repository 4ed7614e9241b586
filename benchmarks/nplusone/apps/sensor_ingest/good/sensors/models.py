from sqlalchemy import Column, Float, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Value(Base):
    __tablename__ = "value"
    id = Column(Integer, primary_key=True)
    sensor = Column(String(20))
    celsius = Column(Float)
