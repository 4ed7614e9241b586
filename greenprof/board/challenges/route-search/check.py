"""Whether routes are right: python check.py INPUT EXPECTED ANSWER.

The length must be that of the reference, and the roads must be there and add up to it; which of several shortest
routes it is does not matter. Exits 0, or 1 with what is wrong in one line.
"""

import sys
from itertools import pairwise
from pathlib import Path


def main(given: Path, expected: Path, answer: Path) -> str | None:
    """What is wrong, None if nothing."""
    words = given.read_text(encoding="ascii").split()
    _, roads, questions = map(int, words[:3])
    numbers = list(map(int, words[3:]))
    lengths: dict[tuple[int, int], int] = {}
    for place in range(0, 3 * roads, 3):
        one, other, length = numbers[place : place + 3]
        for road in ((one, other), (other, one)):
            lengths[road] = min(length, lengths.get(road, length))
    asked = numbers[3 * roads :]
    right = expected.read_text(encoding="ascii").splitlines()
    lines = answer.read_text(encoding="ascii", errors="replace").splitlines()
    if len(lines) != questions:
        return f"it has {len(lines)} lines, and there are {questions} questions"
    for number, (line, best) in enumerate(zip(lines, right, strict=True), start=1):
        wrong = wrong_with(line, best, asked[2 * number - 2 : 2 * number], lengths)
        if wrong:
            return f"line {number}: {wrong}"
    return None


def wrong_with(line: str, best: str, asked: list[int], lengths: dict[tuple[int, int], int]) -> str | None:
    """What is wrong with the answer to one question."""
    if line.strip() == best.strip():
        return None
    if not all(word.isascii() and word.isdigit() and len(word) < 10 for word in line.split()) or not line.split():
        return f"{line[:40]!a} is no route, and there is one" if best != "none" else "there is no such route"
    length, *towns = map(int, line.split())
    if best == "none" or length != int(best.split()[0]):
        return f"the length {length} is not that of the shortest route"
    if towns[:1] + towns[-1:] != asked:
        return "the route does not lead from the start to the end"
    if any(road not in lengths for road in pairwise(towns)):
        return "the route takes a road that does not exist"
    if sum(lengths[road] for road in pairwise(towns)) != length:
        return "the roads of the route are not as long as it says"
    return None


if __name__ == "__main__":
    said = main(*map(Path, sys.argv[1:4]))
    if said:
        print(said)
        sys.exit(1)
