# --- variant: in a comprehension
import asyncio

from .client import fetch


def load(urls):
    return [asyncio.run(fetch(url)) for url in urls]  # expect: asyncio-run-in-loop


# --- variant: from-import, while loop
from asyncio import run


def drain(queue, handle):
    while queue:
        run(handle(queue.pop()))  # expect: asyncio-run-in-loop


# --- variant: a helper of the file
# not found: needs to follow a call into the function that it calls
import asyncio


async def ask(name):
    await asyncio.sleep(0.1)
    return name


def ask_sync(name):
    return asyncio.run(ask(name))


def ask_all(names):
    for name in names:
        print(ask_sync(name))  # expect: asyncio-run-in-loop


# --- variant: a new loop, set, run and closed
import asyncio


def process(jobs):
    for job in jobs:
        loop = asyncio.new_event_loop()  # expect: asyncio-run-in-loop
        asyncio.set_event_loop(loop)
        loop.run_until_complete(job())
        loop.close()


# --- variant: anyio with functools.partial
from functools import partial

import anyio


def send(messages, post):
    for message in messages:
        anyio.run(partial(post, message, retries=3))  # expect: asyncio-run-in-loop


# --- variant: trio under another name
import trio as t


def visit(hosts, check):
    for host in hosts:
        t.run(check, host)  # expect: asyncio-run-in-loop


# --- variant: Runner in each round
import asyncio


def measure(coroutines):
    results = []
    for make in coroutines:
        with asyncio.Runner() as runner:  # expect: asyncio-run-in-loop
            results.append(runner.run(make()))
    return results


# --- variant: map with a lambda
import asyncio


def all_of(items, work):
    return list(map(lambda item: asyncio.run(work(item)), items))  # expect: asyncio-run-in-loop


# --- variant: a method in try/except with continue
import asyncio


class Poller:
    def __init__(self, devices):
        self.devices = devices

    async def read(self, device):
        return await device.read()

    def cycle(self):
        for device in self.devices:
            try:
                value = asyncio.run(self.read(device))  # expect: asyncio-run-in-loop
            except OSError:
                continue
            print(value)


# --- variant: dict comprehension with asyncio.run and debug
import asyncio


def lengths(pages, fetch):
    return {page: len(asyncio.run(fetch(page), debug=False)) for page in pages}  # expect: asyncio-run-in-loop


# --- variant: async_to_sync in a loop
# not found: in a thread of a server it makes no event loop, so that it is told on request
from asgiref.sync import async_to_sync


def notify(users, send):
    for user in users:
        async_to_sync(send)(user, "hello")  # expect: asyncio-run-in-loop


# --- variant: uvloop
import uvloop


def crawl(sites, visit):
    for site in sites:
        uvloop.run(visit(site))  # expect: asyncio-run-in-loop


# --- quiet: once
import asyncio


def main(urls, fetch):
    async def everything():
        return await asyncio.gather(*(fetch(url) for url in urls))

    return asyncio.run(everything())


# --- quiet: one runner for all
import asyncio


def measure(coroutines):
    with asyncio.Runner() as runner:
        return [runner.run(make()) for make in coroutines]


# --- quiet: another kind of run
import subprocess


def build(commands):
    for command in commands:
        subprocess.run(command, check=True)
