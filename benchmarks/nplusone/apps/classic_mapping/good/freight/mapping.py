from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import registry, relationship

from freight.domain import Container, Ship

mapper = registry()

ships = Table("ships", mapper.metadata, Column("id", Integer, primary_key=True), Column("name", String), Column("tonnes", Integer))
containers = Table(
    "containers",
    mapper.metadata,
    Column("id", Integer, primary_key=True),
    Column("number", String),
    Column("ship_id", ForeignKey("ships.id")),
)


def start_mappers():
    mapper.map_imperatively(Ship, ships)
    mapper.map_imperatively(Container, containers, properties={"ship": relationship(Ship)})
