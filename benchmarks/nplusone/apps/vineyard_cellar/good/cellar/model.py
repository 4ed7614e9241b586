from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Vineyard(Base):
    __tablename__ = "vineyards"

    id = Column(Integer, primary_key=True)
    name = Column(String(60), nullable=False)
    region = Column(String(60))


class Bottle(Base):
    __tablename__ = "bottles"

    id = Column(Integer, primary_key=True)
    year = Column(Integer)
    vineyard_id = Column(Integer, ForeignKey("vineyards.id"), nullable=False)

    vineyard = relationship("Vineyard")
