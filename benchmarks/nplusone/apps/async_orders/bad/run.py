import asyncio

from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from shopdb.models import Base, Client, Item, Order
from shopdb.service import overview

engine = create_async_engine("sqlite+aiosqlite://")
sessions = async_sessionmaker(engine, expire_on_commit=False)
runner = asyncio.Runner()


async def fill(n):
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with sessions.begin() as session:
        session.add_all(Order(client=Client(name=f"C{i}"), items=[Item(name=f"i{i}"), Item(name="box")]) for i in range(n))


async def ask():
    async with sessions() as session:
        answer = await overview(session)
    await engine.dispose()
    return answer


def setup(n):
    runner.run(fill(n))


def run():
    return runner.run(ask())
