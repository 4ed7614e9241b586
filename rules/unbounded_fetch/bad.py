from sqlalchemy import create_engine, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    total: Mapped[int]


def run(n=20_000):
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.execute(insert(Order), [{"id": i, "total": i * 7 % 1000} for i in range(1, n + 1)])

        newest = session.scalars(select(Order).order_by(Order.id.desc())).all()[:20]  # expect: unbounded-fetch
        return [order.total for order in newest]
