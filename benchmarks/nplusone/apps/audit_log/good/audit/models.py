from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Host(Base):
    __tablename__ = "host"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Alarm(Base):
    __tablename__ = "alarm"
    id: Mapped[int] = mapped_column(primary_key=True)
    level: Mapped[int]
    host_id: Mapped[int] = mapped_column(ForeignKey("host.id"))
    host: Mapped[Host] = relationship()

    def __repr__(self) -> str:
        return f"<Alarm {self.level} on {self.host.name}>"


class Option(Base):
    __tablename__ = "option"
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
