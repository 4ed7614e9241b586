from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shopdb.models import Client, Item, Order


async def orders(db: AsyncSession) -> list[Order]:
    result = await db.execute(select(Order).order_by(Order.id))
    return list(result.scalars())


async def items_of(db: AsyncSession, order_ids: list[int]) -> dict[int, list[Item]]:
    by_order: dict[int, list[Item]] = {}
    for item in await db.scalars(select(Item).where(Item.order_id.in_(order_ids)).order_by(Item.id)):
        by_order.setdefault(item.order_id, []).append(item)
    return by_order


async def client(db: AsyncSession, client_id: int) -> Client | None:
    return await db.get(Client, client_id)


async def clients(db: AsyncSession, client_ids: list[int]) -> dict[int, Client]:
    return {one.id: one for one in await db.scalars(select(Client).where(Client.id.in_(client_ids)))}
