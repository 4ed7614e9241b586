import asyncio


async def order(number):
    """An order that waits two milliseconds for its payment."""
    await asyncio.sleep(0.002)
    return number * 3


async def orders(n):
    return await asyncio.gather(*[order(number) for number in range(n)])


def run(n=50):
    return asyncio.run(orders(n))
