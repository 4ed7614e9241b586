from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Depot(Base):
    __tablename__ = "depot"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    buses: Mapped[list["Bus"]] = relationship(back_populates="depot", lazy="selectin", order_by="Bus.id")


class Driver(Base):
    __tablename__ = "driver"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Bus(Base):
    __tablename__ = "bus"
    id: Mapped[int] = mapped_column(primary_key=True)
    line: Mapped[str]
    depot_id: Mapped[int] = mapped_column(ForeignKey("depot.id"))
    driver_id: Mapped[int] = mapped_column(ForeignKey("driver.id"))
    depot: Mapped[Depot] = relationship(back_populates="buses", lazy="raise")
    driver: Mapped[Driver] = relationship(lazy="joined")
    stops: Mapped[list["Stop"]] = relationship(lazy="subquery")


class Stop(Base):
    __tablename__ = "stop"
    id: Mapped[int] = mapped_column(primary_key=True)
    bus_id: Mapped[int] = mapped_column(ForeignKey("bus.id"))
