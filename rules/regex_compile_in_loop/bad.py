import re


def run(n=20_000):
    total = 0
    for i in range(n):
        number = re.compile(r"\d+")  # expect: regex-compile-in-loop
        total += int(number.search(f"order {i}").group())
    return total
