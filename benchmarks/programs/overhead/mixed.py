"""A bit of everything: calls, loops, dicts, strings, objects, sorting, files."""

import json
import sys
from pathlib import Path

import cost


class Account:
    """Something with attributes and methods."""

    def __init__(self, name):
        self.name = name
        self.balance = 0

    def book(self, amount):
        self.balance += rounded(amount)
        return self.balance


def rounded(amount):
    return int(amount * 100) // 100


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def count_words(text):
    counts = {}
    for word in text.split():
        counts[word] = counts.get(word, 0) + 1
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def primes(limit):
    sieve = bytearray([1]) * limit
    for number in range(2, int(limit**0.5) + 1):
        if sieve[number]:
            for multiple in range(number * number, limit, number):
                sieve[multiple] = 0
    return sum(sieve) - 2


def written_and_read(rows):
    path = Path("mixed.jsonl")
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row) + "\n")
    with path.open(encoding="utf-8") as file:
        return sum(len(json.loads(line)) for line in file)


def unit(number):
    accounts = [Account(f"account-{place}") for place in range(100)]
    for place in range(8_000):
        accounts[place % 100].book(place * 1.01)
    text = " ".join(f"word{place * number % 613}" for place in range(8_000))
    rows = [{"name": account.name, "balance": account.balance, "unit": number} for account in accounts]
    return fibonacci(16), count_words(text)[0], primes(20_000), written_and_read(rows * 3)


def main(units):
    for number in range(units):
        unit(number)


if __name__ == "__main__":
    with cost.measured():
        main(int(sys.argv[1]))
