from sqlalchemy.ext.asyncio import AsyncSession

from shopdb import crud


async def overview(db: AsyncSession) -> list[dict]:
    out = []
    orders = await crud.orders(db)
    clients = await crud.clients(db, [order.client_id for order in orders])
    items = await crud.items_of(db, [order.id for order in orders])
    for order in orders:
        out.append({"client": clients[order.client_id].name, "items": [item.name for item in items[order.id]]})
    return out
