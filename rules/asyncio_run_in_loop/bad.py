import asyncio


async def price_of(item):
    await asyncio.sleep(0)
    return item * 3


def run(n=200):
    prices = []
    for item in range(n):
        prices.append(asyncio.run(price_of(item)))  # expect: asyncio-run-in-loop
    return prices
