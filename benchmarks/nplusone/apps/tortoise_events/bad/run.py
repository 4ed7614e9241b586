import asyncio

from tortoise import Tortoise

from agenda.models import Event, Organiser, Visitor
from agenda.service import addresses, agenda

runner = asyncio.Runner()


async def fill(n):
    await Tortoise.init(db_url="sqlite://:memory:", modules={"models": ["agenda.models"]}, _enable_global_fallback=True)
    await Tortoise.generate_schemas()
    visitors = [await Visitor.create(email=f"{i}@example.org") for i in range(3)]
    for i in range(n):
        event = await Event.create(title=f"E{i:03}", organiser=await Organiser.create(name=f"O{i}"))
        await event.visitors.add(*visitors[: 1 + i % 3])


async def ask():
    answer = [await agenda(), await addresses()]
    return answer


def setup(n):
    runner.run(fill(n))


def run():
    answer = runner.run(ask())
    runner.run(Tortoise.close_connections())
    return answer
