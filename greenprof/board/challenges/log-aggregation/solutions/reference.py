"""The reference: one pass, line by line, one list of sums for each route."""

import sys


def main(path: str) -> None:
    """Print the sums of the log at `path`."""
    sums: dict[str, list[float]] = {}
    with open(path, encoding="ascii") as log:
        for line in log:
            _, _, _, target, status, size, took = line.split(" ")
            names = target.partition("?")[0].split("/", 3)
            route = "/".join(names[:3])
            try:
                of_route = sums[route]
            except KeyError:
                of_route = sums[route] = [0, 0, 0, 0.0]
            of_route[0] += 1
            of_route[1] += status >= "500"
            of_route[2] += int(size)
            of_route[3] += float(took)
    for route, (requests, errors, size, took) in sorted(sums.items()):
        print(f"{route} {requests} {errors} {size} {took / requests:.6f}")


main(sys.argv[1])
