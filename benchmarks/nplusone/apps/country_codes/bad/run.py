from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from geo.models import Base, Country
from geo.normalise import AddressNormaliser, is_known

engine = create_engine("sqlite://")
size = 0


def setup(n):
    global size
    size = n
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(Country(iso=f"C{i}", name=f"Country {i}") for i in range(n))
        session.commit()


def run():
    with Session(engine) as session:
        addresses = [{"street": f"Street {i}", "iso": f"C{i}"} for i in range(size + 1)]
        isos = [address["iso"] for address in addresses]
        return [AddressNormaliser(session).normalise(addresses), is_known(session, isos)]
