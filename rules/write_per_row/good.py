from sqlalchemy import ForeignKey, create_engine, insert, select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Customer(Base):
    __tablename__ = "customer"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Order(Base):
    __tablename__ = "customer_order"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    cents: Mapped[int]
    customer: Mapped[Customer] = relationship()


def add_fee(session, order_ids):
    session.execute(update(Order).where(Order.id.in_(order_ids)).values(cents=Order.cents + 5))


def lines(session):
    order_ids = session.scalars(select(Order.id)).all()
    for start in range(0, len(order_ids), 500):
        add_fee(session, order_ids[start : start + 500])
    return list(session.scalars(select(Order.cents).order_by(Order.id)))


def run(n=500):
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.execute(insert(Customer), [{"id": i, "name": f"customer {i}"} for i in range(n)])
        session.execute(insert(Order), [{"id": i, "customer_id": i * 7 % n, "cents": i} for i in range(n)])
        return lines(session)
