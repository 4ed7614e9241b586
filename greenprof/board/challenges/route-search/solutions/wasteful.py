"""Right, and wasteful: a list is searched for the nearest town each time, and whole routes are copied."""

import sys
from pathlib import Path


def main(path: str) -> None:
    """Answer the questions of the file at `path`."""
    lines = Path(path).read_text().splitlines()
    towns, roads, _ = map(int, lines[0].split())
    near: dict[int, list[list[int]]] = {town: [] for town in range(towns)}
    for line in lines[1 : roads + 1]:
        one, other, length = map(int, line.split())
        near[one] = near[one] + [[other, length]]
        near[other] = near[other] + [[one, length]]
    for line in lines[roads + 1 :]:
        start, end = map(int, line.split())
        print(search(near, start, end))


def search(near: dict[int, list[list[int]]], start: int, end: int) -> str:
    """A shortest route, as it is printed."""
    waiting = [(0, [start])]
    done = []
    while waiting:
        nearest = waiting[0]
        for each in waiting:
            if each[0] < nearest[0]:
                nearest = each
        waiting.remove(nearest)
        length, route = nearest
        if route[-1] in done:
            continue
        if route[-1] == end:
            return f"{length} {' '.join(map(str, route))}"
        done.append(route[-1])
        for other, more in near[route[-1]]:
            if other not in done:
                waiting.append((length + more, [*route, other]))
    return "none"


main(sys.argv[1])
