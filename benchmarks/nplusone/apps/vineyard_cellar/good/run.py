from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

from cellar.model import Base, Bottle, Vineyard
from cellar.stock import Stock

engine = create_engine("sqlite://")
Session = sessionmaker(bind=engine)


def setup(n):
    Base.metadata.create_all(engine)
    session = Session()
    for i in range(n):
        session.add(Bottle(year=2000 + i, vineyard=Vineyard(name="V%d" % i, region="Mosel")))
    session.commit()
    session.close()


def run():
    return Stock(Session()).labels("Mosel")
