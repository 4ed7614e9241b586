# --- variant: readlines in a comprehension
def words(path):
    with open(path) as file:
        return [line.split()[0] for line in file.readlines()]  # expect: lines-read-at-once


# --- variant: pathlib, read_text, set comprehension
from pathlib import Path


def hosts(path):
    return {line.split("#")[0].strip() for line in Path(path).read_text().splitlines()}  # expect: lines-read-at-once


# --- variant: lines in a variable that is only gone through
def errors(path):
    with open(path, encoding="utf-8") as log:
        lines = log.readlines()  # expect: lines-read-at-once
    found = 0
    for line in lines:
        if "ERROR" in line:
            found += 1
    return found


# --- variant: split at line breaks
def entries(path):
    with open(path) as file:
        for entry in file.read().split("\n"):  # expect: lines-read-at-once
            yield entry.strip()


# --- variant: gzip with enumerate
import gzip


def numbered(path):
    with gzip.open(path, "rt") as file:
        for number, line in enumerate(file.readlines(), 1):  # expect: lines-read-at-once
            print(number, line, end="")


# --- variant: open without with
def total(path):
    return sum(int(line) for line in open(path).readlines())  # expect: lines-read-at-once


# --- variant: standard input
import sys


def longest():
    best = ""
    for line in sys.stdin.readlines():  # expect: lines-read-at-once
        if len(line) > len(best):
            best = line
    return best


# --- variant: json lines in a method, path an attribute
import json
from pathlib import Path


class Events:
    def __init__(self, folder):
        self.path = Path(folder) / "events.jsonl"

    def __iter__(self):
        for line in self.path.read_text(encoding="utf-8").splitlines():  # expect: lines-read-at-once
            yield json.loads(line)


# --- variant: any with a generator
def mentions(path, name):
    with open(path) as text:
        return any(name in line for line in text.readlines())  # expect: lines-read-at-once


# --- variant: codecs.open with map
import codecs


def numbers(path):
    with codecs.open(path, "r", "utf-8") as file:
        return sum(map(int, file.readlines()))  # expect: lines-read-at-once


# --- variant: the response of a parameter annotated as a file, early break
from typing import IO


def header(stream: IO[str]):
    fields = {}
    for line in stream.readlines():  # expect: lines-read-at-once
        if not line.strip():
            break
        key, _, value = line.partition(":")
        fields[key] = value.strip()
    return fields


# --- variant: content in its own variable
def keys(path):
    with open(path) as file:
        content = file.read()
    return [line.partition("=")[0] for line in content.splitlines()]  # expect: lines-read-at-once


# --- quiet: the lines are sorted
def ordered(path):
    with open(path) as file:
        for line in sorted(file.readlines()):
            print(line)


# --- quiet: used by position as well
def around(path):
    with open(path) as file:
        lines = file.readlines()
    for number, line in enumerate(lines):
        if "ERROR" in line:
            yield lines[number - 1]


# --- quiet: the file itself
def count(path):
    with open(path) as file:
        return sum(1 for line in file if line.strip())
