from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Person(Base):
    __tablename__ = "people"
    badge: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    door: Mapped[str]
