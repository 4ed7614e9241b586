from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Car(Base):
    __tablename__ = "car"

    id: Mapped[int] = mapped_column(primary_key=True)
    plate: Mapped[str]
    jobs: Mapped[list["Job"]] = relationship(back_populates="car")


class Job(Base):
    __tablename__ = "job"

    id: Mapped[int] = mapped_column(primary_key=True)
    car_id: Mapped[int] = mapped_column(ForeignKey("car.id"))
    what: Mapped[str]
    done: Mapped[bool] = mapped_column(default=False)
    car: Mapped[Car] = relationship(back_populates="jobs")
