# --- variant: an attribute, a method that is called for each line
class Journal:
    def __init__(self, path):
        self.file = open(path, "w")

    def extend(self, lines):
        for line in lines:
            self.file.write(line + "\n")
            self.file.flush()  # expect: flush-per-line


# --- variant: print into a file
def write(path, rows):
    with open(path, "w") as out:
        for row in rows:
            print(*row, sep=";", file=out, flush=True)  # expect: flush-per-line


# --- variant: fsync in a while loop
# not found: a loop over what is named chunks counts as one over batches
import os


def store(path, chunks):
    with open(path, "ab") as file:
        while chunks:
            file.write(chunks.pop())
            os.fsync(file.fileno())  # expect: flush-per-line


# --- variant: csv writer with flush of its file
import csv


def export(path, records):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        for record in records:
            writer.writerow(record)
            file.flush()  # expect: flush-per-line


# --- variant: gzip text file
import gzip
import json


def dump(path, items):
    out = gzip.open(path, "wt")
    for item in items:
        out.write(json.dumps(item) + "\n")
        out.flush()  # expect: flush-per-line
    out.close()


# --- variant: path.open in an ExitStack
from contextlib import ExitStack
from pathlib import Path


def split(lines, folder):
    with ExitStack() as stack:
        even = stack.enter_context(Path(folder, "even").open("w"))
        odd = stack.enter_context(Path(folder, "odd").open("w"))
        for number, line in enumerate(lines):
            out = odd if number % 2 else even
            out.write(line)
            out.flush()  # expect: flush-per-line


# --- variant: async for and aiofiles
import aiofiles


async def keep(feed, path):
    async with aiofiles.open(path, "a") as file:
        for message in feed:
            await file.write(message)
            await file.flush()  # expect: flush-per-line


# --- variant: a temporary file
import tempfile


def spool(rows):
    with tempfile.NamedTemporaryFile("w", suffix=".csv", delete=False) as out:
        for row in rows:
            out.write(",".join(row))
            out.flush()  # expect: flush-per-line
    return out.name


# --- variant: a helper writes a line and flushes
# not found: needs to follow a call into the function that it calls
def put(out, line):
    out.write(line)
    out.flush()


def copy(source, target):
    with open(source) as lines, open(target, "w") as out:
        for line in lines:
            put(out, line.lower())  # expect: flush-per-line


# --- variant: flush in a finally
def convert(path, values):
    out = open(path, "w", encoding="utf-8")
    for value in values:
        try:
            out.write(f"{value:.3f}\n")
        finally:
            out.flush()  # expect: flush-per-line


# --- variant: annotated parameter
from typing import TextIO


def table(out: TextIO, rows):
    for name, size in rows:
        out.write(f"{name:<20}{size:>10}\n")
        out.flush()  # expect: flush-per-line


# --- variant: fdatasync, nested loops
import os


def log(fd, days):
    for day in days:
        for line in day:
            os.write(fd, line.encode())
            os.fdatasync(fd)  # expect: flush-per-line


# --- quiet: standard output
import sys


def progress(steps):
    for step in steps:
        sys.stdout.write(".")
        sys.stdout.flush()


# --- quiet: after the loop
def write(path, rows):
    with open(path, "w") as out:
        for row in rows:
            out.write(row)
        out.flush()


# --- quiet: a pipe to a process
import subprocess


def ask(questions):
    process = subprocess.Popen(["bc"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    for question in questions:
        process.stdin.write(question + "\n")
        process.stdin.flush()
        yield process.stdout.readline()
# --- quiet: a coroutine of old sends as fast as it is taken
from tornado import gen, web


class Download(web.RequestHandler):
    @gen.coroutine
    def get(self):
        for data in self.parts():
            self.write(data)
            yield self.flush()
