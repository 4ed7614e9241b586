import asyncio

from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from club.handlers import first_members, sizes
from club.orm import Base, Club, Reader
from club.repository import ClubRepository

engine = create_async_engine("sqlite+aiosqlite://")
runner = asyncio.Runner()


async def fill(n):
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with AsyncSession(engine) as session, session.begin():
        session.add_all(
            Club(name=f"Club {i:03}", members=[Reader(name=f"R{i}.{j}") for j in range(1 + i % 3)]) for i in range(n)
        )


async def ask():
    async with AsyncSession(engine) as one, AsyncSession(engine) as other:
        answer = [await sizes(ClubRepository(one)), await first_members(ClubRepository(other))]
    await engine.dispose()
    return answer


def setup(n):
    runner.run(fill(n))


def run():
    return runner.run(ask())
