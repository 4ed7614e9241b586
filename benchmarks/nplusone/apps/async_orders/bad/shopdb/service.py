from sqlalchemy.ext.asyncio import AsyncSession

from shopdb import crud


async def overview(db: AsyncSession) -> list[dict]:
    out = []
    for order in await crud.orders(db):
        client = await crud.client(db, order.client_id)  # n+1: async-session
        items = await crud.items_of(db, order.id)  # n+1: async-session
        out.append({"client": client.name, "items": [item.name for item in items]})
    return out
