# --- variant: buffering as keyword, while loop
def write(path, queue):
    out = open(path, "wb", buffering=0)  # expect: unbuffered-file
    while queue:
        out.write(queue.pop())
    out.close()


# --- variant: line buffered text file
def export(rows):
    with open("rows.csv", "w", 1) as out:  # expect: unbuffered-file
        for row in rows:
            out.write(f"{row}\n")


# --- variant: positional zero in binary append
def log(path, packets):
    with open(path, "ab", 0) as file:  # expect: unbuffered-file
        for packet in packets:
            file.write(packet.header)
            file.write(packet.body)


# --- variant: pathlib
from pathlib import Path


def store(folder, samples):
    with Path(folder, "samples.bin").open("wb", buffering=0) as out:  # expect: unbuffered-file
        for sample in samples:
            out.write(sample.to_bytes(2, "little"))


# --- variant: os.fdopen
import os


def spool(fd, lines):
    with os.fdopen(fd, "w", buffering=1) as out:  # expect: unbuffered-file
        for line in lines:
            print(line, file=out)


# --- variant: io.open, csv writer
import csv
import io


def table(path, rows):
    with io.open(path, "w", buffering=1, newline="") as file:  # expect: unbuffered-file
        writer = csv.writer(file)
        for row in rows:
            writer.writerow(row)


# --- variant: opened in the constructor, written in a method's loop
class Trace:
    def __init__(self, path):
        self.out = open(path, "w", buffering=1)  # expect: unbuffered-file

    def dump(self, events):
        for event in events:
            self.out.write(f"{event}\n")


# --- variant: io.FileIO
from io import FileIO


def copy(blocks, path):
    with FileIO(path, "w") as raw:  # expect: unbuffered-file
        for block in blocks:
            raw.write(block)


# --- variant: a read loop over lines of an unbuffered file
# not found: only files that are written are looked at
def count(path):
    lines = 0
    with open(path, "rb", buffering=0) as data:  # expect: unbuffered-file
        for line in data:
            lines += 1
    return lines


# --- variant: the size by a constant
NO_BUFFER = 0


def save(path, numbers):
    with open(path, "wb", NO_BUFFER) as out:  # expect: unbuffered-file
        for number in numbers:
            out.write(b"%d\n" % number)


# --- variant: a temporary file
import tempfile


def sort_runs(items):
    with tempfile.TemporaryFile(buffering=0) as spill:  # expect: unbuffered-file
        for item in items:
            spill.write(item)
        spill.seek(0)
        return spill.read()


# --- variant: the write in a comprehension
def put(path, words):
    out = open(path, "wb", buffering=0)  # expect: unbuffered-file
    sizes = [out.write(word) for word in words]
    out.close()
    return sum(sizes)


# --- quiet: a device
def tell(values):
    with open("/dev/ttyUSB0", "wb", buffering=0) as port:
        for value in values:
            port.write(value)


# --- quiet: one large write
def save(path, data):
    with open(path, "wb", buffering=0) as out:
        out.write(data)


# --- quiet: an own size of the buffer
def save(path, lines):
    with open(path, "w", 1 << 20) as out:
        for line in lines:
            out.write(line)
