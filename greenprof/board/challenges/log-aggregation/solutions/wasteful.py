"""Right, and wasteful: all lines at once, a pattern and a date for each of them, and lists that are searched."""

import re
import sys
from datetime import datetime
from pathlib import Path


def main(path: str) -> None:
    """Print the sums of the log at `path`."""
    requests = []
    for line in Path(path).read_text().splitlines():
        found = re.compile(r"^(\S+) (\S+) (\S+) (\S+) (\S+) (\S+) (\S+)$").match(line)
        time = datetime.strptime(found[1], "%Y-%m-%dT%H:%M:%SZ")
        route = "/".join(re.sub(r"\?.*", "", found[4]).split("/")[:3])
        requests.append({"time": time, "route": route, "status": int(found[5]), "size": found[6], "took": found[7]})
    routes = []
    for request in requests:
        if request["route"] not in routes:
            routes.append(request["route"])
    for route in sorted(routes):
        mine = [request for request in requests if request["route"] == route]
        errors = len([request for request in mine if request["status"] >= 500])
        size = sum([int(request["size"]) for request in mine])
        took = sum([float(request["took"]) for request in mine])
        print(f"{route} {len(mine)} {errors} {size} {took / len(mine):.6f}")


main(sys.argv[1])
