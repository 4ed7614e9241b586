import asyncio

ANSWER_S = 0.002  # what a server on the other side of a town takes


async def answer(reader, writer):
    number = int(await reader.readline())
    await asyncio.sleep(ANSWER_S)
    writer.write(b"%d\n" % (number * number))
    writer.close()


async def fetch(address, number):
    reader, writer = await asyncio.open_connection(*address)
    writer.write(b"%d\n" % number)
    square = int(await reader.readline())
    writer.close()
    return square


async def squares(n):
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    address = server.sockets[0].getsockname()
    found = []
    for number in range(n):
        found.append(await fetch(address, number))  # expect: awaits-one-by-one

    server.close()
    return found


def run(n=100):
    return asyncio.run(squares(n))
