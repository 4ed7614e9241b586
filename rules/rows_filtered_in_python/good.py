from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    city: Mapped[str]
    year: Mapped[int]
    total: Mapped[int]


FILL = text("""
    WITH RECURSIVE numbers (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM numbers WHERE id < :n)
    INSERT INTO orders SELECT id, 'city ' || id % 50, 2020 + id % 2, id * 7919 % 10007 FROM numbers
""")


def run(n=20_000):
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.execute(FILL, {"n": n})

        large = session.scalars(select(Order).where(Order.year == 2021, Order.total > 9_000)).all()
        return [(order.id, order.city, order.total) for order in large]
