from models import Order
from sqlalchemy import select
from sqlalchemy.orm import joinedload


def all_orders(session):
    return session.scalars(select(Order).options(joinedload(Order.customer)).order_by(Order.id))
