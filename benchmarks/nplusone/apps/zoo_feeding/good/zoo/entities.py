import enum

from sqlalchemy import Enum, ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Diet(enum.Enum):
    MEAT = "meat"
    PLANTS = "plants"


class Keeper(Base):
    __tablename__ = "keepers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    on_leave: Mapped[bool] = mapped_column(default=False)


class Animal(Base):
    __tablename__ = "animals"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    diet: Mapped[Diet] = mapped_column(Enum(Diet))
    keeper_id: Mapped[int] = mapped_column(ForeignKey("keepers.id"))
    keeper: Mapped["Keeper"] = relationship(lazy="select")
