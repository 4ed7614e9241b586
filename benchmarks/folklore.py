"""Measures advice about fast Python that no rule gives: what it saves, if anything, or costs.

    python benchmarks/folklore.py [--write]

The two forms run in turn in one process, by CPU time. ``--write`` puts the table into docs/folklore.md.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import page

PAGE = Path(__file__).parent.parent / "docs" / "folklore.md"
PAIRS = 15
LONG_ENOUGH_S = 0.02
N = 2_000
NUMBERS = list(range(N))
OTHERS = NUMBERS[::-1]
WORDS = [f"word {number}" for number in NUMBERS]
SCALE = 3


@dataclass(frozen=True)
class Advice:
    """A piece of advice: the usual form, and the one that is to be quicker."""

    text: str
    usual: Callable[[], object]
    advised: Callable[[], object]


class Account:
    def __init__(self) -> None:
        self.cents = 7

    def get_cents(self) -> int:
        return self.cents


class Slim:
    __slots__ = ("cents",)

    def __init__(self) -> None:
        self.cents = 7


ACCOUNT, SLIM = Account(), Slim()
PLACES = {0: "none", 1: "one", 2: "two", 3: "three"}


def double_quotes() -> object:
    return [f"{word}" + "end" for word in WORDS]


def single_quotes() -> object:
    return [f'{word}' + 'end' for word in WORDS]  # fmt: skip


def by_range_len() -> object:
    total = 0
    for i in range(len(NUMBERS)):
        total += i * NUMBERS[i]
    return total


def by_enumerate() -> object:
    total = 0
    for i, number in enumerate(NUMBERS):
        total += i * number
    return total


def by_one_index() -> object:
    total = 0
    for i in range(len(NUMBERS)):
        total += NUMBERS[i] * OTHERS[i]
    return total


def by_zip() -> object:
    total = 0
    for number, other in zip(NUMBERS, OTHERS, strict=True):
        total += number * other
    return total


def changed_by_index() -> object:
    numbers = NUMBERS[:]
    for i in range(len(numbers)):
        numbers[i] += 1
    return numbers


def changed_by_enumerate() -> object:
    numbers = NUMBERS[:]
    for i, number in enumerate(numbers):
        numbers[i] = number + 1
    return numbers


def with_a_global() -> object:
    total = 0
    for number in NUMBERS:
        total += number * SCALE
    return total


def with_a_local() -> object:
    total, scale = 0, SCALE
    for number in NUMBERS:
        total += number * scale
    return total


def by_getter() -> object:
    return [ACCOUNT.get_cents() for _ in NUMBERS]


def by_attribute() -> object:
    return [ACCOUNT.cents for _ in NUMBERS]


def without_slots() -> object:
    return [ACCOUNT.cents for _ in NUMBERS]


def with_slots() -> object:
    return [SLIM.cents for _ in NUMBERS]


def by_if_chain() -> object:
    found = []
    for number in NUMBERS:
        place = number & 3
        if place == 0:
            found.append("none")
        elif place == 1:
            found.append("one")
        elif place == 2:
            found.append("two")
        else:
            found.append("three")
    return found


def by_dict() -> object:
    found = []
    for number in NUMBERS:
        found.append(PLACES[number & 3])
    return found


def by_power() -> object:
    return [number**2 for number in NUMBERS]


def by_product() -> object:
    return [number * number for number in NUMBERS]


def sum_of_list() -> object:
    return sum([number * 3 for number in NUMBERS])


def sum_of_generator() -> object:
    return sum(number * 3 for number in NUMBERS)


def join_of_list() -> object:
    return ",".join([word.upper() for word in WORDS])


def join_of_generator() -> object:
    return ",".join(word.upper() for word in WORDS)


def method_looked_up() -> object:
    found: list[int] = []
    for number in NUMBERS:
        found.append(number)
    return found


def method_kept() -> object:
    found: list[int] = []
    append = found.append
    for number in NUMBERS:
        append(number)
    return found


def length_compared() -> object:
    return [1 for word in WORDS if len(word) == 0]


def truth_tested() -> object:
    return [1 for word in WORDS if not word]


def added_up() -> object:
    return ["a " + word + " b" for word in WORDS]


def formatted() -> object:
    return [f"a {word} b" for word in WORDS]


ADVICE = (
    Advice("single quotes in place of double quotes", double_quotes, single_quotes),
    Advice("`enumerate` in place of `range(len())`", by_range_len, by_enumerate),
    Advice("`zip` in place of one index for two lists", by_one_index, by_zip),
    Advice("`enumerate` in place of an index where the list is changed", changed_by_index, changed_by_enumerate),
    Advice("a local name in place of a global one", with_a_global, with_a_local),
    Advice("the attribute in place of a getter", by_getter, by_attribute),
    Advice("`__slots__`, to read an attribute", without_slots, with_slots),
    Advice("a dict in place of an `if` chain of four", by_if_chain, by_dict),
    Advice("`x * x` in place of `x ** 2`", by_power, by_product),
    Advice("a generator in place of a list, in `sum`", sum_of_list, sum_of_generator),
    Advice("a generator in place of a list, in `join`", join_of_list, join_of_generator),
    Advice("`append = found.append` before the loop", method_looked_up, method_kept),
    Advice("`not word` in place of `len(word) == 0`", length_compared, truth_tested),
    Advice("an f-string in place of `+` of three", added_up, formatted),
)


def pairs(advice: Advice) -> list[tuple[float, float]]:
    """CPU time of the usual form and of the advised one in seconds an item, for each of the pairs."""
    if advice.usual() != advice.advised():
        raise SystemExit(f"{advice.text}: the two forms give different answers")
    rounds = 1
    while cpu_s(advice.usual, rounds) < LONG_ENOUGH_S:
        rounds *= 2
    items = rounds * N
    return [(cpu_s(advice.usual, rounds) / items, cpu_s(advice.advised, rounds) / items) for _ in range(PAIRS)]


def cpu_s(function: Callable[[], object], rounds: int) -> float:
    start = time.process_time()
    for _ in range(rounds):
        function()
    return max(time.process_time() - start, 1e-6)


def main() -> None:
    """Measure all of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="write the table into docs/folklore.md")
    options = parser.parse_args()
    rows = [("advice", "usual ÷ advised", "middle half", "saves, an item")]
    for advice in ADVICE:
        measured = pairs(advice)
        low, ratio, high = statistics.quantiles([usual_s / advised_s for usual_s, advised_s in measured], n=4)
        saves_ns = statistics.median(usual_s - advised_s for usual_s, advised_s in measured) * 1e9
        rows.append((advice.text, f"{ratio:.2f}", f"{low:.2f} to {high:.2f}", f"{round(saves_ns)} ns"))
        print(f"{advice.text:60} {ratio:.2f} ({low:.2f} to {high:.2f}), {saves_ns:.0f} ns an item", flush=True)
    if options.write:
        host = f"{platform.python_implementation()} {platform.python_version()}, {platform.machine()}"
        said = f"\n{PAIRS} pairs of about {LONG_ENOUGH_S * 1e3:.0f} ms, {host}.\n"
        page.write(PAGE, page.table(rows) + said)


if __name__ == "__main__":
    main()
