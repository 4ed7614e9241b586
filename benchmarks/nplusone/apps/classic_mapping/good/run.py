from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

from freight.domain import Container, Ship
from freight.manifest import manifest
from freight.mapping import mapper, start_mappers
from freight.unit_of_work import UnitOfWork

engine = create_engine("sqlite://")
start_mappers()


def setup(n):
    mapper.metadata.create_all(engine)
    with sessionmaker(engine).begin() as session:
        session.add_all(Container(f"C{i}", Ship(f"Ship {i}", 1000)) for i in range(n))


def run():
    return manifest(UnitOfWork(sessionmaker(engine)))
