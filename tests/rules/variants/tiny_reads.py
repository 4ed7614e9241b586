# --- variant: a C string, while True
def c_string(file):
    text = b""
    while True:
        char = file.read(1)  # expect: tiny-reads
        if char in (b"", b"\0"):
            return text
        text += char


# --- variant: socket, line by line
import socket


def read_line(sock: socket.socket):
    line = bytearray()
    while not line.endswith(b"\r\n"):
        line += sock.recv(1)  # expect: tiny-reads
    return bytes(line)


# --- variant: iter with a sentinel
from functools import partial


def count_zeros(path):
    with open(path, "rb") as data:
        return sum(byte == b"\0" for byte in iter(partial(data.read, 1), b""))  # expect: tiny-reads


# --- variant: iter with a lambda
def letters(path):
    with open(path) as text:
        for char in iter(lambda: text.read(1), ""):  # expect: tiny-reads
            yield char


# --- variant: os.read of a pipe
import os


def until_newline(fd):
    found = []
    while (byte := os.read(fd, 1)) != b"\n":  # expect: tiny-reads
        found.append(byte)
    return b"".join(found)


# --- variant: an attribute, a helper method for one byte
# not found: needs to follow a call into the function that it calls
class Parser:
    def __init__(self, path):
        self.file = open(path, "rb")

    def byte(self):
        return self.file.read(1)

    def number(self):
        value, shift = 0, 0
        while True:
            byte = self.byte()[0]  # expect: tiny-reads
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7


# --- variant: asyncio stream
import asyncio


async def message(reader: asyncio.StreamReader):
    data = b""
    while not data.endswith(b"\n\n"):
        data += await reader.read(1)  # expect: tiny-reads
    return data


# --- variant: the output of a process
import subprocess


def follow(command, show):
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    while char := process.stdout.read(1):  # expect: tiny-reads
        show(char)


# --- variant: four bytes of a socket at a time
import socket
import struct


def values(address, count):
    link = socket.create_connection(address)
    return [struct.unpack("<I", link.recv(4))[0] for _ in range(count)]  # expect: tiny-reads


# --- variant: a size by name, for loop over a range
SIZE = 1


def checksum(path, length):
    total = 0
    with open(path, "rb") as image:
        for _ in range(length):
            total ^= image.read(SIZE)[0]  # expect: tiny-reads
    return total


# --- variant: a file without a buffer
def bits(path):
    raw = open(path, "rb", buffering=0)
    ones = 0
    while True:
        byte = raw.read(1)  # expect: tiny-reads
        if not byte:
            break
        ones += byte[0].bit_count()
    return ones


# --- variant: recv in a self attribute with exact keyword
class Link:
    def __init__(self, sock):
        self.sock = sock

    def until(self, mark):
        data = bytearray()
        while data[-1:] != mark:
            piece = self.sock.recv(1)  # expect: tiny-reads
            if not piece:
                raise EOFError
            data.extend(piece)
        return data


# --- quiet: blocks
def digest(path, hasher):
    with open(path, "rb") as data:
        while block := data.read(65_536):
            hasher.update(block)


# --- quiet: one byte, once
def kind(path):
    with open(path, "rb") as data:
        return data.read(1)


# --- quiet: a database's read of one row
def first(tables):
    return [table.read(1) for table in tables]
