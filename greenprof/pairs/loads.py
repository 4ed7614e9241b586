"""Pieces of work of a known size, to find out how good verdicts are: so many equal units each."""

from __future__ import annotations

from greenprof.pairs.pieces import WorkerPiece, python_piece

UNITS = 100

# What Python programs do, each some 5 to 15 microseconds: (what it needs, one unit of it).
_KINDS = {
    "arithmetic": ("", "x = 0\nfor i in range(150): x += i * i % 7"),
    "dictionary": ("", "d = {}\nfor i in range(100): d[str(i)] = i"),
    "text": ("words = ['word%d' % i for i in range(80)]", "' '.join(w.upper() for w in words).split()"),
    "objects": (
        "class Point:\n    def __init__(self, x): self.x = x\n    def twice(self): return self.x + self.x",
        "sum(Point(i).twice() for i in range(40))",
    ),
    "sorting": ("import random\nvalues = random.Random(1).choices(range(999), k=120)", "sorted(values, key=abs)"),
    "json": ("import json\nrow = {'id': 1, 'tags': ['a', 'b'], 'text': 'x' * 40}", "json.loads(json.dumps(row))"),
}
KINDS = tuple(_KINDS)


def load(kind: str, units: int = UNITS, repeats: int = 1) -> WorkerPiece:
    """Work that is `units` times `repeats` times one unit of `kind`: 105 units are 5 % more than 100."""
    needs, unit = _KINDS[kind]
    body = "".join(f"        {line}\n" for line in unit.split("\n"))
    setup = f"{needs}\ndef work():\n    for _ in range({units * repeats}):\n{body}"
    return python_piece(setup=setup, name=f"{kind}, {units} units")
