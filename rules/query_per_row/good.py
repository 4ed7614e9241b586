from sqlalchemy import ForeignKey, create_engine, insert, select
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


def lines(session):
    names = dict(session.execute(select(Customer.id, Customer.name)).all())
    orders = session.execute(select(Order.id, Order.customer_id).where(Order.cents >= 0).order_by(Order.id))
    return [f"{order.id}: {names[order.customer_id]}" for order in orders]


def run(n=500):
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.execute(insert(Customer), [{"id": i, "name": f"customer {i}"} for i in range(n)])
        session.execute(insert(Order), [{"id": i, "customer_id": i * 7 % n, "cents": i} for i in range(n)])
        return lines(session)
