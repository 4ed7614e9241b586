from sqlalchemy import Text
from sqlalchemy.orm import DeclarativeBase, Mapped, deferred, mapped_column


class Base(DeclarativeBase):
    pass


class Letter(Base):
    __tablename__ = "letter"
    id: Mapped[int] = mapped_column(primary_key=True)
    sender: Mapped[str]
    subject: Mapped[str]
    scan: Mapped[str] = deferred(mapped_column(Text))
