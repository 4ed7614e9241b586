from sqlalchemy import ForeignKey, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, object_session, relationship


class Base(DeclarativeBase):
    pass


class Household(Base):
    __tablename__ = "household"
    id: Mapped[int] = mapped_column(primary_key=True)
    street: Mapped[str]
    readings: Mapped[list["Reading"]] = relationship(order_by="Reading.day")

    @property
    def consumption(self) -> int:
        if not self.readings:
            return 0
        return self.readings[-1].kwh - self.readings[0].kwh

    @property
    def number_of_readings(self) -> int:
        query = select(func.count(Reading.id)).where(Reading.household_id == self.id)
        return object_session(self).scalar(query)


class Reading(Base):
    __tablename__ = "reading"
    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"))
    day: Mapped[int]
    kwh: Mapped[int]
