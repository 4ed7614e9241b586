"""Three asyncio tasks that work and wait in turn: 50, 30 and 20 per cent of the CPU time, in the coroutines."""

import asyncio
import random
import sys
import time

import truth


async def fetching(seconds):  # part: fetching
    chance = random.Random(3)
    total = 0
    while time.process_time() < seconds:
        with truth.part("fetching"):
            for number in range(5 * chance.randrange(40_000, 80_000)):
                total = (total * 31 + number) % 65_521
        await asyncio.sleep(chance.choice((0, 0.004)))
    return total


async def parsing(seconds):  # part: parsing
    chance = random.Random(4)
    total = 0
    while time.process_time() < seconds:
        with truth.part("parsing"):
            for number in range(3 * chance.randrange(40_000, 80_000)):
                total = (total * 31 + number) % 65_521
        await asyncio.sleep(chance.choice((0, 0.004)))
    return total


async def storing(seconds):  # part: storing
    chance = random.Random(5)
    total = 0
    while time.process_time() < seconds:
        with truth.part("storing"):
            for number in range(2 * chance.randrange(40_000, 80_000)):
                total = (total * 31 + number) % 65_521
        await asyncio.sleep(chance.choice((0, 0.004)))
    return total


async def waiting(tasks):
    """A task that only waits: it wakes up every 2 ms."""
    while not all(task.done() for task in tasks):
        await asyncio.sleep(0.002)


async def main(seconds):
    tasks = [asyncio.create_task(work(seconds)) for work in (fetching, parsing, storing)]
    await waiting(tasks)


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1])))
    truth.write()
