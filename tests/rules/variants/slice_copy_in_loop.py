# --- variant: attribute of the object, bytes
class Decoder:
    def __init__(self, data: bytes):
        self.data = data

    def messages(self):
        while self.data:
            size = self.data[0]
            yield self.data[1 : size + 1]
            self.data = self.data[size + 1 :]  # expect: slice-copy-in-loop
# --- variant: starred target
def process(tasks):
    tasks = list(tasks)
    while tasks:
        task, *tasks = tasks  # expect: slice-copy-in-loop
        task.run()
# --- variant: swap of two names
def total(values: list):
    result = 0
    while len(values) > 0:
        first, values = values[0], values[1:]  # expect: slice-copy-in-loop
        result += first
    return result
# --- variant: text of a file
def tokens(path):
    text = open(path).read()
    while text:
        token, _, _ = text.partition(" ")
        yield token
        text = text[len(token) + 1 :]  # expect: slice-copy-in-loop
# --- variant: from the end
def pops(stack):
    stack = list(stack)
    while stack:
        print(stack[-1])
        stack = stack[:-1]  # expect: slice-copy-in-loop
# --- variant: del of a slice in front of a bytearray is cheap, list is not
def batches(rows, size):
    rows = list(rows)
    while rows:
        yield rows[:size]
        rows = rows[size:]  # expect: slice-copy-in-loop
# --- variant: recursion with the rest
# not found: recursion is no loop here
def total_of(values):
    if not values:
        return 0
    return values[0] + total_of(values[1:])  # expect: slice-copy-in-loop
# --- variant: read from a socket in async
async def frames(reader):
    buffer = b""
    while chunk := await reader.read(65536):
        buffer += chunk
        while len(buffer) >= 4:
            size = int.from_bytes(buffer[:4], "big")
            yield buffer[4 : 4 + size]
            buffer = buffer[4 + size :]  # expect: slice-copy-in-loop
# --- variant: lstrip by hand
def skip(text_lines, data: bytes):
    for _ in text_lines:
        data = data[data.index(b"\n") + 1 :]  # expect: slice-copy-in-loop
    return data
# --- variant: removeprefix
def parts(path, data=b""):
    data = open(path, "rb").read()
    while data.startswith(b"\x00"):
        data = data.removeprefix(b"\x00")  # expect: slice-copy-in-loop
    return data
# --- variant: islice into a list
from itertools import islice


def rounds(items):
    items = list(items)
    while items:
        print(items[0])
        items = list(islice(items, 1, None))  # expect: slice-copy-in-loop
# --- variant: partition gives the rest
def lines(path):
    text = open(path).read()
    while text:
        line, _, text = text.partition("\n")  # expect: slice-copy-in-loop
        yield line
# --- variant: regex match end
import re

TOKEN = re.compile(r"\s*(\w+|\W)")


def lex(path):
    source = open(path).read()
    while match := TOKEN.match(source):
        yield match.group(1)
        source = source[match.end() :]  # expect: slice-copy-in-loop
# --- variant: split once from a long text
def fields(path):
    rest = open(path).read()
    while ";" in rest:
        field, rest = rest.split(";", 1)  # expect: slice-copy-in-loop
        yield field
# --- quiet: a memoryview
def messages(data: bytes):
    view = memoryview(data)
    while view:
        size = view[0]
        yield bytes(view[1 : size + 1])
        view = view[size + 1 :]
# --- quiet: batches by a stepped range
def batches(rows, size):
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
# --- quiet: the arguments of a command
import sys


def options():
    arguments = sys.argv[1:]
    while arguments and arguments[0].startswith("-"):
        yield arguments[0]
        arguments = arguments[1:]
