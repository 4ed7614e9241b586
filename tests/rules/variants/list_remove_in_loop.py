# --- variant: copy of the list is gone through
def clean(entries: list):
    for entry in entries[:]:
        if entry.expired:
            entries.remove(entry)  # expect: list-remove-in-loop
    return entries
# --- variant: waiting list as an attribute
class Pool:
    def __init__(self, workers):
        self.idle = [worker for worker in workers]

    def assign(self, tasks):
        for task in tasks:
            worker = task.preferred
            self.idle.remove(worker)  # expect: list-remove-in-loop
            worker.start(task)
# --- variant: differences of two lists
def subtract(all_ids, used):
    left = list(all_ids)
    for number in used:
        if number in left:
            left.remove(number)  # expect: list-remove-in-loop
    return left
# --- variant: try and except ValueError
def forget(known, gone):
    known = sorted(known)
    for name in gone:
        try:
            known.remove(name)  # expect: list-remove-in-loop
        except ValueError:
            pass
    return known
# --- variant: while loop with index
def sieve(limit):
    numbers = list(range(2, limit))
    for prime in range(2, int(limit**0.5) + 1):
        multiple = prime * prime
        while multiple < limit:
            if multiple in numbers:
                numbers.remove(multiple)  # expect: list-remove-in-loop
            multiple += prime
    return numbers
# --- variant: contextlib suppress
import contextlib


def retire(names: list[str], leavers):
    for leaver in leavers:
        with contextlib.suppress(ValueError):
            names.remove(leaver.name)  # expect: list-remove-in-loop
    return names
# --- variant: del by the index that was just looked for
def take(stock, orders):
    stock = list(stock)
    for order in orders:
        place = stock.index(order.article)
        del stock[place]  # expect: list-remove-in-loop
    return stock
# --- variant: pop by the index
def draw(cards, wanted):
    deck = list(cards)
    hand = []
    for card in wanted:
        hand.append(deck.pop(deck.index(card)))  # expect: list-remove-in-loop
    return hand
# --- variant: a tuple of the list is gone through
def prune(connections: list):
    for connection in tuple(connections):
        if connection.closed:
            connections.remove(connection)  # expect: list-remove-in-loop
# --- variant: removal of random choices until none is left
import random


def shuffled(items):
    left = list(items)
    out = []
    while left:
        item = random.choice(left)
        left.remove(item)  # expect: list-remove-in-loop
        out.append(item)
    return out
# --- variant: list module state, function with global
PENDING = []


def submit(jobs):
    for job in jobs:
        PENDING.append(job)


def finish(results):
    for result in results:
        PENDING.remove(result.job)  # expect: list-remove-in-loop
# --- variant: dataclass field and async
from dataclasses import dataclass, field


@dataclass
class Hub:
    clients: list = field(default_factory=list)

    async def broadcast(self, text):
        for client in list(self.clients):
            if not await client.send(text):
                self.clients.remove(client)  # expect: list-remove-in-loop
# --- variant: lists in a nested loop over pairs
def reduce_pairs(numbers, target):
    rest = [int(number) for number in numbers]
    pairs = 0
    for number in numbers:
        other = target - int(number)
        if other in rest:
            rest.remove(other)  # expect: list-remove-in-loop
            pairs += 1
    return pairs
# --- quiet: a set
def subtract(all_ids, used):
    left = set(all_ids)
    for number in used:
        left.remove(number)
    return left
# --- quiet: once, then out
def drop(entries: list, name):
    for entry in entries:
        if entry.name == name:
            entries.remove(entry)
            break
    return entries
# --- quiet: os.remove
import os


def clean(paths):
    for path in paths:
        os.remove(path)
# --- quiet: an element tree
def strip(root):
    for parent in root.iter():
        for child in parent.findall("comment"):
            parent.remove(child)
