from warehouse.database import Base, db_session, engine
from warehouse.inventory import quantities
from warehouse.models import Aisle, Bin


def setup(n):
    Base.metadata.create_all(engine)
    for i in range(n):
        db_session.add(Aisle(letter=f"{i:02}", bins=[Bin(quantity=i), Bin(quantity=1)]))
    db_session.commit()
    db_session.remove()


def run():
    return quantities()
