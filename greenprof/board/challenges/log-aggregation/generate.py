"""Make a web server's log: python generate.py SEED FOLDER."""

import random
import sys
from pathlib import Path

LINES = 60_000
NAMES = ("orders", "items", "users", "carts", "search", "prices", "stock", "login", "pages", "images")
STATUSES = (200,) * 46 + (304, 404, 500, 503)


def main(seed: int, folder: Path) -> None:
    """Write ``access.log``; the same seed makes the same log on every Python."""
    draw = random.Random(seed)
    below = draw.randrange
    routes = [f"/{top}/{name}" for top in ("api", "shop", "admin") for name in NAMES if below(4)] + ["/health", "/"]
    lines = []
    second = 0
    for _ in range(LINES):
        second += below(3)
        path = routes[below(len(routes))]
        if path.count("/") > 1 and below(2):
            path += f"/{below(5000)}"
        if not below(3):
            path += f"?page={below(50)}"
        hour, minute = second // 3600 % 24, second // 60 % 60
        time = f"2025-06-01T{hour:02}:{minute:02}:{second % 60:02}Z"
        client = f"10.{below(4)}.{below(8)}.{below(250)}"
        took = f"{below(200)}.{below(1000):03}"
        method = "POST" if not below(5) else "GET"
        lines.append(f"{time} {client} {method} {path} {STATUSES[below(50)]} {below(20_000)} {took}\n")
    (folder / "access.log").write_text("".join(lines), encoding="ascii")


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
