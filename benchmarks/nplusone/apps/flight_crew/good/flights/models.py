from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Airport(Base):
    __tablename__ = "airport"
    code: Mapped[str] = mapped_column(primary_key=True)
    city: Mapped[str]


class Flight(Base):
    __tablename__ = "flight"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str]
    crew: Mapped[list["CrewMember"]] = relationship(back_populates="flight")


class CrewMember(Base):
    __tablename__ = "crew_member"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    flight_id: Mapped[int] = mapped_column(ForeignKey("flight.id"))
    base_code: Mapped[str] = mapped_column(ForeignKey("airport.code"))
    flight: Mapped[Flight] = relationship(back_populates="crew")
    base: Mapped[Airport] = relationship()
