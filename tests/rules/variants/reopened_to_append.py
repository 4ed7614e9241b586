# --- variant: mode as keyword, while loop
def drain(queue, path):
    while not queue.empty():
        with open(path, mode="a", encoding="utf-8") as out:  # expect: reopened-to-append
            out.write(queue.get())


# --- variant: a helper appends one line
LOG = "run.log"


def note(text):
    with open(LOG, "a") as log:  # expect: reopened-to-append
        log.write(text + "\n")


def work(items):
    for item in items:
        note(f"done {item}")


# --- variant: binary, without with
def save(blocks, target):
    for block in blocks:
        file = open(target, "ab")  # expect: reopened-to-append
        file.write(block)
        file.close()


# --- variant: a constant path of pathlib
from pathlib import Path

OUT = Path("out") / "rows.csv"


def export(rows):
    for row in rows:
        with OUT.open("a", newline="") as file:  # expect: reopened-to-append
            file.write(";".join(row))


# --- variant: csv writer in the loop
import csv


def scrape(pages, parse):
    for page in pages:
        title, price = parse(page)
        with open("prices.csv", "a", newline="") as f:  # expect: reopened-to-append
            csv.writer(f).writerow([title, price])


# --- variant: a method with an attribute as path
class Recorder:
    def __init__(self, path):
        self.path = path

    def record(self, samples):
        for at, value in samples:
            with open(self.path, "a+") as file:  # expect: reopened-to-append
                print(at, value, file=file)


# --- variant: os.path.join of things outside of the loop
import os


def collect(folder, records):
    for record in records:
        with open(os.path.join(folder, "all.jsonl"), "at") as out:  # expect: reopened-to-append
            out.write(record)


# --- variant: io.open and an f-string
import io


def dump(name, values):
    for value in values:
        with io.open(f"{name}.txt", "a") as out:  # expect: reopened-to-append
            out.write(str(value))


# --- variant: aiofiles
import aiofiles


async def keep(messages, path):
    async for message in messages:
        async with aiofiles.open(path, "a") as out:  # expect: reopened-to-append
            await out.write(message)


# --- variant: lzma
import lzma


def pack(lines, path):
    for line in lines:
        with lzma.open(path, "at") as out:  # expect: reopened-to-append
            out.write(line)


# --- variant: two files, try/except
# not found: of low confidence: what handles an exception runs rarely
def sort_out(numbers):
    for number in numbers:
        try:
            value = int(number)
        except ValueError:
            with open("rejected.txt", "a") as bad:  # expect: reopened-to-append
                bad.write(number)
            continue
        print(value)


# --- variant: map over a helper in a nested function
def run(lines, path):
    def append(line):
        with open(path, "a") as out:  # expect: reopened-to-append
            out.write(line)

    list(map(append, lines))


# --- quiet: another file in each round
def split(records, folder):
    for record in records:
        with open(folder / f"{record.day}.csv", "a") as out:
            out.write(record.line)


# --- quiet: opened once
def write(lines, path):
    with open(path, "a") as out:
        for line in lines:
            out.write(line)


# --- quiet: a pause of a minute between
import time


def watch(path, measure):
    while True:
        with open(path, "a") as out:
            out.write(f"{measure()}\n")
        time.sleep(60)
