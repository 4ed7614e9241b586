"""Make a network of roads and questions about it: python generate.py SEED FOLDER."""

import random
import sys
from pathlib import Path

WIDTH, QUESTIONS = 60, 12


def main(seed: int, folder: Path) -> None:
    """Write ``roads.txt``: a grid with gaps and some long roads; the same seed makes the same on every Python."""
    draw = random.Random(seed)
    towns = WIDTH * WIDTH
    roads = []
    for town in range(towns):
        if (town + 1) % WIDTH and draw.randrange(8):
            roads.append((town, town + 1, draw.randrange(1, 100)))
        if town + WIDTH < towns and draw.randrange(8):
            roads.append((town, town + WIDTH, draw.randrange(1, 100)))
    for _ in range(WIDTH):
        roads.append((draw.randrange(towns), draw.randrange(towns), draw.randrange(500, 1001)))
    questions = []
    while len(questions) < QUESTIONS:
        start, end = draw.randrange(towns), draw.randrange(towns)
        if start != end:
            questions.append((start, end))
    lines = [f"{towns} {len(roads)} {len(questions)}", *(" ".join(map(str, row)) for row in (*roads, *questions))]
    (folder / "roads.txt").write_text("\n".join(lines) + "\n", encoding="ascii")


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
