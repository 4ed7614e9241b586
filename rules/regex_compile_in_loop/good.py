import re


def run(n=20_000):
    total = 0
    number = re.compile(r"\d+")
    for i in range(n):
        total += int(number.search(f"order {i}").group())
    return total
