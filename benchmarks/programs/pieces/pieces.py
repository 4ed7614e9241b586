"""Small pieces of work whose amount is one number, for counting what they do: one turn in 200 more is 0.5 % more."""

from __future__ import annotations

import json
import os
import re
import sqlite3

TURNS = int(os.environ.get("TURNS", "200"))


def numbers() -> set[str]:
    """Pure Python: a loop, a dictionary, and small texts."""
    found: dict[str, int] = {}
    for number in range(TURNS):
        key = str(number % 97)
        found[key] = found.get(key, 0) + number
    return set(found)


def text() -> str:
    """Mostly compiled code: regular expressions and JSON."""
    lines = [re.sub(r"(\w+) (\d+)", r"\2 \1", f"word{number} {number}").upper() for number in range(TURNS)]
    return json.dumps(lines)


def rows() -> list[tuple[object, ...]]:
    """Nearly all in a library: rows into a table in memory and a sum out of it."""
    with sqlite3.connect(":memory:") as connection:
        connection.execute("create table t (a integer, b text)")
        for number in range(TURNS):
            connection.execute("insert into t values (?, ?)", (number, "text"))
        return connection.execute("select sum(a), max(b) from t").fetchall()
