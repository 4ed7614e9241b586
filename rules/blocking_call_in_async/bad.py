import asyncio
import time


async def order(number):
    """An order that waits two milliseconds for its payment."""
    time.sleep(0.002)  # expect: blocking-call-in-async
    return number * 3


async def orders(n):
    return await asyncio.gather(*[order(number) for number in range(n)])


def run(n=50):
    return asyncio.run(orders(n))
