from models import Order
from sqlalchemy import select


def all_orders(session):
    return session.scalars(select(Order).order_by(Order.id))
