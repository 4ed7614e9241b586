# --- variant: compile in a comprehension
import re


def numbers(lines):
    return [re.compile(r"\d+").findall(line) for line in lines]  # expect: regex-compile-in-loop
# --- variant: imported by name under another
from re import compile as rx


def dates(lines):
    for line in lines:
        pattern = rx(r"\d{4}-\d{2}-\d{2}")  # expect: regex-compile-in-loop
        if pattern.match(line):
            yield line
# --- variant: search with a word of the loop
import re


def mentioned(words, text):
    return [word for word in words if re.search(rf"\b{word}\b", text)]  # expect: regex-compile-in-loop
# --- variant: module constant as the pattern, while
import re

TAG = r"<[^>]+>"


def strip(stream):
    while line := stream.readline():
        yield re.compile(TAG).sub("", line)  # expect: regex-compile-in-loop
# --- variant: pattern as an argument, flags, method
import re


class Grep:
    def __init__(self, pattern):
        self.pattern = pattern

    def run(self, lines):
        for line in lines:
            if re.compile(self.pattern, re.IGNORECASE).search(line):  # expect: regex-compile-in-loop
                print(line)
# --- variant: concatenation with escape
import re


def replaced(text, table: dict):
    for key, value in table.items():
        text = re.sub(r"\b" + re.escape(key) + r"\b", value, text)  # expect: regex-compile-in-loop
    return text
# --- variant: percent format in a nested loop
import re


def count(files, names):
    for file in files:
        for name in names:
            yield name, len(re.findall("%s\\(" % name, file))  # expect: regex-compile-in-loop
# --- variant: the regex package
import regex


def words(lines):
    for line in lines:
        finder = regex.compile(r"\p{L}+")  # expect: regex-compile-in-loop
        yield finder.findall(line)
# --- variant: helper that compiles on each call
import re


def slug(name):
    pattern = re.compile(r"[^a-z0-9]+")  # expect: regex-compile-in-loop
    return pattern.sub("-", name.lower())


def slugs(names):
    return [slug(name) for name in names]
# --- variant: lambda in filter with format
import re


def matching(paths, suffix):
    return list(filter(lambda path: re.compile("{}$".format(suffix)).search(path), paths))  # expect: regex-compile-in-loop
# --- variant: list of patterns inside the loop over lines
import re

PATTERNS = [r"ERROR (\w+)", r"WARN (\w+)", r"FATAL (\w+)"]


def scan(path):
    with open(path) as file:
        for line in file:
            for pattern in [re.compile(text) for text in PATTERNS]:  # expect: regex-compile-in-loop
                if pattern.search(line):
                    yield line
# --- variant: async with a dict of patterns
import re


async def route(requests):
    async for request in requests:
        routes = {"user": re.compile(r"^/user/(\d+)$"), "home": re.compile(r"^/$")}  # expect: regex-compile-in-loop
        for name, route in routes.items():
            if route.match(request.path):
                yield name
# --- variant: union of words joined in the loop
import re


def censor(comments, banned):
    for comment in comments:
        pattern = re.compile("|".join(map(re.escape, banned)))  # expect: regex-compile-in-loop
        yield pattern.sub("***", comment)
# --- quiet: at the top
import re

NUMBER = re.compile(r"\d+")


def numbers(lines):
    return [NUMBER.findall(line) for line in lines]
# --- quiet: patterns compiled once each
import re


def load(patterns):
    return [re.compile(pattern) for pattern in patterns]
# --- quiet: compile of something else
def build(sources):
    return [compile(source, "<string>", "exec") for source in sources]
