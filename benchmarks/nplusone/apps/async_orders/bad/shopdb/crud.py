from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shopdb.models import Client, Item, Order


async def orders(db: AsyncSession) -> list[Order]:
    result = await db.execute(select(Order).order_by(Order.id))
    return list(result.scalars())


async def items_of(db: AsyncSession, order_id: int) -> list[Item]:
    result = await db.scalars(select(Item).where(Item.order_id == order_id))
    return list(result)


async def client(db: AsyncSession, client_id: int) -> Client | None:
    return await db.get(Client, client_id)
