import tempfile
from pathlib import Path


def run(n=20_000):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "out.txt"
        with path.open("w") as out:
            for number in range(n):
                out.write(f"{number}\n")
        return path.stat().st_size
