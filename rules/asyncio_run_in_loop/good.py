import asyncio


async def price_of(item):
    await asyncio.sleep(0)
    return item * 3


async def prices_of(items):
    return await asyncio.gather(*[price_of(item) for item in items])


def run(n=200):
    return asyncio.run(prices_of(range(n)))
