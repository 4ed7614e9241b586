from sqlalchemy import create_engine, func, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    price: Mapped[int]


def run(n=500):
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        for i in range(n):
            session.execute(insert(Item), {"id": i, "price": i * 3})  # expect: insert-in-loop
        session.commit()
        return session.execute(select(func.count(Item.id), func.sum(Item.price))).one()
