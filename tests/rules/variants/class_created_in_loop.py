# --- variant: typing NamedTuple by call
import typing


def read(rows):
    for row in rows:
        Record = typing.NamedTuple("Record", [("name", str), ("amount", int)])  # expect: class-created-in-loop
        yield Record(row[0], row[1])
# --- variant: collections imported under another name
import collections as c


def points(pairs):
    out = []
    for pair in pairs:
        out.append(c.namedtuple("Point", "x y")(*pair))  # expect: class-created-in-loop
    return out
# --- variant: dataclass decorator in the loop
from dataclasses import dataclass


def parse(lines):
    result = []
    for line in lines:

        @dataclass
        class Entry:  # expect: class-created-in-loop
            text: str
            length: int

        result.append(Entry(line, len(line)))
    return result
# --- variant: type with three arguments, in a while
def drain(queue):
    while queue:
        item = queue.pop()
        Holder = type("Holder", (), {"value": None})  # expect: class-created-in-loop
        holder = Holder()
        holder.value = item
        yield holder
# --- variant: enum by call in a comprehension
import enum


def colours(names):
    return [enum.Enum("Colour", "red green blue")[name] for name in names]  # expect: class-created-in-loop
# --- variant: exception class for each task, async
async def run(tasks):
    async for task in tasks:

        class Cancelled(Exception):  # expect: class-created-in-loop
            pass

        try:
            await task.run(Cancelled)
        except Cancelled:
            continue
# --- variant: fields in a module constant, attribute store
from collections import namedtuple

FIELDS = ("id", "name", "price")


class Loader:
    def load(self, cursor):
        for values in cursor:
            Row = namedtuple("Row", FIELDS)  # expect: class-created-in-loop
            self.store(Row._make(values))

    def store(self, row):
        print(row)
# --- variant: make_dataclass in map
from dataclasses import make_dataclass


def build(rows):
    return list(map(lambda row: make_dataclass("Row", ["x", "y"])(row[0], row[1]), rows))  # expect: class-created-in-loop
# --- variant: TypedDict
from typing import TypedDict


def check(records):
    for record in records:
        Shape = TypedDict("Shape", {"name": str, "sides": int})  # expect: class-created-in-loop
        shape: Shape = record
        print(shape["name"])
# --- variant: a helper function that makes a class on each call
from collections import namedtuple


def make(row):
    Item = namedtuple("Item", ["name", "amount"])  # expect: class-created-in-loop
    return Item(row["name"], row["amount"])


def load(rows):
    return [make(row) for row in rows]
# --- variant: pydantic create_model
from pydantic import create_model


def validate(payloads):
    for payload in payloads:
        Model = create_model("Payload", name=(str, ...), amount=(int, 0))  # expect: class-created-in-loop
        yield Model(**payload)
# --- variant: columns of a cursor that stay the same
from collections import namedtuple


def rows(cursor):
    names = [column[0] for column in cursor.description]
    for values in cursor.fetchall():
        yield namedtuple("Row", names)(*values)  # expect: class-created-in-loop
# --- variant: ctypes structure in a nested loop
import ctypes


def decode(blocks):
    for block in blocks:
        for offset in range(0, len(block), 8):

            class Pair(ctypes.Structure):  # expect: class-created-in-loop
                _fields_ = [("a", ctypes.c_uint32), ("b", ctypes.c_uint32)]

            yield Pair.from_buffer_copy(block, offset)
# --- quiet: a class of its own for each
def models(names):
    return [type(name, (object,), {"table": name}) for name in names]
# --- quiet: type with one argument
def kinds(values):
    return {type(value) for value in values}
# --- quiet: the name of the loop is read
def fields(tables):
    for table in tables:

        class Row:
            source = table

        yield Row
