import asyncio

from tortoise import Tortoise

from wallets.models import Wallet
from wallets.statistics import busiest
from wallets.transfers import book

runner = asyncio.Runner()


async def fill(n):
    await Tortoise.init(db_url="sqlite://:memory:", modules={"models": ["wallets.models"]}, _enable_global_fallback=True)
    await Tortoise.generate_schemas()
    await Wallet.bulk_create(Wallet(owner=f"o{i:03}") for i in range(n))


async def ask():
    owners = await Wallet.all().order_by("owner").values_list("owner", flat=True)
    await book({owner: 100 + i for i, owner in enumerate(owners)})
    answer = [await busiest(), await Wallet.all().order_by("owner").values_list("cents", flat=True)]
    await Tortoise.close_connections()
    return answer


def setup(n):
    runner.run(fill(n))


def run():
    return runner.run(ask())
