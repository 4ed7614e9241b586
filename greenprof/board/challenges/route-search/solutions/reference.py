"""The reference: Dijkstra's search with a heap, ended at the town that is asked for."""

import sys
from heapq import heappop, heappush


def main(path: str) -> None:
    """Answer the questions of the file at `path`."""
    with open(path, encoding="ascii") as file:
        towns, roads, questions = map(int, file.readline().split())
        near: list[list[tuple[int, int]]] = [[] for _ in range(towns)]
        for _ in range(roads):
            one, other, length = map(int, file.readline().split())
            near[one].append((other, length))
            near[other].append((one, length))
        for _ in range(questions):
            start, end = map(int, file.readline().split())
            print(search(near, start, end))


def search(near: list[list[tuple[int, int]]], start: int, end: int) -> str:
    """A shortest route, as it is printed."""
    length, before = {start: 0}, {start: start}
    heap = [(0, start)]
    while heap:
        so_far, town = heappop(heap)
        if town == end:
            break
        if so_far > length[town]:
            continue
        for other, more in near[town]:
            longer = so_far + more
            if longer < length.get(other, longer + 1):
                length[other], before[other] = longer, town
                heappush(heap, (longer, other))
    else:
        return "none"
    route = [end]
    while route[-1] != start:
        route.append(before[route[-1]])
    return f"{length[end]} {' '.join(map(str, reversed(route)))}"


main(sys.argv[1])
